/** Reads gzip FASTQ as whole records, some thousand at a time. */
import { gtkError } from '../../errors.js';
import { fileChunks } from '../../formats/compression/file-chunks.js';
import { gunzip } from '../../formats/compression/gzip.js';

/** Whole records of a FASTQ text. */
export interface FastqRecords {
  text: Buffer;
  /** Where each line begins in the text and where it ends, without LF or CR LF: eight numbers a record. */
  lines: number[];
  records: number;
}

/** Numbers of a record in `lines`: begin and end of its header, its bases, its line with `+` and its qualities. */
export const RECORD_LINES = 8;

/** Bytes that the rest of a text may have without a whole record in it: no sequencer reads that far. */
const LONGEST_RECORD = 4 << 20;

const LF = 0x0a;
const CR = 0x0d;
const AT = 0x40;
const PLUS = 0x2b;

/**
 * The records of a file, front to back. Memory: 2 MiB of text, and a record of at most 4 MiB.
 *
 * @param path absolute
 * @param shown the file in messages
 * @throws GTK_NOT_FASTQ, GTK_TRUNCATED, GTK_CORRUPT, GTK_UNREADABLE
 */
export async function* fastqRecords(path: string, shown: string): AsyncGenerator<FastqRecords> {
  let rest: Uint8Array = new Uint8Array(0);
  let before = 0;
  const source = gunzip(fileChunks(path), shown);
  for await (const chunk of source) {
    const text = rest.length > 0 ? Buffer.concat([rest, chunk]) : asBuffer(chunk);
    const found = wholeRecords(text, before, shown);
    if (found.records > 0) yield found;
    before += found.records;
    rest = text.subarray(found.end);
    if (rest.length > LONGEST_RECORD) throw notFastq(shown, before + 1, 'more than 4 MiB', 'four lines');
  }
  if (isBlank(rest)) return;
  const last = wholeRecords(Buffer.concat([rest, Uint8Array.of(LF)]), before, shown);
  if (last.records === 0) throw notFastq(shown, before + 1, 'the end of the text', 'four lines');
  yield last;
}

function wholeRecords(text: Buffer, before: number, shown: string): FastqRecords & { end: number } {
  const lines: number[] = [];
  let records = 0;
  let end = 0;
  for (let at = 0; ; ) {
    const newline = text.indexOf(LF, at);
    if (newline === -1) break;
    lines.push(at, newline > at && text[newline - 1] === CR ? newline - 1 : newline);
    at = newline + 1;
    if (lines.length < RECORD_LINES * (records + 1)) continue;
    const problem = problemOf(text, lines, RECORD_LINES * records);
    if (problem) {
      // As in other readers, blank lines may follow the last record.
      if (isBlank(text.subarray(end))) break;
      throw notFastq(shown, before + records + 1, ...problem);
    }
    records += 1;
    end = at;
  }
  lines.length = RECORD_LINES * records;
  return { text, lines, records, end };
}

/** What was found and what was expected, if the four lines are no record. */
function problemOf(text: Buffer, lines: readonly number[], at: number): [string, string] | undefined {
  const [name, nameEnd, bases, basesEnd, plus, plusEnd, qualities, qualitiesEnd] = lines.slice(
    at,
    at + RECORD_LINES,
  ) as [number, number, number, number, number, number, number, number];
  if (nameEnd === name || text[name] !== AT) return [quoted(text, name, nameEnd), "a header with '@'"];
  if (plusEnd === plus || text[plus] !== PLUS) return [quoted(text, plus, plusEnd), "a third line with '+'"];
  const found = qualitiesEnd - qualities;
  const expected = basesEnd - bases;
  return found === expected ? undefined : [`${found} qualities`, `${expected}, one a base`];
}

function isBlank(text: Uint8Array): boolean {
  return text.every((byte) => byte === LF || byte === CR);
}

function quoted(text: Buffer, begin: number, end: number): string {
  return begin === end
    ? 'a blank line'
    : JSON.stringify(text.toString('latin1', begin, Math.min(end, begin + 20)));
}

function notFastq(path: string, record: number, found: string, expected: string) {
  return gtkError('GTK_NOT_FASTQ', { path, place: `record ${record}`, found, expected });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
