import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { archiveOf, counters, Project } from './acceptance/project.js';
import type { ArchivedRun } from './archive.js';
import { listed } from './orchestrate-setup.js';
import { stubKallisto } from './stubs/kallisto.js';

/** More by hand, to see how it grows: `STUBBED_RUNS=2000`. */
const RUNS = Number(process.env.STUBBED_RUNS ?? 500);
const READS = 20;
const MEGABYTE = 2 ** 20;

/** A run of a few single reads that are its own. */
function smallRun(n: number): ArchivedRun {
  const run = `ERR${960_000 + n}`;
  const records = Array.from(
    { length: READS },
    (_, i) => `@${run}.${i}\nACGTACGT${'ACGT'[n % 4]}\n+\nIIIIIIIII\n`,
  );
  const fastq = { [`${run}.fastq.gz`]: gzipSync(records.join('')) };
  return { run, fastq, layout: 'SINGLE', readCount: READS, baseCount: 9 * READS };
}

/** Follows the most memory that a process has held; proc(5), VmHWM. */
function memoryOf(child: ChildProcess): { peak: number } {
  const memory = { peak: 0 };
  const timer = setInterval(() => {
    try {
      const [, kilobytes] =
        /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      memory.peak = Math.max(memory.peak, Number(kilobytes ?? 0) * 1024);
    } catch {
      clearInterval(timer);
    }
  }, 50);
  child.on('close', () => clearInterval(timer));
  return memory;
}

describe.skipIf(!requireTool('kallisto'))(`${RUNS} runs, some of them bad`, () => {
  it('are counted, take no more memory the more they are, and are skipped when they are done', async () => {
    const runs = Array.from({ length: RUNS }, (_, n) => smallRun(n));
    const archive = await archiveOf({ runs });
    // Every fiftieth cannot be had, every fiftieth is not wanted.
    const isLost = (n: number) => n % 50 === 7;
    for (const [n, { run }] of runs.entries())
      if (isLost(n)) archive.faults.set(`/${run}.fastq.gz`, { status: 404 });
    const rows = listed(archive, runs).map((row, n) =>
      n % 50 === 9 ? { ...row, exclusion: 'low quality' } : row,
    );
    const few = RUNS / 50;
    const project = new Project({ rows });
    const stub = stubKallisto(temporaryFolder(), READS);
    const env = { PATH: `${stub.folder}:${process.env.PATH}` };
    const memory: { peak: number }[] = [];
    const args = ['--batch-size', '100', '--prefetch-batches', '1', '--downloads', '16'];
    const start = () =>
      project.batch(archive, args, { env, started: (child) => memory.push(memoryOf(child)) });

    const ended = await start();
    expect(ended.status).toBe(1);
    const done = RUNS - 2 * few;
    expect(counters(ended)).toMatchObject({
      counts: { processed: done, skipped: 0, failed: few, excluded: few },
      balances: true,
    });
    expect(ended.json).toMatchObject({ total_samples: RUNS, batches: Math.ceil((RUNS - few) / 100) });
    const failed = runs.filter((_, n) => isLost(n)).map(({ run }) => [run, 'not-found']);
    expect(counters(ended).reasons).toEqual(Object.fromEntries(failed));
    expect(stub.calls()).toHaveLength(done);
    expect(readdirSync(project.path('quant'))).toHaveLength(done);
    // Everything that happened can be read, line by line.
    const text = readFileSync(project.path('.gtk', 'journal.jsonl'), 'utf8').trimEnd().split('\n');
    const lines = text.map((line) => JSON.parse(line));
    const ends = lines.filter(({ type }) => type === 'end').map(({ record }) => record.state);
    expect(ends.filter((state) => state === 'done')).toHaveLength(done);
    expect(ends.filter((state) => state === 'failed')).toHaveLength(few);

    const before = [archive.requests.length, stub.calls().length];
    archive.faults.clear();
    const again = await start();
    expect(again.status, again.stderr).toBe(0);
    expect(counters(again)).toMatchObject({
      counts: { processed: few, skipped: done, failed: 0, excluded: few },
      balances: true,
    });
    expect([archive.requests.length, stub.calls().length]).toEqual(before.map((count) => count + few));
    const idle = await start();
    expect(idle.json).toMatchObject({ processed: 0, skipped: RUNS - few, batches: 0 });
    expect(memory).toHaveLength(3);
    for (const { peak } of memory) {
      expect(peak).toBeGreaterThan(10 * MEGABYTE);
      expect(peak).toBeLessThan(150 * MEGABYTE);
    }
    if (process.env.STUBBED_RUNS) console.log(ended.json.seconds, idle.json.seconds, memory);
  });
});
