/** The table of one run as columns of numbers: `abundance.tsv` of kallisto, or of gtk for salmon. */
import { readFile } from 'node:fs/promises';
import { gtkError } from '../../errors.js';
import type { Utf8Data } from '../../formats/table/table.js';
import { type Parsed, parseNumber } from './number-text.js';

/** What is merged, by the names of the columns. */
export const measures = ['eff_length', 'est_counts', 'tpm'] as const;
export type Measure = (typeof measures)[number];

/** A number for each target: effective length in bases, estimated reads, transcripts per million. */
export type Values = Record<Measure, Float64Array>;

/** Whether a column held integers alone: pandas writes such a column without `.0`. */
export type Wholes = Record<Measure, boolean>;

/** Columns of one run, or of runs taken together. */
export interface Column {
  values: Values;
  whole: Wholes;
}

/** A run and where its table is. */
export interface RunFile {
  run: string;
  /** Absolute. */
  file: string;
}

/** The targets of a reference in the order of its first table. */
export interface Targets {
  /** Run whose table they are from. */
  run: string;
  count: number;
  ids: Utf8Data;
}

const [TAB, LF, CR] = [9, 10, 13];

/**
 * Reads a run's table. Whoever calls has seen that it is valid; what changed since is noticed all the same.
 *
 * @param targets those of the first run; undefined if this is the first
 * @throws GTK_UNREADABLE, GTK_RNA_ABUNDANCE, GTK_RNA_TARGETS_DIFFER
 */
export async function readAbundance(
  { run, file }: RunFile,
  targets: Targets | undefined,
): Promise<Column & { targets: Targets }> {
  const bytes = await readFile(file).catch((error) => {
    throw gtkError('GTK_UNREADABLE', { path: file, reason: (error as Error).message }, error);
  });
  const fault = (line: number, found: string, expected: string) =>
    gtkError('GTK_RNA_ABUNDANCE', { path: file, line, found, expected });
  const { places, next } = headerOf(bytes, fault);
  const differ = (row: number, found: string) =>
    gtkError('GTK_RNA_TARGETS_DIFFER', {
      first: targets!.run,
      second: run,
      row,
      found,
      expected: row > targets!.count ? 'the end' : idAt(targets!.ids, row - 1),
    });
  const rows = targets?.count ?? linesIn(bytes, next);
  const column = emptyColumn(rows);
  const numbers = measures.map((measure) => column.values[measure]);
  const wholes = measures.map(() => true);
  const ids = targets?.ids ?? { bytes: new Uint8Array(bytes.length), offsets: new Uint32Array(rows + 1) };
  const number: Parsed = { value: 0, whole: true };
  let row = 0;
  for (let at = next; at < bytes.length; row++) {
    if (row === rows) throw differ(row + 1, idOfLine(bytes, at));
    let place = 0;
    for (let isLast = false; !isLast; place++) {
      const start = at;
      while (at < bytes.length && bytes[at] !== TAB && bytes[at] !== LF) at++;
      isLast = at === bytes.length || bytes[at] === LF;
      const end = isLast && at > start && bytes[at - 1] === CR ? at - 1 : at;
      at += 1;
      const column = places[place] ?? -1;
      if (column === ID) {
        if (!targets) addId(ids, row, bytes, start, end);
        else if (!isId(ids, row, bytes, start, end))
          throw differ(row + 1, bytes.toString('utf8', start, end));
      } else if (column >= 0) {
        parseNumber(bytes, start, end, number);
        if (!(number.value >= 0))
          throw fault(
            row + 2,
            `${JSON.stringify(bytes.toString('utf8', start, Math.min(end, start + 40)))} as ${measures[column]}`,
            'a number of at least 0',
          );
        numbers[column]![row] = number.value;
        if (!number.whole) wholes[column] = false;
      }
    }
    if (place !== places.length)
      throw fault(row + 2, `${place} columns`, `${places.length} as in the header`);
  }
  if (row < rows) throw differ(row + 1, 'the end');
  if (rows === 0) throw fault(2, 'nothing', 'a line for each target');
  measures.forEach((measure, i) => {
    column.whole[measure] = wholes[i]!;
  });
  if (targets) return { ...column, targets };
  const own = { bytes: ids.bytes.slice(0, ids.offsets[rows]), offsets: ids.offsets };
  return { ...column, targets: { run, count: rows, ids: own } };
}

/** Columns of zeros. */
export function emptyColumn(rows: number): Column {
  const values = Object.fromEntries(measures.map((measure) => [measure, new Float64Array(rows)]));
  const whole = Object.fromEntries(measures.map((measure) => [measure, true]));
  return { values: values as Values, whole: whole as Wholes };
}

/** One id as text. */
export function idAt({ bytes, offsets }: Utf8Data, row: number): string {
  return Buffer.from(bytes.subarray(offsets[row], offsets[row + 1])).toString('utf8');
}

const ID = measures.length;

type Fault = (line: number, found: string, expected: string) => Error;

/** What each column of the file is: a measure by its place in {@link measures}, {@link ID}, or -1. */
function headerOf(bytes: Buffer, fault: Fault): { places: number[]; next: number } {
  const end = bytes.indexOf(LF);
  const names = bytes
    .toString('utf8', 0, end === -1 ? bytes.length : end)
    .replace(/\r$/, '')
    .split('\t');
  const wanted: readonly string[] = [...measures, 'target_id'];
  const missing = wanted.find((name) => !names.includes(name));
  if (missing !== undefined) throw fault(1, `no column ${missing}`, 'the columns of kallisto');
  return {
    places: names.map((name) => wanted.indexOf(name)),
    next: end === -1 ? bytes.length : end + 1,
  };
}

function linesIn(bytes: Buffer, start: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF, start); at !== -1; at = bytes.indexOf(LF, at + 1)) lines++;
  return bytes.at(-1) === LF || bytes.length === start ? lines : lines + 1;
}

function idOfLine(bytes: Buffer, start: number): string {
  const line = bytes.toString('utf8', start, Math.min(bytes.length, start + 200));
  return line.split(/[\t\n]/, 1)[0]!;
}

function addId(ids: Utf8Data, row: number, bytes: Uint8Array, start: number, end: number): void {
  const to = ids.offsets[row]!;
  for (let i = start; i < end; i++) ids.bytes[to + i - start] = bytes[i]!;
  ids.offsets[row + 1] = to + end - start;
}

function isId(ids: Utf8Data, row: number, bytes: Uint8Array, start: number, end: number): boolean {
  const from = ids.offsets[row]!;
  if (ids.offsets[row + 1]! - from !== end - start) return false;
  for (let i = start; i < end; i++) if (ids.bytes[from + i - start] !== bytes[i]) return false;
  return true;
}
