import { requireInteger } from '../arguments.js';
import type { TransposeKernel } from './types.js';

/** Rows of a tile, so that both sides stay in the cache: one column at a time costs four times as much. */
const tile = 64;

/** The columns in TypeScript: what the native kernel must agree with. */
export const referenceTranspose: TransposeKernel = {
  name: 'reference',
  transpose(matrix, width) {
    requireInteger(width, 'width');
    const rows = matrix.length / width;
    if (!Number.isInteger(rows)) throw new RangeError('the matrix has no whole number of rows');
    const columns = new Uint32Array(matrix.length);
    for (let top = 0; top < rows; top += tile) {
      const bottom = Math.min(rows, top + tile);
      for (let c = 0; c < width; c++) {
        for (let r = top, at = c * rows + top; r < bottom; r++) columns[at++] = matrix[r * width + c]!;
      }
    }
    return columns;
  },
};
