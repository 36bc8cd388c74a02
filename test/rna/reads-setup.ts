/** What the tests of reads share: a workshop of their own, and data. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { DiskPromises } from '../../src/rna/disk.js';
import type { RnaEvent } from '../../src/rna/events.js';
import { CountingThreads } from '../../src/rna/reads/counting-threads.js';
import { Slots } from '../../src/rna/slots.js';
import type { WorkRules, Workshop } from '../../src/rna/workshop.js';
import { requirePrograms } from '../../src/tools/find.js';
import { temporaryFolder, testData } from '../run-gtk.js';

export const pombe = (name: string) => testData(`rna/fastq/Schizosaccharomyces_pombe/${name}.fastq.gz`);
export const cerevisiae = (name: string) => testData(`rna/fastq/Saccharomyces_cerevisiae/${name}.fastq.gz`);
export const archive = (name: string) => testData(`rna/sra/${name}.sra`);

/** The part of a workshop that reads need. */
export type ReadsShop = Pick<
  Workshop,
  'signal' | 'rules' | 'tell' | 'program' | 'disk' | 'processors' | 'counting'
> & {
  events: RnaEvent[];
};

/** A workshop that remembers what it is told. */
export function readsShop(
  different: { signal?: AbortSignal; floor?: number; folder?: string } = {},
): ReadsShop {
  const counting = new CountingThreads(2);
  afterAll(() => counting.end());
  const events: RnaEvent[] = [];
  const { floor = 0, folder = temporaryFolder() } = different;
  const disk = new DiskPromises({ folder, floor, margin: 0 });
  // As whoever works on a run does.
  disk.hold();
  return {
    signal: different.signal ?? new AbortController().signal,
    rules: { silentSeconds: 600 } as WorkRules,
    tell: (event) => events.push(event),
    program: (name) => requirePrograms([name])[name],
    disk,
    processors: new Slots(2),
    counting,
    events,
  };
}

/** Records of a FASTQ file as [name up to the first blank, sequence, qualities]. */
export function recordsOf(file: string): [string, string, string][] {
  const bytes = readFileSync(file);
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1');
  const lines = text.split('\n');
  const records: [string, string, string][] = [];
  for (let at = 0; at + 3 < lines.length; at += 4) {
    records.push([lines[at]!.split(' ')[0]!, lines[at + 1]!, lines[at + 3]!]);
  }
  return records;
}

/** A sum over sequences and qualities in their order, whatever the names. */
export function sumOfReads(file: string): string {
  const hash = createHash('md5');
  for (const [, sequence, qualities] of recordsOf(file)) hash.update(`${sequence}\n${qualities}\n`);
  return hash.digest('hex');
}
