/** Goes through two FASTQ files in step. */
import { gtkError } from '../../errors.js';
import type { ReadFiles } from '../workspace.js';
import { type FastqRecords, fastqRecords, RECORD_LINES } from './fastq-records.js';

/** Records of one of the files, as many as of the other, that begin with record `first` of what was read. */
export interface Mates extends FastqRecords {
  first: number;
}

/** Some pairs. */
export interface ReadPairs {
  /** Pairs before them. */
  before: number;
  count: number;
  mates: [Mates, Mates];
}

const SPACE = 0x20;
const TAB = 0x09;
const SLASH = 0x2f;

/**
 * The pairs of two files, with mates of the same name.
 *
 * @param shown the files in messages
 * @throws GTK_UNPAIRED if names differ or one file has more reads; what reading them throws
 */
export async function* readPairs(files: ReadFiles, shown: ReadFiles): AsyncGenerator<ReadPairs> {
  const sources = [fastqRecords(files.r1, shown.r1), fastqRecords(files.r2, shown.r2)] as const;
  const now: [Mates | undefined, Mates | undefined] = [undefined, undefined];
  try {
    for (let before = 0; ; ) {
      for (const mate of [0, 1] as const) now[mate] ??= await nextOf(sources[mate]);
      const [one, two] = now;
      if (!one && !two) return;
      if (!one || !two) throw unpaired(shown, before, [nameAt(one), nameAt(two)]);
      const count = Math.min(one.records - one.first, two.records - two.first);
      for (let i = 0; i < count; i++) {
        if (!sameName(one, one.first + i, two, two.first + i)) {
          throw unpaired(shown, before + i, [nameAt(one, i), nameAt(two, i)]);
        }
      }
      yield { before, count, mates: [one, two] };
      before += count;
      now[0] = after(one, count);
      now[1] = after(two, count);
    }
  } finally {
    for (const source of sources) await source.return(undefined);
  }
}

async function nextOf(source: AsyncGenerator<FastqRecords>): Promise<Mates | undefined> {
  const next = await source.next();
  return next.done ? undefined : { ...next.value, first: 0 };
}

function after(mates: Mates, count: number): Mates | undefined {
  const first = mates.first + count;
  return first === mates.records ? undefined : { ...mates, first };
}

/**
 * Where the name ends that mates share: at the first blank of the header, or at the `/1` and `/2` before it.
 *
 * @returns an offset in the text
 */
export function nameEnd({ text, lines }: FastqRecords, record: number): number {
  const begin = lines[RECORD_LINES * record]!;
  const headerEnd = lines[RECORD_LINES * record + 1]!;
  let end = begin;
  while (end < headerEnd && text[end] !== SPACE && text[end] !== TAB) end++;
  const digit = text[end - 1];
  return text[end - 2] === SLASH && (digit === 0x31 || digit === 0x32) && end - 2 > begin ? end - 2 : end;
}

function sameName(one: Mates, first: number, two: Mates, second: number): boolean {
  const begin = one.lines[RECORD_LINES * first]!;
  const begin2 = two.lines[RECORD_LINES * second]!;
  return one.text.compare(two.text, begin2, nameEnd(two, second), begin, nameEnd(one, first)) === 0;
}

function nameAt(mates: Mates | undefined, i = 0): string {
  if (!mates) return 'missing';
  const record = mates.first + i;
  const begin = mates.lines[RECORD_LINES * record]! + 1;
  const end = Math.min(nameEnd(mates, record), begin + 60);
  return mates.text.toString('latin1', begin, end).replace(/[^\x21-\x7e]/g, '?');
}

function unpaired(shown: ReadFiles, before: number, names: [string, string]) {
  return gtkError('GTK_UNPAIRED', { ...shown, record: before + 1, names });
}
