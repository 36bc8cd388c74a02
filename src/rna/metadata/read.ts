/** Reading `metadata.tsv`: the table that says which runs there are. */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { gtkError } from '../../errors.js';
import type { Sample } from '../sample.js';
import { type Decisive, type Fault, readSampleTable } from './sample-table.js';
import { OpenQuote } from './table-rows.js';

/** A table of runs. */
export interface Metadata {
  file: string;
  header: readonly string[];
  /** All rows, those that are not to be quantified with the reason. */
  samples: readonly Sample[];
  /** A table of the header and these rows (from 0, in that order), byte for byte as they stand in the file. */
  textOf(rows: readonly number[]): string;
}

export interface MetadataRules {
  /** Excludes rows without tissue. */
  requireTissue?: boolean;
  /** Absolute; where relative paths of private files start from. Default: the current folder. */
  root?: string;
}

/** Above this a text does not fit into one string. */
const LARGEST = 500 * 2 ** 20;

/**
 * Reads and checks a table.
 *
 * @throws GTK_RNA_NO_METADATA; GTK_UNREADABLE; GTK_RNA_METADATA, which names the first place that is wrong
 */
export function readMetadata(file: string, rules: MetadataRules = {}): Metadata {
  const fault: Fault = (place, found, expected, cause) =>
    gtkError('GTK_RNA_METADATA', { path: file, place, found, expected }, cause);
  const text = readText(file, fault);
  const { requireTissue = false, root = process.cwd() } = rules;
  const read = (decisive: ReadonlySet<Decisive>) =>
    readSampleTable(text, { requireTissue, root }, decisive, fault);
  try {
    let table = read(new Set(['exclusion', 'is_sampled']));
    // Whether a column is empty in all rows is known at their end, and seldom so.
    if (table.filled.size < table.present.size) table = read(table.filled);
    const { header, samples, starts, ends } = table;
    const piece = (i: number) => {
      const line = text.slice(starts[i], ends[i]);
      return line.endsWith('\n') ? line : `${line}\n`;
    };
    const textOf = (rows: readonly number[]) => [-1, ...rows].map((row) => piece(row + 1)).join('');
    return { file, header, samples, textOf };
  } catch (error) {
    if (error instanceof OpenQuote)
      throw fault(
        `line ${error.line}`,
        'a quote that is never closed',
        'another one behind the value',
        error,
      );
    throw error;
  }
}

function readText(file: string, fault: Fault): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw gtkError('GTK_RNA_NO_METADATA', { path: file });
  if (stat.size > LARGEST) throw fault('its size', `${stat.size} bytes`, `at most ${LARGEST}`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw gtkError('GTK_UNREADABLE', { path: file, reason: (error as Error).message }, error);
  }
  if (isUtf8(bytes)) return bytes.toString();
  throw fault('its encoding', 'bytes that are no UTF-8', 'text in UTF-8');
}
