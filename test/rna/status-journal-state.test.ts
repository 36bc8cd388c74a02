import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalLine, SampleRecord } from '../../src/rna/events.js';
import { Journal } from '../../src/rna/journal.js';
import { DiskTimeLine } from '../../src/rna/status/disk-time-line.js';
import { readState } from '../../src/rna/status/journal-state.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const newFile = () => path.join(mkdtempSync(path.join(folder, 'journal-')), 'journal.jsonl');

const record = (run: string, changes: Partial<SampleRecord> = {}): SampleRecord => ({
  run,
  species: 'A_b',
  state: 'done',
  attempt: 1,
  seconds: 2,
  bytesDownloaded: 10,
  bytesFreed: 10,
  ...changes,
});

function stateOf(lines: readonly object[]) {
  const file = newFile();
  const journal = new Journal(file);
  journal.close();
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return readState(file);
}

const at = (second: number) => new Date(1_700_000_000_000 + second * 1000).toISOString();

describe('the state of a journal', () => {
  it('is empty without a journal, and with one of no or damaged lines', () => {
    const empty = readState(path.join(folder, 'no', 'journal.jsonl'));
    expect(empty).toEqual({
      runs: new Map(),
      files: new Map(),
      valid: new Map(),
      running: [],
      disk: [],
      batches: [],
      sessions: [],
      warnings: [],
      bytesFreed: 0,
      last: 0,
    });
    expect(stateOf([])).toEqual(empty);
    const file = newFile();
    new Journal(file).close();
    const damaged = [
      '{"type":"end","at":',
      'null',
      '7',
      '[]',
      '\u0000',
      '{"type":"end"}',
      '{"type":"x","at":1}',
    ];
    writeFileSync(file, damaged.join('\n'));
    expect(readState(file)).toEqual(empty);
  });

  it('keeps the lines around one that a kill cut off', () => {
    const file = newFile();
    const first = new Journal(file);
    first.append({ type: 'end', record: record('SRR1') });
    first.close();
    appendFileSync(file, '{"at":"2026-01-01T00:00:00Z","type":"end","record":{"run":"SRR2"');
    const second = new Journal(file);
    second.append({ type: 'end', record: record('SRR3') });
    second.close();
    expect([...readState(file).runs.keys()]).toEqual(['SRR1', 'SRR3']);
  });

  it('knows programs that never ended, by number and start, and none that would mean every process', () => {
    const started = (pid: unknown, started: string) => ({
      at: at(0),
      type: 'process-started',
      run: 'SRR1',
      program: 'kallisto',
      process: { pid, started },
    });
    const ended = (pid: number, started: string) => ({
      at: at(1),
      type: 'process-ended',
      run: 'SRR1',
      process: { pid, started },
    });
    const state = stateOf([
      started(100, 'a'),
      started(100, 'b'),
      started(200, 'c'),
      ended(100, 'a'),
      ended(300, 'd'),
      ...[0, 1, -1, -200, '300', null, 2.5].map((pid) => started(pid, 'e')),
    ]);
    expect(state.running).toEqual([
      { pid: 100, started: 'b' },
      { pid: 200, started: 'c' },
    ]);
  });

  it('keeps how a run was done when it is skipped later, and not that it failed before', () => {
    const end = (record: SampleRecord) => ({ at: at(0), type: 'end', record });
    const skipped = { state: 'skipped', seconds: 0, bytesDownloaded: 0 } as const;
    const { runs } = stateOf([
      end(record('SRR1')),
      end(record('SRR1', skipped)),
      end(record('SRR2', { state: 'failed', reason: 'network' })),
      end(record('SRR2', skipped)),
      end(record('SRR3', { state: 'failed', reason: 'network' })),
      end(record('SRR3', { attempt: 2 })),
    ]);
    expect(runs.get('SRR1')!.record).toEqual(record('SRR1'));
    expect(runs.get('SRR2')!.record!.state).toBe('skipped');
    expect(runs.get('SRR3')!.record).toEqual(record('SRR3', { attempt: 2 }));
  });

  it('tells where a run was that never ended, over any number of later starts', () => {
    const start = (second: number, pid: number) => ({
      at: at(second),
      type: 'start',
      command: 'rna batch',
      pid,
      version: '1',
      samples: 3,
      options: { threads: 2 },
    });
    const state = stateOf([
      start(0, 10),
      { at: at(1), type: 'state', run: 'SRR1', species: 'A_b', state: 'downloading' },
      { at: at(2), type: 'state', run: 'SRR1', species: 'A_b', state: 'quantifying' },
      { at: at(3), type: 'state', run: 'SRR2', species: 'A_b', state: 'downloading' },
      { at: at(4), type: 'retry', run: 'SRR2', attempt: 1, problem: 'p', pauseSeconds: 5 },
      { at: at(5), type: 'end', record: record('SRR2') },
      start(10, 11),
      start(20, 12),
      { at: at(30), type: 'finish', status: 1, statistics: {} },
    ]);
    expect(state.runs.get('SRR1')).toEqual({ active: 'quantifying', retries: 0, at: Date.parse(at(2)) });
    expect(state.runs.get('SRR2')).toEqual({ record: record('SRR2'), retries: 1, at: Date.parse(at(5)) });
    expect(state.sessions.map(({ pid, started, last, status }) => [pid, started, last, status])).toEqual([
      [10, Date.parse(at(0)), Date.parse(at(10)), undefined],
      [11, Date.parse(at(10)), Date.parse(at(20)), undefined],
      [12, Date.parse(at(20)), Date.parse(at(30)), 1],
    ]);
  });

  it('is, for each run, file and result, what the last line about it says', () => {
    const run = fc.constantFrom('SRR1', 'SRR10', 'ERR2', 'private ü');
    const event = fc.oneof(
      fc.record({
        type: fc.constant('file'),
        run,
        path: fc.constantFrom('/a', '/b c', '/ü'),
        bytes: fc.nat(),
      }),
      fc.record({
        type: fc.constant('valid'),
        run,
        stamp: fc.string(),
        readsProcessed: fc.nat(),
        pPseudoaligned: fc.nat(100),
      }),
      fc.record({ type: fc.constant('freed'), run, bytes: fc.nat() }),
      fc.record({
        type: fc.constant('retry'),
        run,
        attempt: fc.nat(),
        problem: fc.string(),
        pauseSeconds: fc.nat(),
      }),
      run.map((name) => ({ type: 'end', record: record(name, { state: 'failed', reason: 'network' }) })),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const lines = events.map((event, i) => ({ at: at(i), ...event }) as JournalLine);
        const state = stateOf(lines);
        const last = <T extends JournalLine['type']>(
          type: T,
          same: (line: Extract<JournalLine, { type: T }>) => boolean,
        ) => lines.findLast((line) => line.type === type && same(line as Extract<JournalLine, { type: T }>));
        const all = <T extends JournalLine['type']>(type: T) =>
          lines.filter((line): line is Extract<JournalLine, { type: T }> => line.type === type);
        for (const [path, { run, bytes, at }] of state.files)
          expect(last('file', (line) => line.path === path)).toMatchObject({
            run,
            bytes,
            at: new Date(at).toISOString(),
          });
        expect(new Set(state.files.keys())).toEqual(new Set(all('file').map(({ path }) => path)));
        for (const [run, known] of state.valid)
          expect(last('valid', (line) => line.run === run)).toMatchObject(known);
        expect(new Set(state.valid.keys())).toEqual(new Set(all('valid').map(({ run }) => run)));
        expect(state.bytesFreed).toBe(all('freed').reduce((sum, { bytes }) => sum + bytes, 0));
        for (const [run, { retries, record }] of state.runs) {
          expect(retries).toBe(all('retry').filter((line) => line.run === run).length);
          expect(record !== undefined).toBe(all('end').some((line) => line.record.run === run));
        }
        expect(state.last).toBe(lines.length > 0 ? Date.parse(lines.at(-1)!.at) : 0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the time line of the disk', () => {
  const sample = (i: number, reads: number, session = 0) => ({
    at: i,
    session,
    free: 1e9 - reads,
    reads,
    downloading: 1,
    quantifying: 2,
  });

  it('keeps all of few samples', () => {
    const line = new DiskTimeLine();
    const samples = Array.from({ length: 2000 }, (_, i) => sample(i, (i * 7919) % 1000));
    for (const one of samples) line.add(one);
    expect(line.samples).toEqual(samples);
  });

  it('keeps, of many, a bounded number in order of time, the peak among them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2001, max: 30_000 }), fc.nat(), fc.nat(), (length, seed, where) => {
        const line = new DiskTimeLine();
        const peak = where % length;
        const samples = Array.from({ length }, (_, i) =>
          sample(i, i === peak ? 1e6 : (i * (seed % 7919)) % 1000, i > length / 2 ? 1 : 0),
        );
        for (const one of samples) line.add(one);
        const kept = line.samples;
        expect(kept.length).toBeLessThanOrEqual(2000);
        expect(kept.length).toBeGreaterThan(900);
        expect(kept).toContain(samples[peak]);
        expect(kept.every((one, i) => samples[one.at] === one && one.at > (kept[i - 1]?.at ?? -1))).toBe(
          true,
        );
        // Evenly: no stretch of time without a point.
        const gaps = kept.map((one, i) => one.at - (kept[i - 1]?.at ?? 0));
        expect(Math.max(...gaps)).toBeLessThanOrEqual((4 * length) / 1000 + 2);
      }),
      { numRuns: 60 },
    );
  });
});
