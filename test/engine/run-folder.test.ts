import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { missingFolders } from '../../src/engine/folders.js';
import type { BatchResult, Planned, RunIdentity } from '../../src/engine/job.js';
import { ownMarkers, RunFolder, taskIdentity } from '../../src/engine/run-folder.js';
import { temporaryFolder } from '../run-gtk.js';

const root = temporaryFolder();
const out = path.join(root, 'out');
let folder: RunFolder;
beforeEach(() => {
  rmSync(out, { recursive: true, force: true });
  folder = new RunFolder(out);
  folder.create();
});

const task = (label: string) => ({ label, bytes: 1, memory: 1, input: 0, payload: { start: 0 } });
const marker = (batch: number, identity = 'own', last = false): BatchResult => ({
  ...{ task: 0, batch, identity, last, summary: {} },
  ...{ attempt: 1, host: 'here', seconds: 0, peakRssBytes: 0 },
});

describe('the plan on disk', () => {
  const plan: Planned<unknown>[] = [
    { task: task('a\nb "c"') },
    { failure: { input: 1, error: { code: 'GTK_X', message: 'm', remedy: 'r', exitStatus: 3 } } },
    { task: task('ü') },
  ];

  it('is read as it was written, empty ones too', () => {
    for (const written of [plan, []]) {
      folder.writePlan(written);
      expect(folder.readPlan()).toEqual(written);
    }
  });

  it('counts as none if any of its bytes is missing', () => {
    folder.writePlan(plan);
    const bytes = readFileSync(folder.tasksFile);
    for (let length = 0; length < bytes.length; length += 1) {
      writeFileSync(folder.tasksFile, bytes.subarray(0, length));
      expect(folder.readPlan(), `${length} of ${bytes.length}`).toBeUndefined();
    }
  });

  it('counts as none if a stretch of it is zero, as after a power cut', () => {
    folder.writePlan(plan);
    const bytes = readFileSync(folder.tasksFile);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 64 }), (start, length) => {
        writeFileSync(
          folder.tasksFile,
          Buffer.from(bytes).fill(0, start, Math.min(start + length, bytes.length)),
        );
        expect(folder.readPlan()).toBeUndefined();
      }),
    );
  });
});

describe('markers', () => {
  it('count from the first on, up to a gap, a foreign one, or what follows the last', () => {
    const batches = (markers: BatchResult[]) => ownMarkers(markers, 'own').map(({ batch }) => batch);
    expect(batches([marker(0), marker(1), marker(3)])).toEqual([0, 1]);
    expect(batches([marker(1), marker(2)])).toEqual([]);
    expect(batches([marker(0), marker(1, 'other'), marker(2)])).toEqual([0]);
    expect(batches([marker(0), marker(1, 'own', true), marker(2)])).toEqual([0, 1]);
    expect(batches([])).toEqual([]);
  });

  it('are read in order beyond a million batches, without those that cannot be', () => {
    for (const batch of [999_999, 2, 10]) folder.writeMarker(marker(batch));
    writeFileSync(path.join(folder.doneFolder, '000000-000001.json'), '{"task":');
    writeFileSync(path.join(folder.doneFolder, '.000000-000003.json.1-0-1.tmp'), JSON.stringify(marker(3)));
    expect(
      folder
        .readMarkers()
        .get(0)
        ?.map(({ batch }) => batch),
    ).toEqual([2, 10, 999_999]);
  });

  it('are of a task by its run, its place and its content', () => {
    const run: RunIdentity = {
      command: 'codon',
      version: '1',
      options: { frame: 0 },
      inputs: [{ path: '/a', bytes: 1, mtimeMs: 1 }],
    };
    const own = taskIdentity(run, 0, task('a'));
    expect(taskIdentity(structuredClone(run), 0, task('a'))).toBe(own);
    const others = [
      taskIdentity(run, 1, task('a')),
      taskIdentity(run, 0, task('b')),
      taskIdentity({ ...run, command: 'rna' }, 0, task('a')),
      taskIdentity({ ...run, options: { frame: 1 } }, 0, task('a')),
      taskIdentity({ ...run, inputs: [{ path: '/a', bytes: 1, mtimeMs: 2 }] }, 0, task('a')),
    ];
    expect(new Set([own, ...others]).size).toBe(others.length + 1);
  });
});

describe('cleaning up', () => {
  it('removes what was never renamed and nothing else', () => {
    const temporary = [
      '.run.json.1-0-1.tmp',
      'parts/000000-000000.arrow.here-1-1.tmp',
      'done/.000000-000000.json.1-0-1.tmp',
    ];
    const kept = ['run.json', 'parts/000000-000000.arrow', 'done/000000-000000.json', 'staged/a.tmp'];
    mkdirSync(folder.stagedFolder);
    for (const name of [...temporary, ...kept]) writeFileSync(path.join(folder.state, name), '');
    folder.removeTemporary();
    expect(temporary.filter((name) => existsSync(path.join(folder.state, name)))).toEqual([]);
    expect(kept.filter((name) => existsSync(path.join(folder.state, name)))).toEqual(kept);
  });

  it('removes the folders that a run had made, but none with something in it', () => {
    rmSync(out, { recursive: true });
    const deep = new RunFolder(path.join(out, 'a/b'));
    const created = missingFolders(deep.out);
    expect(created).toEqual([path.join(out, 'a/b'), path.join(out, 'a'), out]);
    deep.create();
    deep.removeInterim();
    mkdirSync(path.join(out, 'mine'));
    deep.removeEmpty(created);
    expect(readdirSync(out)).toEqual(['mine']);
  });
});
