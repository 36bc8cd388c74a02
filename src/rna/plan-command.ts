/** `gtk rna plan`: from accessions to the table of runs that the other commands work through. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomically } from '../engine/atomic.js';
import type { CommandSpec, OptionValues } from '../engine/command.js';
import { makeFolder } from '../engine/folders.js';
import type { Live, LiveCommand, Outcome } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';
import { ExitStatus, gtkError } from '../errors.js';
import { accessionsOf } from './accessions/accession.js';
import { resolveAccessions } from './accessions/resolve.js';
import { printSummary, summarise } from './accessions/summary.js';
import { tableColumns, tableFields, tableRecord } from './accessions/table-row.js';
import { metadataText } from './metadata/columns.js';
import { readMetadata } from './metadata/read.js';
import { transferOptions, transferRules } from './sources/endpoints.js';

const command = 'gtk rna plan';

const spec: CommandSpec = {
  name: 'rna plan',
  summary: 'look up runs at ENA and write them as a metadata table',
  description:
    'Asks ENA for the runs of accessions (run, experiment, sample, study or project; of ENA, NCBI or DDBJ) and writes them as metadata.tsv in the columns of amalgkit, with the addresses and checksums of their FASTQ files. Runs of another strategy than RNA-Seq, and runs without reads, stand in the table with the reason in the column exclusion, so that the other commands leave them alone. A run that several accessions name is written once.',
  positionals: [
    {
      name: 'ACCESSION',
      summary: 'accession such as SRR6357070, SRX3457420, SAMN08365310, SRP131785 or PRJNA432544',
      required: false,
      variadic: true,
      path: false,
    },
  ],
  options: [
    {
      name: 'list',
      kind: 'path',
      placeholder: 'FILE',
      summary: 'text file of more accessions; # begins a comment',
    },
    {
      name: 'out',
      kind: 'path',
      placeholder: 'FILE|DIR',
      default: '.',
      summary: 'table to write; for a folder, metadata/metadata.tsv in it',
    },
    { name: 'force', kind: 'flag', summary: 'replace a table that is there already' },
    {
      name: 'species',
      kind: 'list',
      placeholder: 'NAMES',
      summary: 'only runs of these species, such as "Mus musculus,Rattus norvegicus"',
    },
    { name: 'all-strategies', kind: 'flag', summary: 'do not exclude other strategies than RNA-Seq' },
    {
      name: 'batch-size',
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      default: 8,
      summary: 'runs in a batch, for the estimate of batches and space',
    },
    ...transferOptions.filter(({ name }) => ['retries', 'retry-delay', 'ena-portal-url'].includes(name)),
    ...liveOptions,
  ],
  engine: false,
  examples: [
    {
      command: 'gtk rna plan PRJNA432544 --out work',
      does: 'all runs of a project, in work/metadata/metadata.tsv',
    },
    { command: 'gtk rna plan --list SRR_Acc_List.txt --out runs.tsv', does: 'the runs of an accession list' },
  ],
  exitStatuses: [{ status: 1, means: 'some accessions brought no run; the runs of the others are written' }],
};

async function work(values: OptionValues, positionals: string[], live: Live): Promise<Outcome> {
  const usage = (problem: string) => gtkError('GTK_USAGE', { problem, command });
  const accessions = accessionsOf([...positionals, ...listed(values.list as string | undefined)]);
  if (accessions.length === 0) throw usage('Found no accession, expected one at least');
  const file = tableFile(values.out as string);
  if (existsSync(file) && !values.force)
    throw usage(`${file} is there already; name another --out, or replace it with --force`);
  let done = 0;
  live.show(() => ({ done, total: accessions.length, words: 'accessions' }));
  const { endpoints, retry } = transferRules(values);
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

export const planCommand: LiveCommand = { spec, work };
