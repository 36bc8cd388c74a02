/** The rows of the final table that some cells of a block give. */
import type { FrameColumn } from '../formats/anndata/frame.js';
import type { DictionaryData, ParquetColumnData, Utf8Data } from '../formats/table/table.js';
import { utf8FromStrings } from '../formats/table/utf8.js';
import type { Sentences, Text } from '../kernels/sentences/types.js';
import { agesOf, chosen } from './block-columns.js';
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

/** The columns of the table in the order of its schema, for these cells of the block. */
export function blockColumns(
  dataset: Dataset,
  obs: ObsBlock,
  cells: Uint32Array,
  ranking: Iterable<Sentences>,
): ParquetColumnData[] {
  const texts = textColumns(dataset, ranking);
  const generated = (
    what: (OutputColumn['source'] & { kind: 'generated' })['what'],
    name: string,
  ): ParquetColumnData => {
    switch (what) {
      case 'cell_id':
        return Array.from(cells, (cell) => obs.cellIds[cell]!);
      case 'cell_sentence':
        return { stretches: texts.next().value! };
      case 'age':
        return Float64Array.from(cells, (cell) => obs.ages[cell]!);
      case 'gene_list':
        return { stretches: texts.next().value! };
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

/** The columns of text that the ranking gives, in the order of the schema: sentences, then each gene list. */
function* textColumns({ options }: Dataset, ranking: Iterable<Sentences>): Generator<Iterable<Utf8Data>> {
  // Only where one column is all there is can it be written while the ranking goes on.
  const ranked = options.geneLists === undefined ? ranking : [...ranking];
  yield mapped(ranked, ({ sentences }) => sentences);
  for (let list = 0; ; list += 1) yield mapped(ranked, ({ lists }) => lists[list]!);
}

function* mapped(ranked: Iterable<Sentences>, textOf: (sentences: Sentences) => Text): Generator<Utf8Data> {
  for (const sentences of ranked) yield { ...textOf(sentences), wellFormed: true };
}

/** One text for all rows. */
function everywhere(text: string | null, rows: number): DictionaryData {
  return {
    dictionary: utf8FromStrings(text === null ? [] : [text]),
    codes: new Int32Array(rows).fill(text === null ? -1 : 0),
  };
}
