/** `gtk codon` run to its end, and the tables it left, for comparison with other programs. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { gtk, testData } from '../run-gtk.js';

/** A row of a TSV table: its cells by the names of the columns. An undefined value is empty. */
export type TsvRow = Readonly<Record<string, string>>;

export interface CodonRun {
  /** Holds `codon_usage.*`, `sequences.*` and `summary.json`. */
  folder: string;
  summary: Readonly<Record<string, unknown>>;
  usage: TsvRow[];
  /** None without `--per-sequence`. */
  sequences: TsvRow[];
}

/** Counts the codons of a FASTA file into a new folder below `folder`; the run must succeed. */
export async function runCodon(folder: string, input: string, ...options: string[]): Promise<CodonRun> {
  const out = mkdtempSync(path.join(folder, 'run-'));
  const ended = await gtk(['codon', input, '--out', out, '--quiet', ...options]);
  expect(ended, input).toMatchObject({ status: 0, signal: null, stdout: '' });
  return {
    folder: out,
    summary: JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8')),
    usage: readTsv(path.join(out, 'codon_usage.tsv')),
    sequences: options.includes('--per-sequence') ? readTsv(path.join(out, 'sequences.tsv')) : [],
  };
}

/** The rows of a TSV file, which all must have the cells that its first line names. */
export function readTsv(file: string): TsvRow[] {
  const text = readFileSync(file, 'utf8');
  expect(text.endsWith('\n'), file).toBe(true);
  const [names, ...rows] = text
    .slice(0, -1)
    .split('\n')
    .map((line) => line.split('\t'));
  return rows.map((cells) => {
    expect(cells.length, file).toBe(names!.length);
    return Object.fromEntries(names!.map((name, place) => [name, cells[place]!]));
  });
}

/** The same records without compression, for programs that read nothing else. */
export function uncompressed(folder: string, name: string): string {
  const file = path.join(folder, name.replace(/\.gz$/, ''));
  const bytes = readFileSync(testData(`codon/${name}`));
  writeFileSync(file, name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  return file;
}

/** Counts by codon, from the table of a run or from another program's. */
export function countsOf(usage: TsvRow[]): Record<string, number> {
  return Object.fromEntries(usage.map(({ codon, count }) => [codon!, Number(count)]));
}
