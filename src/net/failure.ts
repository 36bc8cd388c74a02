/** Why an HTTP exchange came to nothing, in words that are fit to be shown. */
import { STATUS_CODES } from 'node:http';
import { GtkError } from '../errors.js';

/** What kind of failure it is, for whoever decides by it. `network` is whatever is none of the others. */
export type FailureKind =
  /** No address for the host, or nobody there. */
  | 'offline'
  /** Nothing came for too long, or the whole took too long. */
  | 'stalled'
  /** HTTP 404 and 410. */
  | 'not-found'
  /** Other statuses that say the request is wrong. */
  | 'refused'
  /** To somewhere that is not allowed. */
  | 'redirected'
  | 'wrong-size'
  | 'wrong-checksum'
  | 'network';

/**
 * No usable reply: refused, cut, timed out, not HTTP. The message is one clause without the query strings of
 * addresses (signatures) and without values of headers (tokens); whoever catches it names the address.
 */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';

  constructor(
    message: string,
    /** True if the same request may succeed later. */
    readonly temporary: boolean,
    /** The Retry-After header of the reply, if one came. */
    readonly retryAfter?: string,
    readonly kind: FailureKind = 'network',
  ) {
    super(message);
  }
}

const cut = 'the connection was cut';
const unreachable = 'the host cannot be reached';

/** What passes by itself, by Node's and libuv's code of it. */
const passing: Record<string, string> = {
  ECONNRESET: cut,
  ECONNABORTED: cut,
  EPIPE: cut,
  ERR_STREAM_PREMATURE_CLOSE: cut,
  HPE_INVALID_EOF_STATE: cut,
  ETIMEDOUT: 'the connection timed out',
};

/** Nobody is there, perhaps because this machine has no network. */
const absent: Record<string, string> = {
  ECONNREFUSED: 'the host refuses connections',
  EAI_AGAIN: 'the name server does not answer',
  ENETUNREACH: unreachable,
  ENETDOWN: unreachable,
  EHOSTUNREACH: unreachable,
  EHOSTDOWN: unreachable,
};

/** An HTTP status that is no success, as a failure. */
export function statusFailure(status: number, retryAfter: string | undefined): NetworkFailure {
  const text = `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const isMissing = status === 404 || status === 410;
  const kind = isMissing ? 'not-found' : status < 400 || isTemporary(status) ? 'network' : 'refused';
  return new NetworkFailure(text, isTemporary(status), retryAfter, kind);
}

/** Statuses after which the same request may succeed: 408, 429 and all of the server's own faults. */
export function isTemporary(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** What was thrown below an exchange, as a failure; an error that has been put into words stays what it is. */
export function failureOf(thrown: unknown): Error {
  if (thrown instanceof NetworkFailure || thrown instanceof GtkError) return thrown;
  const { code = '', message } = thrown as NodeJS.ErrnoException;
  if (code in passing) return new NetworkFailure(passing[code]!, true);
  if (code in absent) return new NetworkFailure(absent[code]!, true, undefined, 'offline');
  if (code === 'ENOTFOUND') return new NetworkFailure('the host has no address', false, undefined, 'offline');
  if (code === 'ERR_INVALID_CHAR')
    return new NetworkFailure('a header holds a character that HTTP does not allow', false);
  // Messages of the parser and of TLS speak of the protocol alone; others could quote what was sent.
  if (code.startsWith('HPE_')) return new NetworkFailure(`the reply is not HTTP (${code})`, false);
  if (/CERT|SIGN|TLS|SSL|EPROTO/.test(code)) {
    return new NetworkFailure(`no secure connection: ${message.split('\n', 1)[0]}`, false);
  }
  return new NetworkFailure(`the request failed (${code || 'unknown reason'})`, false);
}
