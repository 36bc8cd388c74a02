import { type FastBytes, need, readSize } from './fast-bytes.js';

/** A node of a B-tree: keys and addresses of children in turn, and one key more at the end. */
export interface TreeNode {
  address: number;
  /** 0 for a leaf. */
  level: number;
  /** How many children. */
  count: number;
  /** Where a key stands in `bytes`, the first at 0. */
  stride: number;
  bytes: Buffer;
}

/** Nodes that index the members of a group, and the chunks of a dataset of one dimension. */
export const groupTree = { type: 0, keyBytes: 8 };
export const chunkTree = { type: 1, keyBytes: 24 };

const headBytes = 24;
const addressBytes = 8;

/**
 * Reads a node of a version 1 B-tree ("HDF5 File Format Specification", section III.A.1).
 *
 * @param level where it is known; levels fall by one at each step, so that there is no way round in circles
 * @throws NotFast
 */
export function readTreeNode(
  file: FastBytes,
  address: number,
  kind: typeof groupTree,
  level?: number,
): TreeNode {
  const head = file.read(address, headBytes);
  need(head.toString('latin1', 0, 4) === 'TREE' && head[4] === kind.type, `no B-tree at byte ${address}`);
  need(level === undefined || head[5] === level, `level ${head[5]} of a B-tree, expected ${level}`);
  const count = head.readUInt16LE(6);
  const stride = kind.keyBytes + addressBytes;
  const bytes = file.read(address + headBytes, count * stride + kind.keyBytes);
  return { address, level: head[5]!, count, stride, bytes };
}

/** The address of a node's child. */
export function childOf(node: TreeNode, index: number): number {
  return readSize(node.bytes, (index + 1) * node.stride - addressBytes);
}

/** The last child whose key `isBefore` says true of, given the place of keys in `bytes`; -1 if there is none. */
export function lastChild(node: TreeNode, isBefore: (at: number) => boolean): number {
  let found = -1;
  for (let end = node.count; found + 1 < end; ) {
    const middle = (found + 1 + end) >> 1;
    if (isBefore(middle * node.stride)) found = middle;
    else end = middle;
  }
  return found;
}
