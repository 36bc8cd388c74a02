/** What becomes of jobs when the server ends, by itself or by a kill that it cannot see coming. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/server/database/database.js';
import type { Database, JobRow } from '../../src/server/database/types.js';
import { temporaryFolder } from '../run-gtk.js';
import { type Instructions, type JobServer, makeRun, openJobServer } from './job-server.js';

const folder = temporaryFolder();
const umi = { task: 'umi', input: 'auto' } as const;
const wait = { timeout: 30_000, interval: 10 };
const interrupted = 'interrupted by a restart of the server';

let files = 0;
const newFile = () => path.join(folder, `file-${++files}`);
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process that leads a group of its own, as steps do. */
function sleeper(): ChildProcess {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  started.push(child);
  return child;
}

function startOf(pid: number): string {
  // The name of sleep has no space.
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21]!;
}

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function ended(database: Database, job: JobRow): Promise<JobRow> {
  return vi.waitFor(() => {
    const now = database.job(job.id)!;
    expect(now.completed_at).not.toBeNull();
    return now;
  }, wait);
}

test('a server that is killed loses no job', async () => {
  const dataDir = path.join(folder, 'killed');
  const database = openDatabase(path.join(dataDir, 'qslam.db'));
  const around = { settings: { dataDir } as JobServer['settings'], database };
  const waitFor = (until: string): Instructions => ({ record: 'done', until, half: true });
  const [goSoon, goLate, never] = [newFile(), newFile(), newFile()];
  const given = [
    waitFor(never),
    waitFor(goSoon),
    waitFor(never),
    waitFor(goLate),
    { record: 'done' } as const,
  ];
  const runs = given.map((instructions) => makeRun(around, instructions));
  const later = [{ task: 'cutadapt', input: 'auto' }] as const;
  const jobs = runs.map(({ id }, run) => database.insertJob(id, umi, run === 4 ? later : [])!);

  const script = fileURLToPath(new URL('serve-jobs.ts', import.meta.url));
  const server = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  const half = () =>
    runs.slice(0, 4).filter(({ workspace }) => existsSync(workspace.resolve('tmp/umi-half')));
  await vi.waitFor(() => expect(half()).toHaveLength(4), wait);
  server.kill('SIGKILL');
  await once(server, 'exit');
  const groups = jobs.slice(0, 4).map(({ id }) => database.job(id)!.pgid!);
  expect(groups.every(isAlive)).toBe(true);

  // Meanwhile: the second step ends, and the third is asked to be killed.
  writeFileSync(goSoon, '');
  const record = runs[1]!.workspace.resolve(`logs/umi.${jobs[1]!.id}.exit`);
  await vi.waitFor(() => expect(existsSync(record)).toBe(true), wait);
  database.requestKill(jobs[2]!.id, 'asked for by me');

  const adopting = await openJobServer(dataDir, { maxJobs: 3, adopt: true, leaveJobs: true });
  const states = () => jobs.map(({ id }) => database.job(id)!.status);
  expect(states()).toEqual(['running', 'completed', 'killed', 'running', 'running']);
  expect(database.job(jobs[2]!.id)).toMatchObject({ error_message: 'killed: asked for by me' });
  expect(isAlive(groups[2]!)).toBe(false);
  expect(existsSync(runs[1]!.workspace.resolve('tmp/umi-half'))).toBe(false);
  // The chain goes on where it was.
  await vi.waitFor(() => expect(database.run(runs[4]!.id)!.status).toBe('completed'), wait);
  expect(database.latestJob(runs[4]!.id, ['cutadapt'])).toMatchObject({ status: 'completed' });
  // Those that still run are followed.
  writeFileSync(goLate, '');
  expect(await ended(database, jobs[3]!)).toMatchObject({ status: 'completed', exit_code: 0 });
  await adopting.close();
  expect(states()).toEqual(['running', 'completed', 'killed', 'completed', 'completed']);
  expect(isAlive(groups[0]!)).toBe(true);

  // Without being told to follow them, a server ends them.
  const ending = await openJobServer(dataDir);
  expect(isAlive(groups[0]!)).toBe(false);
  expect(database.job(jobs[0]!.id)).toMatchObject({ status: 'failed', error_message: interrupted });
  expect(database.run(runs[0]!.id)).toMatchObject({ status: 'failed', current_step: null });
  expect(half()).toEqual([]);
  expect(existsSync(runs[0]!.workspace.resolve('umi/R1.fastq.gz'))).toBe(false);
  database.updateRun(runs[0]!.id, { vector_contig: '{"record":"done"}' });
  const again = await ending.jobs.start(runs[0]!.id, [umi]);
  expect(await ended(database, again)).toMatchObject({ status: 'completed' });
  await ending.close();
  database.close();
});

describe('a number that another process has now', () => {
  test.each([
    ['since the system was started anew', (start: string) => ({ pid_start: start, boot_id: 'another' })],
    [
      'since the step ended',
      (start: string) => ({ pid_start: String(Number(start) - 1), boot_id: bootId() }),
    ],
  ])('%s is left alone', async (_, identity) => {
    const dataDir = newFile();
    const database = openDatabase(path.join(dataDir, 'qslam.db'));
    const run = makeRun({ settings: { dataDir } as JobServer['settings'], database });
    const job = database.insertJob(run.id, umi)!;
    const { pid } = sleeper();
    const start = { ...identity(startOf(pid!)), pgid: pid!, log_file: 'logs/x', threads: 1 };
    database.startJob(job.id, start);
    for (const adopt of [true, false]) {
      const server = await openJobServer(dataDir, { adopt });
      expect(database.job(job.id)).toMatchObject({ status: 'failed', error_message: interrupted });
      expect(isAlive(pid!)).toBe(true);
      await server.close();
    }
    // The same identity is that very process, and ended.
    const second = database.insertJob(run.id, umi)!;
    database.startJob(second.id, { ...start, pid_start: startOf(pid!), boot_id: bootId() });
    await (await openJobServer(dataDir)).close();
    expect(database.job(second.id)).toMatchObject({ status: 'failed', error_message: interrupted });
    expect(isAlive(pid!)).toBe(false);
    database.close();
  });
});

describe('a server that is stopped', () => {
  test('ends what runs, keeps what waits, and lets another one go on', async () => {
    const dataDir = path.join(folder, 'stopped');
    const server = await openJobServer(dataDir, { maxJobs: 1 });
    const [running, waiting] = [makeRun(server, { until: '/nowhere', half: true }), makeRun(server)];
    const first = await server.jobs.start(running.id, [umi]);
    const second = await server.jobs.start(waiting.id, [umi]);
    await vi.waitFor(() => expect(existsSync(running.workspace.resolve('tmp/umi-half'))).toBe(true), wait);

    await expect(openJobServer(dataDir)).rejects.toMatchObject({ code: 'GTK_RUN_LOCKED' });
    expect(isAlive(first.pgid!)).toBe(true);

    const leftover = path.join(dataDir, 'tmp/upload');
    mkdirSync(leftover);
    await server.close();
    expect(isAlive(first.pgid!)).toBe(false);
    const next = await openJobServer(dataDir, { maxJobs: 1 });
    const killed = { status: 'killed', error_message: 'killed: the server was stopped' };
    expect(next.database.job(first.id)).toMatchObject(killed);
    expect(existsSync(running.workspace.resolve('tmp/umi-half'))).toBe(false);
    expect(await ended(next.database, second)).toMatchObject({ status: 'completed' });
    expect(existsSync(leftover)).toBe(false);
    await next.close();
  });
});

describe('the process of a step', () => {
  test.each([
    ['never begins if its server dies before it noted it down', ''],
    ['begins when its server tells it to', '\n'],
  ])('%s', async (_, word) => {
    const root = newFile();
    mkdirSync(root);
    const [log, exit] = [newFile(), newFile()];
    const program = fileURLToPath(new URL('../../src/pcr/step-process.ts', import.meta.url));
    const request = {
      workspace: root,
      references: root,
      genomeHosts: [],
      task: 'umi',
      config: {},
      input: 'auto',
      threads: 1,
    };
    const argument = JSON.stringify({ steps: [{ request, log, exit }], waits: true });
    const child = spawn(process.execPath, ['--import', 'tsx', program, argument], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    child.stdin.end(word);
    const [status] = await once(child, 'exit');
    expect([existsSync(log), existsSync(exit)]).toEqual(word === '' ? [false, false] : [true, true]);
    expect(status).toBe(word === '' ? 0 : JSON.parse(readFileSync(exit, 'utf8')).error.exitStatus);
  });
});
