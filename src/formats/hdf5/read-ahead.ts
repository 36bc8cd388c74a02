/**
 * Reads ahead for the HDF5 library, which looks at a file's structure in many hundred reads of a few bytes: what
 * it asks for mostly lies in blocks that it has just read from.
 */
import { readSync } from 'node:fs';
import type { LibraryFiles } from './global-heap.js';

const blockBytes = 1 << 14;
/** Longer reads are values, each read once. */
const smallBytes = 1 << 12;
const mostBlocks = 32;

/** A stretch of a file; its memory serves one after another. */
interface Block {
  fd: number;
  start: number;
  length: number;
  readonly memory: Buffer;
}

/** Has the library's small reads answered from blocks, which are forgotten when their file is closed. */
export function readAhead(files: LibraryFiles): void {
  const { read, close } = files;
  /** The last used one last. */
  const blocks: Block[] = [];
  const find = (fd: number, position: number): Block => {
    const start = position - (position % blockBytes);
    const known = blocks.findIndex((block) => block.fd === fd && block.start === start);
    const isFull = blocks.length === mostBlocks;
    const block =
      known >= 0 || isFull
        ? blocks.splice(Math.max(0, known), 1)[0]!
        : { ...nothing, memory: Buffer.alloc(blockBytes) };
    if (known < 0) {
      // Of no file until it is read.
      block.fd = -1;
      block.length = readBlock(fd, start, block.memory);
      Object.assign(block, { fd, start });
    }
    blocks.push(block);
    return block;
  };
  files.read = (stream, memory, at, length, position) => {
    const isWithinBlock = (position % blockBytes) + length <= blockBytes;
    if (length > smallBytes || !isWithinBlock) return read(stream, memory, at, length, position);
    const block = find(stream.nfd, position);
    const from = position - block.start;
    const wanted = block.memory.subarray(from, Math.max(from, Math.min(block.length, from + length)));
    memory.set(wanted, at);
    return wanted.length;
  };
  files.close = (stream) => {
    for (const block of blocks) if (block.fd === stream.nfd) block.fd = -1;
    close(stream);
  };
}

const nothing = { fd: -1, start: 0, length: 0 };

/** Reads as much of a block as the file has. */
function readBlock(fd: number, start: number, memory: Buffer): number {
  let length = 0;
  while (length < blockBytes) {
    const read = readSync(fd, memory, length, blockBytes - length, start + length);
    if (read === 0) break;
    length += read;
  }
  return length;
}
