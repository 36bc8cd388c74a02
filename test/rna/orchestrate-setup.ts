/** Projects of several species for `gtk rna orchestrate`. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JournalLine } from '../../src/rna/events.js';
import { readJournal } from '../../src/rna/journal.js';
import { metadataText, standardColumns } from '../../src/rna/metadata/columns.js';
import type { OrchestratorEvent } from '../../src/rna/orchestrate/orchestrator.js';
import { type Ended, gtk, type RunOptions, temporaryFolder, testData } from '../run-gtk.js';
import { mouseByHand, mousePairs, quick, type Row, rowOf } from './acceptance/project.js';
import type { Archive, ArchivedRun } from './archive.js';

/** Mouse reads under other runs' names: `count` runs from that accession. */
export function runsFrom(accession: string, count: number): ArchivedRun[] {
  const [, letters, digits] = /^(\D+)(\d+)$/.exec(accession)!;
  return Array.from({ length: count }, (_, n) =>
    mousePairs(`${letters}${Number(digits) + n}`, n * 300, n * 300 + 2000),
  );
}

/** What the metadata say of runs whose files ENA has, so that nobody need be asked. */
export function listed(archive: Archive, runs: readonly ArchivedRun[]): Row[] {
  return runs.map((run) => {
    const { fastq_ftp, fastq_md5, fastq_bytes } = archive.reportOf(run.run) as Record<string, string>;
    return rowOf(run, { fastq_ftp: fastq_ftp!, fastq_md5: fastq_md5!, fastq_bytes: fastq_bytes! });
  });
}

/** Counters of a species in the summary. */
export interface SpeciesSummary {
  species: string;
  total_samples: number;
  processed: number;
  skipped: number;
  failed: number;
  excluded: number;
  pending: number;
  failed_runs: { run: string; stage: string; reason: string }[];
}

/** How the orchestrator ended, with its summary by species. */
export interface Orchestrated extends Ended {
  json: Record<string, unknown>;
  species: Record<string, SpeciesSummary>;
}

/** Short pauses, and no floors: what the disk of the tests has free is not the matter. Given options count before. */
const usual = [...quick, '--min-free-gb', '0', '--auto-cleanup-threshold', '0'];

/** A project: `config/amalgkit/amalgkit_CODE.yaml` and `work/CODE` for each species. */
export class Orchestra {
  constructor(readonly root = temporaryFolder()) {
    mkdirSync(path.join(root, 'config', 'amalgkit'), { recursive: true });
  }

  path(code: string, ...names: string[]): string {
    return path.join(this.root, 'work', code, ...names);
  }

  /** A species by that name whose reference is that of the mouse, unless another is given. */
  add(
    code: string,
    name: string,
    rows: readonly Row[],
    { reference = 'rna/fasta/Mus_musculus.fa.gz', yaml = '' } = {},
  ): this {
    const token = name.replace(' ', '_');
    this.configure(code, `work_dir: work/${code}\nspecies_list: [${token}]\nthreads: 2\n${yaml}`);
    for (const folder of ['fasta', 'metadata']) mkdirSync(this.path(code, folder), { recursive: true });
    copyFileSync(testData(reference), this.path(code, 'fasta', `${token}.fa.gz`));
    const own = rows.map((row) => ({ ...row, scientific_name: name }));
    const columns = [...new Set([...standardColumns, ...own.flatMap((row) => Object.keys(row))])];
    writeFileSync(this.path(code, 'metadata', 'metadata.tsv'), metadataText(columns, own));
    return this;
  }

  /** Writes a configuration as it is given. */
  configure(code: string, yaml: string): this {
    writeFileSync(path.join(this.root, 'config', 'amalgkit', `amalgkit_${code}.yaml`), yaml);
    return this;
  }

  /** Runs `gtk rna orchestrate --json`. */
  async run(
    archive: Archive | undefined,
    args: readonly string[] = [],
    options: RunOptions = {},
  ): Promise<Orchestrated> {
    const ended = await gtk(this.command(args), { ...options, env: { ...archive?.env, ...options.env } });
    const json = ended.stdout.startsWith('{') ? JSON.parse(ended.stdout) : {};
    const species = ((json.species ?? []) as SpeciesSummary[]).map((one) => [one.species, one] as const);
    return { ...ended, json, species: Object.fromEntries(species) };
  }

  command(args: readonly string[] = []): string[] {
    const others = usual.filter((_, n) => !args.includes(usual[n - (n % 2)]!));
    return ['rna', 'orchestrate', '--root', this.root, '--json', ...others, ...args];
  }

  table(code: string, run: string): string | undefined {
    const file = this.path(code, 'quant', run, `${run}_abundance.tsv`);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** Runs of mouse reads whose table is not what kallisto by hand makes of them. */
  wrong(code: string, runs: readonly ArchivedRun[]): string[] {
    return runs.filter((run) => this.table(code, run.run) !== mouseByHand(run)).map(({ run }) => run);
  }

  journal(code: string): JournalLine[] {
    return [...readJournal(this.path(code, '.gtk', 'journal.jsonl'))];
  }

  /** All events of all species as they happened. */
  log(): (OrchestratorEvent & { at: string })[] {
    const text = readFileSync(path.join(this.root, '.gtk', 'orchestrator.log.jsonl'), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
}

/** Whether counters add up to the rows of the metadata. */
export function balances(summary: SpeciesSummary): boolean {
  const { total_samples, processed, skipped, failed, excluded, pending } = summary;
  return total_samples === processed + skipped + failed + excluded + pending;
}
