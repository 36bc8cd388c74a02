import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { swapFolder } from '../../src/rna/merge/swap-folder.js';
import { filesBelow, temporaryFolder } from '../run-gtk.js';
import { atStep, type Step } from '../runs/at-step.js';

const contentOf = (folder: string) =>
  Object.fromEntries([...filesBelow(folder)].map(([name, bytes]) => [name, bytes.toString()]));

function oldFolder(): string {
  const folder = path.join(temporaryFolder(), 'merge');
  mkdirSync(path.join(folder, 'deep'), { recursive: true });
  writeFileSync(path.join(folder, 'a.tsv'), 'old a');
  writeFileSync(path.join(folder, 'b.tsv'), 'old b');
  writeFileSync(path.join(folder, 'deep', 'plot.pdf'), 'plot');
  return folder;
}

const oldContent = { 'a.tsv': 'old a', 'b.tsv': 'old b', 'deep/plot.pdf': 'plot' };
const newContent = { 'a.tsv': 'new a', 'deep/c.tsv': 'new c', 'deep/plot.pdf': 'plot' };

async function renew(folder: string): Promise<void> {
  await swapFolder(
    folder,
    (file) => file.endsWith('.tsv'),
    async (fresh) => {
      writeFileSync(path.join(fresh, 'a.tsv'), 'new a');
      mkdirSync(path.join(fresh, 'deep'));
      writeFileSync(path.join(fresh, 'deep', 'c.tsv'), 'new c');
    },
  );
}

describe('a folder that is swapped', () => {
  test('has what is new and what is not replaced', async () => {
    const folder = oldFolder();
    await renew(folder);
    expect(contentOf(folder)).toEqual(newContent);
    expect(readdirSync(path.dirname(folder))).toEqual(['merge']);
  });

  test('may be missing before', async () => {
    const folder = path.join(temporaryFolder(), 'out', 'merge');
    await renew(folder);
    expect(contentOf(folder)).toEqual({ 'a.tsv': 'new a', 'deep/c.tsv': 'new c' });
  });

  test('stays as it was when the new one cannot be made', async () => {
    const folder = oldFolder();
    const problem = new Error('no');
    const make = async (fresh: string) => {
      writeFileSync(path.join(fresh, 'a.tsv'), 'half');
      throw problem;
    };
    await expect(swapFolder(folder, () => true, make)).rejects.toBe(problem);
    expect(contentOf(folder)).toEqual(oldContent);
    expect(readdirSync(path.dirname(folder))).toEqual(['merge']);
  });

  test('may be a link, which stays one', async () => {
    const folder = oldFolder();
    const link = path.join(temporaryFolder(), 'merge');
    symlinkSync(folder, link);
    await renew(link);
    expect(contentOf(folder)).toEqual(newContent);
    expect(readdirSync(path.dirname(folder))).toEqual(['merge']);
  });

  test('may not be a file', async () => {
    const file = path.join(temporaryFolder(), 'merge');
    writeFileSync(file, 'mine');
    await expect(renew(file)).rejects.toMatchObject({ code: 'GTK_NOT_WRITABLE' });
    expect(readdirSync(path.dirname(file))).toEqual(['merge']);
  });
});

describe('killed at any step', () => {
  const program = path.join(temporaryFolder(), 'swap.mjs');

  beforeAll(async () => {
    const source = fileURLToPath(new URL('../../src/rna/merge/swap-folder.ts', import.meta.url));
    const code = `import { mkdirSync, writeFileSync } from 'node:fs';
      import { swapFolder } from ${JSON.stringify(source)};
      await swapFolder(process.argv[2], (file) => file.endsWith('.tsv'), async (fresh) => {
        writeFileSync(fresh + '/a.tsv', 'new a');
        mkdirSync(fresh + '/deep');
        writeFileSync(fresh + '/deep/c.tsv', 'new c');
      });`;
    const stdin = { contents: code, resolveDir: path.dirname(source), loader: 'ts' } as const;
    await build({
      stdin,
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
      logLevel: 'error',
    });
  });

  /** Ends with SIGKILL. */
  const killedAt = (folder: string, step: Step) =>
    new Promise<NodeJS.Signals | undefined>((resolve) => {
      const env = { ...process.env, ...atStep(step, 'SIGKILL') };
      execFile(process.execPath, [program, folder], { env }, (error) => resolve(error?.signal ?? undefined));
    });

  test.each<[string, Step, object]>([
    ['before the new one is begun', { step: 'rmSync', file: /\.merge\.new$|\.merge\.new / }, oldContent],
    ['before the old one is set aside', { step: 'renameSync', file: /\.merge\.old$/ }, oldContent],
    ['between the renames', { step: 'renameSync', file: /\.merge\.new/ }, oldContent],
    ['before the old one is deleted', { step: 'rmSync', file: /\.merge\.old/, nth: 2 }, newContent],
  ])('%s, one of the two is whole, and the next call ends well', async (_, step, whole) => {
    const folder = oldFolder();
    expect(await killedAt(folder, step)).toBe('SIGKILL');
    const aside = path.join(path.dirname(folder), '.merge.old');
    expect(contentOf(existsSync(folder) ? folder : aside)).toEqual(whole);
    await renew(folder);
    expect(contentOf(folder)).toEqual(newContent);
    expect(readdirSync(path.dirname(folder))).toEqual(['merge']);
  });
});
