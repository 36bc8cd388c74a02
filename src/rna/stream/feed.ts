/** One file on its way from the network into a named pipe, judged while it passes. */
import { GtkError } from '../../errors.js';
import { gunzip } from '../../formats/compression/gzip.js';
import { shownAddress } from '../../net/address.js';
import { type FailureKind, NetworkFailure } from '../../net/failure.js';
import { ResumingStream, type ResumingStreamOptions } from '../../net/resuming-stream.js';
import { type FifoWriter, openFifoForWriting } from '../../tools/fifo.js';
import { type FailureReason, SampleFailure } from '../failure.js';

/** A FASTQ file of an archive. */
export interface StreamFile {
  url: string;
  /** `SRR6357070_1.fastq.gz` */
  name: string;
  /** Any of these is right, in hexadecimal; none: the archive tells none. */
  md5s: readonly string[];
  bytes: number | undefined;
}

/** What passed. */
export interface Fed {
  reads: number;
  bases: number;
  bytes: number;
}

/** The program that reads, as it is seen from here. */
export interface Reader {
  /** Aborts once it has ended. */
  ended: AbortSignal;
  /** Why it failed, once it has. */
  failure: () => SampleFailure | undefined;
}

/**
 * Sends a file into a pipe once it is being read. Checksum, gzip's own sums and the form of the records are
 * checked on the way. Bytes that are wrong are read to their end all the same, since only the checksum of all of
 * them tells whether they are wrong at the archive or became so on the way.
 *
 * @throws SampleFailure; {@link Reader.failure} if the reader failed with nothing wrong in what it was given; the
 *   signal's reason
 */
export async function feed(
  file: StreamFile,
  fifo: string,
  reader: Reader,
  transfer: Omit<ResumingStreamOptions, 'url' | 'bytes'>,
): Promise<Fed> {
  const { signal } = transfer;
  // Before the request: an index takes a while to load, and a connection that waits for it would be cut.
  const pipe = await openUnlessEnded(fifo, reader, signal);
  const stream = new ResumingStream({ ...transfer, url: file.url, bytes: file.bytes });
  const passing = new Passing(stream, pipe, reader);
  const close = () => pipe?.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    const counted = await count(passing, file.name);
    if (counted instanceof SampleFailure && file.md5s.length > 0) await passing.drain();
    if (passing.isWhole && file.md5s.length > 0 && !file.md5s.includes(stream.md5)) {
      const found = `the MD5 of ${file.name} is ${stream.md5}, the archive tells ${file.md5s.join(' or ')}`;
      throw new SampleFailure('fetch', 'checksum', found);
    }
    if (counted instanceof SampleFailure) throw counted;
    return { ...counted, bytes: stream.received };
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown instanceof NetworkFailure ? fetchFailure(thrown, file.url) : thrown;
  } finally {
    signal.removeEventListener('abort', close);
    await passing.end();
    close();
  }
}

async function openUnlessEnded(
  fifo: string,
  { ended }: Reader,
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
  isWhole = false;

  constructor(
    stream: ResumingStream,
    private readonly pipe: FifoWriter | undefined,
    private readonly reader: Reader,
  ) {
    this.#source = stream[Symbol.asyncIterator]();
  }

  // Without `return`: whoever stops reading because of what it read leaves the rest to `drain`.
  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Buffer>> {
    // What was handed on before has been looked at by now, and nothing was wrong with it.
    const failure = this.reader.failure();
    if (failure) throw failure;
    const next = await this.#source.next();
    this.isWhole = next.done === true;
    // A reader that ends early may do so rightly, as when the other mate has fewer reads: counts tell that.
    if (next.done) this.pipe?.close();
    else await this.pipe?.write(next.value);
    return next;
  }

  async drain(): Promise<void> {
    while (!(await this.#source.next()).done);
    this.isWhole = true;
  }

  async end(): Promise<void> {
    await this.#source.return?.();
  }
}
