import fc from 'fast-check';
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { deltaBinaryPack } from 'hyparquet-writer/src/delta.js';
import { describe, expect, it } from 'vitest';
import { deltaPackedKernels } from './implementations.js';

const value = fc.oneof(fc.nat(3), fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const columns = fc.array(value, { maxLength: 400 }).map((values) => Uint32Array.from(values));

describe.each(deltaPackedKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s kernel of packed differences',
  (_, kernel) => {
    it('writes what an independent reader gives back', () => {
      let values = 0;
      fc.assert(
        fc.property(columns, (column) => {
          const bytes = kernel.encode(column);
          const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
          const found = new Int32Array(column.length);
          deltaBinaryUnpack(reader, column.length, found);
          expect(new Uint32Array(found.buffer)).toEqual(column);
          values += column.length;
        }),
        { numRuns: 300 },
      );
      expect(values).toBeGreaterThan(1000);
    });

    it('writes the bytes of an independent writer', () => {
      for (const length of [1, 2, 33, 128, 129, 130, 8192]) {
        const column = Uint32Array.from({ length }, (_, i) => (i * 2654435761) % (1 + (i % 1000) * 977));
        const writer = new ByteWriter();
        deltaBinaryPack(writer, new Int32Array(column.buffer), 'INT32');
        expect(Buffer.from(kernel.encode(column))).toEqual(Buffer.from(writer.getBytes()));
      }
    });
  },
);

it('the kernels of packed differences write the same bytes', () => {
  const [reference, ...others] = deltaPackedKernels;
  fc.assert(
    fc.property(columns, (column) => {
      const expected = Buffer.from(reference!.encode(column));
      expect(expected.length).toBeGreaterThan(3);
      for (const kernel of others) expect(Buffer.from(kernel.encode(column))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
