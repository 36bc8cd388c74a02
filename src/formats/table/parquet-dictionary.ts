import { fault } from './columns.js';
import { copyBytes } from './copy-bytes.js';
import type { DictionaryData, ParquetColumnSpec, Utf8Data } from './table.js';
import { validUtf8 } from './utf8.js';

/** The values that rows have, each once, in the order of the first row that has it. */
export interface UsedDictionary {
  values: Utf8Data;
  /** The place of each row's value in {@link values}; -1 is null. */
  codes: Int32Array;
}

/**
 * The part of a dictionary that the rows use: a category of a whole dataset can have a value for each of a
 * million cells, and every row group would repeat them all.
 *
 * @throws GTK_INTERNAL if a code is no place in the dictionary, or null in a column without nulls
 */
export function usedDictionary(
  { name, nullable }: ParquetColumnSpec,
  { dictionary, codes }: DictionaryData,
): UsedDictionary {
  const column = `column ${name}`;
  const { bytes, offsets, validity, wellFormed } = dictionary;
  const size = offsets.length - 1;
  if (validity) throw fault(column, 'null in a dictionary', 'text in every place');
  if (offsets[size]! > bytes.length) {
    throw fault(column, `an offset of ${offsets[size]}`, `at most ${bytes.length}`);
  }
  const places = new Int32Array(size).fill(-1);
  const own = new Int32Array(codes.length);
  const used: number[] = [];
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    if (code === -1 && nullable) {
      own[row] = -1;
    } else if (code >= 0 && code < size) {
      if (places[code]! < 0) places[code] = used.push(code) - 1;
      own[row] = places[code]!;
    } else {
      throw fault(column, `code ${code} in row ${row}`, `one from ${nullable ? -1 : 0} to ${size - 1}`);
    }
  }
  return { values: validUtf8({ ...gathered(bytes, offsets, used), wellFormed }), codes: own };
}

/** Those rows of a text, one after another. */
function gathered(bytes: Uint8Array, offsets: Uint32Array, rows: readonly number[]): Utf8Data {
  const lengths = rows.map((row) => offsets[row + 1]! - offsets[row]!);
  const own = new Uint32Array(rows.length + 1);
  lengths.forEach((length, i) => {
    own[i + 1] = own[i]! + length;
  });
  const text = new Uint8Array(own[rows.length]!);
  for (let i = 0; i < rows.length; i++) copyBytes(text, own[i]!, bytes, offsets[rows[i]!]!, lengths[i]!);
  return { bytes: text, offsets: own };
}
