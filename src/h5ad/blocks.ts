/** Cutting a matrix into blocks of cells that fit in memory. The cut depends on the file alone. */
import type { Matrix } from '../formats/anndata/matrix.js';

/** Consecutive cells, and about how many values they have. */
export interface BlockBounds {
  start: number;
  end: number;
  values: number;
}

/** Cells of a block at most: their sentences take some 10 KB each. */
const BLOCK_CELLS = 2500;
/** Values of a block at most: each takes 8 to 12 bytes, twice while it is read. */
const BLOCK_VALUES = 6_000_000;
/** Cells whose places are read at once. */
const STARTS = 1 << 20;

/** All blocks, in the order of the cells. */
export function cutBlocks(matrix: Matrix): BlockBounds[] {
  const cells = matrix.rows;
  switch (matrix.encoding) {
    case 'csr':
      return cutByValues(cells, (start, end) => matrix.rowStarts(start, end));
    case 'csc':
      return everyNth(cells, BLOCK_CELLS, matrix.stored / Math.max(1, cells));
    case 'dense': {
      const fitting = Math.max(1, Math.floor(BLOCK_VALUES / Math.max(1, matrix.columns)));
      const most = Math.min(BLOCK_CELLS, fitting);
      // A chunk of the file that two blocks share would be read twice.
      const { chunkRows } = matrix;
      const step = chunkRows > 0 && chunkRows < most ? most - (most % chunkRows) : most;
      return everyNth(cells, step, matrix.columns);
    }
  }
}

/** Blocks of so many cells, of which each has that many values. */
export function everyNth(cells: number, step: number, valuesOfCell: number): BlockBounds[] {
  return Array.from({ length: Math.ceil(cells / step) }, (_, i) => {
    const [start, end] = [i * step, Math.min(cells, (i + 1) * step)];
    return { start, end, values: Math.ceil((end - start) * valuesOfCell) };
  });
}

function cutByValues(cells: number, startsOf: (start: number, end: number) => Float64Array): BlockBounds[] {
  const blocks: BlockBounds[] = [];
  let start = 0;
  let valuesBefore = 0;
  let valuesEnd = 0;
  for (let slab = 0; slab < cells; slab += STARTS) {
    const slabEnd = Math.min(cells, slab + STARTS);
    const starts = startsOf(slab, slabEnd);
    for (let cell = slab; cell < slabEnd; cell++) {
      const next = starts[cell + 1 - slab]!;
      if (cell > start && (cell - start >= BLOCK_CELLS || next - valuesBefore > BLOCK_VALUES)) {
        blocks.push({ start, end: cell, values: valuesEnd - valuesBefore });
        start = cell;
        valuesBefore = valuesEnd;
      }
      valuesEnd = next;
    }
  }
  if (cells > start) blocks.push({ start, end: cells, values: valuesEnd - valuesBefore });
  return blocks;
}

/** Bytes that a block takes while it is worked on: its values, its text, and what is written of it. */
export function blockMemory({ start, end, values }: BlockBounds): number {
  return 24 * values + 24_000 * (end - start) + (32 << 20);
}

/**
 * Which blocks one task works on. A matrix stored by column has to be read from end to end for any of its
 * cells, so there tasks are as few as memory and the workers allow.
 */
export function groupBlocks(
  matrix: Matrix,
  blocks: readonly BlockBounds[],
  { workers, memoryBudget }: { workers: number; memoryBudget: number },
): BlockBounds[][] {
  if (matrix.encoding !== 'csc') return blocks.map((block) => [block]);
  const fitting = Math.floor(memoryBudget / workers / BYTES_TRANSPOSED);
  const tasks = Math.max(workers, Math.ceil(matrix.stored / Math.max(1, fitting)));
  const size = Math.ceil(blocks.length / tasks);
  return Array.from({ length: Math.ceil(blocks.length / size) }, (_, i) =>
    blocks.slice(i * size, (i + 1) * size),
  );
}

/** Bytes for each value of the cells that a pass over columns keeps. */
const BYTES_TRANSPOSED = 16;

/** Bytes that a task takes. */
export function taskMemory(matrix: Matrix, blocks: readonly BlockBounds[]): number {
  const kept =
    matrix.encoding === 'csc' ? BYTES_TRANSPOSED * blocks.reduce((sum, { values }) => sum + values, 0) : 0;
  return kept + Math.max(...blocks.map(blockMemory));
}
