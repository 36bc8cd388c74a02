/** What tests of streaming share: the 10,000 pairs of kallisto's own example, and a workshop. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RnaEvent } from '../../src/rna/events.js';
import type { Sample } from '../../src/rna/sample.js';
import { Slots } from '../../src/rna/slots.js';
import { archiveFiles } from '../../src/rna/sources/archive-files.js';
import { transferRules } from '../../src/rna/sources/endpoints.js';
import { resolveStream } from '../../src/rna/stream/resolve-stream.js';
import { type StreamInput, streamRun } from '../../src/rna/stream/stream-run.js';
import type { Workshop } from '../../src/rna/workshop.js';
import { requirePrograms } from '../../src/tools/find.js';
import type { Archive } from './archive.js';
import { sample } from './samples.js';

const example = (name: string) =>
  fileURLToPath(new URL(`../data/rna/kallisto-examples/${name}`, import.meta.url));

export const mates = ['reads_1.fastq.gz', 'reads_2.fastq.gz'].map((name) => readFileSync(example(name)));

export const md5 = (content: Buffer) => createHash('md5').update(content).digest('hex');

/** The index of the 14 transcripts. */
export function makeIndex(folder: string): string {
  const index = path.join(folder, 'transcripts.idx');
  execFileSync('kallisto', ['index', '-i', index, example('transcripts.fasta.gz')], { stdio: 'ignore' });
  return index;
}

/** `abundance.tsv` as kallisto makes it of files. */
export function tableOfFiles(folder: string, args: string[]): Buffer {
  execFileSync('kallisto', ['quant', '-t', '1', '-o', folder, ...args], { stdio: 'ignore' });
  return readFileSync(path.join(folder, 'abundance.tsv'));
}

/** A workshop with short patience. Events go to `tell`. */
export function streamShop(
  archive: Pick<Archive, 'values'>,
  { tell = () => {}, ...different }: Partial<Workshop> & { tell?: (event: RnaEvent) => void } = {},
): Workshop {
  const given = { retries: 3, retryDelay: 0, stallSeconds: 60, transferHours: 1 };
  const processors = new Slots(2);
  return {
    signal: new AbortController().signal,
    transfers: transferRules({ ...archive.values, ...given }),
    rules: {
      engine: 'kallisto',
      settleSeconds: 0,
      sraSettleSeconds: 0,
      lookSeconds: 1,
      sraMinBytes: 0,
      sraMaxBytes: Number.POSITIVE_INFINITY,
      keepFastq: false,
      deleteOnFailure: false,
      redo: false,
      skipDownload: false,
      minMappedPercent: 0,
      quantHours: 1,
      silentSeconds: 3600,
      attempts: 1,
      stream: true,
      runThreads: 1,
    },
    downloads: new Slots(4),
    fetching: new Slots(4),
    processors,
    quantifiers: new Slots(4),
    memory: new Slots(2 ** 40),
    // Of files alone.
    disk: undefined as never,
    counting: undefined as never,
    received: () => {},
    program: (name) => requirePrograms([name])[name],
    tell,
    ...different,
  };
}

/** The run as its metadata tell it: with what the archive's report says. */
export function listedSample(archive: Archive, run: string, different: Partial<Sample> = {}): Sample {
  return sample(run, { archive: archiveFiles(archive.reportOf(run)), ...different });
}

/** Streams a run into `folder/staging/RUN`. */
export async function stream(listed: Sample, folder: string, index: string, shop: Workshop) {
  const found = await resolveStream(listed, shop);
  if ('fallback' in found) throw new Error(found.fallback);
  const staging = path.join(folder, 'staging');
  mkdirSync(staging, { recursive: true });
  const input: StreamInput = {
    ...found,
    sample: listed,
    index,
    threads: 1,
    stage: path.join(staging, listed.run),
    logFile: path.join(folder, 'logs', `${listed.run}.log`),
    shop,
    owner: '',
  };
  return streamRun(input);
}
