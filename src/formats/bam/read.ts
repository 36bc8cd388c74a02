/** Reading BAM front to back (SAMv1, section 4.2). */
import { gtkError } from '../../errors.js';
import { readBgzf } from '../compression/bgzf.js';
import { type BamContig, type BamHeader, parseBamHeader } from './header.js';
import { field } from './record.js';

/** Whole records that stand one after another. Valid until the next batch is asked for. */
export interface BamBatch {
  bytes: Uint8Array;
  view: DataView;
  /** Where each record begins in {@link bytes}, behind its `block_size`; only `count` of them are meant. */
  starts: Uint32Array;
  count: number;
  /** Number of records before this batch. */
  before: number;
}

export interface Bam {
  header: BamHeader;
  /** The records, each checked to lie within itself and to refer to contigs of the header. */
  batches: AsyncGenerator<BamBatch>;
  /** Closes the source; not needed once the batches were read to their end, or the reading of them was left. */
  close: () => Promise<void>;
}

/** More than the longest read needs; a damaged length must not take all memory. */
const MAX_RECORD = 256 << 20;

/**
 * Opens BAM. Memory: that of `readBgzf`, a record, and what a chunk of its text holds.
 *
 * @param source the compressed file
 * @param path for messages
 * @param threads runs of blocks inflated at once
 * @throws GTK_TRUNCATED, GTK_CORRUPT; so do the batches
 */
export async function readBam(source: AsyncIterable<Uint8Array>, path: string, threads = 2): Promise<Bam> {
  const runs = readBgzf(source, path, { threads });
  const close = async () => void (await runs.return(undefined));
  try {
    let text: Uint8Array = new Uint8Array(0);
    for (;;) {
      const header = parseBamHeader(text, path);
      if (header) {
        return { header, batches: batches(text.subarray(header.bytes), runs, header.contigs, path), close };
      }
      const next = await runs.next();
      if (next.done) throw truncated(path, 'its header');
      text = text.length > 0 ? Buffer.concat([text, next.value.text]) : next.value.text;
    }
  } catch (error) {
    await close();
    throw error;
  }
}

async function* batches(
  first: Uint8Array,
  runs: AsyncGenerator<{ text: Uint8Array }>,
  contigs: readonly BamContig[],
  path: string,
): AsyncGenerator<BamBatch> {
  let before = 0;
  let starts = new Uint32Array(1 << 12);
  let rest = first;
  try {
    for (;;) {
      const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
      let count = 0;
      let at = 0;
      while (at + 4 <= rest.length) {
        const size = view.getInt32(at, true);
        if (size < field.name || size > MAX_RECORD) {
          const found = `a length of ${size}, expected ${field.name} to ${MAX_RECORD}`;
          throw corrupt(path, before + count, found);
        }
        if (at + 4 + size > rest.length) break;
        const problem = recordProblem(view, at + 4, size, contigs.length);
        if (problem) throw corrupt(path, before + count, problem);
        if (count === starts.length) {
          const longer = new Uint32Array(2 * count);
          longer.set(starts);
          starts = longer;
        }
        starts[count++] = at + 4;
        at += 4 + size;
      }
      if (count > 0) yield { bytes: rest, view, starts, count, before };
      before += count;
      rest = rest.subarray(at);
      const next = await runs.next();
      if (next.done) break;
      const { text } = next.value;
      rest = rest.length > 0 ? Buffer.concat([rest, text]) : text;
    }
    if (rest.length > 0) throw truncated(path, `record ${before + 1}`);
  } finally {
    await runs.return(undefined);
  }
}

/** What is wrong with a record of `size` bytes, if anything. */
function recordProblem(view: DataView, at: number, size: number, contigs: number): string | undefined {
  const nameLength = view.getUint8(at + field.nameLength);
  const operations = view.getUint16(at + field.cigarOperations, true);
  const bases = view.getInt32(at + field.bases, true);
  const needed = field.name + nameLength + 4 * operations + ((bases + 1) >> 1) + bases;
  if (bases < 0 || needed > size) return `${size} bytes, too few for the name, CIGAR and bases it states`;
  if (nameLength < 2 || view.getUint8(at + field.name + nameLength - 1) !== 0) return 'no name';
  for (const place of [field.contig, field.mateContig]) {
    const contig = view.getInt32(at + place, true);
    if (contig < -1 || contig >= contigs) return `contig ${contig} of ${contigs}`;
  }
  for (const place of [field.position, field.matePosition]) {
    const position = view.getInt32(at + place, true);
    if (position < -1) return `position ${position}`;
  }
  return undefined;
}

function corrupt(path: string, index: number, found: string) {
  return gtkError('GTK_CORRUPT', { path, format: 'BAM', place: `record ${index + 1}`, found });
}

function truncated(path: string, place: string) {
  return gtkError('GTK_TRUNCATED', { path, format: 'BAM', place });
}
