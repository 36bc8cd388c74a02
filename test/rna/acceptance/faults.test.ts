/** Archives that fail: each run ends with the right reason, its neighbours are done, and nothing good is thrown away. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { type Archive, type ArchivedRun, html } from '../archive.js';
import {
  archiveOf,
  counters,
  mouseByHand,
  mousePairs,
  Project,
  type Result,
  rowOf,
  sraOf,
} from './project.js';

const tools = ['kallisto', 'fasterq-dump', 'latf-load', 'kar'].map(requireTool);

/** Sums of no file. */
const wrong = `${'0'.repeat(32)};${'1'.repeat(32)}`;

describe.skipIf(tools.includes(undefined))('a batch of runs whose archives fail', () => {
  const run = (number: number) => mousePairs(`SRR90000${number}`, number * 100, number * 100 + 2000);
  const good = run(10);
  const cutOnce = run(11);
  const cutAlways = run(12);
  const wrongSums = { ...run(13), report: { fastq_md5: wrong } };
  const rescued: ArchivedRun = { ...run(14), report: { fastq_md5: wrong }, sraAt: ['aws'] };
  const page = run(15);
  const busy = run(16);
  const unknown = run(17);
  const broken = run(18);
  const elsewhere = run(19);
  const silent = run(20);
  const ignorant = run(21);
  const known = [
    good,
    cutOnce,
    cutAlways,
    wrongSums,
    rescued,
    page,
    busy,
    broken,
    elsewhere,
    silent,
    ignorant,
  ];
  const all = [...known, unknown];
  const done = [good, cutOnce, rescued, busy, silent, ignorant];

  let archive: Archive;
  let project: Project;
  let first: Result;
  beforeAll(async () => {
    rescued.sra = sraOf(rescued);
    archive = await archiveOf({
      runs: known,
      faults: {
        [`${cutOnce.run}_1.fastq.gz`]: [{ cutAfter: 30_000 }],
        [`${cutAlways.run}_1.fastq.gz`]: { cutAfter: 10_000 },
        [`${page.run}_2.fastq.gz`]: html,
        [`${busy.run}_1.fastq.gz`]: [{ status: 429, headers: { 'retry-after': '1' } }],
        [`${broken.run}_1.fastq.gz`]: { status: 500 },
        [`${elsewhere.run}_1.fastq.gz`]: { redirect: 'http://127.0.0.1:9/elsewhere.fastq.gz' },
        [`${silent.run}_1.fastq.gz`]: [{ stallAfter: 20_000 }],
        [`${ignorant.run}_2.fastq.gz`]: [{ cutAfter: 30_000 }, { ignoresRange: true }],
      },
    });
    project = new Project({ rows: all.map((archived) => rowOf(archived)) });
    first = await project.batch(archive, ['--batch-size', '12', '--downloads', '8', '--stall-seconds', '1']);
  });

  test('fails those alone that nobody has right', () => {
    expect(first.status).toBe(1);
    expect(counters(first)).toEqual({
      counts: { processed: 6, skipped: 0, failed: 6, excluded: 0 },
      balances: true,
      reasons: {
        [cutAlways.run]: 'network',
        [wrongSums.run]: 'checksum',
        [page.run]: 'checksum',
        [unknown.run]: 'not-found',
        [broken.run]: 'network',
        [elsewhere.run]: 'redirected',
      },
    });
    for (const { run } of all.filter((archived) => !done.includes(archived)))
      expect(first.stderr).toMatch(new RegExp(`^gtk: Run ${run} failed \\(fetch, .*\\n {5}\\w.*\\.$`, 'm'));
    expect(first.stderr.split('\n')).toHaveLength(2 * 6 + 1);
  });

  test('leaves the right tables of the others', () => {
    for (const archived of done)
      expect(project.table(archived.run), archived.run).toBe(mouseByHand(archived));
    for (const { run } of all.filter((archived) => !done.includes(archived)))
      expect(project.table(run)).toBe(undefined);
  });

  test('takes what was cut up again where it was cut', () => {
    const [whole, rest] = archive.requestsOf(`${cutOnce.run}_1.fastq.gz`);
    expect([whole!.status, rest!.status, rest!.range]).toEqual([200, 206, `bytes=${whole!.sent}-`]);
    expect(rest!.ifRange).toMatch(/^".+"$/);
  });

  test('starts over where a server knows no ranges', () => {
    const requests = archive.requestsOf(`${ignorant.run}_2.fastq.gz`);
    expect(requests.map(({ status }) => status)).toEqual([200, 200]);
    expect(requests[1]!.range).toMatch(/^bytes=\d+-$/);
  });

  test('goes to the next source where the first has other bytes than it says', () => {
    const record = project
      .journal()
      .flatMap((line) => (line.type === 'end' && line.record.run === rescued.run ? [line.record] : []));
    expect(record).toMatchObject([{ state: 'done', source: 'aws' }]);
    // Once more from the start, since a file may be damaged on its way.
    expect(archive.requestsOf(`${wrongSums.run}_1.fastq.gz`).length).toBeGreaterThan(1);
  });

  test('waits as long as a busy server says', () => {
    const pauses = project
      .journal()
      .flatMap((line) => (line.type === 'retry' && line.run === busy.run ? [line.pauseSeconds] : []));
    expect(pauses).toHaveLength(1);
    expect(pauses[0]).toBeGreaterThanOrEqual(1);
  });

  test('asks once for what is not there', () => {
    expect(archive.requestsOf(`aws/sra/${unknown.run}/${unknown.run}`).map(({ status }) => status)).toEqual([
      404,
    ]);
  });

  test('keeps what is verified and what can be resumed, and nothing that is wrong', () => {
    const { run } = cutAlways;
    // The other mate was cut short when this one had failed, or was whole before.
    expect(project.readsOf(run)).toContain(`${run}_1.fastq.gz.part`);
    const part = readFileSync(project.path('getfastq', run, `${run}_1.fastq.gz.part`));
    expect(part.length).toBeGreaterThan(10_000);
    expect(part.equals(cutAlways.fastq![`${run}_1.fastq.gz`]!.subarray(0, part.length))).toBe(true);
    const mate = project.path('getfastq', run, `${run}_2.fastq.gz`);
    if (existsSync(mate)) expect(statSync(mate).size).toBe(cutAlways.fastq![`${run}_2.fastq.gz`]!.length);
    // What came of a mate before the other turned out wrong may stay.
    const whole = ({ run }: ArchivedRun) => project.readsOf(run).filter((name) => name.endsWith('.gz'));
    expect(whole(wrongSums)).toEqual([]);
    expect([[], [`${page.run}_1.fastq.gz`]]).toContainEqual(whole(page));
  });

  test('goes on where it stopped once the archives are well again', async () => {
    const { run } = cutAlways;
    const file = `${run}_1.fastq.gz`;
    const { size } = statSync(project.path('getfastq', run, `${file}.part`));
    const before = archive.requestsOf(file).length;
    archive.faults.clear();
    const again = await project.batch(archive, ['--batch-size', '12']);
    expect(counters(again)).toEqual({
      counts: { processed: 4, skipped: 6, failed: 2, excluded: 0 },
      balances: true,
      reasons: { [wrongSums.run]: 'checksum', [unknown.run]: 'not-found' },
    });
    const [rest, ...others] = archive.requestsOf(file).slice(before);
    expect([rest!.range, rest!.status, rest!.sent, others]).toEqual([
      `bytes=${size}-`,
      206,
      cutAlways.fastq![file]!.length - size,
      [],
    ]);
    for (const archived of [cutAlways, page, broken, elsewhere])
      expect(project.table(archived.run), archived.run).toBe(mouseByHand(archived));
  });
});

test.skipIf(!requireTool('kallisto'))('without a network, every run fails at once and says so', async () => {
  const runs = [31, 32, 33].map((number) => mousePairs(`SRR90000${number}`));
  const archive = await archiveOf({ runs });
  await archive.close();
  const project = new Project({ rows: runs.map((archived) => rowOf(archived)) });
  const ended = await project.batch(archive);
  expect(ended.status).toBe(1);
  expect(counters(ended)).toEqual({
    counts: { processed: 0, skipped: 0, failed: 3, excluded: 0 },
    balances: true,
    reasons: Object.fromEntries(runs.map(({ run }) => [run, 'offline'])),
  });
  expect(project.journal().filter(({ type }) => type === 'retry')).toEqual([]);
  expect(ended.stderr).toContain('Check the connection');
});
