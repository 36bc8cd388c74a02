import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { comparable, everything, yeastGenes } from './codon-files.js';
import {
  afterMilliseconds,
  complete,
  type Killer,
  Kills,
  random,
  type Subject,
  whenAppears,
} from './kills.js';
import { markerNames } from './run-state.js';

const KILLS = 50;
const folder = temporaryFolder();
const genes = yeastGenes(1000);
const kills = new Kills();

interface CodonSubject extends Subject {
  out: string;
  batches: number;
}

async function subject(
  name: string,
  content: string | Buffer,
  batchSize: number,
  workers: number,
): Promise<CodonSubject> {
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
  const out = path.join(folder, `${name}-killed`);
  return {
    args: [...args, '--out', out],
    outs: [out],
    out,
    files: () => comparable(out, seen),
    expected,
    milliseconds,
    batches: Math.ceil(1000 / batchSize),
  };
}

describe('a run killed at any moment', () => {
  const draw = random(20_240_229);
  const subjects: CodonSubject[] = [];
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
      await kills.kill(run, afterMilliseconds(draw() * run.milliseconds));
      // Now and then the one that resumes is killed as well.
      while (draw() < 0.3) await kills.kill(run, afterMilliseconds(draw() * run.milliseconds));
      await complete(run);
    }
  });

  const state = (run: CodonSubject, name: string) => path.join(run.out, '.gtk', name);
  const moments: [string, (run: CodonSubject) => Killer][] = [
    ['its plan appears', (run) => whenAppears(state(run, '.'), /^tasks\.jsonl$/, 1)],
    ['its first part appears', (run) => whenAppears(state(run, 'parts'), /\.arrow$/, 1)],
    ['its seventh part appears', (run) => whenAppears(state(run, 'parts'), /\.arrow$/, 7)],
    ['its fifth marker appears', (run) => whenAppears(state(run, 'done'), /^\d.*\.json$/, 5)],
    ['its last marker appears', (run) => whenAppears(state(run, 'done'), /^\d.*\.json$/, run.batches)],
    ['its first final file is begun', (run) => whenAppears(state(run, 'staged'), /./, 1)],
    ['its last final file is begun', (run) => whenAppears(state(run, 'staged'), /^report/, 1)],
    ['its final files are listed', (run) => whenAppears(state(run, '.'), /^publish\.json$/, 1)],
    ['its first final file stands', (run) => whenAppears(run.out, /^codon_usage/, 1)],
    ['its sixth final file stands', (run) => whenAppears(run.out, /^[cs]/, 6)],
  ];

  it.each(moments)('ends in the same files when killed as %s', async (_, killer) => {
    for (const run of subjects.slice(0, 2)) {
      rmSync(run.out, { recursive: true, force: true });
      await kills.kill(run, killer(run));
      await complete(run);
    }
  });

  it('makes way through many kills in a row', async () => {
    const run = subjects[0]!;
    rmSync(run.out, { recursive: true, force: true });
    for (let n = 1, before = 0; n <= 8; n += 1) {
      if (!(await kills.kill(run, whenAppears(state(run, 'done'), /^\d.*\.json$/, 3)))) break;
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
      await kills.kill(run, afterMilliseconds(draw() * run.milliseconds));
      await complete(run);
    }
    expect(kills.hit).toBeGreaterThanOrEqual(KILLS);
    expect(kills.amid).toBeGreaterThanOrEqual(10);
    expect(kills.publishing).toBeGreaterThanOrEqual(2);
  });
});
