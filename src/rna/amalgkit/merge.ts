/** Tables of all runs by `amalgkit merge`. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { gtkError } from '../../errors.js';
import type { Layout } from '../layout.js';
import type { Metadata } from '../metadata/read.js';
import { findResult } from '../quant/result.js';
import type { SpeciesWork } from '../work/species-work.js';
import { clientLog, runClient } from './run-client.js';

const MERGE_SECONDS = 24 * 3600;

/**
 * Has the client merge the results of all runs that have one.
 *
 * @throws GTK_AMALGKIT if a table is missing then, or a run in it; GTK_MISSING_TOOL; the signal's reason
 */
export async function mergeWithClient(metadata: Metadata, work: SpeciesWork): Promise<void> {
  const { layout, config } = work;
  // The client looks for results in this folder alone.
  const hasResult = (run: string) => findResult(layout, run)?.folder === layout.quantFolder(run);
  const merged = metadata.samples.filter(({ run, excluded }) => excluded === undefined && hasResult(run));
  const files = [...new Set(merged.map(({ species }) => species))].flatMap((species) =>
    tablesOf(layout, species).map((file) => ({ species, file, before: timeOf(file) })),
  );
  const { samples } = metadata;
  const call = { subcommand: 'merge', samples, metadata, options: {}, seconds: MERGE_SECONDS } as const;
  const { status } = await runClient(call, work);
  for (const { species, file, before } of files) {
    const runs = merged.filter((sample) => sample.species === species).map(({ run }) => run);
    const columns = timeOf(file) === before ? [] : columnsOf(file);
    const lacking = ['target_id', ...runs].find((name) => !columns.includes(name));
    if (lacking === undefined) continue;
    const what = columns.length === 0 ? 'was not written' : `has no column ${lacking}`;
    const problem = `${file} ${what}; it ended with status ${status}`;
    throw gtkError('GTK_AMALGKIT', { subcommand: 'merge', problem, log: clientLog(config, 'merge') });
  }
}

const tablesOf = (layout: Layout, species: string) =>
  ['est_counts', 'tpm', 'eff_length'].map((table) =>
    path.join(layout.mergeFolder(species), `${species}_${table}.tsv`),
  );

const timeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

/** More than the header of any table: 100,000 runs have two megabytes. */
const HEADER_BYTES = 1 << 24;

function columnsOf(file: string): string[] {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES);
  const fd = openSync(file, 'r');
  try {
    const text = buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, 0));
    return text.split('\n', 1)[0]!.split('\t');
  } finally {
    closeSync(fd);
  }
}
