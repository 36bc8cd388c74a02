import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { inputsFolder, whole } from './input-files.js';
import { fastqRecord, reverseComplement, uniform } from './sequences.js';

/**
 * Inputs of the rna bench: runs of yeast, and an index of the transcripts that they are of. Small runs are the
 * simulated ones that the repository carries under other names; larger ones are made from a seed, alike in kind:
 * 75 nt of both ends of fragments of 250 ± 30, with 0.4 % substitutions.
 */

/** Runs that are alike. */
export interface RnaWorkload {
  /** Name of the folder that has their reads, and what kallisto makes of them. */
  folder: string;
  runs: number;
  /** Of each run. */
  pairs: number;
  /** Reads that are carried along, under other names; else they are made. */
  copies?: string;
}

/** Sets of runs that are measured, and numbers of runs that are there in name only. */
export interface RnaWorkloads {
  small: RnaWorkload;
  large: RnaWorkload;
  /** Runs with a result already, few and many. */
  few: number;
  many: number;
}

export const workloads: RnaWorkloads = {
  small: { folder: 'rna-small', runs: 8, pairs: 8000, copies: 'Sc_sim1' },
  large: { folder: 'rna-large', runs: 8, pairs: 150_000 },
  few: 8,
  many: 2000,
};

/** The same shapes at a size that takes a second, to see that everything runs. */
export const smallWorkloads: RnaWorkloads = {
  small: { folder: 'rna-tiny', runs: 2, pairs: 8000, copies: 'Sc_sim1' },
  large: { folder: 'rna-tiny-made', runs: 4, pairs: 3000 },
  few: 3,
  many: 20,
};

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const data = (name: string) => fileURLToPath(new URL(`../test/data/rna/${name}`, import.meta.url));
const species = 'Saccharomyces_cerevisiae';
const transcripts = data(`fasta/${species}.fa.gz`);

export const readLength = 75;
const fragment = { mean: 250, deviation: 30 };

function readTranscripts(): string[] {
  const records = gunzipSync(readFileSync(transcripts)).toString('latin1').split('>').slice(1);
  const sequences = records.map((record) => record.slice(record.indexOf('\n')).replace(/\s/g, ''));
  return sequences.filter((sequence) => sequence.length >= fragment.mean + 5 * fragment.deviation);
}

/** FASTQ of both mates of a run, the same every time. */
export function makeMates(run: number, pairs: number): [string, string] {
  const random = uniform(0x9e3779b9 + run * 7919);
  const sources = readTranscripts();
  // The sum of twelve is close to normal, with a deviation of 1.
  const normal = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value) - 6;
  const mates: [string[], string[]] = [[], []];
  for (let pair = 1; pair <= pairs; pair++) {
    const source = sources[Math.floor(random() * sources.length)]!;
    const length = Math.round(fragment.mean + fragment.deviation * normal());
    const start = Math.floor(random() * (source.length - length + 1));
    const piece = source.slice(start, start + length);
    const ends = [piece.slice(0, readLength), reverseComplement(piece.slice(-readLength))];
    if (random() < 0.5) ends.reverse();
    for (const [mate, end] of ends.entries()) mates[mate]!.push(fastqRecord(`${run}.${pair}`, end, random));
  }
  return [mates[0].join(''), mates[1].join('')];
}

/** The files of a workload, below a folder of inputs. */
export class RnaInput {
  readonly folder: string;
  readonly index: string;
  readonly runs: readonly string[];

  constructor(
    readonly workload: RnaWorkload,
    readonly inputs = inputsFolder,
  ) {
    this.folder = path.join(inputs, workload.folder);
    this.index = path.join(inputs, 'rna-index', `${species}.idx`);
    this.runs = Array.from(
      { length: workload.runs },
      (_, at) => `SRR90000${String(at + 1).padStart(2, '0')}`,
    );
  }

  /** The mates of a run. */
  reads(run: string): string[] {
    return [1, 2].map((mate) => path.join(this.folder, `${run}_${mate}.fastq.gz`));
  }

  get files(): string[] {
    return [this.index, ...this.runs.flatMap((run) => this.reads(run))];
  }

  /** The table that kallisto itself makes of a run, which of large ones depends on whether it has one thread. */
  expected(run: string, threads: 1 | 2): Buffer {
    return readFileSync(path.join(this.folder, `${run}.${threads}.abundance.tsv`));
  }

  /** Makes what is not there. */
  async make(): Promise<void> {
    if (!existsSync(this.index)) {
      await whole(path.dirname(this.index), async (temporary) => {
        // kallisto's bytes, with gtk's record: an index of others it would first read to its end.
        const args = ['rna', 'index', transcripts, '--out', temporary, '--quiet'];
        execFileSync(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
      });
    }
    const { runs, pairs, copies } = this.workload;
    const madeBy = JSON.stringify([runs, pairs, copies, sha256(fileURLToPath(import.meta.url))]);
    const mark = path.join(this.folder, 'made-by');
    if (existsSync(mark) && readFileSync(mark, 'utf8') === madeBy) return;
    await whole(this.folder, async (temporary) => {
      mkdirSync(temporary);
      const made = new RnaInput({ ...this.workload, folder: path.basename(temporary) }, this.inputs);
      for (const [at, run] of this.runs.entries()) made.#makeRun(run, at + 1);
      writeFileSync(path.join(temporary, 'made-by'), madeBy);
    });
  }

  #makeRun(run: string, number: number): void {
    const { pairs, copies } = this.workload;
    const reads = this.reads(run);
    if (copies) {
      for (const [at, file] of reads.entries()) {
        copyFileSync(data(`fastq/${species}/${copies}_${at + 1}.fastq.gz`), file);
      }
    } else {
      const mates = makeMates(number, pairs);
      for (const [at, file] of reads.entries()) writeFileSync(file, gzipSync(mates[at]!));
    }
    for (const threads of [1, 2]) {
      const result = path.join(this.folder, `${run}.${threads}.kallisto`);
      execFileSync('kallisto', ['quant', '-t', `${threads}`, '-i', this.index, '-o', result, ...reads], {
        stdio: 'ignore',
      });
      const table = path.join(this.folder, `${run}.${threads}.abundance.tsv`);
      copyFileSync(path.join(result, 'abundance.tsv'), table);
    }
  }
}

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** A run for a table of metadata. */
export interface ListedRun {
  run: string;
  pairs: number;
  /** Further columns. */
  columns?: Readonly<Record<string, string>>;
}

export const configIn = (folder: string) => path.join(folder, 'amalgkit_yeast.yaml');

/** Lays out a species in a folder: its configuration and the table of its runs. Results go to `out` below it. */
export function laySpecies(folder: string, indexFolder: string, runs: readonly ListedRun[]): void {
  const out = path.join(folder, 'out');
  mkdirSync(path.join(out, 'metadata'), { recursive: true });
  const rows = runs.map(({ run, pairs, columns = {} }) => ({
    scientific_name: 'Saccharomyces cerevisiae',
    run,
    lib_layout: 'paired',
    total_spots: String(pairs),
    total_bases: String(pairs * 2 * readLength),
    exclusion: 'no',
    is_sampled: 'yes',
    ...columns,
  }));
  const table = [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))];
  const metadata = path.join(out, 'metadata', 'metadata.tsv');
  writeFileSync(metadata, table.map((cells) => `${cells.join('\t')}\n`).join(''));
  writeFileSync(
    configIn(folder),
    [
      `work_dir: ${JSON.stringify(out)}`,
      `species_list: [${species}]`,
      'threads: 2',
      `steps: { quant: { index_dir: ${JSON.stringify(indexFolder)}, out_dir: ${JSON.stringify(out)} } }`,
      '',
    ].join('\n'),
  );
}

/** Puts reads into the folder of a run, without copying them where the disk is the same. */
export function placeReads(folder: string, run: string, reads: readonly string[]): void {
  const place = path.join(folder, 'out', 'getfastq', run);
  mkdirSync(place, { recursive: true });
  for (const [at, file] of reads.entries()) {
    const target = path.join(place, `${run}_${at + 1}.fastq.gz`);
    try {
      linkSync(file, target);
    } catch {
      copyFileSync(file, target);
    }
  }
}
