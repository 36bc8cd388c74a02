/** The file of distinct fragments. */
import { type ContigSites, fragmentOf } from './contig-fragments.js';
import { TextFile } from './text-file.js';
import { byCodePoints } from './text-order.js';

/**
 * Writes distinct fragments as BED6 without name and score, sorted as `LC_ALL=C sort` sorts the lines: by the text of
 * their numbers.
 */
export function writeDistinctFragments(path: string, contigs: readonly ContigSites[]): void {
  const file = new TextFile(path);
  try {
    for (const { contig, distinct } of contigs.toSorted((a, b) => byCodePoints(a.contig, b.contig))) {
      const name = Buffer.from(contig);
      for (const code of inTextOrder(distinct)) {
        const { start, end, isReverse } = fragmentOf(code);
        file.bytes(name).tab().integer(start).tab().integer(end);
        file.text(isReverse ? '\t.\t.\t-\n' : '\t.\t.\t+\n');
      }
    }
  } finally {
    file.close();
  }
}

/** The most digits that a start has. */
const DIGITS = 10;

/**
 * Fragments of a contig in the order of their lines.
 *
 * The digits of the start, filled up with zeros on the right, and how many there are, make a number in the order of
 * the text; with length and strand it has 49 bits. Only ends that differ in their number of digits are then still
 * out of order.
 */
function inTextOrder(distinct: Float64Array): Float64Array {
  const keys = new Float64Array(distinct.length);
  for (let i = 0; i < keys.length; i++) {
    const code = distinct[i]!;
    const start = Math.floor(code / 2048);
    const digits = digitsOf(start);
    keys[i] = (start * 10 ** (DIGITS - digits) * 16 + digits) * 2048 + (code - start * 2048);
  }
  keys.sort();
  for (let i = 0; i < keys.length; i++) {
    const head = Math.floor(keys[i]! / 2048);
    const digits = head % 16;
    const start = Math.round((head - digits) / 16 / 10 ** (DIGITS - digits));
    keys[i] = start * 2048 + (keys[i]! - head * 2048);
  }
  for (let from = 0, to = 0; from < keys.length; from = to) {
    const { start } = fragmentOf(keys[from]!);
    for (to = from + 1; to < keys.length && fragmentOf(keys[to]!).start === start; ) to++;
    const [first, last] = [fragmentOf(keys[from]!).end, fragmentOf(keys[to - 1]!).end];
    if (digitsOf(first) !== digitsOf(last)) keys.subarray(from, to).sort(byEndText);
  }
  return keys;
}

function byEndText(a: number, b: number): number {
  const [one, other] = [fragmentOf(a), fragmentOf(b)];
  if (one.end === other.end) return a - b;
  return String(one.end) < String(other.end) ? -1 : 1;
}

function digitsOf(number: number): number {
  let digits = 1;
  for (let limit = 10; number >= limit; limit *= 10) digits++;
  return digits;
}
