/** One task: blocks of cells in, for each an interim file of encoded row groups and a marker. */
import type { RunIdentity, TaskContext } from '../engine/job.js';
import type { SparseRows } from '../formats/anndata/matrix.js';
import { prepareLibrary } from '../formats/hdf5/library.js';
import { sentenceKernel } from '../kernels/sentences/index.js';
import type { SentenceRequest, Sentences } from '../kernels/sentences/types.js';
import { blockColumns, readObs } from './block-table.js';
import { type ChunkFile, writeChunkFile } from './chunk-file.js';
import { runChunkTask } from './chunk-task.js';
import { type Dataset, openDataset } from './dataset.js';
import type { Block, ChunkOptions, H5adOptions, H5adPayload, H5adSummary, RunOptions } from './options.js';
import { PartWriter } from './part.js';
import { planCells } from './plan.js';
import { type PieceRows, piecesOf } from './sides.js';
import { SummaryCounter } from './summary-counter.js';

type Context = TaskContext<H5adOptions, H5adSummary>;

/** Runs a task of `plan.ts`. */
export async function runTask(
  { blocks }: H5adPayload,
  context: TaskContext<RunOptions, H5adSummary>,
): Promise<void> {
  if (context.options.source === 'h5ad') await runFileTask(blocks, context as Context);
  else await runChunkTask(blocks, context as TaskContext<ChunkOptions, H5adSummary>);
}

/** Memory: the values of one block, its text, and its compressed row groups. */
async function runFileTask(blocks: readonly Block[], context: Context): Promise<void> {
  const dataset = await openDataset(context.options, context.inputs);
  const { matrix } = dataset;
  const first = blocks[0]!.start;
  // A pass over columns gives the rows of all blocks at once.
  const all = matrix.encoding === 'csc' ? matrix.readRows(first, blocks.at(-1)!.end) : undefined;
  const bytesOfCell = context.inputs[context.inputIndex]!.bytes / matrix.rows;
  for (const [i, block] of blocks.entries()) {
    const last = i === blocks.length - 1;
    if (context.nextIsDone) {
      context.commit(undefined as never, last);
      continue;
    }
    const rows = all
      ? slice(all, block.start - first, block.end - first)
      : dataset.readRows(block.start, block.end);
    context.commit(await writeBlock(block, rows, dataset, context), last);
    context.progress(Math.round(block.end * bytesOfCell) - Math.round(block.start * bytesOfCell));
  }
}

function slice({ rowStarts, columns, values }: SparseRows, start: number, end: number): SparseRows {
  const [from, to] = [rowStarts[start]!, rowStarts[end]!];
  return {
    rowStarts: rowStarts.slice(start, end + 1).map((at) => at - from),
    columns: columns.subarray(from, to),
    values: values.subarray(from, to),
  };
}

async function writeBlock(
  block: Block,
  cells: SparseRows,
  dataset: Dataset,
  context: Context,
): Promise<H5adSummary> {
  const { options } = context;
  const genes = await dataset.genes();
  const obs = await readObs(dataset, block);
  const summary = new SummaryCounter(genes.counts);
  const appearances = options.report ? new Uint32Array(dataset.matrix.columns) : undefined;
  const part = new PartWriter(context.partPath('groups'));
  try {
    for (const piece of piecesOf(block, { ...options, interim: options.interim !== undefined })) {
      summary.begin(piece);
      const ranking = rankCells(dataset, block, piece, {
        ...cells,
        tokens: genes.tokens,
        top: options.topGenes,
        lists: genes.lists.map(({ members }) => members),
        // What is kept before the split was counted on its side.
        appearances: piece.side === 'interim' ? undefined : appearances,
      });
      const chunk = {
        rows: piece.rows.length,
        columns: blockColumns(dataset, obs, piece.rows, counted(ranking, summary)),
      };
      part.append(dataset.schema, chunk, { compression: options.compression });
    }
    if (appearances) part.note('appearances', Buffer.from(appearances.buffer).toString('base64'));
    part.finish();
  } catch (error) {
    part.abort();
    throw error;
  }
  return summary.result();
}

/** Cells ranked at once: few enough that their text is compressed while it is in the processor's cache. */
const CELLS_AT_ONCE = 256;

/** The sentences of a piece's cells in stretches. The kernel refuses columns outside the matrix. */
function* rankCells(
  dataset: Dataset,
  { start, end }: Block,
  { rows }: PieceRows,
  request: Omit<SentenceRequest, 'rows'>,
): Generator<Sentences> {
  for (let at = 0; at < rows.length; at += CELLS_AT_ONCE) {
    try {
      yield sentenceKernel().rank({ ...request, rows: rows.subarray(at, at + CELLS_AT_ONCE) });
    } catch (error) {
      // Which column, and of which cell, only another reading of them tells.
      if (error instanceof RangeError) dataset.checkColumns(start, end);
      throw error;
    }
  }
}

function* counted(ranking: Iterable<Sentences>, summary: SummaryCounter): Generator<Sentences> {
  for (const sentences of ranking) {
    summary.add(sentences);
    yield sentences;
  }
}

/** What workers do besides tasks. */
export const pieces = {
  prepareLibrary,
  plan: planCells,
  openDataset: async ({ options, inputs }: RunIdentity<RunOptions>) => {
    if (options.source === 'h5ad') await (await openDataset(options, inputs)).genes();
  },
  writeChunkFile: (chunk: ChunkFile) => writeChunkFile(chunk),
};
