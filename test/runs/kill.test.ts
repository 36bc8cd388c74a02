import type { ChildProcess } from 'node:child_process';
import { existsSync, type FSWatcher, mkdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, gtk, temporaryFolder } from '../run-gtk.js';
import { comparable, everything, yeastGenes } from './codon-files.js';
import { markerNames, namesIn, temporaryFiles, wholeMarkers } from './run-state.js';

const KILLS = 50;
const folder = temporaryFolder();
const genes = yeastGenes(1000);

/** Numbers in [0, 1) that are the same in every run of the tests (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Decides when a started process dies; what it returns is called at the process's end. */
type Killer = (child: ChildProcess) => () => void;

function afterMilliseconds(delay: number): Killer {
  return (child) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), delay);
    return () => clearTimeout(timer);
  };
}

/** Kills when the n-th file that matches appears in a folder of the run. */
function whenAppears(watched: string, pattern: RegExp, n: number): Killer {
  return (child) => {
    mkdirSync(watched, { recursive: true });
    let seen = 0;
    const watcher: FSWatcher = watch(watched, (_event, name) => {
      if (pattern.test(name ?? '') && ++seen >= n) child.kill('SIGKILL');
    });
    return () => watcher.close();
  };
}

interface Subject {
  name: string;
  args: string[];
  out: string;
  expected: Record<string, string>;
  milliseconds: number;
  seen: { batchSize: number; bytes: number };
}

async function subject(
  name: string,
  content: string | Buffer,
  batchSize: number,
  workers: number,
): Promise<Subject> {
  const input = path.join(folder, `${name}.fa`);
  writeFileSync(input, content);
  const args = [
    'codon',
    input,
    '--batch-size',
    String(batchSize),
    '--workers',
    String(workers),
    ...everything,
  ];
  const undisturbed = path.join(folder, `${name}-undisturbed`);
  const started = performance.now();
  expect(await gtk([...args, '--out', undisturbed])).toMatchObject({ status: 0 });
  const milliseconds = performance.now() - started;
  const seen = { batchSize, bytes: Buffer.byteLength(content) };
  const expected = comparable(undisturbed, seen);
  expect(Object.keys(expected)).toHaveLength(12);
  return { name, args, out: path.join(folder, `${name}-killed`), expected, milliseconds, seen };
}

const kills = { hit: 0, amid: 0, publishing: 0 };

/** Starts the command and kills it; false if it had ended before. What it leaves must be sound. */
async function kill({ args, out }: Subject, killer: Killer): Promise<boolean> {
  let stop = () => {};
  const ended = await gtk([...args, '--out', out], {
    started: (child) => {
      stop = killer(child);
    },
  });
  stop();
  if (ended.signal !== 'SIGKILL') {
    expect(ended).toMatchObject({ status: 0, signal: null });
    return false;
  }
  expect(ended.status).toBeNull();
  // Killed before it made its folder, it cannot have left anything wrong: such a kill does not count.
  if (!existsSync(path.join(out, '.gtk/run.json'))) return true;
  kills.hit += 1;
  if (wholeMarkers(out).length > 0) kills.amid += 1;
  const finals = [...filesBelow(out).keys()];
  if (finals.length > 0 || namesIn(path.join(out, '.gtk')).includes('publish.json')) kills.publishing += 1;
  return true;
}

/** Runs the command to its end over what a killed one left. */
async function complete({ args, out, expected, seen }: Subject): Promise<void> {
  const ended = await gtk([...args, '--out', out]);
  expect(ended).toMatchObject({ status: 0, signal: null });
  expect(comparable(out, seen)).toEqual(expected);
  expect(temporaryFiles(out)).toEqual([]);
  expect(namesIn(path.join(out, '.gtk'))).toEqual(['run.json']);
}

describe('a run killed at any moment', () => {
  const draw = random(20_240_229);
  const subjects: Subject[] = [];
  beforeAll(async () => {
    subjects.push(await subject('plain', genes, 25, 2));
    subjects.push(await subject('stream', gzipSync(genes), 25, 2));
    subjects.push(await subject('single', genes.replaceAll('\n', '\r\n'), 200, 1));
  });

  it.each([
    ['plain text in 40 batches', 0],
    ['a gzip stream in 40 batches', 1],
    ['five batches on one worker', 2],
  ])('ends in the same files as an undisturbed one: %s', async (_, which) => {
    const run = subjects[which]!;
    const enough = kills.hit + 12;
    for (let tries = 0; kills.hit < enough; tries += 1) {
      expect(tries, 'runs that ended before their kill').toBeLessThan(60);
      rmSync(run.out, { recursive: true, force: true });
      await kill(run, afterMilliseconds(draw() * run.milliseconds));
      // Now and then the one that resumes is killed as well.
      while (draw() < 0.3) await kill(run, afterMilliseconds(draw() * run.milliseconds));
      await complete(run);
    }
  });

  const state = (run: Subject, name: string) => path.join(run.out, '.gtk', name);
  const moments: [string, (run: Subject) => Killer][] = [
    ['its plan appears', (run) => whenAppears(state(run, '.'), /^tasks\.jsonl$/, 1)],
    ['its first part appears', (run) => whenAppears(state(run, 'parts'), /\.arrow$/, 1)],
    ['its seventh part appears', (run) => whenAppears(state(run, 'parts'), /\.arrow$/, 7)],
    ['its fifth marker appears', (run) => whenAppears(state(run, 'done'), /^\d.*\.json$/, 5)],
    [
      'its last marker appears',
      (run) => whenAppears(state(run, 'done'), /^\d.*\.json$/, Math.ceil(1000 / run.seen.batchSize)),
    ],
    ['its first final file is begun', (run) => whenAppears(state(run, 'staged'), /./, 1)],
    ['its last final file is begun', (run) => whenAppears(state(run, 'staged'), /^report/, 1)],
    ['its final files are listed', (run) => whenAppears(state(run, '.'), /^publish\.json$/, 1)],
    ['its first final file stands', (run) => whenAppears(run.out, /^codon_usage/, 1)],
    ['its sixth final file stands', (run) => whenAppears(run.out, /^[cs]/, 6)],
  ];

  it.each(moments)('ends in the same files when killed as %s', async (_, killer) => {
    for (const run of subjects.slice(0, 2)) {
      rmSync(run.out, { recursive: true, force: true });
      await kill(run, killer(run));
      await complete(run);
    }
  });

  it('makes way through many kills in a row', async () => {
    const run = subjects[0]!;
    rmSync(run.out, { recursive: true, force: true });
    for (let n = 1, before = 0; n <= 8; n += 1) {
      if (!(await kill(run, whenAppears(state(run, 'done'), /^\d.*\.json$/, 3)))) break;
      const now = markerNames(run.out).length;
      expect(now, 'markers').toBeGreaterThan(before);
      before = now;
    }
    await complete(run);
  });

  it(`was killed at least ${KILLS} times while it ran, some of them amid batches and amid publishing`, async () => {
    const run = subjects[0]!;
    for (let tries = 0; kills.hit < KILLS; tries += 1) {
      expect(tries, 'runs that ended before their kill').toBeLessThan(60);
      rmSync(run.out, { recursive: true, force: true });
      await kill(run, afterMilliseconds(draw() * run.milliseconds));
      await complete(run);
    }
    expect(kills.hit).toBeGreaterThanOrEqual(KILLS);
    expect(kills.amid).toBeGreaterThanOrEqual(10);
    expect(kills.publishing).toBeGreaterThanOrEqual(2);
  });
});
