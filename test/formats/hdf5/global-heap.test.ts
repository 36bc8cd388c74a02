import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAnnData } from '../../../src/formats/anndata/open.js';
import { canBeWalked } from '../../../src/formats/hdf5/global-heap.js';
import { sample } from '../../h5ad/samples.js';
import { temporaryFolder } from '../../run-gtk.js';

const folder = temporaryFolder();

/** A collection of objects, by index and the size that their header tells, in `bytes` bytes. */
function collection(bytes: number, objects: [index: number, size: bigint][]): Buffer {
  const made = Buffer.alloc(bytes);
  let at = 16;
  for (const [index, size] of objects) {
    made.writeUInt16LE(index, at);
    made.writeBigUInt64LE(size, at + 8);
    at += index === 0 ? Number(size) : 16 + Math.ceil(Number(size) / 8) * 8;
  }
  return made;
}

describe('a collection of the global heap', () => {
  it('can be walked through where its objects fill it', () => {
    expect(
      canBeWalked(
        collection(128, [
          [1, 5n],
          [2, 16n],
          [0, 56n],
        ]),
      ),
    ).toBe(true);
    expect(canBeWalked(collection(128, [[1, 96n]]))).toBe(true);
    // What is left is too small for a header.
    expect(canBeWalked(collection(128, [[1, 85n]]))).toBe(true);
    expect(canBeWalked(collection(128, [[0, 112n]]))).toBe(true);
  });

  it('cannot be where a size is 0 or beyond its end', () => {
    expect(canBeWalked(collection(128, [[1, 5n]]))).toBe(false);
    expect(
      canBeWalked(
        collection(128, [
          [1, 5n],
          [0, 96n],
        ]),
      ),
    ).toBe(false);
    expect(canBeWalked(collection(128, [[1, 2n ** 64n - 16n]]))).toBe(false);
    expect(canBeWalked(Buffer.alloc(128))).toBe(false);
  });

  it('with a hole of zeros is damage, not an endless loop', async () => {
    const whole = readFileSync(sample('scp_mouse_150x123_ensmusg.h5ad'));
    const places: number[] = [];
    for (let at = whole.indexOf('GCOL'); at >= 0; at = whole.indexOf('GCOL', at + 1)) places.push(at);
    expect(places.length).toBeGreaterThan(5);
    for (const place of places) {
      const damaged = Buffer.from(whole).fill(0, place + 16, place + 512);
      const file = path.join(folder, `${place}.h5ad`);
      writeFileSync(file, damaged);
      const read = async () => {
        const opened = await openAnnData(file);
        for (const { name } of opened.obs.columns) opened.obs.read(name);
        for (const { name } of opened.var.columns) opened.var.read(name);
        opened.obs.readIndex();
        opened.var.readIndex();
      };
      await expect(read(), `at ${place}`).rejects.toMatchObject({
        code: 'GTK_HDF5_DAMAGED',
        message: expect.stringContaining(`the heap of texts at byte ${place} is not in order`),
      });
    }
  });
});
