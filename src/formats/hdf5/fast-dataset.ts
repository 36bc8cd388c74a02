import type { NumberName } from './element-type.js';
import { need, readSize } from './fast-bytes.js';
import { type Message, onlyMessage } from './fast-header.js';

/** Where the values of a dataset of one dimension are, and what they are. */
export interface VectorPlace {
  type: NumberName;
  itemBytes: number;
  /** In values. */
  length: number;
  storage: { kind: 'contiguous'; address: number; bytes: number } | ({ kind: 'chunked' } & ChunkPlace);
}

/** Where the chunks of a dataset are. */
export interface ChunkPlace {
  /** Address of the index, Infinity before the first chunk is written. */
  index: number;
  /** Values in a chunk; the last one is filled up. */
  chunk: number;
  /** Filters that were applied to each chunk, in this order. */
  filters: readonly ('shuffle' | 'deflate')[];
}

const types = {
  dataspace: 1,
  datatype: 3,
  externalFiles: 7,
  layout: 8,
  filters: 0xb,
} as const;

/** Messages that say nothing about where the values are: fill values, attributes, comments, times, counts. */
const otherTypes = [0, 4, 5, 0xc, 0xd, 0xe, 0x10, 0x12, 0x15, 0x16];

/** A chunk is inflated whole, so a larger one is left to the library. */
const maxChunkBytes = 1 << 26;

/**
 * Takes the messages of a dataset's object header apart ("HDF5 File Format Specification", section IV.A.2).
 *
 * @throws NotFast
 */
export function describeVector(messages: readonly Message[]): VectorPlace {
  const known: number[] = [types.dataspace, types.datatype, types.layout, types.filters, ...otherTypes];
  for (const { type } of messages) need(known.includes(type), `a message of type ${type}`);
  const only = (type: number) => onlyMessage(messages, type);
  const [space, datatype, layout] = [only(types.dataspace), only(types.datatype), only(types.layout)];
  need(space !== undefined && datatype !== undefined && layout !== undefined, 'no dataset');
  const length = vectorLength(space);
  const type = numberType(datatype);
  const itemBytes = datatype.readUInt32LE(4);
  need(length * itemBytes <= Number.MAX_SAFE_INTEGER, `${length} values`);
  const filters = filterNames(only(types.filters), itemBytes);
  return { type, itemBytes, length, storage: readLayout(layout, itemBytes, length, filters) };
}

function vectorLength(space: Buffer): number {
  const version = space[0]!;
  need(version === 1 || (version === 2 && space[3] === 1), `version ${version} of a dataspace`);
  need(space[1] === 1, `${space[1]} dimensions`);
  return readSize(space, version === 1 ? 8 : 4);
}

function numberType(datatype: Buffer): NumberName {
  const bits = datatype.readUIntLE(1, 3);
  const bytes = datatype.readUInt32LE(4);
  const isWhole = datatype.readUInt16LE(8) === 0 && datatype.readUInt16LE(10) === 8 * bytes;
  need([1, 2, 4, 8].includes(bytes) && isWhole, `elements of ${bytes} bytes`);
  // Bit 0 is the order of bytes; 1 and 2 pad what a whole number of bytes has no room for.
  const integerClass = 0;
  if ((datatype[0]! & 15) === integerClass) {
    need((bits & ~8) === 0, 'integers of another order of bytes');
    return `${(bits & 8) === 0 ? 'u' : ''}int${8 * bytes}` as NumberName;
  }
  for (const [name, { head, fields }] of Object.entries(ieee)) {
    const isFloat = (datatype[0]! & 15) === 1 && bits === head && bytes === (name === 'float32' ? 4 : 8);
    if (isFloat && datatype.subarray(12, 20).equals(fields)) return name as NumberName;
  }
  need(false, 'elements that are no numbers, or of another order of bytes');
}

/** Bit field (sign bit, hidden first bit of the mantissa), and places and sizes of exponent and mantissa, and bias. */
const ieee = {
  float32: { head: 0x1f20, fields: Buffer.from([23, 8, 0, 23, 127, 0, 0, 0]) },
  float64: { head: 0x3f20, fields: Buffer.from([52, 11, 0, 52, 0xff, 3, 0, 0]) },
};

function filterNames(pipeline: Buffer | undefined, itemBytes: number): ChunkPlace['filters'] {
  if (pipeline === undefined) return [];
  const version = pipeline[0]!;
  need(version === 1 || version === 2, `version ${version} of a filter pipeline`);
  const names: ('shuffle' | 'deflate')[] = [];
  let at = version === 1 ? 8 : 2;
  for (let i = 0; i < pipeline[1]!; i++) {
    const id = pipeline.readUInt16LE(at);
    need(id === 1 || id === 2, `filter ${id}`);
    // Version 2 leaves the length of the name out of filters of the library's own.
    const nameBytes = version === 1 ? pipeline.readUInt16LE(at + 2) : 0;
    const values = pipeline.readUInt16LE(at + (version === 1 ? 6 : 4));
    at += (version === 1 ? 8 : 6) + Math.ceil(nameBytes / 8) * 8;
    if (id === 2) need(pipeline.readUInt32LE(at) === itemBytes, 'a shuffle of other elements');
    names.push(id === 1 ? 'deflate' : 'shuffle');
    at += 4 * (version === 1 ? values + (values % 2) : values);
  }
  need(['', 'shuffle', 'deflate', 'shuffle,deflate'].includes(names.join()), `filters ${names}`);
  return names;
}

function readLayout(
  layout: Buffer,
  itemBytes: number,
  length: number,
  filters: ChunkPlace['filters'],
): VectorPlace['storage'] {
  need(layout[0] === 3, `version ${layout[0]} of a layout`);
  if (layout[1] === 1) {
    const bytes = readSize(layout, 10);
    need(filters.length === 0 && bytes === length * itemBytes, `${bytes} bytes of values`);
    // No place is set aside for no values.
    return { kind: 'contiguous', address: bytes === 0 ? 0 : readSize(layout, 2), bytes };
  }
  need(layout[1] === 2 && layout[2] === 2, 'another layout');
  const chunk = layout.readUInt32LE(11);
  need(layout.readUInt32LE(15) === itemBytes, 'chunks of other elements');
  need(chunk > 0 && chunk * itemBytes <= maxChunkBytes, `chunks of ${chunk} values`);
  return { kind: 'chunked', index: readSize(layout, 3), chunk, filters };
}
