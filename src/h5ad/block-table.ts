/** The rows of the final table that some cells of a block give. */
import type { FrameColumn } from '../formats/anndata/frame.js';
import type { DictionaryData, ParquetColumnData, Utf8Data } from '../formats/table/table.js';
import { utf8FromStrings } from '../formats/table/utf8.js';
import type { Sentences } from '../kernels/sentences/types.js';
import { ageOfStage } from './age.js';
import { STAGE_COLUMN } from './cell-facts.js';
import type { Publication } from './collections.js';
import type { OutputColumn } from './columns.js';
import type { Dataset } from './dataset.js';

/** What `obs` says of a block's cells, before any of them are chosen. */
export interface ObsBlock {
  cellIds: string[];
  ages: Float64Array;
  columns: Map<string, FrameColumn>;
  publication: Publication | undefined;
}

/** Reads the columns of `obs` for cells `start` to `end`. */
export async function readObs(
  dataset: Dataset,
  { start, end }: { start: number; end: number },
): Promise<ObsBlock> {
  const { obs } = dataset.file;
  const columns = new Map<string, FrameColumn>();
  for (const { source } of dataset.columns) {
    if (source.kind === 'obs') columns.set(source.column, obs.read(source.column, start, end));
  }
  return {
    cellIds: obs.readIndex(start, end),
    ages: agesOf(columns.get(STAGE_COLUMN), end - start),
    columns,
    publication: await dataset.publication(),
  };
}

function agesOf(stages: FrameColumn | undefined, cells: number): Float64Array {
  const ages = new Float64Array(cells).fill(Number.NaN);
  if (stages?.type === 'text') return ages.map((_, i) => ageOfStage(stages.values[i]!));
  if (stages?.type !== 'categorical') return ages;
  const years = stages.categories.map(ageOfStage);
  return ages.map((_, i) => years[stages.codes[i]!] ?? Number.NaN);
}

/** The columns of the table in the order of its schema, for these cells of the block. */
export function blockColumns(
  dataset: Dataset,
  obs: ObsBlock,
  cells: Uint32Array,
  sentences: Sentences,
): ParquetColumnData[] {
  let list = 0;
  const generated = (
    what: (OutputColumn['source'] & { kind: 'generated' })['what'],
    name: string,
  ): ParquetColumnData => {
    switch (what) {
      case 'cell_id':
        return Array.from(cells, (cell) => obs.cellIds[cell]!);
      case 'cell_sentence':
        return { ...sentences.sentences, wellFormed: true } satisfies Utf8Data;
      case 'age':
        return Float64Array.from(cells, (cell) => obs.ages[cell]!);
      case 'gene_list':
        return { ...sentences.lists[list++]!, wellFormed: true } satisfies Utf8Data;
      case 'dataset_id':
        return everywhere(dataset.datasetId ?? null, cells.length);
      case 'publication':
        return everywhere(obs.publication?.[name as keyof Publication] ?? null, cells.length);
    }
  };
  return dataset.columns.map(({ name, source }) =>
    source.kind === 'obs' ? chosen(obs.columns.get(source.column)!, cells) : generated(source.what, name),
  );
}

/** One text for all rows. */
function everywhere(text: string | null, rows: number): DictionaryData {
  return {
    dictionary: utf8FromStrings(text === null ? [] : [text]),
    codes: new Int32Array(rows).fill(text === null ? -1 : 0),
  };
}

/** The values of some cells. */
function chosen(column: FrameColumn, cells: Uint32Array): ParquetColumnData {
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
