import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputsFolder, whole } from './input-files.js';
import { type AlignmentWorkload, writeAlignment } from './pcr-alignment.js';
import { makeReads } from './pcr-reads.js';
import { readContigs } from './sequences.js';

/** Inputs of the pcr bench: yeast as a registered genome, and what is made from it. */

export interface PcrWorkloads {
  alignment: AlignmentWorkload;
  /** Pairs of reads of the runs that a server works on. */
  pairs: number;
  /** Bytes of each file that is uploaded, at least. */
  upload: number;
  /** Seconds for which clients ask a busy server. */
  seconds: number;
  /** Runs in a small and in a large database, each with ten jobs. */
  runs: [number, number];
  /** Requests of each kind to each of these. */
  requests: number;
  /** Times that a step is killed. */
  kills: number;
}

export const workloads: PcrWorkloads = {
  alignment: { fragments: 2_000_000, clones: 20_000 },
  pairs: 200_000,
  upload: 1e9,
  seconds: 30,
  runs: [10, 1000],
  requests: 400,
  kills: 5,
};

/** The same shapes at a size that takes a second, to see that everything runs. */
export const smallWorkloads: PcrWorkloads = {
  alignment: { fragments: 6000, clones: 600 },
  pairs: 4000,
  upload: 1e6,
  seconds: 1,
  runs: [2, 20],
  requests: 20,
  kills: 1,
};

export const genome = 'yeast';
export const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const data = (name: string) => fileURLToPath(new URL(`../test/data/pcr/${name}`, import.meta.url));

/** The chain of programs that is compared with the site analysis: alignment, known sites and an empty folder. */
export const sitesScript = fileURLToPath(new URL('pcr-sites.sh', import.meta.url));

/** Reads that the repository carries. */
export const carriedReads = [1, 2].map((mate) => data(`qslam_clean/R${mate}.fastq.gz`));

/** Tables of a site analysis that gtk and the chain of programs both leave. */
export const siteTables = Array.from({ length: 11 }, (_, distance) =>
  ['', '.2'].map((kind) => `aligned.d${distance}.peak.merge${kind}.txt`),
).flat();

export class PcrInputs {
  /** Registered genomes. */
  readonly genomes: string;
  readonly alignment: string;
  /** Positions of natural repeats, which stand for known sites. */
  readonly knownSites = data('yeast_R64-1-1.ltr.bed');
  readonly #reads: string;
  readonly #uploads: string;

  constructor(
    readonly workloads: PcrWorkloads,
    readonly folder = inputsFolder,
  ) {
    this.genomes = path.join(folder, 'pcr-genomes');
    this.alignment = path.join(folder, `pcr-${workloads.alignment.fragments}-fragments`);
    this.#reads = path.join(folder, `pcr-${workloads.pairs}-pairs`);
    this.#uploads = path.join(folder, `pcr-upload-${workloads.upload}`);
  }

  get bam(): string {
    return path.join(this.alignment, 'aligned.sorted.bam');
  }

  /** SHA-256 by name of the tables that the chain of programs leaves. */
  expectedTables(): Record<string, string> {
    return JSON.parse(readFileSync(path.join(this.alignment, 'tables.json'), 'utf8'));
  }

  /** Reads for runs of a server. */
  get reads(): string[] {
    return matesIn(this.#reads);
  }

  /** Reads to be uploaded: the above again and again, as members of one gzip file. */
  get uploads(): string[] {
    return matesIn(this.#uploads);
  }

  async makeGenome(): Promise<void> {
    if (existsSync(this.genomes)) return;
    await whole(this.genomes, async (temporary) => {
      const sequence = [
        '--fasta',
        data('yeast_R64-1-1.fa.zst'),
        '--genes',
        data('yeast_R64-1-1.genes.gtf.gz'),
      ];
      const options = [...sequence, '--known-sites', this.knownSites, '--genome-dir', temporary];
      execFileSync(process.execPath, [main, 'pcr', 'genome', 'add', genome, ...options], { stdio: 'ignore' });
    });
  }

  async makeAlignment(): Promise<void> {
    await this.makeGenome();
    if (existsSync(this.alignment)) return;
    await whole(this.alignment, async (folder) => {
      mkdirSync(folder);
      const bam = path.join(folder, path.basename(this.bam));
      await writeAlignment(bam, this.contigs(), this.workloads.alignment);
      const out = path.join(folder, 'tables');
      mkdirSync(out);
      execFileSync(sitesScript, [bam, this.knownSites, out], { stdio: 'inherit' });
      writeFileSync(path.join(folder, 'tables.json'), JSON.stringify(digestsOf(path.join(out, 'bed2peak'))));
      rmSync(out, { recursive: true });
    });
  }

  async makeReads(): Promise<void> {
    await this.makeGenome();
    if (existsSync(this.#reads)) return;
    await whole(this.#reads, async (folder) => {
      mkdirSync(folder);
      const mates = makeReads(this.contigs(), this.workloads.pairs);
      for (const [at, file] of matesIn(folder).entries()) writeFileSync(file, mates[at]!);
    });
  }

  async makeUploads(): Promise<void> {
    await this.makeReads();
    if (existsSync(this.#uploads)) return;
    await whole(this.#uploads, async (folder) => {
      mkdirSync(folder);
      const members = this.reads.map((file) => readFileSync(file));
      const times = Math.ceil(this.workloads.upload / Math.min(...members.map(({ length }) => length)));
      for (const [at, file] of matesIn(folder).entries()) {
        for (let time = 0; time < times; time++) writeFileSync(file, members[at]!, { flag: 'a' });
      }
    });
  }

  /** An empty folder on the same disk. */
  scratch(): string {
    mkdirSync(this.folder, { recursive: true });
    return mkdtempSync(path.join(this.folder, 'pcr-scratch-'));
  }

  contigs() {
    return readContigs(path.join(this.genomes, genome, `${genome}.fa`));
  }
}

const matesIn = (folder: string) => [1, 2].map((mate) => path.join(folder, `R${mate}.fastq.gz`));

/** SHA-256 by name of the tables in a folder. */
export function digestsOf(folder: string): Record<string, string> {
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex');
  return Object.fromEntries(siteTables.map((name) => [name, digest(name)]));
}
