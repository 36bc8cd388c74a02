import { type FastBytes, readSize } from './fast-bytes.js';
import { childOf, chunkTree, lastChild, readTreeNode, type TreeNode } from './fast-tree.js';

/** A chunk as it is stored. */
export interface StoredChunk {
  /** Its first value. */
  start: number;
  address: number;
  bytes: number;
  /** Bit i: the filter i was not applied. */
  filterMask: number;
}

const keyStart = 8;
const keyElement = 16;

/**
 * Finds chunks of a dataset of one dimension in its B-tree ("HDF5 File Format Specification", section III.A.1).
 * It holds one node of each level, so chunks in order read each node once, however many there are.
 */
export class ChunkIndex {
  readonly #file: FastBytes;
  readonly #root: number;
  /** By level, the node that was read last. */
  readonly #nodes: (TreeNode | undefined)[] = [];
  #levels: number | undefined;

  constructor(file: FastBytes, root: number) {
    this.#file = file;
    this.#root = root;
  }

  /**
   * The chunk that begins with the value `start`; undefined if none was ever written.
   *
   * @throws NotFast
   */
  find(start: number): StoredChunk | undefined {
    if (this.#root === Number.POSITIVE_INFINITY) return undefined;
    let node = this.#node(this.#root, this.#levels);
    this.#levels = node.level;
    for (;;) {
      const { bytes } = node;
      const child = lastChild(node, (at) => readSize(bytes, at + keyStart) <= start);
      if (child < 0) return undefined;
      const address = childOf(node, child);
      if (node.level > 0) {
        node = this.#node(address, node.level - 1);
        continue;
      }
      const key = child * node.stride;
      if (readSize(bytes, key + keyStart) !== start || readSize(bytes, key + keyElement) !== 0)
        return undefined;
      return { start, address, bytes: bytes.readUInt32LE(key), filterMask: bytes.readUInt32LE(key + 4) };
    }
  }

  #node(address: number, level: number | undefined): TreeNode {
    const kept = level === undefined ? undefined : this.#nodes[level];
    if (kept?.address === address) return kept;
    const node = readTreeNode(this.#file, address, chunkTree, level);
    this.#nodes[node.level] = node;
    return node;
  }
}
