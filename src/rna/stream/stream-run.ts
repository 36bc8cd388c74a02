/**
 * Quantifies a run while it is being downloaded: its reads go through named pipes into the program, and on no disk.
 * A result counts only if every byte of them turns out right.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../engine/folders.js';
import { makeFifos } from '../../tools/fifo.js';
import { SampleFailure } from '../failure.js';
import { type QuantInput, type QuantResult, quantify } from '../quant/quantify.js';
import { allowedAddresses } from '../sources/hosts.js';
import type { Workshop } from '../workshop.js';
import { feed, type StreamFile, type StreamTransfer } from './feed.js';

/**
 * What to stream into what. The pipes are in `STAGE.pipes`, beside the stage: after a kill, both are cleared away by
 * whoever clears the folder above. The program may then still wait at a pipe; the journal tells which it is.
 */
export interface StreamInput
  extends Pick<QuantInput, 'sample' | 'layoutUsed' | 'index' | 'threads' | 'stage' | 'logFile'> {
  /** One file, or both mates in order. */
  files: readonly StreamFile[];
  /** Fewer reads than the archive counts are right: spots without a mate are in a file that is left out. */
  withoutOrphans: boolean;
  shop: Workshop;
  /** In whose share of the slots the transfers count. */
  owner: string;
}

/** A result that stands in the stage. */
export interface Streamed {
  result: QuantResult;
  /** All that came for it, wrong bytes included. */
  bytesDownloaded: number;
}

/** Files with a wrong checksum are streamed once more: they may have been damaged on the way. */
const TIMES = 2;

/**
 * Streams a run into a quantification. The slots for both mates are taken together: the program reads them side by
 * side, so that one could not end while the other waits for a slot.
 *
 * @throws SampleFailure, with no stage left; GTK_NOT_WRITABLE where pipes cannot be made; the signal's reason
 */
export async function streamRun(input: StreamInput): Promise<Streamed> {
  const { sample, files, shop, owner } = input;
  const release = await shop.downloads.take(files.length, shop.signal, owner);
  let bytesDownloaded = 0;
  const received = (bytes: number) => {
    bytesDownloaded += bytes;
    shop.received(bytes);
  };
  try {
    for (let time = 1; ; time += 1) {
      try {
        return { result: await streamOnce(input, received), bytesDownloaded };
      } catch (thrown) {
        const isWrong = thrown instanceof SampleFailure && thrown.reason === 'checksum';
        if (!isWrong || time === TIMES) throw thrown;
        const problem = `${thrown.message}; streamed again`;
        shop.tell({ type: 'retry', run: sample.run, attempt: time, problem, pauseSeconds: 0 });
      }
    }
  } finally {
    release();
  }
}

async function streamOnce(input: StreamInput, received: (bytes: number) => void): Promise<QuantResult> {
  const { files, stage, shop } = input;
  const pipes = `${stage}.pipes`;
  rmSync(pipes, { recursive: true, force: true });
  makeFolder(path.dirname(stage));
  mkdirSync(pipes);
  try {
    const fifos = files.map(({ name }) => path.join(pipes, name));
    await makeFifos(shop.program('mkfifo'), fifos, shop.signal);
    return await quantifyWhileFed(input, fifos, received);
  } finally {
    rmSync(pipes, { recursive: true, force: true });
  }
}

async function quantifyWhileFed(
  input: StreamInput,
  fifos: readonly string[],
  received: (bytes: number) => void,
): Promise<QuantResult> {
  const { files, shop, withoutOrphans } = input;
  const failed = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([shop.signal, failed.signal]);
  const transfer = transferOf(input, signal, received);
  const feeds = files.map((file, at) => feed(file, fifos[at]!, ended.signal, transfer));
  const counted = Promise.all(feeds).then((reads) => ({ reads: pairs(files, reads) }));
  // It waits for the counts once the program has ended, unless that was ended before its time.
  const quantified = quantify({
    ...input,
    files: fifos,
    // Bytes that are right are all that there is, whatever the metadata count.
    reads: { counted, filtered: withoutOrphans || files.every(({ md5s }) => md5s.length > 0) },
    shop: {
      ...shop,
      signal,
      tell: (event) => {
        if (event.type === 'process-ended') ended.abort();
        shop.tell(event);
      },
    },
  });
  // Whatever fails voids the result, and the others need not go on.
  for (const part of [...feeds, quantified]) part.catch((thrown: unknown) => failed.abort(thrown));
  await Promise.allSettled([...feeds, quantified]);
  shop.signal.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
  return quantified;
}

/** Pairs, or reads of a single file. None if the program never asked for them: then its end tells why. */
function pairs(files: readonly StreamFile[], reads: readonly (number | undefined)[]): number {
  if (reads.includes(undefined)) return 0;
  const [first, second = first] = reads as number[];
  if (first === second) return first!;
  const found = `${files[0]!.name} holds ${first} reads, ${files[1]!.name} ${second}`;
  throw new SampleFailure('fetch', 'mate-count-mismatch', found);
}

function transferOf(
  { sample, shop }: StreamInput,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): StreamTransfer {
  const { retry, stallSeconds, limitSeconds } = shop.transfers;
  let retries = 0;
  return {
    signal,
    retry,
    idleMs: stallSeconds * 1000,
    limitMs: limitSeconds * 1000,
    allows: allowedAddresses(shop.transfers),
    onBytes,
    onRetry: (problem, pauseMs) => {
      retries += 1;
      const pauseSeconds = pauseMs / 1000;
      shop.tell({ type: 'retry', run: sample.run, attempt: retries, problem, pauseSeconds });
    },
  };
}
