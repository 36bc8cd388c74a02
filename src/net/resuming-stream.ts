/** A file from the network as a stream that outlives cut connections: nothing of it is kept, not even on disk. */
import { createHash, type Hash } from 'node:crypto';
import { httpAddress } from './address.js';
import { exchange, type Incoming } from './exchange.js';
import { type FailureKind, NetworkFailure, statusFailure } from './failure.js';
import { isWorthATry, patient, pause, pauseAfter, type RetryPolicy } from './retry.js';

/** What to fetch. */
export interface ResumingStreamOptions {
  /** http: or https:. */
  url: string;
  /** Size, if known. */
  bytes?: number | undefined;
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Tries that bring little in a row, and the pauses between them. Default {@link patient}. */
  retry?: RetryPolicy;
  /** A connection without a byte for so long is cut and begun anew. */
  idleMs?: number;
  /** The whole may take so long. */
  limitMs?: number;
  /** Where redirects may lead. */
  allows?: (url: URL) => boolean;
  /** Called with the number of bytes that came. */
  onBytes?: (bytes: number) => void;
  /** Called before each pause. */
  onRetry?: (reason: string, pauseMs: number) => void;
}

/** With that many bytes, a try was no failure, however it ended. */
const PROGRESS_BYTES = 10_000_000;

/**
 * Iterates once over the bytes of a file. After a cut it asks for the rest; a server that sends everything again
 * is listened to until what it sends was not yet handed on, and only if all before that is the same.
 *
 * Iteration throws NetworkFailure (`wrong-checksum` for a file that changed meanwhile) and the signal's reason.
 * Memory: what the connection's buffers hold; a slow reader slows the server down.
 */
export class ResumingStream implements AsyncIterable<Buffer> {
  readonly #url: URL;
  readonly #deadline: number;
  readonly #hash: Hash = createHash('md5');
  #received = 0;
  /** Size of the whole, once known. */
  #length: number | undefined;
  /** What If-Range takes: a strong ETag or a date. */
  #validator: string | undefined;
  /** The server cannot send a part, or sends a wrong one. */
  #onlyWhole = false;
  #isComplete = false;
  /** How long the reader held bytes at most; the connection idled meanwhile without a fault of the server. */
  #heldMs = 0;

  constructor(private readonly options: ResumingStreamOptions) {
    const url = httpAddress(options.url);
    if (!url) throw lasting('the address is none of the web', 'network');
    this.#url = url;
    this.#length = options.bytes;
    this.#deadline = performance.now() + (options.limitMs ?? Number.POSITIVE_INFINITY);
  }

  /** Bytes that were handed on. */
  get received(): number {
    return this.#received;
  }

  /** MD5 of these, in hexadecimal. */
  get md5(): string {
    return this.#hash.copy().digest('hex');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const { retry = patient, signal, idleMs = 60_000, onRetry } = this.options;
    let failures = 0;
    for (let counted = 0; !this.#isComplete; ) {
      this.#heldMs = 0;
      try {
        yield* this.#fetchRest();
      } catch (thrown) {
        if (!(thrown instanceof NetworkFailure) || !isWorthATry(thrown, retry)) throw thrown;
        // Cut behind the last byte, there is nothing left to ask for.
        if (this.#received > 0 && this.#received === this.#length) return;
        this.#keepLimit();
        if (this.#heldMs >= idleMs / 2) continue;
        if (this.#received - counted >= PROGRESS_BYTES) {
          counted = this.#received;
          failures = 0;
        }
        failures += 1;
        if (failures >= retry.tries) throw thrown;
        const pauseMs = pauseAfter(failures, retry, thrown.retryAfter);
        onRetry?.(thrown.message, pauseMs);
        await pause(pauseMs, signal);
      }
    }
  }

  #keepLimit(): void {
    if (performance.now() <= this.#deadline) return;
    throw lasting(`not whole within ${this.options.limitMs! / 3_600_000} h`, 'stalled');
  }

  async *#fetchRest(): AsyncGenerator<Buffer> {
    const { url, bytes, limitMs, retry, onBytes, onRetry, headers, ...how } = this.options;
    const incoming = await exchange(this.#url, { ...how, headers: { ...headers, ...this.#range() } });
    try {
      const what = this.#accept(incoming);
      if (what === 'nothing') this.#isComplete = true;
      else yield* this.#read(what === 'whole' ? this.#unknown(incoming.body) : incoming.body);
    } finally {
      incoming.close();
    }
  }

  /** The headers that ask for the rest, if it is still the rest of the same content (RFC 9110, section 13.1.5). */
  #range(): Record<string, string> {
    // A body that is compressed on the way has neither the length nor the bytes of the file.
    const headers = { 'accept-encoding': 'identity' };
    if (this.#received === 0 || this.#onlyWhole) return headers;
    const rest = { ...headers, range: `bytes=${this.#received}-` };
    return this.#validator === undefined ? rest : { ...rest, 'if-range': this.#validator };
  }

  /** What the reply brings; nothing if all was there before, which only it tells. */
  #accept({ status, headers }: Incoming): 'whole' | 'rest' | 'nothing' {
    const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
    const total = numberOf(range?.[2]);
    if (status === 200) {
      this.#expectLength(numberOf(headers['content-length']));
      // Machines behind one name may each have their own: that of the one that answered last counts.
      this.#validator = headers.etag?.startsWith('"') ? headers.etag : headers['last-modified'];
      return 'whole';
    }
    const isPart = status === 206 && this.#received > 0 && numberOf(range?.[1]) === this.#received;
    if (isPart && [undefined, this.#length].includes(total) && this.#isSame(headers.etag)) return 'rest';
    if (status === 416 && this.#length === undefined && total === this.#received) return 'nothing';
    if (this.#received > 0 && !this.#onlyWhole && [206, 416].includes(status)) {
      this.#onlyWhole = true;
      throw new NetworkFailure('the server sent another part than the rest', true);
    }
    throw statusFailure(status, headers['retry-after']);
  }

  /** A partial reply has to repeat the ETag (RFC 9110, section 15.3.7). */
  #isSame(etag: string | undefined): boolean {
    return !this.#validator?.startsWith('"') || etag === this.#validator;
  }

  #expectLength(length: number | undefined): void {
    this.#length ??= length;
    if (length === undefined || length === this.#length) return;
    throw lasting(`it has ${length} bytes, expected ${this.#length}`, 'wrong-size');
  }

  /** Of all bytes of the file, those that were not yet handed on. */
  async *#unknown(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const known = this.#received;
    const again = createHash('md5');
    let at = 0;
    for await (const chunk of body) {
      this.#keepLimit();
      if (at >= known) {
        yield chunk;
        continue;
      }
      const old = chunk.subarray(0, known - at);
      at += old.length;
      again.update(old);
      if (at < known) continue;
      if (again.digest('hex') !== this.md5) throw lasting('the file changed on the server', 'wrong-checksum');
      if (chunk.length > old.length) yield chunk.subarray(old.length);
    }
    if (at < known) throw new NetworkFailure('the reply ended early', true);
  }

  async *#read(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      this.#keepLimit();
      if (this.#received + chunk.length > (this.#length ?? Infinity)) {
        throw lasting(`it has more than the ${this.#length} bytes that were expected`, 'wrong-size');
      }
      this.#hash.update(chunk);
      this.#received += chunk.length;
      this.options.onBytes?.(chunk.length);
      const since = performance.now();
      yield chunk;
      this.#heldMs = Math.max(this.#heldMs, performance.now() - since);
    }
    // Without a length, only the end of the reply tells the end of the file.
    if (this.#received < (this.#length ?? 0)) throw new NetworkFailure('the reply ended early', true);
    this.#isComplete = true;
  }
}

const numberOf = (text: string | undefined) => (/^\d+$/.test(text ?? '') ? Number(text) : undefined);

function lasting(message: string, kind: FailureKind): NetworkFailure {
  return new NetworkFailure(message, false, undefined, kind);
}
