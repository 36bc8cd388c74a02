import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { hasH5py } from '../formats/hdf5/h5py.js';
import { FakeHub, type Fault, unavailable } from '../h5ad/hub/fake-hub.js';
import { completion } from '../h5ad/read-output.js';
import { sample } from '../h5ad/samples.js';
import { type Ended, filesBelow, gtk, temporaryFolder } from '../run-gtk.js';
import { completeDatasets, filesWith, h5adCommand, writeCells } from './h5ad-files.js';
import { namesIn } from './run-state.js';

const folder = temporaryFolder();
const home = path.join(folder, 'home');
const output = path.join(home, 'output');
const temporary = path.join(folder, 'tmp');
const batch = path.join(folder, 'batch');
const cells = path.join(batch, 'cells.h5ad');
const options = ['--chunk-size', '100', '--workers', '1', '--repo-id', 'lab/cells'];
const one = h5adCommand(home, cells, options);
const several = h5adCommand(home, batch, options);

let hub: FakeHub;

/** Runs gtk with the hub in its environment. Neither the token nor a temporary file is left anywhere. */
async function withHub(
  args: string[],
  more: { token?: string; started?: (child: ChildProcess) => void } = {},
): Promise<Ended> {
  const { token = hub.token, started } = more;
  const env = { HF_TOKEN: token, HF_ENDPOINT: hub.endpoint, TMPDIR: temporary };
  const before = namesIn(temporary);
  const ended = await gtk(args, { env, started });
  expect(ended.stdout + ended.stderr).not.toContain(token);
  expect(filesWith(token, folder)).toEqual([]);
  // Only a killed process leaves its card behind.
  if (ended.signal === null) expect(namesIn(temporary)).toEqual(before);
  return ended;
}

/** When each file of the datasets was written: these, so that nothing was converted again. */
function times(): Record<string, bigint> {
  const names = [...filesBelow(output).keys()].filter((name) => name.includes('/'));
  return Object.fromEntries(
    names.map((name) => [name, statSync(path.join(output, name), { bigint: true }).mtimeNs]),
  );
}

/** The repository holds one upload of the dataset's files, and a card whose patterns find exactly these. */
function expectUploaded(dataset: string, repo: string): void {
  const repository = hub.repository(repo);
  const { files, sides } = completion(path.join(output, dataset));
  expect(repository.commits.map(({ summary }) => summary)).toEqual([
    'initial commit',
    `Upload ${files.length} data files for ${dataset}`,
  ]);
  const { 'README.md': card, ...remote } = Object.fromEntries(repository.head.files);
  const [, header] = String(card?.kind === 'regular' ? card.content : '').split('---\n');
  const { configs, dataset_info } = parse(header!);
  const found = configs[0].data_files.map(({ split, path: pattern }: { split: string; path: string }) => {
    expect(pattern).toMatch(/^\w+\/\*\.parquet$/);
    const [start, end] = pattern.split('*') as [string, string];
    return [split, Object.keys(remote).filter((name) => name.startsWith(start) && name.endsWith(end))];
  });
  const names = files.map(({ file }: { file: string }) => file.replace('/chunks/', '/'));
  const of = (side: string) => names.filter((name: string) => name.startsWith(`${side}/`)).sort();
  expect(found).toEqual(sides.map(({ side }: { side: string }) => [side, of(side)]));
  expect(Object.keys(remote).sort()).toEqual(['.gitattributes', ...names.sort()]);
  expect(dataset_info.splits).toEqual(
    sides.map(({ side, cells }: { side: string; cells: number }) => ({ name: side, num_examples: cells })),
  );
}

describe.skipIf(!hasH5py)('a dataset', () => {
  beforeAll(() => {
    for (const made of [temporary, batch]) mkdirSync(made);
    writeCells(cells, { cells: 900 });
    copyFileSync(sample('cxg_labels_320x143_oldcat.h5ad'), path.join(batch, 'labels.h5ad'));
  });
  beforeEach(async () => {
    rmSync(home, { recursive: true, force: true });
    hub = await FakeHub.start();
  });
  afterEach(async () => {
    expect(hub.violations).toEqual([]);
    await hub.close();
  });

  it('is uploaded with both its sides, which its card finds', async () => {
    expect(await withHub(one)).toMatchObject({ status: 0 });
    expectUploaded('cells', 'lab/cells');
    expect(completion(path.join(output, 'cells')).files.length).toBeGreaterThanOrEqual(10);
  });

  it('of several whose upload fails is kept, and uploaded by the same command without being converted again', async () => {
    hub.plan('create', unavailable, { times: 6 });
    const failed = await withHub([...several, '--json']);
    expect(failed.status).toBe(1);
    expect(JSON.parse(failed.stdout).datasets).toMatchObject([
      { name: 'cells', status: 'FAILED', error: { code: 'GTK_HUB' } },
      { name: 'labels', status: 'SUCCESS' },
    ]);
    const why = 'upload failed: creating lab/cells-cells: HTTP 503 Service Unavailable: out of order';
    expect(failed.stderr).toContain(`gtk: ${why}\n     The dataset is kept here. `);
    const table = readFileSync(path.join(output, 'batch_processing_summary.tsv'), 'utf8');
    expect(table).toMatch(/^cells\tFAILED\t.*upload failed: /m);
    expect([...hub.repositories.keys()]).toEqual(['lab/cells-labels']);
    expect(await completeDatasets(output)).toEqual(['cells', 'labels']);
    const before = times();
    expect(await withHub(several)).toMatchObject({ status: 0 });
    expect(times()).toEqual(before);
    expectUploaded('cells', 'lab/cells-cells');
    expectUploaded('labels', 'lab/cells-labels');
  });

  it('with a wrong token is kept, and uploaded once the token is right', async () => {
    const failed = await withHub(one, { token: 'hf_wrong' });
    expect(failed.status).toBe(4);
    expect(failed.stderr).toContain('upload failed: creating lab/cells: HTTP 401 Unauthorized');
    expect(failed.stderr).toContain('Check the token');
    const before = times();
    expect(Object.keys(before)).toContain('cells/_SUCCESS.json');
    expect(await withHub(one)).toMatchObject({ status: 0 });
    expect(times()).toEqual(before);
    expectUploaded('cells', 'lab/cells');
  });

  it('shows no token that the hub repeats, whatever is logged', async () => {
    const refusal: Fault = { kind: 'status', status: 403, message: `${hub.token} may not write` };
    hub.plan('preupload', refusal);
    const logFile = path.join(folder, 'log.json');
    const logging = ['--log-level', 'debug', '--log-file', logFile, '--token', hub.token, '--json'];
    const ended = await withHub([...one, ...logging]);
    expect(ended.status).toBe(4);
    expect(ended.stderr).toContain('*** may not write');
    expect(filesWith('*** may not write', folder)).toEqual([
      'home-logs/cells/pipeline.json',
      'home-logs/cells/pipeline.log',
      'log.json',
    ]);
  });

  it('whose name no hub takes is refused before it is converted', async () => {
    const odd = path.join(folder, 'odd');
    mkdirSync(odd);
    copyFileSync(cells, path.join(odd, 'zellen_größer.h5ad'));
    copyFileSync(cells, path.join(odd, 'cells.h5ad'));
    const ended = await withHub([...h5adCommand(home, odd, options), '--json']);
    expect(ended.status).toBe(1);
    expect(JSON.parse(ended.stdout).datasets).toMatchObject([
      { name: 'cells', status: 'SUCCESS' },
      { name: 'zellen_größer', status: 'FAILED', error: { code: 'GTK_USAGE' } },
    ]);
    expect(await completeDatasets(output)).toEqual(['cells']);
    expect([...hub.repositories.keys()]).toEqual(['lab/cells-cells']);
  });

  /** Sends a signal once the hub has got that call. */
  const onceCalled = (step: (typeof hub.calls)[number], signal: NodeJS.Signals) => (child: ChildProcess) => {
    void vi
      .waitFor(() => expect(hub.calls).toContain(step), { timeout: 50_000, interval: 5 })
      .then(() => child.kill(signal));
  };

  it('that is interrupted while the hub has it wait is uploaded by the same command', async () => {
    hub.plan('batch', { ...unavailable, headers: { 'retry-after': '250' } } as Fault);
    const ended = await withHub(one, { started: onceCalled('batch', 'SIGINT') });
    expect(ended).toMatchObject({ status: 130, signal: null });
    expect(ended.stderr).toMatch(/To resume: gtk h5ad .*--repo-id lab\/cells\n$/);
    const before = times();
    expect(Object.keys(before)).toContain('cells/_SUCCESS.json');
    expect(await withHub(one)).toMatchObject({ status: 0 });
    expect(times()).toEqual(before);
    expectUploaded('cells', 'lab/cells');
  });

  it.each(['create', 'preupload', 'put'] as const)(
    'whose process is killed at the call %s is uploaded by the same command',
    async (step) => {
      expect(await withHub(one, { started: onceCalled(step, 'SIGKILL') })).toMatchObject({
        signal: 'SIGKILL',
      });
      expect(await withHub(one)).toMatchObject({ status: 0 });
      expectUploaded('cells', 'lab/cells');
    },
  );

  it('whose process is killed as the hub commits is not committed again', async () => {
    const ended = await withHub(one, {
      started: (child) => {
        hub.beforeCommit = () => child.kill('SIGKILL');
      },
    });
    expect(ended.signal).toBe('SIGKILL');
    expectUploaded('cells', 'lab/cells');
    hub.beforeCommit = () => {};
    expect(await withHub(one)).toMatchObject({ status: 0 });
    expectUploaded('cells', 'lab/cells');
  });

  describe('that stands', () => {
    const convert = async (more: string[] = []) => {
      expect(await withHub(h5adCommand(home, batch, ['--chunk-size', '100', ...more]))).toMatchObject({
        status: 0,
      });
      expect(hub.calls).toEqual([]);
    };
    const upload = (given: string, ...more: string[]) =>
      withHub(['h5ad', 'upload', given, '--repo-id', 'lab/cells', ...more]);

    it('is uploaded by gtk h5ad upload, with others each to its own repository', async () => {
      await convert();
      hub.plan('commit', { kind: 'status', status: 403 });
      const failed = await upload(output, '--json');
      expect(failed.status).toBe(1);
      expect(failed.stderr).toContain('upload failed: committing to lab/cells-cells: HTTP 403');
      expect(JSON.parse(failed.stdout)).toMatchObject({
        exit_status: 1,
        uploads: [{ dataset: 'labels' }],
        failures: [{ code: 'GTK_HUB' }],
      });
      const before = times();
      const ended = await upload(output);
      expect(ended).toMatchObject({ status: 0, stderr: '' });
      expect(ended.stdout).toMatch(
        /^cells: 1 of \d+ files sent to .*\nlabels: all 5 files were at .* already\n$/,
      );
      expect(times()).toEqual(before);
      expectUploaded('cells', 'lab/cells-cells');
      expectUploaded('labels', 'lab/cells-labels');
    });

    it('alone, goes to the repository that was named; a failure is the status', async () => {
      await convert();
      hub.plan('tree', unavailable, { times: 6 });
      const failed = await upload(path.join(output, 'cells'));
      expect(failed).toMatchObject({ status: 4, stdout: '' });
      expect(failed.stderr).toContain('HTTP 503');
      expect(await upload(path.join(output, 'cells'))).toMatchObject({ status: 0 });
      expectUploaded('cells', 'lab/cells');
    });

    it('is not there while it is not complete, or under another name', async () => {
      await convert();
      rmSync(path.join(output, 'cells/_SUCCESS.json'));
      for (const given of [path.join(output, 'cells'), temporary]) {
        const ended = await upload(given);
        expect(ended.status).toBe(2);
        expect(ended.stderr).toContain(`${given} holds no complete dataset`);
      }
      expect((await upload(path.join(folder, 'nowhere'))).status).toBe(2);
      expect(hub.calls).toEqual([]);
    });

    it('before its split, where that was kept, is one side', async () => {
      await convert(['--keep-interim']);
      const kept = path.join(home, 'interim/parquet_chunks/cells');
      expect(await upload(kept)).toMatchObject({ status: 0 });
      const { files, sides } = completion(kept);
      expect(sides).toMatchObject([{ side: 'all', cells: 900, donors: 24 }]);
      const remote = [...hub.repository('lab/cells').checksums().keys()];
      expect(remote).toEqual([
        'README.md',
        ...files.map(({ file }: { file: string }) => file.replace('chunks/', 'data/')),
      ]);
      expect(remote).toHaveLength(1 + 9);
    });
  });
});
