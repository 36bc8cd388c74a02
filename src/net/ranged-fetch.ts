/** One request for what is still missing of a file. */
import type { LookupFunction } from 'node:net';
import { exchange, type Incoming } from './exchange.js';
import { NetworkFailure, statusFailure } from './failure.js';
import type { PartFile } from './part-file.js';
import { serverChecksum } from './server-checksum.js';

/** What the request needs besides the address. */
export interface FetchOptions {
  bytes?: number;
  /** Whether a checksum will tell in the end if the content is right. */
  isChecked: boolean;
  idleMs?: number;
  allows?: (url: URL) => boolean;
  maxRedirects?: number;
  lookup?: LookupFunction;
  maxBytes?: number;
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  onProgress?: (received: number, total: number | undefined) => void;
}

/**
 * Asks for the rest of a part and appends what comes; begins again if the file changed on the server or the
 * server sends it from the front. Returns when the part is complete.
 *
 * @throws NetworkFailure, a temporary one if another request may bring more; GTK_NOT_WRITABLE; the signal's reason
 */
export async function fetchInto(part: PartFile, url: URL, options: FetchOptions): Promise<void> {
  const { onProgress, isChecked } = options;
  const headers = { ...options.headers, ...rangeOf(part, isChecked) };
  const incoming = await exchange(url, { ...options, headers });
  try {
    await agree(part, incoming, options.bytes);
    if (part.isComplete && incoming.status === 416) return;
    const total = part.source!.length;
    await refuseLarge(part, total ?? 0, options.maxBytes);
    onProgress?.(part.size, total);
    for await (const chunk of incoming.body) {
      if (part.size + chunk.length > (total ?? Infinity)) {
        await part.restart();
        const problem = `more than the announced ${total} bytes came`;
        throw new NetworkFailure(problem, true, undefined, 'wrong-size');
      }
      await refuseLarge(part, part.size + chunk.length, options.maxBytes);
      await part.append(chunk);
      onProgress?.(part.size, total);
    }
    // Without a length, only the end of the reply tells the end of the file.
    if (total === undefined) part.source!.length = part.size;
  } finally {
    incoming.close();
  }
  if (!part.isComplete) throw new NetworkFailure('the reply ended early', true);
}

/** Keeps nothing of a file that is too large. */
async function refuseLarge(part: PartFile, bytes: number, maxBytes = Infinity): Promise<void> {
  if (bytes <= maxBytes) return;
  await part.restart();
  throw new NetworkFailure(`it has more than ${maxBytes} bytes`, false, undefined, 'wrong-size');
}

/**
 * The headers that ask for the rest, if it is still the rest of the same content (RFC 9110, section 13.1.5).
 * Where only the checksum can tell that in the end, the rest is asked for all the same.
 */
function rangeOf({ size, source }: PartFile, isChecked: boolean): Record<string, string> {
  // A body that is compressed on the way has neither the length nor the bytes of the file.
  const headers = { 'accept-encoding': 'identity' };
  if (size === 0 || !source) return headers;
  if (source.validator === '') return isChecked ? { ...headers, range: `bytes=${size}-` } : headers;
  return { ...headers, range: `bytes=${size}-`, 'if-range': source.validator };
}

/** Makes the part ready for the reply's body, or refuses the reply. */
async function agree(part: PartFile, incoming: Incoming, bytes: number | undefined): Promise<void> {
  const { status, headers } = incoming;
  if (status === 200) {
    const length = numberOf(headers['content-length']) ?? bytes;
    if (bytes !== undefined && length !== bytes) {
      throw new NetworkFailure(`it has ${length} bytes, expected ${bytes}`, false, undefined, 'wrong-size');
    }
    await part.restart({
      address: part.address,
      validator: validatorOf(headers),
      length,
      sha256: serverChecksum(headers, incoming.redirects),
    });
  } else if (part.size > 0 && (status === 206 || status === 416)) {
    if (status === 206 ? isRest(part, headers) : isWhole(part, headers)) return;
    await part.restart();
    throw new NetworkFailure('the file changed on the server', true);
  } else {
    throw statusFailure(status, headers['retry-after']);
  }
}

/** True if a partial reply goes on exactly where the part ends, with the same content. */
function isRest({ size, source }: PartFile, headers: Incoming['headers']): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  if (!source || !range || Number(range[1]) !== size) return false;
  if (range[2] !== '*') source.length ??= Number(range[2]);
  if (range[2] !== '*' && Number(range[2]) !== source.length) return false;
  // A partial reply has to repeat the ETag (RFC 9110, section 15.3.7), but not the date.
  const found = isStrong(source.validator) ? headers.etag : (headers['last-modified'] ?? source.validator);
  return source.validator === '' || found === source.validator;
}

/** True if nothing was left to send of content whose length was not known (RFC 9110, section 15.5.17). */
function isWhole({ size, source }: PartFile, headers: Incoming['headers']): boolean {
  const length = /^bytes \*\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  if (!source || source.length !== undefined || Number(length) !== size) return false;
  source.length = size;
  return true;
}

const isStrong = (etag: string | undefined): etag is string => etag?.startsWith('"') ?? false;

/** What If-Range may name: a strong ETag, else the date of the last change; '' without either. */
function validatorOf(headers: Incoming['headers']): string {
  return isStrong(headers.etag) ? headers.etag : (headers['last-modified'] ?? '');
}

const numberOf = (text: string | undefined) => (/^\d+$/.test(text ?? '') ? Number(text) : undefined);
