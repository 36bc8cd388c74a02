import { requireSound } from './request-check.js';
import { rowOrder } from './row-order.js';
import { TokenText } from './token-text.js';
import type { SentenceKernel, SentenceRequest, Sentences } from './types.js';

/** Sentences in TypeScript: what the native kernel must agree with. */
export const referenceSentences: SentenceKernel = { name: 'reference', rank };

function rank(request: SentenceRequest): Sentences {
  requireSound(request);
  const { rowStarts, columns, values, rows, tokens, top, lists, appearances } = request;
  const { offsets, groups } = tokens;
  const width = offsets.length - 1;
  const longest = longestRow(rowStarts);
  const rowValues = new Float64Array(longest);
  const ranked = new Uint32Array(longest);
  const members = new Uint32Array(longest);
  const order = rowOrder(longest, width);
  /** For each group the last of the rows that had it, counted from 1. */
  const seen = new Uint32Array(width);

  const sentences = new TokenText(tokens, rows.length);
  const listTexts = lists.map(() => new TokenText(tokens, rows.length));
  const expressed = new Uint32Array(rows.length);
  const lengths = new Uint32Array(rows.length);
  let negative = 0;
  let nan = 0;

  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    let count = 0;
    for (let k = rowStarts[row]!; k < rowStarts[row + 1]!; k++) {
      const column = columns[k]!;
      const value = values[k]!;
      if (column < 0 || column >= width) throw new RangeError(`column ${column} of ${width} in row ${row}`);
      if (value > 0) {
        expressed[i]!++;
        if (offsets[column] === offsets[column + 1]) continue;
        rowValues[count] = value;
        ranked[count++] = column;
      } else if (value < 0) {
        negative++;
      } else if (Number.isNaN(value)) {
        nan++;
      }
    }
    order(rowValues, ranked, count);

    let different = 0;
    for (let k = 0; k < count; k++) {
      const column = ranked[k]!;
      const group = groups === undefined ? column : groups[column]!;
      if (seen[group] === i + 1) continue;
      seen[group] = i + 1;
      ranked[different++] = column;
    }

    const length = top === 0 ? different : Math.min(top, different);
    lengths[i] = length;
    sentences.putRow(ranked.subarray(0, length));
    if (appearances !== undefined) {
      for (let k = 0; k < length; k++) appearances[ranked[k]!]!++;
    }
    for (let l = 0; l < lists.length; l++) {
      const list = lists[l]!;
      let found = 0;
      for (let k = 0; k < different; k++) {
        if (list[ranked[k]!] !== 0) members[found++] = ranked[k]!;
      }
      listTexts[l]!.putRow(members.subarray(0, found));
    }
  }
  return {
    sentences: sentences.finish(),
    lists: listTexts.map((text) => text.finish()),
    expressed,
    lengths,
    negative,
    nan,
  };
}

function longestRow(rowStarts: Uint32Array): number {
  let longest = 0;
  for (let row = 1; row < rowStarts.length; row++) {
    longest = Math.max(longest, rowStarts[row]! - rowStarts[row - 1]!);
  }
  return longest;
}
