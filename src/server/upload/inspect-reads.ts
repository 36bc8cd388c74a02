/** Looks through one stored file of reads from first to last byte: is it whole, what is in it, what is its digest. */
import { createHash } from 'node:crypto';
import { gunzipKernel } from '../../kernels/gunzip/index.js';
import type { GunzipError } from '../../kernels/gunzip/types.js';
import { type Mate, type ReadsCount, ReadsFault, ReadsScanner } from './reads-scanner.js';

/** Text may be so much larger than the file: real reads come to 3 to 20 times, and text of one letter to 1,000. */
const MAX_RATIO = 200;
/** Bytes of text from which that counts. */
const RATIO_FROM = 64 << 20;

/** A file of reads, gzip, as it is stored. */
export interface InspectedReads extends ReadsCount {
  /** Hex. */
  sha256: string;
  bytes: number;
}

/** Inspects the bytes of a file. Throws {@link ReadsFault}, and what the source throws. */
export async function inspectReads(source: AsyncIterable<Uint8Array>, mate: Mate): Promise<InspectedReads> {
  const hash = createHash('sha256');
  const scanner = new ReadsScanner(mate);
  let bytes = 0;
  async function* taken(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  let inflated = 0;
  await scan(taken(), mate, (text) => {
    inflated += text.length;
    if (inflated > RATIO_FROM && inflated > MAX_RATIO * bytes) {
      const problem = `the file inflates to more than ${MAX_RATIO} times its size: this is no file of reads`;
      throw new ReadsFault('bad_reads', `${mate}: ${problem}`);
    }
    scanner.push(text);
    return false;
  });
  return { ...scanner.finish(), sha256: hash.digest('hex'), bytes };
}

/** Names of the reads of one block of a file, as they are compared; fewer where it ends. */
export async function namesOfBlock(
  source: AsyncIterable<Uint8Array>,
  mate: Mate,
  block: number,
): Promise<string[]> {
  const scanner = new ReadsScanner(mate, block);
  await scan(source, mate, (text) => {
    scanner.push(text);
    return scanner.isDone;
  });
  if (!scanner.isDone) scanner.finish();
  return scanner.names;
}

/** Inflates until `take` says that it has enough. */
async function scan(
  source: AsyncIterable<Uint8Array>,
  mate: Mate,
  take: (text: Uint8Array) => boolean,
): Promise<void> {
  try {
    for await (const text of gunzipKernel().gunzip(source)) if (take(text)) return;
  } catch (thrown) {
    const { isTruncated, place, message } = thrown as GunzipError;
    if (isTruncated === undefined) throw thrown;
    const problem = isTruncated
      ? `the file ends at ${place}, within its gzip stream: it was cut short on its way or before`
      : `the file is damaged at ${place}: ${message}`;
    throw new ReadsFault('bad_reads', `${mate}: ${problem}`);
  }
}
