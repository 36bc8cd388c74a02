/** What is on the disk of a run's reads: whole FASTQ files, an archive, an unfinished download, or nothing. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Layout } from '../layout.js';
import type { LibraryLayout, Sample } from '../sample.js';
import { isOfRun } from './file-names.js';

/** When files that others wrote count as whole. */
export interface SettleRules {
  /** Seconds since the last change. */
  settleSeconds: number;
  sraSettleSeconds: number;
  /** Bytes of an archive. */
  sraMinBytes: number;
  sraMaxBytes: number;
  /** Whether gtk itself wrote that file; then it is whole. */
  known: (file: string) => boolean;
}

/** Why reads that are there cannot be used. */
export type PartialReason = 'part' | 'settling' | 'mate-missing' | 'too-small' | 'too-large';

/** What there is. Paths are absolute; `folder` is where it lies. */
export type FoundReads =
  | {
      kind: 'fastq';
      /** Mates in order. */
      files: string[];
      layoutUsed: LibraryLayout;
      /** A filter, gtk's own or another tool's, may have left out some of the run's reads. */
      isFiltered: boolean;
      folder: string;
    }
  | { kind: 'sra'; file: string; folder: string }
  | { kind: 'partial'; why: PartialReason; folder: string }
  | { kind: 'none' };

/** Endings in the order of preference: what was done to the reads last. The first five are amalgkit's. */
const endings = [
  '.amalgkit.fastq.gz',
  '.rename.fastq.gz',
  '.contam-filtered.fastq.gz',
  '.rrna-filtered.fastq.gz',
  '.fastp.fastq.gz',
  '.fastq.gz',
  '.fastq',
];
const unfiltered = ['.fastq.gz', '.fastq'];

/** A gzip file that is smaller is only believed if it is whole. */
const LEAST_BYTES = 1024;

/** Looks for the reads of a run in all folders where they may lie. Reads no more than names, sizes and times. */
export function findReads(layout: Layout, sample: Sample, rules: SettleRules): FoundReads {
  let partial: FoundReads | undefined;
  for (const folder of layout.readFolders(sample.run)) {
    // Mostly there is none: a question costs a tenth of an error.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue;
    const found = new Folder(folder, sample, rules).found();
    if (found.kind === 'fastq' || found.kind === 'sra') return found;
    if (found.kind === 'partial') partial ??= found;
  }
  return partial ?? { kind: 'none' };
}

class Folder {
  readonly #names: Set<string>;
  /** Whether something is on its way there, by its ending. */
  readonly #unfinished: readonly string[];

  constructor(
    private readonly folder: string,
    private readonly sample: Sample,
    private readonly rules: SettleRules,
  ) {
    const own = readdirSync(folder).filter((name) => isOfRun(name, sample.run));
    this.#names = new Set(own);
    this.#unfinished = own.filter((name) => /\.(part|aria2|tmp)$/.test(name));
  }

  found(): FoundReads {
    const fastq = this.#fastq();
    // While FASTQ is being written, the archive that it may come from is left alone.
    if (fastq.kind === 'fastq' || (fastq.kind === 'partial' && fastq.why === 'settling')) return fastq;
    const sra = this.#sra();
    return sra.kind === 'sra' || fastq.kind === 'none' ? sra : fastq;
  }

  #fastq(): FoundReads {
    let partial: FoundReads | undefined;
    for (const ending of endings) {
      const files = this.#filesWith(ending);
      if (files === undefined) continue;
      const why = files.length === 0 ? 'mate-missing' : this.#fault(files);
      if (why === undefined) {
        const layoutUsed = files.length > 1 ? 'paired' : 'single';
        const isFiltered = !unfiltered.includes(ending);
        return { kind: 'fastq', files, layoutUsed, isFiltered, folder: this.folder };
      }
      partial ??= this.#partial(why);
    }
    const isOnItsWay = this.#unfinished.some((name) => /fastq/.test(name));
    return partial ?? (isOnItsWay ? this.#partial('part') : { kind: 'none' });
  }

  /** Absolute paths; empty if a mate is missing, undefined if there is none with that ending. */
  #filesWith(ending: string): string[] | undefined {
    const { run, layout } = this.sample;
    const has = (name: string) => this.#names.has(name);
    const at = (...names: string[]) => names.map((name) => path.join(this.folder, name));
    const [one, two, whole] = [`${run}_1${ending}`, `${run}_2${ending}`, `${run}${ending}`];
    // Beside mates, a third file holds reads whose mates were lost.
    if (has(one) && has(two)) return at(one, two);
    if (has(whole) && (layout === 'single' || !(has(one) || has(two)))) return at(whole);
    if (!has(one) && !has(two)) return undefined;
    // Some archives give one file of a paired run, under the name of a first mate.
    const isAll = layout === 'single' || this.sample.archive?.files.length === 1;
    return isAll ? at(has(one) ? one : two) : [];
  }

  #fault(files: readonly string[]): PartialReason | undefined {
    const { known, settleSeconds } = this.rules;
    const isPaired = this.sample.layout === 'paired';
    const isOwn = files.every(known);
    // Of a paired run with one file, the mate may be on its way.
    if (this.#unfinished.length > 0 && (!isOwn || (isPaired && files.length === 1))) return 'part';
    const faults = files.map((file) => {
      if (known(file)) return undefined;
      const stat = statSync(file, { throwIfNoEntry: false });
      if (stat?.isFile() && isYoung(stat.mtimeMs, settleSeconds)) return 'settling';
      return stat?.isFile() && isLarge(file, stat.size) ? undefined : 'too-small';
    });
    return faults.find((fault) => fault !== undefined);
  }

  #sra(): FoundReads {
    const { run, size } = this.sample;
    const { known, sraSettleSeconds, sraMinBytes, sraMaxBytes } = this.rules;
    const name = [`${run}.sra`, `${run}.sralite`].find((name) => this.#names.has(name));
    if (name === undefined) return this.#unfinished.length > 0 ? this.#partial('part') : { kind: 'none' };
    const file = path.join(this.folder, name);
    const found: FoundReads = { kind: 'sra', file, folder: this.folder };
    if (known(file)) return found;
    if (this.#unfinished.some((other) => other.startsWith(name))) return this.#partial('part');
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size === 0) return this.#partial('too-small');
    if (stat.size === size) return found;
    if (isYoung(stat.mtimeMs, sraSettleSeconds)) return this.#partial('settling');
    if (stat.size < sraMinBytes) return this.#partial('too-small');
    return stat.size > sraMaxBytes ? this.#partial('too-large') : found;
  }

  #partial(why: PartialReason): FoundReads {
    return { kind: 'partial', why, folder: this.folder };
  }
}

/** A time in the future is another machine's clock. */
function isYoung(mtimeMs: number, settleSeconds: number): boolean {
  return Math.abs(Date.now() - mtimeMs) < settleSeconds * 1000;
}

function isLarge(file: string, bytes: number): boolean {
  if (bytes >= LEAST_BYTES) return true;
  if (!file.endsWith('.gz')) return bytes > 0;
  try {
    gunzipSync(readFileSync(file));
    return true;
  } catch {
    return false;
  }
}
