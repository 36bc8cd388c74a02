/** One file on its way from the network into a named pipe, judged while it passes. */
import { GtkError } from '../../errors.js';
import { gunzip } from '../../formats/compression/gzip.js';
import { FastqCounter, fastqKernel } from '../../kernels/fastq/index.js';
import { ResumingStream, type ResumingStreamOptions } from '../../net/resuming-stream.js';
import { type FifoWriter, openFifoForWriting } from '../../tools/fifo.js';
import { SampleFailure } from '../failure.js';
import { transferFailure } from '../sources/transfer-failure.js';

/** A FASTQ file of an archive. */
export interface StreamFile {
  url: URL;
  /** `SRR6357070_1.fastq.gz` */
  name: string;
  /** MD5 sums of which it must have one, in hexadecimal; none where none is known. */
  md5s: readonly string[];
  bytes: number | undefined;
}

/** How a file is fetched. */
export type StreamTransfer = Omit<ResumingStreamOptions, 'url' | 'bytes' | 'onRetry'> & {
  onRetry: (problem: string, pauseMs: number) => void;
};

/**
 * Sends a file into a pipe once somebody reads that. Checksum, gzip's own sums and the form of the records are
 * checked on the way. After a fault the rest is fetched all the same where the checksum is known, since that alone
 * tells whether the archive's file is faulty or became so on the way.
 *
 * @param ended aborts when the reader has ended
 * @returns the number of records; undefined if the reader ended without opening the pipe
 * @throws SampleFailure; the signal's reason
 */
export async function feed(
  file: StreamFile,
  fifo: string,
  ended: AbortSignal,
  transfer: StreamTransfer,
): Promise<number | undefined> {
  const { signal, onRetry } = transfer;
  const { url, name, bytes, md5s } = file;
  // Before the request: an index takes a while to load, and meanwhile the server would cut an idle connection.
  const pipe = await openUnlessEnded(fifo, ended, signal);
  if (!pipe) return undefined;
  const what = `${name} from ${url.host}`;
  const stream = new ResumingStream({
    ...transfer,
    url: url.href,
    bytes,
    onRetry: (problem, pauseMs) => onRetry(`${what}: ${problem}`, pauseMs),
  });
  const passing = new Passing(stream, pipe);
  const close = () => pipe.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    const counted = await count(passing, name);
    const hasFault = counted instanceof SampleFailure;
    if (hasFault && md5s.length > 0) await passing.drain();
    if (md5s.length > 0 && !md5s.includes(stream.md5)) {
      const found = `the MD5 of ${what} is ${stream.md5}, expected ${md5s.join(' or ')}`;
      throw new SampleFailure('fetch', 'checksum', found);
    }
    if (hasFault) throw counted;
    return counted;
  } catch (thrown) {
    signal.throwIfAborted();
    throw transferFailure(thrown, what);
  } finally {
    signal.removeEventListener('abort', close);
    await passing.end();
    close();
  }
}

async function openUnlessEnded(
  fifo: string,
  ended: AbortSignal,
  signal: AbortSignal,
): Promise<FifoWriter | undefined> {
  try {
    return await openFifoForWriting(fifo, AbortSignal.any([signal, ended]));
  } catch (thrown) {
    signal.throwIfAborted();
    if (ended.aborted) return undefined;
    throw thrown;
  }
}

/** The bytes of a stream, each of which has gone into the pipe before it is handed on. */
class Passing implements AsyncIterableIterator<Buffer> {
  readonly #source: AsyncIterator<Buffer>;

  constructor(
    stream: ResumingStream,
    private readonly pipe: FifoWriter,
  ) {
    this.#source = stream[Symbol.asyncIterator]();
  }

  // Without `return`: whoever stops because of what came leaves the rest to `drain`.
  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Buffer>> {
    const next = await this.#source.next();
    // A reader may be gone for a good reason, as when the other mate has fewer reads: the counts tell that.
    if (next.done) this.pipe.close();
    else await this.pipe.write(next.value);
    return next;
  }

  async drain(): Promise<void> {
    while (!(await this.#source.next()).done);
  }

  async end(): Promise<void> {
    await this.#source.return?.();
  }
}

/** Number of records in what passes, or what is wrong with it. */
async function count(passing: Passing, name: string): Promise<number | SampleFailure> {
  const counter = new FastqCounter(fastqKernel());
  try {
    // To the end whatever the text is: gzip's own sums tell whether it was damaged.
    for await (const text of gunzip(passing, name)) counter.push(text);
  } catch (thrown) {
    if (!(thrown instanceof GtkError)) throw thrown;
    const reason = thrown.code === 'GTK_TRUNCATED' ? 'truncated-input' : 'corrupt-gzip';
    return new SampleFailure('fetch', reason, thrown.message);
  }
  const { records, fault } = counter.end();
  if (fault) {
    const { record, found, expected } = fault;
    const clause = `record ${record} of ${name} has ${found}, expected ${expected}`;
    return new SampleFailure('fetch', fault.kind === 'end' ? 'truncated-input' : 'not-fastq', clause);
  }
  return records > 0 ? records : new SampleFailure('fetch', 'no-reads', `${name} holds no read`);
}
