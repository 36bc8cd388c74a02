/**
 * A guard for the global heap, where texts of variable length are. The library walks through each collection
 * of it by the sizes of its objects, and never ends where damage made a size 0, as a hole full of zeros does.
 *
 * @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html (III.E. Global Heap)
 */
import { readSync } from 'node:fs';

/** What the guard uses of the library's file system. */
export interface LibraryFiles {
  read(stream: LibraryStream, memory: Int8Array, at: number, length: number, position: number): number;
  streams: (LibraryStream | null)[];
  close(stream: LibraryStream): void;
}

export interface LibraryStream {
  /** The library's number of it. */
  fd: number;
  /** The descriptor of the process. */
  nfd: number;
}

/** Signature and version. */
const mark = Buffer.from('GCOL\x01\0\0\0', 'latin1');
const headerBytes = 16;
/** The library reads this much of a collection before it knows the size. Less, it reads of several things at once. */
const firstRead = 4096;

/** Has the library's reading throw an Error where it would read a collection that cannot be walked through. */
export function guardGlobalHeap(files: LibraryFiles): void {
  const { read } = files;
  files.read = (stream, memory, at, length, position) => {
    const count = read(stream, memory, at, length, position);
    const bytes = Buffer.from(memory.buffer, memory.byteOffset + at, count);
    const searched = count <= firstRead ? bytes : bytes.subarray(0, mark.length);
    for (let i = searched.indexOf(mark); i >= 0; i = searched.indexOf(mark, i + 1)) {
      checkCollection(bytes.subarray(i), stream, position + i);
    }
    return count;
  };
}

function checkCollection(read: Buffer, stream: LibraryStream, position: number): void {
  if (read.length < headerBytes) return;
  const size = Number(read.readBigUInt64LE(8));
  // The library refuses other sizes itself.
  if (size < firstRead || size > 2 ** 30) return;
  let collection = read.subarray(0, size);
  if (read.length < size) {
    const whole = Buffer.alloc(size);
    collection = whole.subarray(0, readSync(stream.nfd, whole, 0, size, position));
  }
  if (!canBeWalked(collection)) throw new Error(`the heap of texts at byte ${position} is not in order`);
}

/** Whether the objects of a collection, each with a header of 16 bytes, fill it one after the other. */
export function canBeWalked(collection: Buffer): boolean {
  let at = headerBytes;
  while (at + headerBytes <= collection.length) {
    const index = collection.readUInt16LE(at);
    const size = Number(collection.readBigUInt64LE(at + 8));
    // Object 0 is the free space at the end, whose size includes its header; others are padded to 8 bytes.
    const step = index === 0 ? size : headerBytes + Math.ceil(size / 8) * 8;
    if (step === 0 || at + step > collection.length) return false;
    at += step;
  }
  return true;
}
