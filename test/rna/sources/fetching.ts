/** What tests of fetching share: runs, a workshop around an archive, and the fetch itself. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import type { RnaEvent } from '../../../src/rna/events.js';
import type { Sample } from '../../../src/rna/sample.js';
import { Slots } from '../../../src/rna/slots.js';
import { transferRules } from '../../../src/rna/sources/endpoints.js';
import { fetchRun } from '../../../src/rna/sources/fetch-run.js';
import type { TransferRules, Workshop } from '../../../src/rna/workshop.js';
import { temporaryFolder } from '../../run-gtk.js';
import { type Archive, type ArchiveOptions, startArchive } from '../archive.js';
import { sample } from '../samples.js';

const started: Archive[] = [];
afterAll(() => Promise.all(started.map((archive) => archive.close())));

/** An archive that is closed after the test file. */
export async function archiveOf(options: ArchiveOptions): Promise<Archive> {
  const archive = await startArchive(options);
  started.push(archive);
  return archive;
}

export const md5 = (content: Buffer) => createHash('md5').update(content).digest('hex');

/** FASTQ as gzip, of at least so many compressed bytes, different for each seed. */
export function fastq(seed: number, bytes = 300_000): Buffer {
  let state = seed + 1;
  const base = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 'ACGT'[state >>> 30];
  };
  const records: string[] = [];
  for (let i = 0; i * 25 < bytes; i += 1) {
    records.push(`@r${i}\n${Array.from({ length: 70 }, base).join('')}\n+\n${'I'.repeat(70)}\n`);
  }
  return gzipSync(records.join(''));
}

/** An SRA object, as far as the first bytes tell. */
export function sraObject(seed: number): Buffer {
  return Buffer.concat([Buffer.from('NCBI.sra'), fastq(seed, 100_000)]);
}

let folders = 0;
const root = temporaryFolder();

/** A run's folder that is new and empty. */
export function runFolder(): string {
  folders += 1;
  const folder = path.join(root, String(folders));
  mkdirSync(folder);
  return folder;
}

export interface Fetching {
  archive: Archive;
  run: string;
  /** Default: a new one. */
  folder?: string;
  sample?: Partial<Sample>;
  transfers?: Partial<TransferRules>;
  values?: Record<string, string | number | string[]>;
  downloads?: number;
  signal?: AbortSignal;
  program?: Workshop['program'];
  tell?: (event: RnaEvent) => void;
}

/** Fetches a run from an archive, with short pauses; gives the outcome, events and names in the folder. */
export async function fetching(options: Fetching) {
  const { archive, run, folder = runFolder() } = options;
  const events: RnaEvent[] = [];
  let received = 0;
  const rules = transferRules({
    stallSeconds: 60,
    transferHours: 6,
    retries: 3,
    sources: ['ena', 'aws', 'ncbi', 'ddbj'],
    ...archive.values,
    ...options.values,
  });
  const shop = {
    signal: options.signal ?? new AbortController().signal,
    transfers: { ...rules, retry: { ...rules.retry, baseMs: 1, capMs: 5 }, ...options.transfers },
    downloads: new Slots(options.downloads ?? 4),
    tell: (event: RnaEvent) => {
      events.push(event);
      options.tell?.(event);
    },
    received: (bytes: number) => {
      received += bytes;
    },
    program: options.program,
  } as Workshop;
  const outcome = await fetchRun(sample(run, options.sample), folder, shop).then(
    (fetched) => ({ fetched, failure: undefined }),
    (failure: unknown) => ({ fetched: undefined, failure }),
  );
  const retries = events.flatMap((event) => (event.type === 'retry' ? [event.problem] : []));
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const contents = outcome.fetched?.files.map((file) => readFileSync(file)) ?? [];
  return { ...outcome, events, retries, received, names, contents, folder, slotsLeft: shop.downloads.used };
}
