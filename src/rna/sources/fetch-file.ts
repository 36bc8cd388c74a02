/** One file from an archive into the folder of its run: in a slot, resumed, verified, told of. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { download } from '../../net/download.js';
import { NetworkFailure } from '../../net/failure.js';
import { unpackingBytes } from '../disk.js';
import type { RunSpace } from '../run-space.js';
import type { Sample } from '../sample.js';
import type { Workshop } from '../workshop.js';
import { contentProblem } from './content-problem.js';
import { allowedAddresses } from './hosts.js';
import { causeOf, transferFailure } from './transfer-failure.js';

/** One run that is being fetched. */
export interface RunFetch {
  sample: Sample;
  /** Folder of the run; it exists. */
  folder: string;
  shop: Workshop;
  /** Whose share of the download slots it takes. */
  owner: string;
  /** What the disk has promised to the run. */
  space: RunSpace | undefined;
  /** What has come for the run, from all sources. */
  tally: { bytes: number; files: Set<string> };
}

/** A file to fetch. */
export interface FileOrder {
  url: URL;
  /** Name in the folder of the run. */
  name: string;
  bytes: number | undefined;
  /** MD5 sums of which it must have one; none where none is known. */
  md5s: readonly string[];
  /** What it should be: where no sum is known, its content tells whether it is. */
  form: 'gzip' | 'sra';
}

/** Bytes after which a transfer counts as one that gets on. */
const PROGRESS_BYTES = 10_000_000;

/**
 * Fetches a file, once more from the start if it turns out wrong. One that stands there verified is kept.
 *
 * @returns its absolute path
 * @throws SampleFailure; GTK_NOT_WRITABLE; the signal's reason
 */
export async function fetchFile(order: FileOrder, job: RunFetch, signal: AbortSignal): Promise<string> {
  const { shop, owner, space, sample } = job;
  if (order.form === 'sra') await space?.take(unpackingBytes(sample), 'fetch');
  const release = await shop.downloads.take(1, signal, owner);
  try {
    return await fetchOnce(order, job, signal).catch((thrown: unknown) => {
      const { kind, message } = causeOf(thrown) ?? {};
      if (kind !== 'wrong-checksum' && kind !== 'wrong-size') throw thrown;
      signal.throwIfAborted();
      tellRetry(job, 1, `${order.name} from ${order.url.host}: ${message}`, 0);
      return fetchOnce(order, job, signal);
    });
  } catch (thrown) {
    signal.throwIfAborted();
    throw transferFailure(thrown, `${order.name} from ${order.url.host}`);
  } finally {
    release();
  }
}

async function fetchOnce(order: FileOrder, job: RunFetch, signal: AbortSignal): Promise<string> {
  const { url, name, bytes, md5s, form } = order;
  const { sample, folder, shop, tally } = job;
  const { retry, stallSeconds, limitSeconds } = shop.transfers;
  const to = path.join(folder, name);
  const problemOf = async (file: string) => (md5s.length > 0 ? undefined : contentProblem(file, form));
  if (existsSync(to) && (await problemOf(to))) rmSync(to);
  let retries = 0;
  const { isNew } = await download({
    url: url.href,
    to,
    md5s,
    ...(bytes !== undefined && { bytes }),
    signal,
    retry,
    progressBytes: PROGRESS_BYTES,
    idleMs: stallSeconds * 1000,
    limitMs: limitSeconds * 1000,
    allows: allowedAddresses(shop.transfers),
    onProgress: counter((came) => {
      tally.bytes += came;
      shop.received(came);
    }),
    onRetry: (problem, pauseMs) => {
      retries += 1;
      tellRetry(job, retries, `${name} from ${url.host}: ${problem}`, pauseMs / 1000);
    },
    accept: async (file, found) => {
      const problem = await problemOf(file);
      if (problem) throw new NetworkFailure(problem, false, undefined, 'wrong-checksum');
      // Told before the file has its name: whatever stands there later is known to be ours.
      shop.tell({ type: 'file', run: sample.run, path: to, bytes: found.bytes, md5: found.sum });
    },
  });
  if (isNew) tally.files.add(to);
  return to;
}

function tellRetry({ sample, shop }: RunFetch, attempt: number, problem: string, pauseSeconds: number): void {
  shop.tell({ type: 'retry', run: sample.run, attempt, problem, pauseSeconds });
}

/** Makes increments of a number that also jumps: to where a transfer goes on, and back. */
function counter(add: (more: number) => void): (now: number) => void {
  let last: number | undefined;
  return (now) => {
    if (last !== undefined && now > last) add(now - last);
    last = now;
  };
}
