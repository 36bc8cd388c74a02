import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { resolveInputs } from '../../../src/formats/fasta/inputs.js';

const root = mkdtempSync(path.join(tmpdir(), 'gtk-inputs-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = '';
let folders = 0;
beforeEach(() => {
  folder = path.join(root, `${folders++}`);
  mkdirSync(folder);
});

function put(name: string): string {
  const at = path.join(folder, name);
  writeFileSync(at, '>a\nACGT\n');
  return at;
}

const names = async (paths: string[]) =>
  (await resolveInputs(paths)).map((input) => path.basename(input.path));

it('describes a file by its absolute path, size and time', async () => {
  const at = put('a.fa');
  const { size, mtimeMs } = statSync(at);
  const [input] = await resolveInputs([path.relative(process.cwd(), at)]);
  expect(input).toEqual({ path: at, bytes: size, mtimeMs, kind: 'file' });
  expect(size).toBe(8);
});

it('takes any file that is named, whatever its ending, in the order given', async () => {
  expect(await names([put('z.txt'), put('a.fa')])).toEqual(['z.txt', 'a.fa']);
});

it("takes a folder's sequence files sorted by name, and nothing else", async () => {
  const taken = [
    'B.FASTA',
    'a.fa',
    'c.fna.gz',
    'd.ffn.bgz',
    'e.frn.zst',
    'f.fas',
    'g.fsa',
    'h.cds.gz',
    'i.parquet',
  ];
  for (const name of [...taken].reverse()) put(name);
  for (const name of ['.hidden.fa', 'notes.txt', 'a.fa.bak', 'fasta', 'x.fa.fai', 'y.parquet.gz', 'z.gz'])
    put(name);
  mkdirSync(path.join(folder, 'sub.fa'));
  writeFileSync(path.join(folder, 'sub.fa', 'deep.fa'), '>a\n');
  expect(await names([folder])).toEqual(taken);
});

it('follows links', async () => {
  const target = put('target.bin');
  symlinkSync(target, path.join(folder, 'link.fa'));
  expect(await names([folder])).toEqual(['link.fa']);
});

it('treats standard input, FIFOs and character devices as streams', async () => {
  const fifo = path.join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  expect(await resolveInputs(['-', fifo, '/dev/null'])).toEqual([
    { path: '-', bytes: 0, mtimeMs: 0, kind: 'stream' },
    { path: fifo, bytes: 0, mtimeMs: 0, kind: 'stream' },
    { path: '/dev/null', bytes: 0, mtimeMs: 0, kind: 'stream' },
  ]);
});

it.each([
  ['a path that is not there', () => ['/no/such.fa'], 'GTK_INPUT_MISSING', 2],
  ['a path below a file', () => [path.join(put('a.fa'), 'b.fa')], 'GTK_INPUT_MISSING', 2],
  ['an empty path', () => [''], 'GTK_INPUT_MISSING', 2],
  ['a folder without sequences', () => [folder], 'GTK_NO_INPUT_IN_FOLDER', 3],
  ['a file named twice', () => [put('a.fa'), path.join(folder, '.', 'a.fa')], 'GTK_INPUT_TWICE', 2],
  ['a file and its folder', () => [put('a.fa'), folder], 'GTK_INPUT_TWICE', 2],
  ['standard input twice', () => ['-', '-'], 'GTK_INPUT_TWICE', 2],
])('refuses %s', async (_, paths, code, exitStatus) => {
  await expect(resolveInputs(paths())).rejects.toMatchObject({ code, exitStatus });
});

it('refuses a file and a link to it, and names both', async () => {
  const target = put('a.fa');
  const link = path.join(folder, 'b.fa');
  symlinkSync(target, link);
  await expect(resolveInputs([target, link])).rejects.toThrow(`${link} is given twice, before as ${target}`);
});

it('refuses a folder with a broken link among its sequences', async () => {
  put('a.fa');
  symlinkSync('/no/such/target', path.join(folder, 'b.fa'));
  await expect(resolveInputs([folder])).rejects.toMatchObject({ code: 'GTK_UNREADABLE', exitStatus: 3 });
});

it('refuses a socket', async () => {
  const at = path.join(folder, 's');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(at, resolve));
  try {
    await expect(resolveInputs([at])).rejects.toThrow('it is a socket');
  } finally {
    server.close();
  }
});

it.skipIf(process.getuid?.() === 0)('refuses a file without permission to read it', async () => {
  const at = put('a.fa');
  execFileSync('chmod', ['000', at]);
  await expect(resolveInputs([at])).rejects.toThrow('permission denied');
});
