/** `--stream`: the tables that files give, and no file of reads. */
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import type { Archive, ArchivedRun } from '../archive.js';
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

const tools = ['kallisto', 'mkfifo', 'fasterq-dump', 'latf-load', 'kar'].map(requireTool);

describe.skipIf(tools.includes(undefined))('gtk rna batch --stream', () => {
  const run = (number: number) => mousePairs(`SRR9500${number}`, number * 50, number * 50 + 2000);
  const good = run(11);
  const cut = run(12);
  const wrong: ArchivedRun = { ...run(13), report: { fastq_md5: `${'0'.repeat(32)};${'1'.repeat(32)}` } };
  const missing = run(14);
  const asSra: ArchivedRun = { ...run(15), sraAt: ['aws'] };
  const all = [good, cut, wrong, missing, asSra];

  let archive: Archive;
  let project: Project;
  let first: Result;
  beforeAll(async () => {
    const archivedSra = { ...asSra, sra: sraOf(asSra), fastq: {} };
    archive = await archiveOf({
      runs: [good, cut, wrong, missing, archivedSra],
      faults: {
        [`${cut.run}_2.fastq.gz`]: [{ cutAfter: 40_000 }],
        [`${missing.run}_1.fastq.gz`]: { status: 404 },
      },
    });
    project = new Project({ rows: all.map((archived) => rowOf(archived)) });
    first = await project.batch(archive, ['--stream']);
  });

  test('gives the tables that files give', async () => {
    expect(first.status).toBe(1);
    expect(counters(first)).toEqual({
      counts: { processed: 3, skipped: 0, failed: 2, excluded: 0 },
      balances: true,
      reasons: { [wrong.run]: 'checksum', [missing.run]: 'not-found' },
    });
    for (const archived of [good, cut, asSra])
      expect(project.table(archived.run), archived.run).toBe(mouseByHand(archived));
    for (const { run } of [wrong, missing]) {
      expect(project.table(run)).toBe(undefined);
      expect(existsSync(project.path('quant', run))).toBe(false);
    }
    const byFiles = new Project({ rows: [rowOf(good), rowOf(cut)] });
    expect((await byFiles.batch(archive)).status).toBe(0);
    for (const { run } of [good, cut]) expect(byFiles.table(run)).toBe(project.table(run));
  });

  test('has no file of reads, but of the run that has none of FASTQ at ENA, of which it warns', () => {
    for (const { run } of [good, cut, wrong, missing])
      expect(existsSync(project.path('getfastq', run)), run).toBe(false);
    const files = project.journal().flatMap((line) => (line.type === 'file' ? [line.run] : []));
    expect(new Set(files)).toEqual(new Set([asSra.run]));
    expect(project.warnings()).toEqual([expect.stringContaining(`${asSra.run} is not streamed`)]);
    const sources = project
      .journal()
      .flatMap((line) => (line.type === 'end' && line.record.state === 'done' ? [line.record] : []))
      .map(({ run, source }) => [run, source]);
    expect(Object.fromEntries(sources)).toEqual({
      [good.run]: 'stream',
      [cut.run]: 'stream',
      [asSra.run]: 'aws',
    });
  });

  test('takes a stream that was cut up again where it was cut', () => {
    const requests = archive.requestsOf(`${cut.run}_2.fastq.gz`).slice(0, 2);
    expect(requests.map(({ status }) => status)).toEqual([200, 206]);
    expect(requests[1]!.range).toBe(`bytes=${requests[0]!.sent}-`);
  });

  test('skips what is done the second time, and streams what is right by now', async () => {
    archive.faults.clear();
    const again = await project.batch(archive, ['--stream']);
    expect(counters(again)).toEqual({
      counts: { processed: 1, skipped: 3, failed: 1, excluded: 0 },
      balances: true,
      reasons: { [wrong.run]: 'checksum' },
    });
    expect(project.table(missing.run)).toBe(mouseByHand(missing));
    expect(existsSync(project.path('getfastq', missing.run))).toBe(false);
  });
});
