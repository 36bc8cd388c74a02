/** One task on chunks of an earlier run: cells in, for each block an interim file and a marker. */
import type { TaskContext } from '../engine/job.js';
import { ChunkCells } from './chunk-cells.js';
import type { Block, ChunkOptions, H5adSummary } from './options.js';
import { PartWriter } from './part.js';
import { piecesOf } from './sides.js';
import { emptySummary } from './summary-counter.js';

type Context = TaskContext<ChunkOptions, H5adSummary>;

/** Runs the blocks. Memory: the text of one block, as strings and as bytes. */
export async function runChunkTask(blocks: readonly Block[], context: Context): Promise<void> {
  const cells = await ChunkCells.open(context.options, context.inputs);
  for (const [i, block] of blocks.entries()) {
    const last = i === blocks.length - 1;
    if (context.nextIsDone) context.commit(undefined as never, last);
    else context.commit(await writeBlock(block, cells, context), last);
  }
}

async function writeBlock(block: Block, cells: ChunkCells, context: Context): Promise<H5adSummary> {
  const { options } = context;
  const pieces = piecesOf(block, { ...options, interim: false });
  const part = new PartWriter(context.partPath('groups'));
  try {
    let next = 0;
    const chosen = pieces.map(({ rows }) => rows);
    for (const columns of cells.pieces(block, chosen, options.age)) {
      const chunk = { rows: chosen[next++]!.length, columns };
      part.append(cells.schema, chunk, { compression: options.compression });
    }
    part.finish();
  } catch (error) {
    part.abort();
    throw error;
  }
  return {
    // No genes are named here: the sentences are there already.
    ...emptySummary({ total: 0, hgnc: 0, symbol: 0, index: 0, leftOut: 0, repeated: 0 }),
    pieces: pieces.map(({ side, chunk, rows }) => ({ side, chunk, rows: rows.length })),
    cells: pieces.reduce((sum, { rows }) => sum + rows.length, 0),
  };
}
