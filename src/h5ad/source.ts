/** Where the cells of a run come from, as far as the plan needs it: an h5ad file, or chunks of an earlier run. */
import path from 'node:path';
import type { Fingerprint } from '../engine/job.js';
import type { Frame } from '../formats/anndata/frame.js';
import { type BlockBounds, blockMemory, cutBlocks, everyNth, groupBlocks, taskMemory } from './blocks.js';
import { ChunkCells } from './chunk-cells.js';
import { findCompletion, originOf } from './completion.js';
import { openDataset } from './dataset.js';
import type { FileFacts } from './facts.js';
import type { ChunkOptions, H5adOptions, RunOptions } from './options.js';

export interface CellSource {
  readonly path: string;
  readonly cells: number;
  readonly obs: Frame;
  readonly facts: FileFacts;
  /** Blocks that one task each works on, and the bytes it takes. */
  tasks(limits: { workers: number; memoryBudget: number }): { blocks: BlockBounds[]; memory: number }[];
  close(): void;
}

/** Opens the source of a run. Throws what opening it throws. */
export function openSource(options: RunOptions, inputs: readonly Fingerprint[]): Promise<CellSource> {
  return options.source === 'h5ad' ? openFile(options, inputs) : openChunkSource(options, inputs);
}

/** The tasks of this thread will find the file open. */
async function openFile(options: H5adOptions, inputs: readonly Fingerprint[]): Promise<CellSource> {
  const { file, matrix, schema, renamed } = await openDataset(options, inputs);
  const { organism } = file;
  const { path, bytes, mtimeMs } = inputs[0]!;
  return {
    path,
    cells: file.cells,
    obs: file.obs,
    facts: {
      name: 'file',
      ...{ path, bytes, mtimeMs },
      ...{ cells: file.cells, genes: matrix.columns, matrix: options.matrix },
      ...{ encoding: matrix.encoding, value_type: matrix.valueType, stored_values: matrix.stored },
      has_raw: file.matrices.includes('raw'),
      ...(organism !== undefined && { organism }),
      unreadable: [...file.obs.unreadable],
      schema,
      renamed,
    },
    tasks: (limits) =>
      groupBlocks(matrix, cutBlocks(matrix), limits).map((blocks) => ({
        blocks,
        memory: taskMemory(matrix, blocks),
      })),
    close: () => {},
  };
}

/** Cells of a block: their text is held twice, as strings and as bytes. */
const BLOCK_CELLS = 1000;

async function openChunkSource(options: ChunkOptions, inputs: readonly Fingerprint[]): Promise<CellSource> {
  const { table, schema } = await ChunkCells.open(options, inputs);
  const folder = path.dirname(inputs[0]!.path);
  const earlier = findCompletion(path.dirname(folder));
  const origin = earlier && originOf(earlier);
  return {
    path: folder,
    cells: table.rows,
    obs: table,
    facts: {
      name: 'file',
      path: folder,
      bytes: inputs.reduce((sum, { bytes }) => sum + bytes, 0),
      mtimeMs: Math.max(...inputs.map(({ mtimeMs }) => mtimeMs)),
      cells: table.rows,
      ...(origin && { origin }),
      unreadable: [],
      schema,
      renamed: [],
    },
    tasks: () =>
      everyNth(table.rows, BLOCK_CELLS, 0).map((block) => ({
        blocks: [block],
        memory: 3 * blockMemory(block),
      })),
    close: () => {},
  };
}
