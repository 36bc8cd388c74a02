import { type InflateKernel, inflateKernel } from '../../kernels/inflate/index.js';
import { ChunkIndex, type StoredChunk } from './chunk-index.js';
import { type FastBytes, need } from './fast-bytes.js';
import type { ChunkPlace, VectorPlace } from './fast-dataset.js';

/** Chunks that lie one after another are read from the file together, up to this many bytes. */
const runBytes = 4 << 20;

/** The values that are asked for, and where they go. */
interface Wanted {
  from: number;
  to: number;
  bytes: Uint8Array;
}

/** Reads the values of a dataset in chunks. */
export class ChunkReader {
  readonly #file: FastBytes;
  readonly #index: ChunkIndex;
  readonly #kernel: InflateKernel = inflateKernel();
  readonly #itemBytes: number;
  /** Values in a chunk, and their bytes. */
  readonly #chunk: number;
  readonly #chunkBytes: number;
  readonly #filters: ChunkPlace['filters'];
  /** Chunks as they are stored; grows to what is needed. */
  #compressed = new Uint8Array(0);
  /** A chunk that is inflated but still shuffled. */
  #shuffled = new Uint8Array(0);
  /** The last chunk that was not wanted whole, since the next range may begin in it; and its first value. */
  #partial = new Uint8Array(0);
  #partialStart = -1;

  constructor(file: FastBytes, { itemBytes }: VectorPlace, { index, chunk, filters }: ChunkPlace) {
    this.#file = file;
    this.#index = new ChunkIndex(file, index);
    this.#itemBytes = itemBytes;
    this.#chunk = chunk;
    this.#chunkBytes = chunk * itemBytes;
    this.#filters = filters;
  }

  /**
   * Fills `bytes` with the values from `from` up to `to`.
   *
   * @throws NotFast where the library must be asked, such as for chunks that were never written; an Error with
   *   the place of a damaged chunk and what is wrong
   */
  read(wanted: Wanted): void {
    let run: StoredChunk[] = [];
    let length = 0;
    const first = Math.floor(wanted.from / this.#chunk) * this.#chunk;
    for (let start = first; start < wanted.to; start += this.#chunk) {
      if (start === this.#partialStart) {
        this.#copyPartial(wanted);
        continue;
      }
      const stored = this.#find(start);
      const follows = run.length > 0 && stored.address === run[0]!.address + length;
      if (!follows || length + stored.bytes > runBytes) {
        this.#readRun(run, length, wanted);
        run = [];
        length = 0;
      }
      run.push(stored);
      length += stored.bytes;
    }
    this.#readRun(run, length, wanted);
  }

  #find(start: number): StoredChunk {
    const stored = this.#index.find(start);
    need(stored !== undefined, `no chunk of value ${start}`);
    need(stored.bytes <= 2 * this.#chunkBytes + 1024, `a chunk of ${stored.bytes} bytes`);
    need(stored.filterMask >> this.#filters.length === 0, `a filter mask of ${stored.filterMask}`);
    return stored;
  }

  /** Decodes chunks that take `length` bytes in the file. */
  #readRun(run: readonly StoredChunk[], length: number, wanted: Wanted): void {
    if (run.length === 0) return;
    this.#compressed = atLeast(this.#compressed, length);
    this.#file.readInto(run[0]!.address, this.#compressed.subarray(0, length));
    let at = 0;
    for (const stored of run) {
      const { start } = stored;
      const compressed = this.#compressed.subarray(at, at + stored.bytes);
      const isWhole = start >= wanted.from && start + this.#chunk <= wanted.to;
      if (isWhole) {
        const to = (start - wanted.from) * this.#itemBytes;
        this.#decode(stored, compressed, wanted.bytes.subarray(to, to + this.#chunkBytes));
      } else {
        this.#partialStart = -1;
        this.#partial = atLeast(this.#partial, this.#chunkBytes);
        this.#decode(stored, compressed, this.#partial);
        this.#partialStart = start;
        this.#copyPartial(wanted);
      }
      at += stored.bytes;
    }
  }

  #copyPartial({ from, to, bytes }: Wanted): void {
    const start = this.#partialStart;
    const first = Math.max(from, start);
    const last = Math.min(to, start + this.#chunk);
    const part = this.#partial.subarray((first - start) * this.#itemBytes, (last - start) * this.#itemBytes);
    bytes.set(part, (first - from) * this.#itemBytes);
  }

  /** Undoes the filters of a chunk, the last first. */
  #decode({ address, filterMask }: StoredChunk, compressed: Uint8Array, to: Uint8Array): void {
    const applied = this.#filters.filter((_, i) => (filterMask & (1 << i)) === 0);
    const isShuffled = applied.includes('shuffle');
    let from = compressed;
    try {
      if (applied.includes('deflate')) {
        if (isShuffled) this.#shuffled = atLeast(this.#shuffled, this.#chunkBytes);
        from = isShuffled ? this.#shuffled : to;
        this.#kernel.inflate(compressed, from);
      } else if (compressed.length !== to.length) {
        throw new Error(`${compressed.length} bytes, expected ${to.length}`);
      }
      if (isShuffled) this.#kernel.unshuffle(from, this.#itemBytes, to);
      else if (from !== to) to.set(from);
    } catch (error) {
      throw new Error(`the chunk at byte ${address}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** The buffer, or a new one if it is too small. */
function atLeast(buffer: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  return buffer.length >= bytes ? buffer : new Uint8Array(bytes);
}
