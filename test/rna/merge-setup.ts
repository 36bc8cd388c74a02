/** An OUT folder with results to be merged, and pandas to merge them as well. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Layout } from '../../src/rna/layout.js';
import { type MergeOptions, mergeResults } from '../../src/rna/merge/merge.js';
import { readMetadata } from '../../src/rna/metadata/read.js';

/** Debian's Python, for which pandas is packaged; undefined where either is missing, which CI does not allow. */
export const python = withPandas('/usr/bin/python3');

function withPandas(program: string): string | undefined {
  if (spawnSync(program, ['-c', 'import pandas'], { stdio: 'ignore' }).status === 0) return program;
  if (process.env.CI) throw new Error(`${program} has no pandas; in CI the merged tables must be compared`);
  return undefined;
}

const oracle = fileURLToPath(new URL('merge_oracle.py', import.meta.url));

/** Has pandas write tables into `out`; see merge_oracle.py. */
export function pandas(order: {
  out: string;
  runs: Record<string, string>;
  groups?: Record<string, string>;
  tx2gene?: Record<string, string>;
}): void {
  mkdirSync(order.out);
  execFileSync(python!, [oracle], { input: JSON.stringify(order) });
}

/** A row of the metadata, what is not given being that of a paired run of `Genus species`. */
export type Row = { run: string } & Record<string, string>;

/** Writes `OUT/metadata/metadata.tsv`. */
export function writeMetadata(layout: Layout, rows: readonly Row[]): void {
  const standard = {
    scientific_name: 'Genus species',
    lib_layout: 'paired',
    total_spots: '1000',
    spot_length: '100',
    exclusion: 'no',
    is_sampled: 'yes',
  };
  const full: Record<string, string>[] = rows.map((row) => ({ ...standard, ...row }));
  const names = [...new Set(full.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...full.map((row) => names.map((name) => row[name] ?? ''))];
  mkdirSync(path.dirname(layout.metadata), { recursive: true });
  writeFileSync(layout.metadata, lines.map((cells) => `${cells.join('\t')}\n`).join(''));
}

/** A target's id, effective length, counts and transcripts per million, as text. */
export type TargetRow = readonly [id: string, effLength: string, counts: string, tpm: string];

/** Writes a result; returns its table's path. */
export function writeResult(
  layout: Layout,
  run: string,
  targets: readonly TargetRow[],
  info: object = {},
): string {
  mkdirSync(layout.quantFolder(run), { recursive: true });
  const lines = targets.map(([id, ...numbers]) => `${[id, 1000, ...numbers].join('\t')}\n`);
  writeFileSync(layout.abundance(run), `target_id\tlength\teff_length\test_counts\ttpm\n${lines.join('')}`);
  const runInfo = {
    n_targets: targets.length,
    n_processed: 1000,
    n_pseudoaligned: 462,
    n_unique: 437,
    p_pseudoaligned: 46.2,
    p_unique: 43.7,
    kallisto_version: '0.48.0',
    ...info,
  };
  writeFileSync(layout.runInfo(run), JSON.stringify(runInfo));
  return layout.abundance(run);
}

/** Merges all that is in an OUT folder. */
export function merge(layout: Layout, options: Partial<MergeOptions> = {}) {
  return mergeResults({
    layout,
    metadata: readMetadata(layout.metadata),
    reference: { fastaFolders: [path.join(layout.out, 'fasta')], transcriptome: undefined },
    tx2gene: undefined,
    geneLevel: 'auto',
    formats: ['tsv'],
    by: 'run',
    signal: new AbortController().signal,
    onColumn: () => {},
    ...options,
  });
}

/** Text of a file of the merge. */
export const merged = (layout: Layout, ...names: string[]) =>
  readFileSync(path.join(layout.mergeFolder(), ...names), 'utf8');

/** Numbers of a table by row and column. */
export function numbersOf(text: string): { header: string[]; ids: string[]; numbers: number[][] } {
  const [header, ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  return {
    header: header!,
    ids: rows.map((row) => row[0]!),
    numbers: rows.map((row) => row.slice(1).map(Number)),
  };
}
