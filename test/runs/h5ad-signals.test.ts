import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasH5py } from '../formats/hdf5/h5py.js';
import { FakeHub } from '../h5ad/hub/fake-hub.js';
import { sample } from '../h5ad/samples.js';
import { type Ended, gtk, temporaryFolder } from '../run-gtk.js';
import { atStep, marker } from './at-step.js';
import { completeDatasets, contents, filesWith, h5adCommand, writeCells } from './h5ad-files.js';
import { wholeMarkers } from './run-state.js';

const folder = temporaryFolder();
const home = path.join(folder, 'home');
const output = path.join(home, 'output');
const cells = path.join(folder, 'cells.h5ad');
const batch = path.join(folder, 'batch');
const one = h5adCommand(home, cells, ['--chunk-size', '2000', '--workers', '2']);
const several = h5adCommand(home, batch, ['--workers', '1']);
const abreast = h5adCommand(home, batch, ['--workers', '2']);
const cleared = () => rmSync(home, { recursive: true, force: true });

/** The command that the last line of standard error gives. */
function resumeCommand({ stderr }: Ended): string[] {
  const last = stderr.trimEnd().split('\n').at(-1)!;
  expect(last).toMatch(/^gtk: interrupted; finished batches are kept\. To resume: gtk h5ad /);
  return last.slice(last.indexOf(': gtk ') + 6).split(' ');
}

describe.skipIf(!hasH5py)('an interrupted run', () => {
  let ofOne: Record<string, string>;
  let ofSeveral: Record<string, string>;
  beforeAll(async () => {
    writeCells(cells, { cells: 12_000 });
    mkdirSync(batch);
    copyFileSync(sample('cxg_labels_320x143_oldcat.h5ad'), path.join(batch, 'a.h5ad'));
    writeCells(path.join(batch, 'b.h5ad'), { cells: 7500, seed: 3 });
    copyFileSync(sample('cxg_perturb_500x2000_csr.h5ad'), path.join(batch, 'c.h5ad'));
    expect(await gtk(one)).toMatchObject({ status: 0 });
    ofOne = contents(home);
    cleared();
    expect(await gtk(several)).toMatchObject({ status: 0 });
    ofSeveral = contents(home);
  });
  beforeEach(cleared);

  it.each([
    ['one after another', several],
    ['two at once', abreast],
  ])('of several files, %s, goes on with the one that it was at', async (_, command) => {
    const amid = { step: 'renameSync', file: /output\/b\/.*done\/\d+-\d+\.json$/, nth: 2 } as const;
    const ended = await gtk(command, { env: atStep(amid, 'SIGINT') });
    expect(ended).toMatchObject({ status: 130, signal: null, stdout: '' });
    expect(wholeMarkers(path.join(output, 'b')).length).toBeGreaterThan(0);
    expect(await completeDatasets(output)).not.toContain('b');
    expect(await gtk(resumeCommand(ended))).toMatchObject({ status: 0 });
    expect(contents(home)).toEqual(ofSeveral);
  });

  describe('that was to upload', () => {
    let hub: FakeHub;
    beforeAll(async () => {
      hub = await FakeHub.start();
    });
    afterAll(() => hub.close());

    it('shows its token nowhere, and resumes with the token in the environment', async () => {
      const command = [...one, '--repo-id', 'lab/cells', '--token', hub.token, '--endpoint', hub.endpoint];
      const ended = await gtk(command, {
        env: atStep({ step: 'renameSync', file: marker, nth: 2 }, 'SIGTERM'),
      });
      expect(ended.status).toBe(143);
      const resume = resumeCommand(ended);
      expect(resume.join(' ')).toBe(command.join(' ').replace(` --token ${hub.token}`, ''));
      expect(ended.stdout + ended.stderr).not.toContain(hub.token);
      expect(filesWith('chunkSize', folder)).toEqual(['home/output/cells/.gtk/run.json']);
      expect(filesWith(hub.token, folder)).toEqual([]);
      expect(await gtk(resume, { env: { HF_TOKEN: hub.token } })).toMatchObject({ status: 0 });
      expect(contents(home)).toEqual(ofOne);
      expect(hub.repository('lab/cells').commits).toHaveLength(2);
    });
  });
});
