/** One HTTP exchange: a request goes out once, its reply comes as a stream. */
import { createReadStream } from 'node:fs';
import http, { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { gtkError } from '../errors.js';
import { httpAddress } from './address.js';
import { failureOf, NetworkFailure } from './failure.js';

/** Bytes of a file as the body of a request: they are read while they are sent. */
export interface FilePiece {
  file: string;
  start: number;
  bytes: number;
}

/** What is sent, and how long to wait. */
export interface ExchangeOptions {
  method?: 'GET' | 'POST' | 'PUT';
  headers?: Readonly<Record<string, string>>;
  body?: string | FilePiece;
  signal: AbortSignal;
  /** Until the connection stands. Default 30 s. */
  connectMs?: number;
  /** Without a byte in either direction. Default 60 s. */
  idleMs?: number;
  /** Which addresses may be asked, those of redirects included. Default all. */
  allows?: (url: URL) => boolean;
  /** How often a redirect is followed. Default 10. */
  maxRedirects?: number;
  /** Finds the addresses of a host. Default that of Node. */
  lookup?: LookupFunction;
}

/** A reply whose body is yet to be read; whoever has it closes it. */
export interface Incoming {
  status: number;
  headers: IncomingHttpHeaders;
  /** Headers of the redirecting replies on the way. */
  redirects: IncomingHttpHeaders[];
  /** Ends with a {@link NetworkFailure} if the reply is cut or stalls, or with the signal's reason. */
  body: AsyncIterable<Buffer>;
  close(): void;
}

/**
 * Sends a request once. Redirects of a GET are followed, and an Authorization header does not go to another
 * origin; other methods get the redirecting reply.
 *
 * @throws NetworkFailure; GTK_UNREADABLE for a file that cannot be read or became shorter; the signal's reason
 */
export async function exchange(address: URL, options: ExchangeOptions): Promise<Incoming> {
  const redirects: IncomingHttpHeaders[] = [];
  let { headers = {} } = options;
  const { maxRedirects = 10 } = options;
  for (let url = address; ; ) {
    if (options.allows?.(url) === false) {
      const found = `${redirects.length > 0 ? 'redirected to ' : ''}${url.origin}, which is not allowed`;
      throw new NetworkFailure(found, false, undefined, 'redirected');
    }
    const reply = await send(url, { ...options, headers }).catch((thrown: unknown) => {
      options.signal.throwIfAborted();
      throw failureOf(thrown);
    });
    const { location } = reply.headers;
    const isRedirect = [301, 302, 303, 307, 308].includes(reply.status) && location !== undefined;
    if (!isRedirect || (options.method ?? 'GET') !== 'GET') return { ...reply, redirects };
    reply.close();
    redirects.push(reply.headers);
    const next = URL.canParse(location, url.href) ? httpAddress(new URL(location, url).href) : undefined;
    if (!next || redirects.length > maxRedirects) {
      throw new NetworkFailure(
        next ? 'redirected without end' : 'redirected to no address of the web',
        false,
        undefined,
        'redirected',
      );
    }
    if (next.origin !== url.origin) headers = withoutCredentials(headers);
    url = next;
  }
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name));
  return Object.fromEntries(kept);
}

function send(url: URL, options: ExchangeOptions): Promise<Omit<Incoming, 'redirects'>> {
  const { method = 'GET', headers, body, signal, connectMs = 30_000, idleMs = 60_000 } = options;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    let response: IncomingMessage | undefined;
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method,
      headers: { ...headers, ...lengthOf(body) },
      // A connection of its own: one kept from before may be closed by the server just as it is used again.
      agent: false,
      // Node gives each address of a host 250 ms, which slow lines exceed.
      autoSelectFamilyAttemptTimeout: 5000,
      ...(options.lookup && { lookup: options.lookup }),
    } as https.RequestOptions);
    const end = (reason?: Error) => (response ?? request).destroy(reason);
    const seconds = (ms: number) => `${ms / 1000} s`;
    const connecting = setTimeout(
      () => end(new NetworkFailure(`no connection within ${seconds(connectMs)}`, true)),
      connectMs,
    );
    request.once('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    request.setTimeout(idleMs, () =>
      end(new NetworkFailure(`no byte within ${seconds(idleMs)}`, true, undefined, 'stalled')),
    );
    const abort = () => end();
    signal.addEventListener('abort', abort);
    request.on('close', () => {
      clearTimeout(connecting);
      signal.removeEventListener('abort', abort);
    });
    // Errors after the reply has begun reach the reader of the body.
    request.on('error', reject);
    request.on('response', (incoming) => {
      response = incoming;
      response.on('error', () => {});
      resolve({
        status: incoming.statusCode!,
        headers: incoming.headers,
        body: chunks(incoming, signal),
        close: () => request.destroy(),
      });
    });
    if (typeof body === 'string' || !body) request.end(body);
    else sendPiece(request, body, () => (response?.statusCode ?? 0) >= 300).catch(end);
  });
}

/** The body's exact length: object stores refuse what comes in chunks of unknown number. */
function lengthOf(body: ExchangeOptions['body']): Record<string, string> {
  if (body === undefined) return {};
  return { 'content-length': String(typeof body === 'string' ? Buffer.byteLength(body) : body.bytes) };
}

async function* chunks(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* response;
  } catch (thrown) {
    signal.throwIfAborted();
    // The iterator leaves what came before a cut and was not yet asked for.
    const rest = response.read() as Buffer | null;
    if (rest) yield rest;
    throw failureOf(thrown);
  }
}

/** Sends a piece of a file, no faster than it is taken; stops once the server has refused it. */
async function sendPiece(request: ClientRequest, piece: FilePiece, isRefused: () => boolean): Promise<void> {
  let left = piece.bytes;
  if (left > 0) {
    const options = { start: piece.start, end: piece.start + left - 1, highWaterMark: 1 << 18 };
    try {
      for await (const chunk of createReadStream(piece.file, options) as AsyncIterable<Buffer>) {
        if (request.destroyed || isRefused()) return;
        left -= chunk.length;
        if (!request.write(chunk)) await writable(request);
      }
    } catch (error) {
      const reason = (error as Error).message;
      throw gtkError('GTK_UNREADABLE', { path: piece.file, reason }, error);
    }
  }
  if (left > 0) throw gtkError('GTK_UNREADABLE', { path: piece.file, reason: 'it became shorter' });
  request.end();
}

/** Resolves when more can be written, or when it no longer matters. */
function writable(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      for (const event of ['drain', 'close', 'response']) request.off(event, go);
      resolve();
    };
    for (const event of ['drain', 'close', 'response']) request.on(event, go);
  });
}
