/** Whether the file that is to be downloaded stands already. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { Downloaded, DownloadOptions } from './download.js';
import { exchange } from './exchange.js';
import { NetworkFailure } from './failure.js';
import type { HashName } from './part-file.js';
import { serverChecksum } from './server-checksum.js';

/** What is known of a file before it is fetched. */
type Known = Pick<DownloadOptions, 'bytes' | 'sha256' | 'md5s'>;

/** The existing target, if it is what would be downloaded. */
export async function findStanding(url: URL, options: DownloadOptions): Promise<Downloaded | undefined> {
  const { to, signal } = options;
  const stat = statSync(to, { throwIfNoEntry: false });
  if (!stat?.isFile()) return undefined;
  const { bytes, ...sums } = isKnown(options) ? options : await askAbout(url, options);
  if (!isKnown({ bytes, ...sums }) || stat.size !== (bytes ?? stat.size)) return undefined;
  const { hash, expected } = checksumOf(sums);
  const sum = expected.length > 0 ? await sumOf(to, hash, signal) : undefined;
  if (sum !== undefined && !expected.includes(sum)) return undefined;
  return {
    bytes: stat.size,
    sha256: hash === 'sha256' ? sum : undefined,
    md5: hash === 'md5' ? sum : undefined,
    isNew: false,
  };
}

function checksumOf({ md5s, sha256 }: Known): { hash: HashName; expected: string[] } {
  const expected = (md5s ?? (sha256 === undefined ? [] : [sha256])).map((sum) => sum.toLowerCase());
  return { hash: md5s ? 'md5' : 'sha256', expected };
}

const isKnown = (known: Known) => known.bytes !== undefined || checksumOf(known).expected.length > 0;

/** Size and checksum that the server tells, without fetching the file; nothing if it does not answer. */
async function askAbout(url: URL, options: DownloadOptions): Promise<Known> {
  const { md5s } = options;
  try {
    // Not HEAD, which signed addresses refuse.
    const { status, headers, redirects, close } = await exchange(url, options);
    close();
    const length = headers['content-length'];
    if (status !== 200 || length === undefined) return {};
    if (md5s) return { bytes: Number(length), md5s };
    const sha256 = serverChecksum(headers, redirects);
    return { bytes: Number(length), ...(sha256 !== undefined && { sha256 }) };
  } catch (thrown) {
    if (thrown instanceof NetworkFailure) return {};
    throw thrown;
  }
}

async function sumOf(file: string, name: HashName, signal: AbortSignal): Promise<string> {
  const hash = createHash(name);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}
