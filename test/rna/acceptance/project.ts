/** Projects as users of `gtk rna` have them, and runs as archives have them: what the acceptance tests share. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import type { Statistics } from '../../../src/rna/aggregate.js';
import type { JournalLine } from '../../../src/rna/events.js';
import { readJournal } from '../../../src/rna/journal.js';
import { metadataText, standardColumns } from '../../../src/rna/metadata/columns.js';
import { type Ended, gtk, type RunOptions, temporaryFolder, testData } from '../../run-gtk.js';
import { type Archive, type ArchivedRun, type ArchiveOptions, startArchive } from '../archive.js';

const started: Archive[] = [];
afterAll(() => Promise.all(started.map((archive) => archive.close())));

/** An archive that is closed after the test file. */
export async function archiveOf(options: ArchiveOptions): Promise<Archive> {
  const archive = await startArchive(options);
  started.push(archive);
  return archive;
}

/** A file of test/data/rna/fastq. */
export const reads = (name: string) => readFileSync(testData(`rna/fastq/${name}.fastq.gz`));

const records = new Map<string, string[]>();

/** Some of the reads of a file, from one number up to another, as gzip. */
export function someReads(name: string, from: number, to: number): Buffer {
  const all =
    records.get(name) ??
    gunzipSync(reads(name))
      .toString('latin1')
      .match(/(?:.*\n){4}/g)!;
  records.set(name, all);
  return gzipSync(all.slice(from, to).join(''));
}

/** A paired run of mouse reads at ENA; different numbers make different runs. */
export function mousePairs(run: string, from = 0, to = 2000): ArchivedRun {
  const mate = (number: number) => someReads(`Mus_musculus/Mm_s1_${number}`, from, to);
  return pairedRun(run, [mate(1), mate(2)], to - from, 76);
}

/** A paired run of these mates. */
export function pairedRun(run: string, mates: Buffer[], pairs: number, length: number): ArchivedRun {
  const fastq = Object.fromEntries(mates.map((mate, i) => [`${run}_${i + 1}.fastq.gz`, mate]));
  return { run, fastq, layout: 'PAIRED', readCount: pairs, baseCount: 2 * pairs * length };
}

/** An archive file as SRA has it, made of the two files of a run. */
export function sraOf({ run, fastq }: ArchivedRun): Buffer {
  const folder = temporaryFolder();
  const files = Object.values(fastq!).map((content, i) => {
    let number = 0;
    const text = gunzipSync(content).toString('latin1');
    const file = path.join(folder, `${i + 1}.fastq`);
    // Only the names tell which mates belong together.
    writeFileSync(
      file,
      text.replace(/^@.*\n(.*)\n\+.*\n(.*)\n/gm, (_, bases, qualities) => {
        number += 1;
        return `@${run}.${number}/${i + 1}\n${bases}\n+\n${qualities}\n`;
      }),
    );
    return file;
  });
  const [unpacked, sra] = [path.join(folder, 'unpacked'), path.join(folder, `${run}.sra`)];
  const load = ['--quality', 'PHRED_33', '-p', 'ILLUMINA', '-o', unpacked, '-1', files[0]!, '-2', files[1]!];
  execFileSync('latf-load', load, { stdio: 'ignore' });
  execFileSync('kar', ['-f', '--create', sra, '-d', unpacked], { stdio: 'ignore' });
  return readFileSync(sra);
}

/** Columns of the metadata. */
export type Row = Readonly<Record<string, string>> & { run: string };

/** What the metadata say of a run; `columns` are said besides or instead. */
export function rowOf(
  { run, layout, readCount = 0, baseCount = 0 }: ArchivedRun,
  columns: Readonly<Record<string, string>> = {},
): Row {
  return {
    run,
    scientific_name: 'Mus musculus',
    lib_layout: (layout ?? 'PAIRED').toLowerCase(),
    total_spots: String(readCount),
    total_bases: String(baseCount),
    exclusion: 'no',
    is_sampled: 'yes',
    ...columns,
  };
}

/** How a project is laid out. */
export interface ProjectOptions {
  rows: readonly Row[];
  /** Root of the project. */
  root?: string;
  /** Further lines of the configuration. */
  yaml?: string;
  /** `Genus_species` of test/data/rna/fasta whose references are put there. */
  references?: readonly string[];
}

/** How gtk ended, with what it printed as JSON. */
export interface Result extends Ended {
  json: Record<string, never>;
}

/** One species in a project of its own: `config/amalgkit_mouse.yaml` and `work/mouse`. */
export class Project {
  readonly root: string;
  readonly config: string;
  readonly out: string;

  constructor({ rows, root = temporaryFolder(), yaml = '', references = ['Mus_musculus'] }: ProjectOptions) {
    this.root = root;
    this.config = path.join(root, 'config', 'amalgkit_mouse.yaml');
    this.out = path.join(root, 'work', 'mouse');
    for (const folder of [path.dirname(this.config), this.path('fasta'), this.path('metadata')])
      mkdirSync(folder, { recursive: true });
    writeFileSync(this.config, `work_dir: work/mouse\nspecies_list:\n  - Mus_musculus\nthreads: 2\n${yaml}`);
    for (const species of references)
      copyFileSync(testData(`rna/fasta/${species}.fa.gz`), this.path('fasta', `${species}.fa.gz`));
    this.list(rows);
  }

  /** Below the work folder. */
  path(...names: string[]): string {
    return path.join(this.out, ...names);
  }

  /** Writes the metadata. */
  list(rows: readonly Row[]): void {
    const further = new Set(rows.flatMap((row) => Object.keys(row)));
    const columns = [...new Set([...standardColumns, ...further])];
    writeFileSync(this.path('metadata', 'metadata.tsv'), metadataText(columns, rows));
  }

  /** Runs `gtk rna COMMAND --config … --root … --json --quiet`: standard error has the failures alone. */
  async rna(command: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Result> {
    const whole = [
      'rna',
      command,
      '--config',
      this.config,
      '--root',
      this.root,
      '--json',
      '--quiet',
      ...args,
    ];
    const ended = await gtk(whole, options);
    return { ...ended, json: ended.stdout.startsWith('{') ? JSON.parse(ended.stdout) : {} };
  }

  /** `gtk rna batch` with the reads of that archive, and short pauses. */
  batch(archive: Archive, args: readonly string[] = [], options: RunOptions = {}): Promise<Result> {
    return this.rna('batch', [...quick, ...args], { ...options, env: { ...archive.env, ...options.env } });
  }

  /** A run's table, or undefined. */
  table(run: string): string | undefined {
    const file = this.path('quant', run, `${run}_abundance.tsv`);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** Names in a run's folder of reads. */
  readsOf(run: string): string[] {
    const folder = this.path('getfastq', run);
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  journal(): JournalLine[] {
    return [...readJournal(this.path('.gtk', 'journal.jsonl'))];
  }

  /** Warnings in the journal, of all its commands. */
  warnings(): string[] {
    return this.journal().flatMap((line) => (line.type === 'warning' ? [line.problem] : []));
  }

  /** How often programs were started, by their names. */
  programs(): string[] {
    return this.journal().flatMap((line) => (line.type === 'process-started' ? [line.program] : []));
  }
}

/** Sources that the archives of tests stand for, and pauses that are short. */
export const quick = ['--sources', 'ena,aws', '--retries', '2', '--retry-delay', '0.05'];

/** What kallisto makes of files when it is run by hand. */
export function byHand(index: string, contents: readonly Buffer[], options: readonly string[] = []): string {
  const folder = temporaryFolder();
  const files = contents.map((content, i) => {
    const file = path.join(folder, `${i}.fastq.gz`);
    writeFileSync(file, content);
    return file;
  });
  const out = path.join(folder, 'out');
  execFileSync('kallisto', ['quant', '-i', index, '-o', out, ...options, ...files], { stdio: 'ignore' });
  return readFileSync(path.join(out, 'abundance.tsv'), 'utf8');
}

let index: string | undefined;

/** What kallisto by hand makes of a run of mouse pairs. */
export function mouseByHand({ fastq }: ArchivedRun): string {
  if (index === undefined) {
    index = path.join(temporaryFolder(), 'mouse.idx');
    const fasta = testData('rna/fasta/Mus_musculus.fa.gz');
    execFileSync('kallisto', ['index', '-i', index, fasta], { stdio: 'ignore' });
  }
  return byHand(index, Object.values(fastq!));
}

/** All below a folder: kind, time and content of each. */
export function treeOf(folder: string): Record<string, string> {
  const names = (readdirSync(folder, { recursive: true }) as string[]).sort();
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(folder, name);
      const stat = lstatSync(file);
      const content = stat.isFile() ? createHash('md5').update(readFileSync(file)).digest('hex') : '';
      return [name, `${stat.mode} ${stat.mtimeMs} ${content}`];
    }),
  );
}

/** Counters of statistics, and whether they add up. */
export function counters({ json }: Result) {
  const { total_samples, processed, skipped, failed, excluded, pending, failed_runs } =
    json as unknown as Statistics;
  const sum = processed + skipped + failed + excluded + pending;
  const reasons = Object.fromEntries(failed_runs.map(({ run, reason }) => [run, reason]));
  return { counts: { processed, skipped, failed, excluded }, balances: sum === total_samples, reasons };
}
