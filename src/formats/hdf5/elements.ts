import type { ElementType, NumberName } from './element-type.js';

/** Numbers as a file stores them. */
export type NumberArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

const arrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/**
 * Elements in the library's memory, valid until the next call of the library: `count` of them, `stride`
 * bytes from one to the next, the first at `at`.
 */
export interface Elements {
  heap: Uint8Array;
  at: number;
  count: number;
  stride: number;
}

/** The numbers as a view of the library's memory; only of elements without gaps. */
export function viewNumbers(name: NumberName, { heap, at, count }: Elements): NumberArray {
  return new arrays[name](heap.buffer as ArrayBuffer, at, count);
}

/** The numbers in memory of their own. */
export function copyNumbers(name: NumberName, { heap, at, count, stride }: Elements): NumberArray {
  const { BYTES_PER_ELEMENT: bytes } = arrays[name];
  if (stride === bytes) return viewNumbers(name, { heap, at, count, stride }).slice();
  const copy = new Uint8Array(count * bytes);
  for (let i = 0; i < count; i += 1) {
    for (let b = 0; b < bytes; b += 1) copy[i * bytes + b] = heap[at + i * stride + b]!;
  }
  return new arrays[name](copy.buffer);
}

/** Booleans as 0 and 1. */
export function copyBooleans({ heap, at, count, stride }: Elements): Uint8Array {
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i += 1) values[i] = heap[at + i * stride] ? 1 : 0;
  return values;
}

/** The texts, decoded as UTF-8 whatever they are declared as: that contains ASCII, and some declare it in vain. */
export function copyStrings(type: ElementType & { kind: 'string' }, elements: Elements): string[] {
  const { heap, at, count, stride } = elements;
  const memory = Buffer.from(heap.buffer, heap.byteOffset, heap.length);
  const texts = new Array<string>(count);
  for (let i = 0; i < count; i += 1) {
    const start = at + i * stride;
    if (type.variable) {
      const pointer = memory.readUInt32LE(start);
      texts[i] = pointer === 0 ? '' : memory.toString('utf8', pointer, memory.indexOf(0, pointer));
    } else {
      const end = memory.subarray(start, start + type.bytes).indexOf(0);
      texts[i] = memory.toString('utf8', start, end < 0 ? start + type.bytes : start + end);
    }
  }
  return texts;
}
