/** One file from an archive into the folder of its run: in a slot, resumed, verified, told of. */
import { createReadStream, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { GtkError } from '../../errors.js';
import { gunzip } from '../../formats/compression/gzip.js';
import { download } from '../../net/download.js';
import { type FailureKind, NetworkFailure } from '../../net/failure.js';
import { type FailureReason, SampleFailure } from '../failure.js';
import type { Sample } from '../sample.js';
import type { Workshop } from '../workshop.js';
import { allowedAddresses } from './hosts.js';

/** One run that is being fetched. */
export interface RunFetch {
  sample: Sample;
  /** Folder of the run; it exists. */
  folder: string;
  shop: Workshop;
  /** Whose share of the download slots it takes. */
  owner: string;
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
  /** Without a sum, the checksums within gzip are verified. */
  isGzip: boolean;
}

/** Bytes after which a transfer counts as one that gets on. */
const PROGRESS_BYTES = 10_000_000;

/**
 * Fetches a file, once more from the start if it turns out wrong. One that stands there verified is kept.
 *
 * @returns its absolute path
 * @throws SampleFailure; GTK_NOT_WRITABLE; the signal's reason
 */
export async function fetchFile(order: FileOrder, fetch: RunFetch, signal: AbortSignal): Promise<string> {
  const { shop, owner } = fetch;
  const release = await shop.downloads.take(1, signal, owner);
  try {
    return await fetchOnce(order, fetch, signal).catch((thrown: unknown) => {
      if (kindOf(thrown) !== 'wrong-checksum' && kindOf(thrown) !== 'wrong-size') throw thrown;
      signal.throwIfAborted();
      tellRetry(fetch, 1, `${order.name}: ${causeOf(thrown)!.message}`, 0);
      return fetchOnce(order, fetch, signal);
    });
  } catch (thrown) {
    signal.throwIfAborted();
    throw failureOf(thrown, order);
  } finally {
    release();
  }
}

async function fetchOnce(order: FileOrder, fetch: RunFetch, signal: AbortSignal): Promise<string> {
  const { url, name, bytes, md5s, isGzip } = order;
  const { sample, folder, shop, tally } = fetch;
  const { retry, stallSeconds, limitSeconds } = shop.transfers;
  const to = path.join(folder, name);
  const hasOnlyGzip = isGzip && md5s.length === 0;
  if (hasOnlyGzip && existsSync(to) && (await gzipProblem(to))) rmSync(to);
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
      tellRetry(fetch, retries, `${name} from ${url.host}: ${problem}`, pauseMs / 1000);
    },
    accept: async (file, found) => {
      const problem = hasOnlyGzip ? await gzipProblem(file) : undefined;
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

/** What is wrong with a gzip file, in one clause. */
async function gzipProblem(file: string): Promise<string | undefined> {
  try {
    for await (const _ of gunzip(createReadStream(file, { highWaterMark: 1 << 18 }), file));
    return undefined;
  } catch (error) {
    if (!(error instanceof GtkError)) throw error;
    return error.code === 'GTK_TRUNCATED' ? 'its gzip data end too early' : 'it is no intact gzip file';
  }
}

const causeOf = (thrown: unknown) => {
  const cause = (thrown as Error | undefined)?.cause;
  return cause instanceof NetworkFailure ? cause : undefined;
};

const kindOf = (thrown: unknown): FailureKind | undefined => causeOf(thrown)?.kind;

const reasons: Readonly<Record<FailureKind, FailureReason>> = {
  offline: 'offline',
  stalled: 'stalled',
  'not-found': 'not-found',
  refused: 'not-found',
  redirected: 'redirected',
  'wrong-size': 'checksum',
  'wrong-checksum': 'checksum',
  network: 'network',
};

/** The reason that a failure of the network is. */
export function reasonOf(failure: NetworkFailure): FailureReason {
  return reasons[failure.kind];
}

/** What ended a transfer, as a failure of the run if it is one. */
function failureOf(thrown: unknown, { name, url }: FileOrder): unknown {
  const failure = causeOf(thrown);
  if (failure) return networkFailure(failure, `${name} from ${url.host}`);
  const { code } = ((thrown as Error).cause ?? {}) as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return thrown;
  return new SampleFailure('fetch', 'disk-full', (thrown as Error).message, true);
}

/** A failure of the network as one of the run. */
export function networkFailure(failure: NetworkFailure, what: string): SampleFailure {
  const reason = reasonOf(failure);
  const isPassing = reason === 'network' || reason === 'stalled';
  return new SampleFailure('fetch', reason, `${what}: ${failure.message}`, isPassing);
}
