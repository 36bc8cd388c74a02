import { deltaPackedKernel } from '../../kernels/delta-packed/index.js';
import { copyBytes } from './copy-bytes.js';
import { hybridBound, putHybrid } from './hybrid-runs.js';
import type { ParquetColumn } from './parquet-columns.js';
import type { UsedDictionary } from './parquet-dictionary.js';
import type { BooleanData, Int64Data, Utf8Data } from './table.js';
import { isValid } from './utf8.js';

/**
 * The values of rows `start` to `end` that are not null, encoded (parquet.apache.org/docs/file-format/data-pages/encodings);
 * of use until the next call.
 */
export function pageValues(column: ParquetColumn, start: number, end: number, nulls: number): Uint8Array {
  switch (column.type) {
    case 'utf8':
      return plainText(column.data, start, end);
    case 'dictionary':
      return places(column.data, start, end, nulls);
    case 'boolean':
      return bits(column.data, start, end);
    case 'uint32':
      return deltaPackedKernel().encode(column.data.subarray(start, end));
    case 'int64':
      return memoryOf(integers(column.data, start, end, nulls));
    case 'uint64':
      return memoryOf(column.data.subarray(start, end));
    case 'float64': {
      const values = column.data.subarray(start, end);
      return memoryOf(nulls === 0 ? values : values.filter((value) => !Number.isNaN(value)));
    }
  }
}

/** Each text after its length. */
export function plainText({ bytes, offsets, validity }: Utf8Data, start: number, end: number): Uint8Array {
  const to = scratchOf(offsets[end]! - offsets[start]! + 4 * (end - start));
  let at = 0;
  for (let row = start; row < end; row++) {
    if (!isValid(validity, row)) continue;
    const first = offsets[row]!;
    const length = offsets[row + 1]! - first;
    for (let i = 0; i < 4; i++) to[at++] = length >>> (8 * i);
    at = copyBytes(to, at, bytes, first, length);
  }
  return to.subarray(0, at);
}

/** The bits that a place takes, and the places of the rows' values in the dictionary. */
function places({ values, codes }: UsedDictionary, start: number, end: number, nulls: number): Uint8Array {
  const rows = codes.subarray(start, end);
  const used = nulls === 0 ? rows : rows.filter((code) => code >= 0);
  // Even one value takes a bit, as in the files of Arrow's writers.
  const width = Math.max(1, 32 - Math.clz32(values.offsets.length - 2));
  const to = scratchOf(1 + hybridBound(used.length, width));
  to[0] = width;
  return to.subarray(0, putHybrid(to, 1, used, width));
}

/** A bit a value, lowest first. */
function bits({ values, validity }: BooleanData, start: number, end: number): Uint8Array {
  const to = scratchOf((end - start + 7) >> 3).fill(0);
  let count = 0;
  for (let row = start; row < end; row++) {
    if (!isValid(validity, row)) continue;
    to[count >> 3]! |= values[row]! << (count & 7);
    count++;
  }
  return to.subarray(0, (count + 7) >> 3);
}

function integers({ values, validity }: Int64Data, start: number, end: number, nulls: number): BigInt64Array {
  if (nulls === 0) return values.subarray(start, end);
  const present = new BigInt64Array(end - start - nulls);
  let count = 0;
  for (let row = start; row < end; row++) if (isValid(validity, row)) present[count++] = values[row]!;
  return present;
}

function memoryOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

let scratch = new Uint8Array(0);

/** Memory for one page at a time: a new one for each would be most of the garbage. */
function scratchOf(bytes: number): Uint8Array {
  if (scratch.length < bytes) scratch = new Uint8Array(bytes);
  return scratch;
}
