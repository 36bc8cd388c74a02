import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { clearStaged, finishPublishing, outputsStand, publish } from '../../src/engine/publish.js';
import { RunFolder, type RunRecord } from '../../src/engine/run-folder.js';
import { filesBelow, temporaryFolder } from '../run-gtk.js';

const out = path.join(temporaryFolder(), 'out');
const names = ['a.tsv', 'b.parquet', 'c.json', 'd.html'];
const done = { result: { codons: 12 }, failures: [] };
const record = (): RunRecord => ({ format: 1, command: 'tiny', version: '1', options: {}, inputs: [] });
let folder: RunFolder;

beforeEach(() => {
  rmSync(out, { recursive: true, force: true });
  folder = new RunFolder(out);
  folder.create();
  clearStaged(folder);
  for (const name of names) writeFileSync(path.join(folder.stagedFolder, name), `content of ${name}`);
});

const finals = () =>
  Object.fromEntries([...filesBelow(out)].map(([name, content]) => [name, String(content)]));
const all = Object.fromEntries(names.map((name) => [name, `content of ${name}`]));

describe('final files', () => {
  it('stand all together, and the run is recorded as finished with their sizes', async () => {
    const finished = await publish(folder, record(), {}, done);
    expect(finals()).toEqual(all);
    expect(finished.outputs.map(({ file, bytes }) => [file, bytes])).toEqual(
      names.map((name) => [name, `content of ${name}`.length]),
    );
    expect(folder.readRun()?.finished).toEqual(finished);
    expect(existsSync(folder.publishFile)).toBe(false);
    expect(outputsStand(folder, finished)).toBe(true);
  });

  it.each([0, 1, 2, 3, 4])(
    'are completed by the next process if the first was killed after %i renames',
    async (renames) => {
      // What a process leaves that is killed there: the list, some files in place, the others staged.
      const copy = new RunFolder(path.join(out, 'other'));
      copy.create();
      clearStaged(copy);
      for (const name of names) writeFileSync(path.join(copy.stagedFolder, name), `content of ${name}`);
      const { outputs } = await publish(copy, record(), {}, done);
      rmSync(copy.out, { recursive: true });
      writeFileSync(folder.publishFile, JSON.stringify({ outputs, ...done }));
      for (const name of names.slice(0, renames))
        renameSync(path.join(folder.stagedFolder, name), path.join(out, name));
      const finished = await finishPublishing(folder, record(), {});
      expect(finished).toEqual({ outputs, ...done });
      expect(finals()).toEqual(all);
      expect(outputsStand(folder, finished!)).toBe(true);
      expect(folder.readRun()?.finished).toEqual(finished);
    },
  );

  it('are none of them in place before the list is written', async () => {
    mkdirSync(folder.publishFile);
    await expect(publish(folder, record(), {}, done)).rejects.toMatchObject({
      code: 'GTK_NOT_WRITABLE',
      exitStatus: 4,
    });
    expect(finals()).toEqual({});
    expect(folder.readRun()).toBeUndefined();
  });

  it('do not stand where one is gone or of another size', async () => {
    const finished = await publish(folder, record(), {}, done);
    writeFileSync(path.join(out, 'b.parquet'), 'content of b.parque');
    expect(outputsStand(folder, finished)).toBe(false);
    writeFileSync(path.join(out, 'b.parquet'), 'content of b.parquet');
    expect(outputsStand(folder, finished)).toBe(true);
    rmSync(path.join(out, 'd.html'));
    expect(outputsStand(folder, finished)).toBe(false);
  });

  it('are reported as not writable where a folder has the name of one', async () => {
    mkdirSync(path.join(out, 'c.json'));
    writeFileSync(path.join(out, 'c.json', 'x'), '');
    await expect(publish(folder, record(), {}, done)).rejects.toMatchObject({ code: 'GTK_NOT_WRITABLE' });
    rmSync(path.join(out, 'c.json'), { recursive: true });
    expect(await finishPublishing(folder, record(), {})).toBeDefined();
    expect(finals()).toEqual(all);
  });

  it('are not begun where nothing was listed', async () => {
    expect(await finishPublishing(folder, record(), {})).toBeUndefined();
    expect(readFileSync(path.join(folder.stagedFolder, 'a.tsv'), 'latin1')).toBe('content of a.tsv');
    clearStaged(folder);
    expect(existsSync(path.join(folder.stagedFolder, 'a.tsv'))).toBe(false);
  });
});

describe('final files in folders', () => {
  const nested = ['data/a.parquet', 'data/deep/b.parquet', '_DONE', 'z.html'];
  const job = { completion: '_DONE', ownFolders: ['data'] };
  beforeEach(() => {
    clearStaged(folder);
    for (const name of nested) {
      mkdirSync(path.dirname(path.join(folder.stagedFolder, name)), { recursive: true });
      writeFileSync(path.join(folder.stagedFolder, name), `content of ${name}`);
    }
  });

  it('stand in them, the one that tells of the others listed last', async () => {
    const { outputs } = await publish(folder, record(), job, done);
    expect(finals()).toEqual(Object.fromEntries(nested.map((name) => [name, `content of ${name}`])));
    expect(outputs.map(({ file }) => file)).toEqual([
      'data/a.parquet',
      'data/deep/b.parquet',
      'z.html',
      '_DONE',
    ]);
  });

  it('take the place of whatever stood in folders that are the job’s own, and of nothing else', async () => {
    for (const name of ['data/old.parquet', 'data/older/c.parquet', 'other/kept.txt']) {
      mkdirSync(path.dirname(path.join(out, name)), { recursive: true });
      writeFileSync(path.join(out, name), 'old');
    }
    await publish(folder, record(), job, done);
    expect(Object.keys(finals()).sort()).toEqual([...nested, 'other/kept.txt'].sort());
    expect(existsSync(path.join(out, 'data/older'))).toBe(false);
  });

  it('are not called complete by an earlier run’s file while they change', async () => {
    writeFileSync(path.join(out, '_DONE'), 'old');
    // A folder with the name of a file stops the renames half way.
    mkdirSync(path.join(out, 'z.html/x'), { recursive: true });
    await expect(publish(folder, record(), job, done)).rejects.toMatchObject({ code: 'GTK_NOT_WRITABLE' });
    expect(existsSync(path.join(out, 'data/a.parquet'))).toBe(true);
    expect(existsSync(path.join(out, '_DONE'))).toBe(false);
  });
});
