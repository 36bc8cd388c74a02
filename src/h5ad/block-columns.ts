/** Columns of cells as columns of the final table. */
import type { FrameColumn } from '../formats/anndata/frame.js';
import type { ParquetColumnData, Utf8Data } from '../formats/table/table.js';
import { utf8FromStrings } from '../formats/table/utf8.js';
import { ageOfStage } from './age.js';

/** Ages in years from development stages; NaN where there is none. */
export function agesOf(stages: FrameColumn | undefined, cells: number): Float64Array {
  const ages = new Float64Array(cells).fill(Number.NaN);
  if (stages?.type === 'text') return ages.map((_, i) => ageOfStage(stages.values[i]!));
  if (stages?.type !== 'categorical') return ages;
  const years = stages.categories.map(ageOfStage);
  return ages.map((_, i) => years[stages.codes[i]!] ?? Number.NaN);
}

/** The values of some cells. */
export function chosen(column: FrameColumn, cells: Uint32Array): ParquetColumnData {
  switch (column.type) {
    case 'text':
      return Array.from(cells, (cell) => column.values[cell]!);
    case 'categorical':
      return {
        dictionary: dictionaryOf(column.categories),
        codes: Int32Array.from(cells, (cell) => column.codes[cell]!),
      };
    case 'float':
      return Float64Array.from(cells, (cell) => column.values[cell]!);
    case 'integer':
      return {
        values: BigInt64Array.from(Array.from(cells, (cell) => column.values[cell]!)),
        validity: chosenBits(column.validity, cells),
      };
    case 'boolean':
      return {
        values: Uint8Array.from(cells, (cell) => column.values[cell]!),
        validity: chosenBits(column.validity, cells),
      };
  }
}

const dictionaries = new WeakMap<string[], Utf8Data>();

/** The categories of a column as bytes; made once, since every block of a file has the same ones. */
function dictionaryOf(categories: string[]): Utf8Data {
  let dictionary = dictionaries.get(categories);
  if (!dictionary) {
    dictionary = utf8FromStrings(categories);
    dictionaries.set(categories, dictionary);
  }
  return dictionary;
}

function chosenBits(validity: Uint8Array | undefined, cells: Uint32Array): Uint8Array | undefined {
  if (!validity) return undefined;
  const bits = new Uint8Array((cells.length + 7) >> 3);
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!;
    if ((validity[cell >> 3]! >> (cell & 7)) & 1) bits[i >> 3]! |= 1 << (i & 7);
  }
  return bits;
}
