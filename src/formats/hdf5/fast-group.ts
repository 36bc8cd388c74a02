import { type FastBytes, need, readSize } from './fast-bytes.js';
import { onlyMessage, readMessages } from './fast-header.js';
import { childOf, groupTree, lastChild, readTreeNode } from './fast-tree.js';

const signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const symbolTable = 0x11;
const symbolBytes = 40;
const softLink = 2;
/** More than the names of a group that holds a matrix. */
const maxHeapBytes = 1 << 24;

/**
 * The address of the object header at a path, by way of symbol tables only ("HDF5 File Format Specification",
 * sections II.A, III.B to III.D).
 *
 * @throws NotFast
 */
export function findObject(file: FastBytes, path: string): number {
  let address = rootAddress(file);
  for (const name of path.split('/').filter((part) => part !== '')) address = findMember(file, address, name);
  return address;
}

function rootAddress(file: FastBytes): number {
  const block = file.read(0, 100);
  need(block.subarray(0, signature.length).equals(signature), 'no superblock at the start of the file');
  const version = block[8]!;
  need(version <= 1, `version ${version} of the superblock`);
  need(block[9] === 0 && block[10] === 0 && block[12] === 0, 'versions that the superblock states');
  need(block[13] === 8 && block[14] === 8, 'addresses or sizes that are not of 8 bytes');
  const addresses = version === 0 ? 24 : 28;
  need(readSize(block, addresses) === 0, 'a base address');
  need(readSize(block, addresses + 16) <= file.length, 'a file that is cut short');
  need(readSize(block, addresses + 24) === Number.POSITIVE_INFINITY, 'a driver of its own');
  return readSize(block, addresses + 40);
}

function findMember(file: FastBytes, group: number, name: string): number {
  const table = onlyMessage(readMessages(file, group), symbolTable);
  need(table !== undefined, 'a group without a symbol table');
  const names = readHeap(file, readSize(table, 8));
  const wanted = Buffer.from(`${name}\0`);
  const nameAt = (at: number) => names.subarray(at, at + wanted.length);
  let node = readTreeNode(file, readSize(table, 0), groupTree);
  for (;;) {
    // A child holds the names after its key up to the next key.
    const child = lastChild(node, (at) => compareNames(names, readSize(node.bytes, at), wanted) < 0);
    need(child >= 0, `no member ${name}`);
    const address = childOf(node, child);
    if (node.level > 0) {
      node = readTreeNode(file, address, groupTree, node.level - 1);
      continue;
    }
    const symbols = readSymbols(file, address);
    for (let at = 0; at < symbols.length; at += symbolBytes) {
      if (!nameAt(readSize(symbols, at)).equals(wanted)) continue;
      need(symbols.readUInt32LE(at + 16) !== softLink, 'a soft link');
      return readSize(symbols, at + 8);
    }
    need(false, `no member ${name}`);
  }
}

/** The order of the name at `at` and a wanted one, both ending with NUL, as that of their bytes. */
function compareNames(names: Buffer, at: number, wanted: Buffer): number {
  need(at < names.length, 'a name outside its heap');
  return names.subarray(at, at + wanted.length).compare(wanted);
}

function readSymbols(file: FastBytes, address: number): Buffer {
  const head = file.read(address, 8);
  need(head.toString('latin1', 0, 4) === 'SNOD' && head[4] === 1, `no symbol table node at byte ${address}`);
  return file.read(address + 8, head.readUInt16LE(6) * symbolBytes);
}

/** The data of a local heap. */
function readHeap(file: FastBytes, address: number): Buffer {
  const head = file.read(address, 32);
  need(head.toString('latin1', 0, 4) === 'HEAP' && head[4] === 0, `no local heap at byte ${address}`);
  const length = readSize(head, 8);
  need(length <= maxHeapBytes, `a local heap of ${length} bytes`);
  return file.read(readSize(head, 24), length);
}
