/** Cells that an earlier run wrote, and the table that they become. */
import type { Fingerprint } from '../engine/job.js';
import type { ParquetColumnData, ParquetColumnSpec, ParquetSchema } from '../formats/table/table.js';
import { agesOf, chosen } from './block-columns.js';
import { STAGE_COLUMN } from './cell-facts.js';
import { type ChunkTable, openChunks } from './chunk-folder.js';
import { tableTypes } from './columns.js';
import type { Block, ChunkOptions } from './options.js';

const REQUIRED = /^(cell_id|cell_sentence|gene_sentence_.*|dataset_id)$/;
const LONG = /^(cell_sentence|gene_sentence_.*)$/;

export class ChunkCells {
  private constructor(
    readonly table: ChunkTable,
    readonly schema: ParquetSchema,
  ) {}

  /** Opens the chunks of a run; the column `age` is made if that is wanted, behind the sentences. */
  static async open({ age }: Pick<ChunkOptions, 'age'>, inputs: readonly Fingerprint[]): Promise<ChunkCells> {
    const table = await openChunks(inputs.map(({ path }) => path));
    const columns = table.columns.map(({ name, type }): ParquetColumnSpec => {
      const long = LONG.test(name) && { bounds: false as const };
      return { name, type: tableTypes[type], nullable: !REQUIRED.test(name), ...long };
    });
    if (!age) return new ChunkCells(table, columns);
    const others = columns.filter(({ name }) => name !== 'age');
    const behind = others.findIndex(({ name }) => name === 'cell_sentence') + 1;
    others.splice(behind, 0, { name: 'age', type: 'float64', nullable: true });
    return new ChunkCells(table, others);
  }

  /** The columns of some cells of a block, as the schema has them; `age` is read from the stages if `age` is true. */
  *pieces(
    { start, end }: Block,
    chosenCells: readonly Uint32Array[],
    age: boolean,
  ): Generator<ParquetColumnData[]> {
    const stages =
      age && this.table.has(STAGE_COLUMN) ? this.table.read(STAGE_COLUMN, start, end) : undefined;
    const ages = agesOf(stages, end - start);
    const columns = this.schema.map(({ name }) =>
      age && name === 'age' ? ({ type: 'float', values: ages } as const) : this.table.read(name, start, end),
    );
    for (const cells of chosenCells) yield columns.map((column) => chosen(column, cells));
  }
}
