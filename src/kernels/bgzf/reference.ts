import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { BgzfError, BgzfKernel } from './types.js';

const inflate = promisify(gunzip) as (
  members: Uint8Array,
  options: { chunkSize: number; maxOutputLength: number },
) => Promise<Uint8Array>;

/** Bytes of text in a block at most (SAM/BAM specification, section 4.1). */
const blockText = 65536;

/**
 * The kernel in TypeScript. Blocks are gzip members, so node's zlib inflates many in one call on one of
 * its threads, CRC and length checked; only to name a damaged block does it take them one by one.
 */
export const referenceBgzf: BgzfKernel = {
  name: 'reference',
  async inflateBlocks(compressed) {
    const blocks = blocksOf(compressed);
    const length = blocks.reduce((sum, block) => sum + block.length, 0);
    try {
      return await inflateMembers(compressed, length);
    } catch (error) {
      for (const { start, end, length } of blocks) {
        await inflateMembers(compressed.subarray(start, end), length).catch((cause) => {
          throw bgzfError((cause as Error).message, start);
        });
      }
      throw bgzfError((error as Error).message, 0);
    }
  },
};

async function inflateMembers(members: Uint8Array, length: number): Promise<Uint8Array> {
  // With a byte of room zlib sees the end in its first step; a longer text fails at the limit.
  const options = { chunkSize: Math.max(64, length + 1), maxOutputLength: Math.max(1, length) };
  const text = await inflate(members, options);
  if (text.length !== length) throw new Error(`${text.length} bytes of text, expected ${length}`);
  return text;
}

/** Where the blocks begin and end, and the length of text that their trailers state. */
function blocksOf(compressed: Uint8Array): { start: number; end: number; length: number }[] {
  const view = new DataView(compressed.buffer, compressed.byteOffset, compressed.byteLength);
  const blocks = [];
  for (let start = 0; start < compressed.length; ) {
    const end = start + blockSize(view, start);
    if (end <= start + 8 || end > compressed.length) throw bgzfError('no BGZF block, expected one', start);
    const length = view.getUint32(end - 4, true);
    if (length > blockText) throw bgzfError(`${length} bytes of text, expected ${blockText} at most`, start);
    blocks.push({ start, end, length });
    start = end;
  }
  return blocks;
}

/** Bytes of the block at `at` as its extra field BC states them; 0 if there is none. */
function blockSize(view: DataView, at: number): number {
  if (at + 12 > view.byteLength || view.getUint32(at, true) !== 0x04088b1f) return 0;
  const end = Math.min(view.byteLength, at + 12 + view.getUint16(at + 10, true));
  for (let i = at + 12; i + 6 <= end; i += 4 + view.getUint16(i + 2, true)) {
    if (view.getUint32(i, true) === 0x00024342) return view.getUint16(i + 4, true) + 1;
  }
  return 0;
}

function bgzfError(message: string, offset: number): BgzfError {
  return Object.assign(new Error(message), { offset });
}
