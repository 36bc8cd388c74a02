/** Requests with replies that fit in memory, sent again when that may help. */
import type { IncomingHttpHeaders } from 'node:http';
import { httpAddress } from './address.js';
import { type ExchangeOptions, exchange, type Incoming } from './exchange.js';
import { isTemporary, NetworkFailure } from './failure.js';
import { isWorthATry, patient, pause, pauseAfter, type RetryPolicy } from './retry.js';

/** What is sent, and how often. */
export interface RequestOptions extends ExchangeOptions {
  /** True if the request does no harm when it arrives twice; others are sent once. */
  repeatable: boolean;
  /** Default {@link patient}. */
  retry?: RetryPolicy;
  /** Called before each pause. */
  onRetry?: (reason: string, pauseMs: number) => void;
  /** Bytes of the reply at most. Default 16 MiB. */
  limit?: number;
}

/** A reply, whatever its status. */
export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * Sends a request and reads its reply. A repeatable one is sent again after 408, 429 (as Retry-After asks),
 * 5xx, a cut connection or a time-out; the last reply is returned whatever its status.
 *
 * @throws NetworkFailure if no reply came; GTK_UNREADABLE for a file to send; the signal's reason
 */
export async function request(address: string, options: RequestOptions): Promise<Reply> {
  const url = httpAddress(address);
  if (!url) throw new NetworkFailure('the address is none of the web', false);
  const { retry = patient, signal } = options;
  const tries = options.repeatable ? retry.tries : 1;
  for (let failures = 1; ; failures += 1) {
    const outcome = await once(url, options);
    const isFailure = outcome instanceof NetworkFailure;
    const isWorthwhile = isFailure ? isWorthATry(outcome, retry) : isTemporary(outcome.status);
    if (!isWorthwhile || failures >= tries) {
      if (isFailure) throw outcome;
      return outcome;
    }
    const retryAfter = isFailure ? undefined : outcome.headers['retry-after'];
    const ms = pauseAfter(failures, retry, retryAfter);
    options.onRetry?.(isFailure ? outcome.message : `HTTP ${outcome.status}`, ms);
    await pause(ms, signal);
  }
}

async function once(url: URL, options: RequestOptions): Promise<Reply | NetworkFailure> {
  try {
    const incoming = await exchange(url, options);
    try {
      const body = await read(incoming, options.limit ?? 1 << 24);
      return { status: incoming.status, headers: incoming.headers, body };
    } finally {
      incoming.close();
    }
  } catch (thrown) {
    if (thrown instanceof NetworkFailure) return thrown;
    throw thrown;
  }
}

async function read(incoming: Incoming, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming.body) {
    bytes += chunk.length;
    if (bytes > limit) throw new NetworkFailure(`the reply has more than ${limit} bytes`, false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
