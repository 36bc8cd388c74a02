import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type BgzfText, readBgzf, virtualOffset } from '../../../src/formats/compression/bgzf.js';
import { bgzfEnd, isBgzf } from '../../../src/formats/compression/bgzf-block.js';
import { referenceBgzf } from '../../../src/kernels/bgzf/reference.js';
import { requireTool } from '../../agreement/tools.js';
import { bgzfOf, collect, inChunks } from '../streams.js';

const yeast = gunzipSync(readFileSync(new URL('../../data/codon/yeast_cds.fa.gz', import.meta.url))).subarray(
  0,
  900_000,
);

async function* texts(runs: AsyncIterable<BgzfText>) {
  for await (const run of runs) yield run.text;
}

describe('BGZF', () => {
  const parts = Array.from({ length: 40 }, (_, i) => yeast.subarray(i * 5000, (i + 1) * 5000));
  const stored = bgzfOf(parts);
  const text = Buffer.concat(parts);

  it.each([1, 2, 5])('comes in order with %i threads', async (threads) => {
    const read = await collect(texts(readBgzf(inChunks(stored, [3000]), 'x', { threads })));
    expect(read.equals(text)).toBe(true);
  });

  it('can be read on from the virtual offset of any byte', async () => {
    const places: { position: number; block: number; within: number }[] = [];
    let before = 0;
    for await (const run of readBgzf(inChunks(stored, [9000]), 'x')) {
      for (let i = 0; i < run.text.length; i += 1777) {
        places.push({ position: before + i, ...virtualOffset(run, i) });
      }
      before += run.text.length;
    }
    expect(places.length).toBeGreaterThan(100);
    for (const { position, block, within } of places) {
      const source = inChunks(stored.subarray(block), [9000]);
      const rest = await collect(texts(readBgzf(source, 'x', { from: { block, within } })));
      expect(rest.equals(text.subarray(position)), `from ${position}`).toBe(true);
    }
  });

  it('keeps the virtual offsets of the file when reading begins within it', async () => {
    const [first] = [bgzfOf(parts.slice(0, 3)).length - bgzfEnd.length];
    const runs = readBgzf(inChunks(stored.subarray(first)), 'x', { from: { block: first, within: 7 } });
    const { value } = await runs.next();
    expect(virtualOffset(value as BgzfText, 0)).toEqual({ block: first, within: 7 });
    await runs.return(undefined);
  });

  it('may be several files one after another', async () => {
    const read = await collect(texts(readBgzf(inChunks(Buffer.concat([stored, stored]), [4096]), 'x')));
    expect(read.equals(Buffer.concat([text, text]))).toBe(true);
  });

  it('delivers the text before damage, then the error', async () => {
    const damaged = Buffer.from(stored);
    const block = bgzfOf(parts.slice(0, 30)).length - bgzfEnd.length;
    damaged[block + 25] ^= 1;
    let length = 0;
    const reading = async () => {
      for await (const run of readBgzf(inChunks(damaged, [2500]), 'x')) length += run.text.length;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'GTK_CORRUPT' });
    expect(length).toBeGreaterThan(100_000);
    expect(length % 5000).toBe(0);
  });

  it('finds the size of a block behind other extra fields', async () => {
    const [block] = [bgzfOf([Buffer.from('>a\nACGT\n')])];
    const extra = Buffer.from([0x58, 0x59, 3, 0, 9, 9, 9]);
    const more = Buffer.concat([block.subarray(0, 12), extra, block.subarray(12)]);
    more.writeUInt16LE(13, 10);
    more.writeUInt16LE(block.length - bgzfEnd.length + extra.length - 1, 12 + extra.length + 4);
    expect(isBgzf(more)).toBe(true);
    expect((await collect(texts(readBgzf(inChunks(more), 'x')))).toString()).toBe('>a\nACGT\n');
  });
});

describe('the reference kernel', () => {
  it('names the place of a block whose text has another CRC', async () => {
    const [a, b] = [bgzfOf([Buffer.from('ACGT')]), bgzfOf([Buffer.from('GGCC')])].map((s) =>
      s.subarray(0, -28),
    );
    b[b.length - 8] ^= 1;
    await expect(referenceBgzf.inflateBlocks(Buffer.concat([a, b]))).rejects.toMatchObject({
      offset: a.length,
    });
  });
});

const bgzip = requireTool('bgzip');
it.skipIf(!bgzip)('BGZF that bgzip writes is read to the same bytes', async () => {
  const stored = execFileSync(bgzip!, ['-c'], { input: yeast, maxBuffer: 1 << 28 });
  expect(isBgzf(stored)).toBe(true);
  expect((await collect(texts(readBgzf(inChunks(stored, [100_000]), 'x')))).equals(yeast)).toBe(true);
});
