/** From accessions to the table of runs that the other commands work through. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomically } from '../engine/atomic.js';
import type { OptionValues } from '../engine/command.js';
import { makeFolder } from '../engine/folders.js';
import type { Live, Outcome } from '../engine/live.js';
import { ExitStatus, gtkError } from '../errors.js';
import { accessionsOf } from './accessions/accession.js';
import { resolveAccessions } from './accessions/resolve.js';
import { printSummary, summarise } from './accessions/summary.js';
import { tableColumns, tableFields, tableRecord } from './accessions/table-row.js';
import { metadataText } from './metadata/columns.js';
import { readMetadata } from './metadata/read.js';
import { transferRules } from './sources/endpoints.js';

/**
 * Asks ENA for runs and writes their table.
 *
 * @throws GTK_USAGE; GTK_INPUT_MISSING; GTK_UNREADABLE; GTK_NOT_WRITABLE
 */
export async function planRuns(values: OptionValues, positionals: string[], live: Live): Promise<Outcome> {
  const usage = (problem: string) => gtkError('GTK_USAGE', { problem, command: 'gtk rna plan' });
  const accessions = accessionsOf([...positionals, ...listed(values.list as string | undefined)]);
  if (accessions.length === 0) throw usage('Found no accession, expected one at least');
  const file = tableFile(values.out as string);
  if (existsSync(file) && !values.force)
    throw usage(`${file} is there already; name another --out, or replace it with --force`);
  let done = 0;
  live.show(() => ({ done, total: accessions.length, words: 'accessions' }));
  const { endpoints, retry } = transferRules(values, undefined, 'rna plan');
  const options = {
    endpoint: endpoints.enaPortal,
    retry,
    signal: live.signal,
    fields: tableFields,
    onRetry: (reason: string, pauseMs: number) =>
      live.log('warn', 'ENA is asked again', { reason, pauseSeconds: Math.round(pauseMs / 1000) }),
  };
  const { rows, failures } = await resolveAccessions(accessions, options, () => {
    done += 1;
  });
  const isChosen = speciesFilter(values.species as string[] | undefined);
  const records = rows
    .map((row) => tableRecord(row, values.allStrategies as boolean))
    .filter(({ scientific_name = '' }) => isChosen(scientific_name));
  const status = failures.length > 0 ? ExitStatus.someFailed : ExitStatus.done;
  const outcome = { status: status === ExitStatus.done ? 'done' : 'some failed', exit_status: status };
  if (records.length === 0) {
    const text =
      rows.length > 0 ? `None of ${rows.length} runs is of these species; no table is written.\n` : '';
    return { text, json: { ...outcome, file: null, runs: 0, species: [], failures }, failures, status };
  }
  makeFolder(path.dirname(file));
  writeFileAtomically(file, metadataText(tableColumns, records), true);
  const summary = summarise(readMetadata(file).samples, values.batchSize as number);
  const json = { ...outcome, file, runs: records.length, ...summary, failures };
  return { text: printSummary(file, records.length, summary), json, failures, status };
}

/** @throws GTK_INPUT_MISSING; GTK_UNREADABLE */
function listed(file: string | undefined): string[] {
  if (file === undefined) return [];
  if (!existsSync(file)) throw gtkError('GTK_INPUT_MISSING', { path: file });
  try {
    return [readFileSync(file, 'utf8')];
  } catch (error) {
    throw gtkError('GTK_UNREADABLE', { path: file, reason: (error as Error).message }, error);
  }
}

/** A name that ends in `.tsv` is a file's, unless a folder is called so. */
function tableFile(out: string): string {
  const stat = statSync(out, { throwIfNoEntry: false });
  const isFile = stat ? !stat.isDirectory() : out.endsWith('.tsv');
  return isFile ? out : path.join(out, 'metadata', 'metadata.tsv');
}

function speciesFilter(names: string[] | undefined): (name: string) => boolean {
  const plain = (name: string) =>
    name
      .replace(/[\s_]+/g, ' ')
      .trim()
      .toLowerCase();
  const wanted = names?.map(plain);
  return (name) => wanted?.includes(plain(name)) ?? true;
}
