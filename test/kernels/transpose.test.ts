import { describe, expect, it } from 'vitest';
import { transposeKernels } from './implementations.js';

describe.each(transposeKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s transposing kernel',
  (_, kernel) => {
    it.each([0, 1, 63, 64, 65, 200])('puts every value of %i rows into its column', (rows) => {
      const width = 7;
      const matrix = Uint32Array.from({ length: rows * width }, (_, i) => (i * 2654435761) % 2 ** 32);
      const columns = Array.from({ length: width }, (_, c) => [...matrix].filter((_, i) => i % width === c));
      expect([...kernel.transpose(matrix, width)]).toEqual(columns.flat());
    });

    it('refuses rows that are not whole', () => {
      expect(() => kernel.transpose(new Uint32Array(7), 2)).toThrow(RangeError);
      expect(() => kernel.transpose(new Uint32Array(7), 0)).toThrow(RangeError);
    });
  },
);
