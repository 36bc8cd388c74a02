import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gtk, type RunOptions, temporaryFolder } from '../run-gtk.js';
import { comparable, everything, yeastGenes } from './codon-files.js';
import { logged, markerNames, namesIn, wholeMarkers } from './run-state.js';

const folder = temporaryFolder();
const genes = yeastGenes(200);
const bytes = Buffer.byteLength(genes);
const seen = { batchSize: 10, bytes };
const input = path.join(folder, 'genes.fa');
const out = path.join(folder, 'out');
const stopped = path.join(folder, 'stopped');
const command = ['codon', input, '--batch-size', '10', ...everything];
const done = path.join(out, '.gtk/done');
const parts = path.join(out, '.gtk/parts');
const marker = (task: number) => path.join(done, `${String(task).padStart(6, '0')}-000000.json`);
const part = (task: number) => path.join(parts, `${String(task).padStart(6, '0')}-000000.arrow`);
let expected: Record<string, string>;

const run = (options: string[] = [], more: RunOptions = {}) =>
  gtk([...command, '--out', out, ...options], more);

/** Puts back a run that was planned and whose first tasks, at most eight, were each done by `gtk task`. */
function stopAfter(tasks: number): void {
  cpSync(stopped, out, { recursive: true, preserveTimestamps: true });
  for (const name of markerNames(out).slice(tasks)) rmSync(path.join(done, name));
  for (const name of namesIn(parts).slice(tasks)) rmSync(path.join(parts, name));
  expect(wholeMarkers(out)).toHaveLength(tasks);
}

const times = (files: string[]) => files.map((file) => statSync(file, { bigint: true }).mtimeNs);

const renewInput = () => {
  writeFileSync(input, genes);
  utimesSync(input, 1_700_000_000, 1_700_000_000);
};

beforeAll(async () => {
  renewInput();
  expect(await gtk([...command, '--out', path.join(folder, 'undisturbed')])).toMatchObject({ status: 0 });
  expected = comparable(path.join(folder, 'undisturbed'), seen);
  expect(await gtk([...command, '--out', stopped, '--plan-only'])).toMatchObject({ status: 0 });
  for (let task = 0; task < 8; task += 1) {
    expect(await gtk(['task', stopped, String(task)])).toMatchObject({ status: 0, stderr: '' });
  }
});

beforeEach(() => {
  rmSync(out, { recursive: true, force: true });
  renewInput();
});

describe('the same command again', () => {
  it('does only the batches that are missing', async () => {
    stopAfter(8);
    const before = times([0, 3, 7].map(marker));
    const ended = await run(['--keep-interim']);
    expect(ended).toMatchObject({ status: 0 });
    expect(logged(ended.stderr, 'planned')).toMatchObject({ tasks: 20, done: 8 });
    expect(times([0, 3, 7].map(marker))).toEqual(before);
    expect(comparable(out, seen)).toEqual(expected);
  });

  it('goes on in the middle of a gzip stream', async () => {
    writeFileSync(input, gzipSync(genes));
    expect(await run(['--keep-interim'])).toMatchObject({ status: 0 });
    const streamSeen = { ...seen, bytes: statSync(input).size };
    const stream = comparable(out, streamSeen);
    expect(markerNames(out)).toHaveLength(20);
    // As if killed after eleven batches, the twelfth's interim file already renamed but not yet its marker.
    for (const name of markerNames(out).slice(11)) rmSync(path.join(done, name));
    for (const name of namesIn(parts).slice(12)) rmSync(path.join(parts, name));
    for (const name of Object.keys(stream)) rmSync(path.join(out, name));
    const kept = markerNames(out).map((name) => path.join(done, name));
    const before = times(kept);
    const ended = await run(['--keep-interim']);
    expect(ended).toMatchObject({ status: 0 });
    expect(times(kept)).toEqual(before);
    expect(wholeMarkers(out)).toHaveLength(20);
    expect(comparable(out, streamSeen)).toEqual(stream);
  });

  it('says that nothing is left to do, and leaves the files alone', async () => {
    expect(await run()).toMatchObject({ status: 0 });
    const files = Object.keys(expected).map((name) => path.join(out, name));
    const before = times(files);
    const ended = await run();
    expect(ended.status).toBe(0);
    expect(ended.stdout).toContain('Already done');
    expect(times(files)).toEqual(before);
  });

  it('makes all files again if one of them is gone', async () => {
    expect(await run()).toMatchObject({ status: 0 });
    rmSync(path.join(out, 'codon_usage.csv'));
    expect(await run()).toMatchObject({ status: 0 });
    expect(comparable(out, seen)).toEqual(expected);
  });

  it.each<[string, () => void]>([
    ['cut short', () => writeFileSync(part(2), readFileSync(part(2)).subarray(0, -1))],
    [
      'altered in one bit',
      () =>
        writeFileSync(
          part(2),
          readFileSync(part(2)).map((byte, i) => (i === 700 ? byte ^ 1 : byte)),
        ),
    ],
    ['gone', () => rmSync(part(2))],
  ])('does a batch again whose interim file is %s', async (_, damage) => {
    stopAfter(4);
    damage();
    const ended = await run();
    expect(logged(ended.stderr, 'planned')).toMatchObject({ tasks: 20, done: 3 });
    expect(comparable(out, seen)).toEqual(expected);
  });

  it.each<[string, () => void]>([
    ['is cut short', () => writeFileSync(marker(2), readFileSync(marker(2)).subarray(0, 40))],
    ['is empty', () => writeFileSync(marker(2), '')],
    ['is of another task', () => copyFileSync(marker(1), marker(2))],
    [
      'is of another run',
      () =>
        writeFileSync(marker(2), String(readFileSync(marker(2))).replace(/"identity":"./, '"identity":"g')),
    ],
  ])('does a batch again whose marker %s', async (_, damage) => {
    stopAfter(4);
    damage();
    expect(await run()).toMatchObject({ status: 0 });
    expect(comparable(out, seen)).toEqual(expected);
  });

  it('is not misled by markers of batches that the task does not have', async () => {
    stopAfter(4);
    const later = JSON.parse(String(readFileSync(marker(3))));
    writeFileSync(path.join(done, '000003-000001.json'), JSON.stringify({ ...later, batch: 1 }));
    const other = { ...later, batch: 1, task: 5, identity: '0123456789abcdef' };
    writeFileSync(path.join(done, '000005-000001.json'), JSON.stringify(other));
    expect(await run()).toMatchObject({ status: 0 });
    expect(comparable(out, seen)).toEqual(expected);
  });

  it.each([
    ['empty', () => Buffer.alloc(0)],
    ['cut between two lines', (plan: Buffer) => plan.subarray(0, plan.indexOf('\n', 900) + 1)],
    ['cut within a line', (plan: Buffer) => plan.subarray(0, 900)],
  ])('plans anew where a power cut left the plan %s', async (_, cut) => {
    stopAfter(4);
    const plan = path.join(out, '.gtk/tasks.jsonl');
    writeFileSync(plan, cut(readFileSync(plan)));
    const ended = await run();
    expect(logged(ended.stderr, 'planned')).toMatchObject({ tasks: 20, done: 4 });
    expect(comparable(out, seen)).toEqual(expected);
  });
});

describe('another command or input', () => {
  it('is refused, naming every option that differs', async () => {
    stopAfter(2);
    const other = command.map((word) => (word === '10' ? '11' : word));
    const ended = await gtk([...other, '--out', out, '--frame', '1', '--skip-stops']);
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain('--frame 0, now 1');
    expect(ended.stderr).toContain('--batch-size 10, now 11');
    expect(ended.stderr).toContain('--skip-stops false, now true');
    expect(ended.stderr).toContain('--fresh');
    expect(markerNames(out)).toHaveLength(2);
    expect(await run()).toMatchObject({ status: 0 });
    expect(comparable(out, seen)).toEqual(expected);
  });

  it('is refused where it has other inputs', async () => {
    stopAfter(2);
    const other = path.join(folder, 'other.fa');
    writeFileSync(other, genes);
    const ended = await run([other]);
    expect(ended).toMatchObject({ status: 2 });
    expect(ended.stderr).toContain(`new input ${other}`);
  });

  it.each<[string, () => void]>([
    ['longer', () => appendFileSync(input, '>more\nATG\n')],
    ['newer', () => utimesSync(input, 1_700_000_000, 1_700_000_001)],
  ])('is refused where the input is %s, and goes on once it is restored', async (_, change) => {
    stopAfter(2);
    change();
    for (const args of [
      [...command, '--out', out],
      ['resume', out],
      ['task', out, '3'],
    ]) {
      const ended = await gtk(args);
      expect(ended, args[0]).toMatchObject({ status: 3 });
      expect(ended.stderr).toContain(`${input} changed since the run was planned`);
    }
    expect(markerNames(out)).toHaveLength(2);
    renewInput();
    expect(await run()).toMatchObject({ status: 0 });
    expect(comparable(out, seen)).toEqual(expected);
  });

  it('is refused where the input is gone', async () => {
    stopAfter(2);
    rmSync(input);
    const ended = await gtk(['resume', out]);
    expect(ended).toMatchObject({ status: 2 });
    expect(ended.stderr).toContain(`No such file or folder: ${input}`);
    expect(markerNames(out)).toHaveLength(2);
  });

  it('starts over with --fresh', async () => {
    stopAfter(5);
    writeFileSync(input, `${genes}>more\nATGATG\n`);
    const ended = await run(['--fresh']);
    expect(logged(ended.stderr, 'planned')).toMatchObject({ tasks: 21, done: 0 });
    expect(JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8')).sequences).toBe(201);
  });

  it('starts over with --fresh even if an earlier run was about to publish', async () => {
    expect(await run(['--keep-interim'])).toMatchObject({ status: 0 });
    const state = path.join(out, '.gtk');
    const record = JSON.parse(readFileSync(path.join(state, 'run.json'), 'utf8'));
    writeFileSync(path.join(state, 'publish.json'), JSON.stringify(record.finished));
    mkdirSync(path.join(state, 'staged'), { recursive: true });
    renameSync(path.join(out, 'summary.json'), path.join(state, 'staged/summary.json'));
    const ended = await run(['--fresh', '--frame', '1']);
    expect(ended).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8')).frame).toBe(1);
  });

  it('is refused where the run is of another version', async () => {
    stopAfter(2);
    const file = path.join(out, '.gtk/run.json');
    const record = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...record, version: '0.0.1' }));
    for (const args of [
      [...command, '--out', out],
      ['resume', out],
      ['task', out, '3'],
    ]) {
      const ended = await gtk(args);
      expect(ended, args[0]).toMatchObject({ status: 2 });
      expect(ended.stderr).toContain(`was made by gtk 0.0.1, this is gtk ${record.version}`);
    }
  });

  it('is refused where it no longer leaves out a bad input', async () => {
    const bad = path.join(folder, 'bad.fa');
    writeFileSync(bad, 'no FASTA\n');
    for (const stage of ['--plan-only', '--quiet']) {
      expect((await run([bad, '--keep-going', stage])).status, stage).toBe(stage === '--plan-only' ? 0 : 1);
      const ended = await run([bad]);
      expect(ended, stage).toMatchObject({ status: 2 });
      expect(ended.stderr).toContain('--keep-going, now not given');
    }
    const again = await run([bad, '--keep-going', '--json']);
    expect(again.status).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({
      up_to_date: true,
      summary: { summary: { sequences: 200 } },
    });
    expect(again.stderr).toContain(`${bad} is not FASTA`);
  });
});

describe('interim files', () => {
  it('go once the output stands, and stay with --keep-interim as plain Arrow files', async () => {
    expect(await run(['--keep-interim'])).toMatchObject({ status: 0 });
    const markers = wholeMarkers(out);
    expect(markers).toHaveLength(20);
    let rows = 0;
    for (const { part: file, summary } of markers) {
      const table = tableFromIPC(readFileSync(path.join(out, '.gtk', file!.file)));
      expect(table.numRows).toBe(summary.sequences);
      rows += table.numRows;
    }
    expect(rows).toBe(200);
    const first = tableFromIPC(readFileSync(part(0)))
      .get(0)
      ?.toJSON();
    const header = genes.slice(1, genes.indexOf('\n'));
    expect(Object.values(first ?? {})).toContain(header);
    expect(await run()).toMatchObject({ status: 0 });
    expect(namesIn(path.join(out, '.gtk'))).toEqual(['run.json']);
  });
});

describe('gtk task and gtk resume', () => {
  it('do in any order, two at once, what the command does', async () => {
    expect(await run(['--plan-only'])).toMatchObject({ status: 0 });
    const order = Array.from({ length: 20 }, (_, i) => (i * 7 + 3) % 20);
    for (let i = 0; i < order.length; i += 2) {
      const pair = order.slice(i, i + 2).map((task) => gtk(['task', out, String(task)]));
      for (const ended of await Promise.all(pair)) expect(ended).toMatchObject({ status: 0, stderr: '' });
    }
    expect(wholeMarkers(out)).toHaveLength(20);
    const before = times([0, 7, 19].map(marker));
    const ended = await gtk(['resume', out, '--keep-interim']);
    expect(logged(ended.stderr, 'planned')).toMatchObject({ tasks: 20, done: 20 });
    expect(times([0, 7, 19].map(marker))).toEqual(before);
    expect(comparable(out, seen)).toEqual(expected);
  });

  it('leave a task alone that is whole, and bear the same one twice at once', async () => {
    stopAfter(1);
    const before = times([marker(0), part(0)]);
    expect(await gtk(['task', out, '0'])).toMatchObject({ status: 0 });
    expect(times([marker(0), part(0)])).toEqual(before);
    const twice = await Promise.all([gtk(['task', out, '4']), gtk(['task', out, '4'])]);
    for (const ended of twice) expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(wholeMarkers(out)).toHaveLength(2);
  });

  it('refuse an index that is none, and a folder without a run', async () => {
    expect(await run(['--plan-only'])).toMatchObject({ status: 0 });
    for (const index of ['20', '1.5', 'x', '']) {
      const ended = await gtk(['task', out, index]);
      expect(ended, index).toMatchObject({ status: 2 });
    }
    expect((await gtk(['task', out, '20'])).stderr).toContain('has no task 20: it has 20, counted from 0');
    for (const args of [
      ['resume', folder],
      ['task', folder, '0'],
      ['resume', path.join(folder, 'nowhere')],
    ]) {
      const ended = await gtk(args);
      expect(ended).toMatchObject({ status: 2 });
      expect(ended.stderr).toContain('holds no run of gtk');
    }
  });
});
