import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bytesBelow } from '../src/tools/watch.js';
import { type Archive, startArchive } from '../test/rna/archive.js';
import type { ListedRun, RnaInput } from './rna-inputs.js';

/** An archive on this machine that sends reads as fast as kallisto takes them, both measured on all runs together. */
export class PacedArchive {
  #archive: Archive | undefined;

  constructor(readonly input: RnaInput) {}

  /** Measures kallisto, and starts the archive in this process. */
  async start(): Promise<void> {
    const { runs, workload } = this.input;
    const archived = runs.map((run) => ({
      run,
      readCount: workload.pairs,
      fastq: Object.fromEntries(
        this.input.reads(run).map((file) => [path.basename(file), readFileSync(file)]),
      ),
    }));
    const bytes = archived
      .flatMap(({ fastq }) => Object.values(fastq))
      .reduce((sum, { length }) => sum + length, 0);
    this.#archive = await startArchive({ runs: archived, bytesPerSecond: bytes / this.#secondsOfKallisto() });
  }

  #secondsOfKallisto(): number {
    const scratch = mkdtempSync(path.join(tmpdir(), 'gtk-bench-'));
    try {
      const before = performance.now();
      for (const run of this.input.runs) {
        const args = ['quant', '-t', '2', '-i', this.input.index, '-o', path.join(scratch, run)];
        execFileSync('kallisto', [...args, ...this.input.reads(run)], { stdio: 'ignore' });
      }
      return (performance.now() - before) / 1000;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  get #started(): Archive {
    if (!this.#archive) throw new Error('the archive has not been started');
    return this.#archive;
  }

  /** Rows of a table of metadata, with ENA's columns. */
  listed(): ListedRun[] {
    return this.input.runs.map((run) => {
      const { fastq_ftp, fastq_md5, fastq_bytes } = this.#started.reportOf(run) as Record<string, string>;
      return {
        run,
        pairs: this.input.workload.pairs,
        columns: { fastq_ftp, fastq_md5, fastq_bytes } as never,
      };
    });
  }

  /** `NAME=VALUE` for each origin. */
  env(): string[] {
    return Object.entries(this.#started.env).map(([name, value]) => `${name}=${value}`);
  }

  addressesOf(run: string): string[] {
    const addresses = this.#started.reportOf(run).fastq_ftp!.split(';');
    return addresses.map((address) => `${this.#started.origins.files}${address.slice(address.indexOf('/'))}`);
  }

  async close(): Promise<void> {
    await this.#archive?.close();
  }
}

const LOOK_MS = 20;

/** How many bytes lie below a folder at most, looked at often until the folder is gone. */
export class DiskPeak {
  bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  watch(folder: string): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      if (!existsSync(folder)) clearInterval(this.#timer);
      this.bytes = Math.max(this.bytes, bytesBelow(path.join(folder, 'getfastq')));
    }, LOOK_MS).unref();
  }
}
