import { execFileSync } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseKernels } from '../../src/kernels/addon.js';
import { requireTool } from '../agreement/tools.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { comparable, everything, yeastGenes } from './codon-files.js';

const folder = temporaryFolder();
/** Always the same path, since the report names it. */
const input = path.join(folder, 'genes');
const out = path.join(folder, 'out');

interface Variant {
  batchSize?: number;
  options?: string[];
  env?: Record<string, string>;
}

/** The comparable final files of a run over `content`. */
async function count(content: string | Buffer, { batchSize = 100, options = [], env }: Variant = {}) {
  writeFileSync(input, content);
  rmSync(out, { recursive: true, force: true });
  const args = ['codon', input, '--out', out, '--batch-size', String(batchSize), ...everything, ...options];
  const ended = await gtk([...args, '--quiet'], { env });
  expect(ended).toMatchObject({ status: 0, stderr: '' });
  return comparable(out, { batchSize, bytes: statSync(input).size });
}

/** A record a line pair, then wrapped at any width. */
function wrapped(fasta: string, width: number): string {
  return fasta.replace(/^(>.*\n)([^>]*)/gm, (_, header: string, lines: string) => {
    const bases = lines.replaceAll('\n', '');
    return header + (bases.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).map((line) => `${line}\n`).join('');
  });
}

describe('with 9,000 genes', () => {
  // More than one row group of the table of sequences (8,192 rows), and of one worker's chunks (4,096).
  const genes = yeastGenes() + yeastGenes(2400).replaceAll('>', '>again_');
  let expected: Record<string, string>;
  beforeAll(async () => {
    expected = await count(genes, { batchSize: 5000, options: ['--workers', '1'] });
  });

  it('writes 12 files', () => {
    expect(Object.keys(expected)).toHaveLength(12);
  });

  it.each([
    [1, 1e9],
    [2, 999],
    [4, 5000],
  ])('writes the same bytes with %i workers and batches of %i', async (workers, batchSize) => {
    expect(await count(genes, { batchSize, options: ['--workers', String(workers)] })).toEqual(expected);
  });

  it('writes the same bytes from a gzip stream of batches that do not end with its chunks', async () => {
    const zipped = gzipSync(genes, { level: 1 });
    expect(await count(zipped, { batchSize: 4099, options: ['--workers', '2'] })).toEqual(expected);
  });
});

describe('with 120 genes', () => {
  // Records of every remainder, with an ambiguous codon, an empty one and lower case among them.
  const genes = `${yeastGenes(120)}>odd with words\nATGNNNACGTaacg\n>empty\n>last\nACGTA\n`;
  let expected: Record<string, string>;
  beforeAll(async () => {
    expected = await count(genes);
  });

  it.each([
    [1, 1],
    [2, 1],
    [4, 7],
    [1, 7],
    [2, 1e9],
  ])('writes the same bytes with %i workers and batches of %i', async (workers, batchSize) => {
    expect(await count(genes, { batchSize, options: ['--workers', String(workers)] })).toEqual(expected);
  });

  it.each([1, 17, 60, 1e6])('writes the same bytes from lines of %i', async (width) => {
    expect(await count(wrapped(genes, width))).toEqual(expected);
  });

  it.each<[string, (text: string) => string]>([
    ['CR LF at the end of lines', (text) => text.replaceAll('\n', '\r\n')],
    [
      'lower case and U',
      (text) => text.replace(/^[^>]+$/gm, (line) => line.toLowerCase().replaceAll('t', 'u')),
    ],
    ['blank lines and comments', (text) => `;made by hand\n\n${text.replaceAll('\n', '\n\n')}`],
    ['no end to its last line', (text) => text.slice(0, -1)],
  ])('writes the same bytes from text with %s', async (_, change) => {
    expect(change(genes)).not.toBe(genes);
    expect(await count(change(genes), { batchSize: 7 })).toEqual(expected);
  });

  it.each<[string, (text: string) => Buffer]>([
    ['gzip', (text) => gzipSync(text)],
    [
      'gzip of many members',
      (text) => Buffer.concat((text.match(/.{1,5000}/gs) ?? []).map((part) => gzipSync(part))),
    ],
    ['gzip without compression', (text) => gzipSync(text, { level: 0, strategy: constants.Z_FIXED })],
  ])('writes the same bytes from %s', async (_, compress) => {
    expect(await count(compress(genes), { batchSize: 7 })).toEqual(expected);
  });

  const compressors: [string, string[]][] = [
    ['bgzip', ['-c']],
    ['zstd', ['-c', '-q']],
    ['gzip', ['-9', '-c']],
  ];
  for (const [program, args] of compressors) {
    const found = requireTool(program);
    it.skipIf(!found)(`writes the same bytes from what ${program} made`, async () => {
      const compressed = execFileSync(found!, args, { input: genes });
      expect(await count(compressed, { batchSize: 7 })).toEqual(expected);
    });
  }

  it('writes the same tables from standard input', async () => {
    rmSync(out, { recursive: true, force: true });
    const compressed = gzipSync(genes);
    for (const bytes of [genes, compressed]) {
      const args = ['codon', '-', '--fresh', '--batch-size', '7', '--out', out, ...everything];
      const ended = await gtk([...args, '--quiet'], { input: bytes });
      expect(ended).toMatchObject({ status: 0, stderr: '' });
      // The report names the input, which has another name and no size here.
      const { 'report.html': _, ...tables } = expected;
      const { 'report.html': report, ...found } = comparable(out, { batchSize: 7, bytes: 0 });
      expect(report).toBeDefined();
      expect(found).toEqual(tables);
    }
  });

  it('writes the same bytes with the reference kernels', async () => {
    expect(await count(genes, { batchSize: 7, env: { GTK_KERNELS: 'reference' } })).toEqual(expected);
    expect(await count(gzipSync(genes), { env: { GTK_KERNELS: 'reference' } })).toEqual(expected);
  });

  const levels = chooseKernels({}).native?.addon.levels() ?? [];
  it.skipIf(levels.length === 0).each(levels)('writes the same bytes with %s instructions', async (level) => {
    expect(await count(genes, { batchSize: 7, env: { GTK_KERNELS: 'native', GTK_SIMD: level } })).toEqual(
      expected,
    );
  });

  it('does not write the same bytes from one base that differs', async () => {
    const position = genes.lastIndexOf('ATGNNN');
    const other = await count(`${genes.slice(0, position)}C${genes.slice(position + 1)}`);
    const differing = Object.keys(expected).filter((name) => other[name] !== expected[name]);
    expect(differing.sort()).toEqual(Object.keys(expected).sort());
  });
});
