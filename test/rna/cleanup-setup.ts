/** A species' folder with reads in all conditions that cleaning has to tell apart. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FailureReason } from '../../src/rna/failure.js';
import { Journal } from '../../src/rna/journal.js';
import { Layout } from '../../src/rna/layout.js';
import type { Sample } from '../../src/rna/sample.js';
import { readState } from '../../src/rna/status/journal-state.js';
import { sample } from './samples.js';

export const reads = gzipSync('@r\nACGT\n+\nIIII\n'.repeat(4000), { level: 0 });
const hour = 3_600_000;

/** One OUT below a folder, and the samples of its table. */
export class CleanupSetup {
  readonly layout: Layout;
  readonly samples: Sample[] = [];
  readonly #journal: Journal;

  constructor(parent: string, name = 'oüt with blanks') {
    this.layout = new Layout(path.join(mkdtempSync(path.join(parent, 'c-')), name));
    this.#journal = new Journal(this.layout.journal);
  }

  add(run: string, different: Partial<Sample> = {}): this {
    this.samples.push(sample(run, different));
    return this;
  }

  /** Puts a file into the run's folder, as somebody else would. */
  put(run: string, name: string, content: Uint8Array | string = reads): string {
    const file = path.join(this.layout.runFolder(run), name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** Puts a file there, as gtk would. */
  download(run: string, name: string, content: Uint8Array | string = reads): string {
    const file = this.put(run, name, content);
    this.#journal.append({ type: 'file', run, path: file, bytes: statSync(file).size });
    return file;
  }

  /** Mates that gtk downloaded. */
  pair(run: string): [string, string] {
    return [this.download(run, `${run}_1.fastq.gz`), this.download(run, `${run}_2.fastq.gz`)];
  }

  /** A download that stopped. */
  part(run: string, name = `${run}_1.fastq.gz`): [string, string] {
    const address = createHash('sha256').update(name).digest('hex');
    return [
      this.put(run, `${name}.part`, reads.subarray(0, 20_000)),
      this.put(run, `${name}.part.json`, `${JSON.stringify({ address, validator: '"1"' })}\n`),
    ];
  }

  fail(run: string, reason: FailureReason = 'zero-aligned'): this {
    const nothing = { attempt: 1, seconds: 1, bytesDownloaded: 0, bytesFreed: 0 };
    const species = 'Genus_species';
    this.#journal.append({ type: 'end', record: { run, species, state: 'failed', reason, ...nothing } });
    return this;
  }

  /** The work on the run came to its end. */
  end(run: string, bytesFreed: number): this {
    const nothing = { attempt: 1, seconds: 1, bytesDownloaded: 0, bytesFreed };
    this.#journal.append({
      type: 'end',
      record: { run, species: 'Genus_species', state: 'done', ...nothing },
    });
    return this;
  }

  start(options: object): this {
    this.#journal.append({ type: 'start', command: 'rna batch', pid: 1, version: '1', samples: 1, options });
    return this;
  }

  /** A result that is valid. */
  result(run: string): this {
    mkdirSync(this.layout.quantFolder(run), { recursive: true });
    const table = 'target_id\tlength\teff_length\test_counts\ttpm\nt1\t500\t301\t7\t1000000\n';
    writeFileSync(this.layout.abundance(run), table);
    const info = {
      n_targets: 1,
      n_processed: 10,
      n_pseudoaligned: 7,
      n_unique: 7,
      p_pseudoaligned: 70,
      p_unique: 70,
    };
    writeFileSync(this.layout.runInfo(run), JSON.stringify(info));
    return this;
  }

  /** What plans are made of, an hour later. */
  view(different: { inFlight?: Set<string>; keepsReads?: boolean; now?: number } = {}) {
    const { layout, samples } = this;
    const state = readState(layout.journal);
    return { layout, samples, state, inFlight: new Set<string>(), now: Date.now() + hour, ...different };
  }
}

/** Absolute paths of all files and links below a folder; links are not followed. */
export function everythingBelow(folder: string): string[] {
  const found = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? everythingBelow(file) : [file];
  });
  return found.sort();
}
