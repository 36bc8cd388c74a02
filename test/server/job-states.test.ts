/** States of jobs and runs against a model of a few lines, and against other connections. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/pcr/config/columns.js';
import { openDatabase } from '../../src/server/database/database.js';
import type { Database, JobStatus, PlannedStep } from '../../src/server/database/types.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const tasks = ['umi', 'cutadapt', 'fastp', 'readlen'] as const;

function addRun(database: Database): string {
  const id = randomUUID();
  const run = { id, name: 'run', description: null, created_by: null, config: defaultConfig() };
  database.insertRun(run, undefined, '');
  return id;
}

interface ModelJob {
  id: number;
  run: number;
  task: string;
  status: JobStatus;
  started: boolean;
}

/** What should be there. */
class Model {
  readonly jobs: ModelJob[] = [];
  readonly waiting: PlannedStep[][] = [[], []];

  active(run: number): ModelJob | undefined {
    return this.jobs.find((job) => job.run === run && ['pending', 'running'].includes(job.status));
  }

  /** Of a run: the active job's, else what the last one came to. */
  state(run: number): { status: JobStatus; current_step: string | null } {
    const active = this.active(run);
    if (active) return { status: 'running', current_step: active.task };
    const last = this.jobs.findLast((job) => job.run === run);
    return { status: last?.status ?? 'pending', current_step: null };
  }
}

type Command =
  | { kind: 'insert'; run: number; steps: PlannedStep[] }
  | { kind: 'start'; job: number }
  | { kind: 'ask'; job: number }
  | { kind: 'end'; job: number; status: 'completed' | 'failed' | 'killed' };

const planned: fc.Arbitrary<PlannedStep> = fc.record({
  task: fc.constantFrom(...tasks),
  input: fc.constantFrom('auto', 'raw'),
});
// Mostly the jobs that were made last, so that most commands mean something.
const job = fc.nat({ max: 2 });
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('insert' as const),
    run: fc.nat({ max: 1 }),
    steps: fc.array(planned, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('start' as const), job }),
  fc.record({ kind: fc.constant('ask' as const), job }),
  fc.record({
    kind: fc.constant('end' as const),
    job,
    status: fc.constantFrom('completed' as const, 'failed' as const, 'killed' as const),
  }),
);

test('jobs and runs are in the states of the model after any commands', () => {
  const database = openDatabase(path.join(folder, 'model.db'));
  let changes = 0;
  const play = (commands: Command[]) => {
    const runs = [addRun(database), addRun(database)];
    const model = new Model();
    const ids: number[] = [];
    const add = (run: number, task: string) => {
      const { id } = database.activeJob(runs[run]!)!;
      model.jobs.push({ id, run, task, status: 'pending', started: false });
      ids.push(id);
    };
    for (const given of commands) {
      if (given.kind === 'insert') {
        const { run, steps } = given;
        const isFree = model.active(run) === undefined;
        expect(database.insertJob(runs[run]!, steps[0]!, steps.slice(1)) !== undefined).toBe(isFree);
        if (!isFree) continue;
        add(run, steps[0]!.task);
        model.waiting[run] = steps.slice(1);
        changes++;
        continue;
      }
      const known = model.jobs[model.jobs.length - 1 - given.job];
      if (!known) continue;
      if (given.kind === 'ask') {
        database.requestKill(known.id, 'asked');
        continue;
      }
      if (given.kind === 'start') {
        const process = { pgid: 1, pid_start: '', boot_id: '', log_file: '', threads: 1 };
        expect(database.startJob(known.id, process)).toBe(known.status === 'pending');
        if (known.status === 'pending') Object.assign(known, { status: 'running', started: true });
        continue;
      }
      const isActive = model.active(known.run) === known;
      const can = isActive && (known.status === 'running' || given.status !== 'completed');
      expect(database.endJob(known.id, { status: given.status })).toBe(can);
      if (!can) continue;
      known.status = given.status;
      changes++;
      if (given.status !== 'completed') model.waiting[known.run] = [];
      const next = model.waiting[known.run]!.shift();
      if (next) add(known.run, next.task);
    }
    for (const run of [0, 1]) {
      expect(database.run(runs[run]!)).toMatchObject(model.state(run));
      const own = model.jobs.filter((one) => one.run === run);
      const found = database.jobsOf(runs[run]!);
      expect(found.map(({ id, status, step_name }) => ({ id, status, task: step_name }))).toEqual(
        own.map(({ id, status, task }) => ({ id, status, task })),
      );
      found.forEach(({ started_at, completed_at }, index) => {
        expect(started_at !== null).toBe(own[index]!.started);
        expect(completed_at === null).toBe(model.active(run) === own[index]);
      });
      const left = database.chainOf(runs[run]!).filter(({ job_id }) => job_id === null);
      expect(left.map(({ task, input }) => ({ task, input }))).toEqual(model.waiting[run]);
    }
  };
  fc.assert(fc.property(fc.array(command, { minLength: 30, maxLength: 60 }), play), { numRuns: 60 });
  expect(changes).toBeGreaterThan(200);
});

describe('two programs that start jobs of the same runs', () => {
  test('never both win', async () => {
    const file = path.join(folder, 'race.db');
    const database = openDatabase(file);
    const runs = Array.from({ length: 150 }, () => addRun(database));
    const script = fileURLToPath(new URL('insert-jobs.ts', import.meta.url));
    const racers = [0, 1, 2].map(() =>
      spawn(process.execPath, ['--import', 'tsx', script, file], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    await Promise.all(racers.map(({ stdout }) => once(stdout, 'data')));
    const written = racers.map(async ({ stdin, stdout }) => {
      stdin.end(JSON.stringify(runs));
      let text = '';
      for await (const chunk of stdout) text += chunk;
      return JSON.parse(text) as string[];
    });
    const won = (await Promise.all(written)).flat();
    expect(won.toSorted()).toEqual(runs.toSorted());
    for (const run of runs) expect(database.jobsOf(run)).toMatchObject([{ status: 'pending' }]);
  });
});
