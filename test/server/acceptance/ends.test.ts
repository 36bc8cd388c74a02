/** What becomes of a run when bwa is killed, the server is killed, or the server is stopped, all in the middle of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { yeastReference } from '../../pcr/reference.js';
import { simulateReads } from '../../pcr/simulated.js';
import { gtk, testData } from '../../run-gtk.js';
import {
  assay,
  type GtkServe,
  isReady,
  membersOf,
  readPair,
  serverFolder,
  soon,
  startServe,
} from './gtk-serve.js';
import { heldBwa } from './held-bwa.js';

const folder = serverFolder();
const lambda = path.join(folder, 'lambda');

describe.skipIf(!isReady)('while bwa runs,', () => {
  let genomes: string;
  let server: GtkServe;
  let run: string;
  const bwa = heldBwa();
  const dataDir = path.join(folder, 'data');
  const inRun = (...names: string[]) => path.join(dataDir, 'runs', run, ...names);
  const start = () => startServe(dataDir, { genomes, env: bwa.env });

  beforeAll(async () => {
    genomes = await yeastReference();
    simulateReads(
      testData('pcr/lambda_virus.fa.gz'),
      lambda,
      ...['--sites', '8', '--clusters', '0', '--max-clone', '20', '--frag-max', '400', '--spacing', '300'],
    );
    server = await start();
    run = await server.create('held', readPair(lambda), { ...assay, genome: 'lambda' });
    expect(await server.work(run, 'cutadapt')).toMatchObject({ status: 'completed' });
  });

  /** Starts mapping, and waits until the real bwa is in the middle of it, with all that belongs to the step. */
  async function mappingStarted() {
    bwa.hold();
    const { status, body } = await server.ask('POST', `/runs/${run}/read_mapping`);
    expect({ status, body }).toMatchObject({ status: 202, body: { status: 'started' } });
    const held = await vi.waitFor(() => {
      const [one] = bwa.waiting();
      const programs = membersOf(one!.pgid).map(({ command }) => path.basename(command[0]!));
      expect(programs.toSorted()).toEqual(['bwa', 'node', 'samtools']);
      return one!;
    }, soon);
    expect(held.r1).toBe(inRun('cutPrimer/R1.fastq.gz'));
    return { job: body.job_id as number, held };
  }

  /** No half file, neither under its name nor under another one. */
  function nothingLeft() {
    expect(readdirSync(inRun('bwa'))).toEqual([]);
    expect(readdirSync(inRun('tmp'))).toEqual([]);
  }

  test('a kill ends all its processes, leaves nothing half, and the step can be run again', async () => {
    const { job, held } = await mappingStarted();
    expect(await server.ask('DELETE', `/runs/${run}/kill`)).toEqual({
      status: 200,
      body: { message: 'Job killed', job_id: job },
    });
    expect(membersOf(held.pgid)).toEqual([]);
    nothingLeft();
    const { body } = await server.ask('GET', `/runs/${run}/status`);
    expect(body).toMatchObject({ status: 'killed', current_step: null });
    expect(body.step_history.at(-1)).toMatchObject({
      job_id: job,
      status: 'killed',
      error_message: 'killed: asked for by 127.0.0.1',
      started_at: expect.any(String),
      completed_at: expect.any(String),
    });
    expect(await server.ask('DELETE', `/runs/${run}/kill`)).toEqual({
      status: 200,
      body: { message: 'No running job', job_id: null },
    });
    expect(await server.ask('DELETE', `/jobs/${job}/kill`)).toMatchObject({ status: 409 });

    bwa.letGo();
    const again = await server.work(run, 'read_mapping');
    expect(again).toMatchObject({ status: 'completed', exit_code: 0 });
    expect(again.job_id).toBeGreaterThan(job);
    expect(existsSync(inRun('bwa/aligned.sorted.bam'))).toBe(true);
    // Each try has a log of its own.
    const logs = [job, again.job_id].map((id) => readFileSync(inRun(`logs/read_mapping.${id}.log`), 'utf8'));
    expect(logs[0]).not.toContain('reads map');
    expect(logs[1]).toContain('reads map');
    for (const [i, id] of [job, again.job_id].entries()) {
      const { body } = await server.ask('GET', `/runs/${run}/read_mapping/logs?job_id=${id}`);
      expect(body.size).toBe(Buffer.byteLength(logs[i]!));
    }
  });

  test('a second start is refused, and a change of settings is, and a second server', async () => {
    const { held } = await mappingStarted();
    // What stood before goes when the step is run again.
    expect(await server.ask('POST', `/runs/${run}/cutadapt`)).toMatchObject({
      status: 409,
      body: { code: 'busy', error: expect.stringContaining('read_mapping') },
    });
    expect(await server.ask('PATCH', `/runs/${run}`, { r1_min_overlap: 6 })).toMatchObject({ status: 409 });
    const second = await gtk(['serve', '--port', '0', '--data-dir', dataDir]);
    expect(second.status).toBe(4);
    expect(second.stderr).toContain(`process ${server.child.pid}`);
    await held.release();
    expect(await server.settled(run)).toMatchObject({ status: 'completed' });
  });

  test('a server that is killed: the next one ends what runs, says so, and works on', async () => {
    const { job, held } = await mappingStarted();
    server.child.kill('SIGKILL');
    expect(await server.ended).toEqual([null, 'SIGKILL']);
    expect(membersOf(held.pgid).length).toBeGreaterThan(0);
    server = await start();
    expect(membersOf(held.pgid)).toEqual([]);
    nothingLeft();
    const { body } = await server.ask('GET', `/runs/${run}/status`);
    expect(body).toMatchObject({ status: 'failed', current_step: null });
    expect(body.step_history.at(-1)).toMatchObject({
      job_id: job,
      status: 'failed',
      error_message: expect.stringMatching(/^interrupted by a restart of the server/),
    });
    bwa.letGo();
    expect(await server.work(run, 'read_mapping')).toMatchObject({ status: 'completed' });
    expect(await server.work(run, 'site_analysis')).toMatchObject({ status: 'completed' });
  });

  test('a server that is killed: what ended before the next one came is completed', async () => {
    const { job, held } = await mappingStarted();
    server.child.kill('SIGKILL');
    await server.ended;
    await held.release();
    await vi.waitFor(() => expect(membersOf(held.pgid)).toEqual([]), soon);
    server = await start();
    const { body } = await server.ask('GET', `/runs/${run}/status`);
    expect(body).toMatchObject({ status: 'completed', current_step: null });
    expect(body.step_history.at(-1)).toMatchObject({ job_id: job, status: 'completed', exit_code: 0 });
    expect(existsSync(inRun('bwa/aligned.sorted.bam.bai'))).toBe(true);
  });

  test('a server that is told to end does so with status 0, and has written what it ended', async () => {
    const { job, held } = await mappingStarted();
    server.child.kill('SIGTERM');
    // Status 0 tells that it was done within its ten seconds: past them it leaves with another one.
    expect(await server.ended).toEqual([0, null]);
    expect(membersOf(held.pgid)).toEqual([]);
    bwa.letGo();
    server = await start();
    nothingLeft();
    const { body } = await server.ask('GET', `/runs/${run}/status`);
    expect(body.step_history.at(-1)).toMatchObject({
      job_id: job,
      status: 'killed',
      error_message: 'killed: the server was stopped',
    });
    expect(await server.work(run, 'read_mapping')).toMatchObject({ status: 'completed' });
  });
});

test('a public address is refused without a team', async () => {
  const dataDir = path.join(folder, 'public');
  const ended = await gtk(['serve', '--port', '0', '--host', '0.0.0.0', '--data-dir', dataDir]);
  expect(ended.status).toBe(2);
  expect(ended.stderr).toContain('--mode team');
  expect(existsSync(dataDir)).toBe(false);
});
