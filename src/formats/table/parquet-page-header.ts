import { putVarint, zigzag } from '../../kernels/delta-packed/varint.js';

/**
 * Page headers in Thrift's compact protocol: integers by ascending field, each after its type. The numbers are
 * those of parquet.thrift (struct PageHeader, enum PageType, enum Encoding).
 */

const dictionaryPage = 2;
const dataPageV2 = 3;
const encodings = { PLAIN: 0, DELTA_BINARY_PACKED: 5, RLE_DICTIONARY: 8 } as const;

/** How values of a page are encoded. */
export type PageEncoding = keyof typeof encodings;

/** The header of a data page of version 2; bytes are those of levels and values together. */
export function dataPageHeader(page: {
  rows: number;
  nulls: number;
  levels: number;
  encoding: PageEncoding;
  bytes: number;
  compressedBytes: number;
}): Uint8Array {
  const { rows, nulls, levels } = page;
  return header([dataPageV2, page.bytes, page.compressedBytes], headerOfVersion2, [
    rows,
    nulls,
    rows,
    encodings[page.encoding],
    levels,
    0,
  ]);
}

/** The header of a dictionary page. */
export function dictionaryPageHeader(page: {
  values: number;
  bytes: number;
  compressedBytes: number;
}): Uint8Array {
  const common = [dictionaryPage, page.bytes, page.compressedBytes];
  return header(common, headerOfDictionary, [page.values, encodings.PLAIN]);
}

/** The field after the last one, an i32. */
const nextInteger = (1 << 4) | 5;
/** Five fields on: field 8, a struct. */
const headerOfVersion2 = (5 << 4) | 12;
/** Four fields on: field 7, a struct. */
const headerOfDictionary = (4 << 4) | 12;

function header(common: number[], kind: number, particular: number[]): Uint8Array {
  const bytes = new Uint8Array(64);
  let at = 0;
  const put = (value: number) => {
    bytes[at++] = nextInteger;
    at = putVarint(bytes, at, zigzag(value));
  };
  common.forEach(put);
  bytes[at++] = kind;
  particular.forEach(put);
  // An end for each of both structs.
  return bytes.subarray(0, at + 2);
}
