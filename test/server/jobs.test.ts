import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { JobRow } from '../../src/server/database/types.js';
import { temporaryFolder } from '../run-gtk.js';
import { type JobServer, makeRun, openJobServer } from './job-server.js';

const folder = temporaryFolder();
const umi = { task: 'umi', input: 'auto' } as const;
const wait = { timeout: 30_000, interval: 10 };

let server: JobServer;
beforeAll(async () => {
  server = await openJobServer(path.join(folder, 'data'));
});
afterAll(() => server.close());

/** The job once it has ended. */
async function ended(job: JobRow, { database } = server): Promise<JobRow> {
  return vi.waitFor(() => {
    const now = database.job(job.id)!;
    expect(now.completed_at).not.toBeNull();
    return now;
  }, wait);
}

/** Members of a process group that are no zombies: state and group are the two fields around the parent's number. */
function members(group: number): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      return new RegExp(`^${pid} .*\\) [^ZX] \\d+ ${group} `).test(stat);
    } catch {
      return false;
    }
  });
}

let files = 0;
const newFile = () => path.join(folder, `file-${++files}`);

describe('a step', () => {
  test('that is done is completed, with what it was made with', async () => {
    const run = makeRun(server, { record: 'done', print: 'worked\n' });
    const started = await server.jobs.start(run.id, [umi]);
    expect(started).toMatchObject({ step_name: 'umi', status: 'running', input: 'auto', threads: 2 });
    const job = await ended(started);
    expect(job).toMatchObject({ status: 'completed', exit_code: 0, error_message: null });
    expect(job.log_file).toBe(`logs/umi.${job.id}.log`);
    expect(readFileSync(run.workspace.resolve(job.log_file!), 'utf8')).toBe('worked\n');
    expect(server.database.run(run.id)).toMatchObject({ status: 'completed', current_step: null });
    expect(server.database.commandsOf(job.id)).toEqual([
      {
        program: 'cutadapt',
        version: '4.2',
        command_line: "cutadapt -o 'a b.gz' reference/yeast/yeast.fa",
      },
      { program: 'samtools', version: null, command_line: 'samtools sort' },
    ]);
    expect(server.database.inputsOf(job.id)).toEqual([
      {
        path: 'rawdata/R1.fastq.gz',
        bytes: 3,
        modified_at: '1970-01-01T00:00:00.000Z',
        sha256: 'a'.repeat(64),
      },
    ]);
  });

  test('whose record says so is completed, whatever its exit status', async () => {
    const run = makeRun(server, { record: 'done', status: 3 });
    expect(await ended(await server.jobs.start(run.id, [umi]))).toMatchObject({ status: 'completed' });
  });

  test('that fails says why, as clients may see it, and can be run again', async () => {
    const data = server.settings.dataDir;
    const lines = Array.from({ length: 20 }, (_, line) => `line ${line}`);
    const print = [
      ...lines,
      '',
      `10%\r50%\rread ${data}/runs/3f2b1c00-0000-4000-8000-000000000000/rawdata/R1.fastq.gz`,
      `\u001b[31mbad\u001b[0m genome ${data}/reference/yeast/yeast.fa`,
      'at file:///usr/lib/x/main.js:3:4, see https://example.org/a/b',
      'umi failed: no reads',
      '',
    ].join('\n');
    const run = makeRun(server, { record: 'failed', print, half: true, status: 1 });
    const job = await ended(await server.jobs.start(run.id, [umi]));
    expect(job).toMatchObject({ status: 'failed', exit_code: 1, signal: null });
    expect(job.error_message!.split('\n')).toEqual([
      'umi failed: no reads',
      ...lines.slice(-6),
      'read rawdata/R1.fastq.gz',
      'bad genome reference/yeast/yeast.fa',
      'at main.js:3:4, see https://example.org/a/b',
    ]);
    expect(server.database.commandsOf(job.id)).toMatchObject([{ program: 'cutadapt', version: '4.2' }, {}]);
    expect(server.database.run(run.id)).toMatchObject({ status: 'failed', current_step: null });
    expect(existsSync(run.workspace.resolve('umi/R1.fastq.gz'))).toBe(false);
    expect(existsSync(run.workspace.resolve('tmp/umi-half'))).toBe(false);
    server.database.updateRun(run.id, { vector_contig: '{"record":"done"}' });
    expect(await ended(await server.jobs.start(run.id, [umi]))).toMatchObject({ status: 'completed' });
    expect(server.database.run(run.id)).toMatchObject({ status: 'completed' });
    expect(readFileSync(run.workspace.resolve(job.log_file!), 'utf8')).toBe(print);
  });

  test.each([0, 9])('that leaves no record has failed, with exit status %i too', async (status) => {
    const run = makeRun(server, { status, print: 'last words\n' });
    const job = await ended(await server.jobs.start(run.id, [umi]));
    const error_message = `exited with code ${status}\nlast words`;
    expect(job).toMatchObject({ status: 'failed', exit_code: status, error_message });
  });

  test('that a signal ends has failed by it', async () => {
    const run = makeRun(server, { until: '/nowhere' });
    const job = await server.jobs.start(run.id, [umi]);
    process.kill(-job.pgid!, 'SIGKILL');
    const error_message = 'killed by signal SIGKILL';
    expect(await ended(job)).toMatchObject({ status: 'failed', signal: 'SIGKILL', error_message });
  });

  test('that takes too long is stopped', async () => {
    const hasty = await openJobServer(path.join(folder, 'hasty'), { stepSeconds: 0.3 });
    const job = await hasty.jobs.start(makeRun(hasty, { until: '/nowhere' }).id, [umi]);
    const end = await ended(job, hasty);
    expect(end).toMatchObject({ status: 'failed', signal: 'SIGTERM' });
    expect(end.error_message).toMatch(/^stopped after 0.3 seconds/);
    expect(members(job.pgid!)).toEqual([]);
    await hasty.close();
  });
});

test('the end of a step is written down once it can be', async () => {
  const dataDir = path.join(folder, 'full');
  let refused = 0;
  const full = await openJobServer(dataDir, {}, {}, (database) => ({
    ...database,
    endJob(id, end) {
      if (refused++ === 0) throw new Error('database or disk is full');
      return database.endJob(id, end);
    },
  }));
  const job = await full.jobs.start(makeRun(full).id, [umi]);
  expect(await ended(job, full)).toMatchObject({ status: 'completed' });
  expect(refused).toBe(2);
  await full.close();
});

describe('many steps', () => {
  test('never work more at once than there are slots, and come in order', async () => {
    const [go, mark] = [newFile(), newFile()];
    writeFileSync(mark, '');
    const marks = (word: string) => readFileSync(mark, 'utf8').match(new RegExp(word, 'g'))?.length ?? 0;
    const runs = Array.from({ length: 10 }, () => makeRun(server, { record: 'done', until: go, mark }));
    const jobs = await Promise.all(runs.map(({ id }) => server.jobs.start(id, [umi])));
    await vi.waitFor(() => expect(marks('begin')).toBe(2), wait);
    expect(server.database.counts()).toMatchObject({ running: 2, pending: 8 });
    expect(jobs.map(({ status }) => status)).toEqual(['running', 'running', ...Array(8).fill('pending')]);
    writeFileSync(go, '');
    const ends = await Promise.all(jobs.map((job) => ended(job)));
    expect(ends.map(({ status }) => status)).toEqual(Array(10).fill('completed'));
    let active = 0;
    const seen = readFileSync(mark, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        active += line.startsWith('begin') ? 1 : -1;
        return active;
      });
    expect(seen).toHaveLength(20);
    expect(Math.max(...seen)).toBe(2);
    const starts = ends.map(({ started_at }) => started_at!);
    expect(starts).toEqual(starts.toSorted());
  });

  test('of one run at once: one wins', async () => {
    const go = newFile();
    const run = makeRun(server, { record: 'done', until: go });
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => server.jobs.start(run.id, [umi])));
    const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(won).toHaveLength(1);
    const message = `The run is busy: umi (job ${won[0]!.id}) is running`;
    for (const one of tries.filter(({ status }) => status === 'rejected'))
      expect(one).toMatchObject({ reason: { code: 'busy', message } });
    writeFileSync(go, '');
    await ended(won[0]!);
    expect(server.database.jobsOf(run.id)).toHaveLength(2);
  });
});

describe('a step that cannot start', () => {
  const refused = async (
    run: string,
    task: 'umi' | 'readlen' | 'read_mapping' | 'cutadapt',
    input = 'auto',
  ) => {
    const start = server.jobs.start(run, [{ task, input: input as 'auto' }]);
    const problem = await start.then(
      () => undefined,
      (thrown) => thrown as { code: string; message: string },
    );
    expect(problem?.message).not.toContain(folder);
    return problem;
  };

  test('says why, and leaves no job', async () => {
    const run = makeRun(server, {}, { umi_pattern: null, genome: 'GRCh38', r1_seq: 'ACGT', r2_seq: 'ACGT' });
    expect(await refused(run.id, 'umi')).toMatchObject({
      code: 'not_configured',
      message: expect.stringMatching(/umi_pattern is not set .*\. Set umi_pattern\.$/),
    });
    expect(await refused(run.id, 'readlen')).toMatchObject({ code: 'input_missing' });
    const missing = { code: 'input_missing', message: expect.stringContaining('fastp/R1.fastq.gz') };
    expect(await refused(run.id, 'readlen', 'fastp')).toMatchObject(missing);
    writeFileSync(run.workspace.resolve('cutPrimer/step.json'), '{}');
    expect(await refused(run.id, 'read_mapping', 'cutadapt')).toMatchObject({ code: 'no_genome' });
    expect(await refused('00000000-0000-4000-8000-000000000000', 'umi')).toMatchObject({ code: 'not_found' });
    vi.stubEnv('PATH', folder);
    const tool = { code: 'tool_missing', message: expect.stringContaining('cutadapt') };
    expect(await refused(run.id, 'cutadapt')).toMatchObject(tool);
    vi.unstubAllEnvs();
    expect(server.database.jobsOf(run.id)).toMatchObject([{ step_name: 'upload' }]);
    expect(server.database.run(run.id)).toMatchObject({ status: 'pending' });
  });

  test('because the client has enough', async () => {
    const trial = await openJobServer(path.join(folder, 'trial'), {}, { jobsPerClient: 1 });
    const [first, second] = [makeRun(trial, { until: '/nowhere' }), makeRun(trial)];
    const tries = await Promise.allSettled([first, second].map(({ id }) => trial.jobs.start(id, [umi])));
    expect(tries).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'quota' } }]);
    await trial.jobs.killRun(first.id, 'enough');
    expect(await trial.jobs.start(second.id, [umi])).toMatchObject({ status: 'running' });
    await trial.close();
    await expect(trial.jobs.start(first.id, [umi])).rejects.toMatchObject({ code: 'shutting_down' });
  });
});

describe('a kill', () => {
  test('ends the whole group, also who does not obey, and leaves a run that can be used', async () => {
    const mark = newFile();
    const run = makeRun(server, { stubborn: true, half: true, mark, until: '/nowhere' });
    const job = await server.jobs.start(run.id, [umi]);
    await vi.waitFor(() => expect(existsSync(mark)).toBe(true), wait);
    expect(members(job.pgid!)).toHaveLength(2);
    const both = [server.jobs.kill(job.id, 'asked for by me'), server.jobs.kill(job.id, 'asked for again')];
    for (const killed of await Promise.all(both)) {
      const error_message = 'killed: asked for by me';
      expect(killed).toMatchObject({ status: 'killed', error_message });
      expect(killed.completed_at).not.toBeNull();
    }
    expect(members(job.pgid!)).toEqual([]);
    expect(server.database.run(run.id)).toMatchObject({ status: 'killed', current_step: null });
    expect(existsSync(run.workspace.resolve('umi/R1.fastq.gz'))).toBe(false);
    expect(existsSync(run.workspace.resolve('tmp/umi-half'))).toBe(false);
    server.database.updateRun(run.id, { vector_contig: '{"record":"done"}' });
    expect(await ended(await server.jobs.start(run.id, [umi]))).toMatchObject({ status: 'completed' });
    await expect(server.jobs.kill(job.id, 'late')).rejects.toMatchObject({ code: 'finished' });
    await expect(server.jobs.kill(987_654, 'wrong')).rejects.toMatchObject({ code: 'not_found' });
    expect(await server.jobs.killRun(run.id, 'nothing')).toBeUndefined();
  });

  test('of what waits lets it never start', async () => {
    const [go, mark] = [newFile(), newFile()];
    const busy = [1, 2].map(() => makeRun(server, { record: 'done', until: go }));
    const before = await Promise.all(busy.map(({ id }) => server.jobs.start(id, [umi])));
    const run = makeRun(server, { record: 'done', mark });
    const waiting = await server.jobs.start(run.id, [umi]);
    expect(waiting.status).toBe('pending');
    const killed = await server.jobs.killRun(run.id, 'not needed');
    expect(killed).toMatchObject({ status: 'killed', started_at: null, error_message: 'killed: not needed' });
    expect(killed!.completed_at).not.toBeNull();
    writeFileSync(go, '');
    await Promise.all(before.map((job) => ended(job)));
    expect(server.database.run(run.id)).toMatchObject({ status: 'killed' });
    expect(existsSync(mark)).toBe(false);
  });
});

describe('a chain', () => {
  const steps = (['umi', 'cutadapt', 'readlen'] as const).map((task) => ({ task, input: 'auto' }) as const);

  /** What was told of a run, while at no moment it could be taken for idle. */
  function listen(runId: string): string[] {
    const told: string[] = [];
    server.jobs.events.on('job', ({ run_id, step_name, status }) => {
      if (run_id !== runId) return;
      told.push(`${step_name} ${status}`);
      const isLast =
        status === 'failed' || status === 'killed' || `${step_name} ${status}` === 'readlen completed';
      expect(server.database.run(runId)!.status === 'running').toBe(!isLast);
    });
    return told;
  }

  test('makes each job when its turn comes', async () => {
    const run = makeRun(server, { record: 'done' });
    const told = listen(run.id);
    const first = await server.jobs.start(run.id, steps);
    expect(first.step_name).toBe('umi');
    const left = ['cutadapt', 'readlen'];
    expect(server.jobs.pipeline(run.id)).toEqual({ steps: ['umi', ...left], left });
    await expect(server.jobs.start(run.id, [umi])).rejects.toMatchObject({ code: 'busy' });
    await vi.waitFor(() => expect(server.database.run(run.id)!.status).toBe('completed'), wait);
    const names = steps.map(({ task }) => task);
    expect(told.filter((one) => !one.endsWith('pending'))).toEqual(
      names.flatMap((name) => [`${name} running`, `${name} completed`]),
    );
    expect(told.filter((one) => one.endsWith('pending'))).toHaveLength(3);
    const made = server.database.jobsOf(run.id).map(({ step_name }) => step_name);
    expect(made).toEqual(['upload', ...names]);
    expect(server.jobs.pipeline(run.id)).toBeUndefined();
  });

  test.each(['failed', 'killed'])('ends with a job that is %s', async (how) => {
    const failing = { record: 'failed', status: 1 } as const;
    const run = makeRun(server, how === 'failed' ? failing : { until: '/nowhere' });
    const told = listen(run.id);
    await server.jobs.start(run.id, steps);
    if (how === 'killed') await server.jobs.killRun(run.id, 'enough');
    await vi.waitFor(() => expect(told.at(-1)).toBe(`umi ${how}`), wait);
    expect(server.database.run(run.id)).toMatchObject({ status: how, current_step: null });
    expect(server.database.jobsOf(run.id)).toHaveLength(2);
    expect(server.jobs.pipeline(run.id)).toBeUndefined();
  });
});
