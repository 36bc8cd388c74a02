/** Downloads that go on where they were cut, in the same call or in a later one. */
import { createHash } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { type GtkError, gtkError } from '../errors.js';
import { httpAddress, shownAddress } from './address.js';
import { NetworkFailure } from './failure.js';
import { type HashName, PartFile } from './part-file.js';
import { fetchInto } from './ranged-fetch.js';
import { isWorthATry, patient, pause, pauseAfter, type RetryPolicy } from './retry.js';
import { findStanding } from './standing.js';
import { withinTime } from './time-limit.js';

/** What to download. */
export interface DownloadOptions {
  /** http: or https:. */
  url: string;
  /** Where the file goes; its folder exists. `TO.part` and `TO.part.json` are used on the way. */
  to: string;
  /** Size, if known. */
  bytes?: number;
  /** Checksum in hexadecimal, if known; otherwise the server's, if it tells one. */
  sha256?: string;
  /**
   * Checksums in hexadecimal of which the file must have one, unless there is none: archives give fewer sums than
   * files. Makes MD5 the checksum that is computed, and sha256 ignored.
   */
  md5s?: readonly string[];
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Called as bytes come; `total` is undefined where the server does not tell it. */
  onProgress?: (received: number, total: number | undefined) => void;
  /** Called before each pause. */
  onRetry?: (reason: string, pauseMs: number) => void;
  /** Called when all is there and right, before the file gets its name. A {@link NetworkFailure} refuses it. */
  accept?: (file: string, found: { bytes: number; sum: string }) => Promise<void>;
  /** Tries without progress, and the pauses between them. Default {@link patient}. */
  retry?: RetryPolicy;
  /** Bytes that must have come since the last failure to count as progress. Default 1. */
  progressBytes?: number;
  /** Without a byte for so long, it is tried again. Default 60 s. */
  idleMs?: number;
  /** The whole may take so long. */
  limitMs?: number;
  /** Which addresses may be asked, those of redirects included. Default all. */
  allows?: (url: URL) => boolean;
  /** How often a redirect is followed. Default 10. */
  maxRedirects?: number;
  /** Finds the addresses of a host. Default that of Node. */
  lookup?: LookupFunction;
  /** Bytes that the file may have. Default any number. */
  maxBytes?: number;
}

/** The file that stands now. */
export interface Downloaded {
  bytes: number;
  /** Undefined if an existing file was left alone and nothing told its checksum, or if it is MD5 that counts. */
  sha256: string | undefined;
  /** Undefined unless {@link DownloadOptions.md5s} were asked for, or the file was there and they were none. */
  md5: string | undefined;
  /** False if the file was there already. */
  isNew: boolean;
}

const resumes = 'Run the same command again: it goes on where it stopped.';
const again = 'Run the same command again; if that does not help, the file there is another one.';
const elsewhere = 'Check the address and whether it needs an account.';

/**
 * Downloads a file, which appears whole or not at all. A file of the right size (and checksum, if known) that
 * stands already is left alone.
 *
 * @throws GTK_DOWNLOAD, whose cause is a {@link NetworkFailure}; the part stays for the next call unless its content
 *   is wrong. GTK_NOT_WRITABLE; the signal's reason
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const { to, limitMs } = options;
  const url = httpAddress(options.url);
  if (!url) {
    const remedy = 'Give an address that begins with https:// or http://.';
    throw failed(options, new NetworkFailure('it is no address of the web', false), remedy);
  }
  return withinTime(options.signal, limitMs, async (signal) => {
    const standing = await findStanding(url, { ...options, signal });
    if (standing) return standing;
    const address = createHash('sha256').update(url.href).digest('hex');
    const part = await PartFile.open(to, { address, hash: hashOf(options), signal });
    try {
      await fill(part, url, { ...options, signal });
      await judge(part, options);
      await part.publish();
      const { size: bytes, sum } = part;
      const isMd5 = hashOf(options) === 'md5';
      return { bytes, sha256: isMd5 ? undefined : sum, md5: isMd5 ? sum : undefined, isNew: true };
    } finally {
      await part.close();
    }
  }).catch((thrown: unknown) => {
    throw thrown instanceof NetworkFailure ? failed(options, thrown, remedyOf(thrown)) : thrown;
  });
}

const hashOf = ({ md5s }: DownloadOptions): HashName => (md5s ? 'md5' : 'sha256');

function failed(options: DownloadOptions, failure: NetworkFailure, remedy: string): GtkError {
  return gtkError(
    'GTK_DOWNLOAD',
    { url: shownAddress(options.url), reason: failure.message, remedy },
    failure,
  );
}

function remedyOf({ temporary, kind }: NetworkFailure): string {
  if (kind === 'wrong-checksum' || kind === 'wrong-size') return again;
  return temporary || kind === 'stalled' ? resumes : elsewhere;
}

/** Fetches until the part is complete; gives up after some tries in a row that brought too little. */
async function fill(part: PartFile, url: URL, options: DownloadOptions): Promise<void> {
  const { retry = patient, progressBytes = 1, signal } = options;
  const isChecked = options.md5s ? options.md5s.length > 0 : options.sha256 !== undefined;
  let restarts = 0;
  let came = 0;
  let hasAnswered = false;
  for (let failures = 0; !part.isComplete; ) {
    const { size, source } = part;
    try {
      await fetchInto(part, url, { ...options, isChecked });
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof NetworkFailure)) throw thrown;
      // What is fetched anew is no progress: a server that cannot resume would be asked without end.
      const isRestart = size > 0 && part.source !== source;
      if (isRestart) restarts += 1;
      else came += part.size - size;
      const isProgress = came >= progressBytes;
      failures = isProgress ? 1 : failures + 1;
      if (isProgress) came = 0;
      // A host that has sent something and is gone now comes back.
      hasAnswered ||= part.size > size;
      const isWorthwhile = isWorthATry(thrown, hasAnswered ? { ...retry, triesOffline: true } : retry);
      if (!isWorthwhile || Math.max(failures, restarts) >= retry.tries) throw thrown;
      const ms = pauseAfter(failures, retry, thrown.retryAfter);
      options.onRetry?.(thrown.message, ms);
      await pause(ms, signal);
    }
  }
}

/** Discards a part that is complete, but wrong. */
async function judge(part: PartFile, options: DownloadOptions): Promise<void> {
  const { bytes, md5s, accept } = options;
  const found = part.sum;
  const expected = md5s ?? [options.sha256?.toLowerCase() ?? part.source?.sha256 ?? found];
  try {
    if (expected.length > 0 && !expected.some((sum) => sum.toLowerCase() === found)) {
      const name = md5s ? 'MD5' : 'SHA-256';
      const problem = `its ${name} is ${found}, expected ${expected.join(' or ')}`;
      throw new NetworkFailure(problem, false, undefined, 'wrong-checksum');
    }
    if (part.size !== (bytes ?? part.size)) {
      const problem = `it has ${part.size} bytes, expected ${bytes}`;
      throw new NetworkFailure(problem, false, undefined, 'wrong-size');
    }
    await accept?.(part.path, { bytes: part.size, sum: found });
  } catch (thrown) {
    if (thrown instanceof NetworkFailure) await part.discard();
    throw thrown;
  }
}
