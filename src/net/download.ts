/** Downloads that go on where they were cut, in the same call or in a later one. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { type GtkError, gtkError } from '../errors.js';
import { httpAddress, shownAddress } from './address.js';
import { exchange } from './exchange.js';
import { NetworkFailure } from './failure.js';
import { PartFile } from './part-file.js';
import { fetchInto } from './ranged-fetch.js';
import { patient, pause, pauseAfter, type RetryPolicy } from './retry.js';
import { serverChecksum } from './server-checksum.js';

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
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Called as bytes come; `total` is undefined where the server does not tell it. */
  onProgress?: (received: number, total: number | undefined) => void;
  /** Tries without progress, and the pauses between them. Default {@link patient}. */
  retry?: RetryPolicy;
}

/** The file that stands now. */
export interface Downloaded {
  bytes: number;
  /** Undefined if an existing file was left alone and nothing told its checksum. */
  sha256: string | undefined;
  /** False if the file was there already. */
  isNew: boolean;
}

const resumes = 'Run the same command again: it goes on where it stopped.';

/**
 * Downloads a file, which appears whole or not at all. A file of the right size (and checksum, if known) that
 * stands already is left alone.
 *
 * @throws GTK_DOWNLOAD; the part stays for the next call unless its content is wrong. GTK_NOT_WRITABLE; the
 *   signal's reason
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const url = httpAddress(options.url);
  if (!url)
    throw failed(
      options,
      'it is no address of the web',
      'Give an address that begins with https:// or http://.',
    );
  const standing = await findStanding(url, options);
  if (standing) return standing;
  const part = await PartFile.open(options.to, createHash('sha256').update(url.href).digest('hex'));
  try {
    await fill(part, url, options);
    const found = part.sha256;
    const expected = options.sha256?.toLowerCase() ?? part.source?.sha256 ?? found;
    if (found !== expected || part.size !== (options.bytes ?? part.size)) {
      await part.discard();
      const reason =
        found === expected
          ? `it has ${part.size} bytes, expected ${options.bytes}`
          : `its SHA-256 is ${found}, expected ${expected}`;
      throw failed(
        options,
        reason,
        'Run the same command again; if that does not help, the file there is another one.',
      );
    }
    await part.publish();
    return { bytes: part.size, sha256: found, isNew: true };
  } finally {
    await part.close();
    // Nothing to go on from.
    if (part.size === 0) await part.discard();
  }
}

function failed(options: DownloadOptions, reason: string, remedy: string): GtkError {
  return gtkError('GTK_DOWNLOAD', { url: shownAddress(options.url), reason, remedy });
}

/** Fetches until the part is complete; gives up after some tries in a row that brought nothing. */
async function fill(part: PartFile, url: URL, options: DownloadOptions): Promise<void> {
  const { retry = patient, signal } = options;
  let restarts = 0;
  for (let failures = 0; !part.isComplete; ) {
    const { size, source } = part;
    try {
      await fetchInto(part, url, options);
    } catch (thrown) {
      if (!(thrown instanceof NetworkFailure)) throw thrown;
      if (!thrown.temporary) {
        throw failed(options, thrown.message, 'Check the address and whether it needs an account.');
      }
      // What is fetched anew is no progress: a server that cannot resume would be asked without end.
      const isRestart = size > 0 && part.source !== source;
      if (isRestart) restarts += 1;
      failures = part.size > size && !isRestart ? 1 : failures + 1;
      if (Math.max(failures, restarts) >= retry.tries) throw failed(options, thrown.message, resumes);
      await pause(pauseAfter(failures, retry, thrown.retryAfter), signal);
    }
  }
}

/** The existing target, if it is what would be downloaded. */
async function findStanding(url: URL, options: DownloadOptions): Promise<Downloaded | undefined> {
  const stat = statSync(options.to, { throwIfNoEntry: false });
  if (!stat?.isFile()) return undefined;
  const { bytes, sha256 } =
    options.bytes === undefined && options.sha256 === undefined ? await askAbout(url, options) : options;
  if ((bytes === undefined && sha256 === undefined) || stat.size !== (bytes ?? stat.size)) return undefined;
  if (sha256 && (await sha256Of(options.to, options.signal)) !== sha256.toLowerCase()) return undefined;
  return { bytes: stat.size, sha256: sha256?.toLowerCase(), isNew: false };
}

/** Size and checksum that the server tells, without fetching the file; nothing if it does not answer. */
async function askAbout(url: URL, options: DownloadOptions): Promise<{ bytes?: number; sha256?: string }> {
  try {
    // Not HEAD, which signed addresses refuse.
    const { status, headers, redirects, close } = await exchange(url, options);
    close();
    const length = headers['content-length'];
    if (status !== 200 || length === undefined) return {};
    return { bytes: Number(length), sha256: serverChecksum(headers, redirects) };
  } catch (thrown) {
    if (thrown instanceof NetworkFailure) return {};
    throw thrown;
  }
}

async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}
