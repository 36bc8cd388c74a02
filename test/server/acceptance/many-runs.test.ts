/** Many runs at once, many starts at once, and steps in any order. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { yeastReference } from '../../pcr/reference.js';
import { simulateReads } from '../../pcr/simulated.js';
import { testData } from '../../run-gtk.js';
import { assay, type GtkServe, isReady, readPair, serverFolder, soon, startServe } from './gtk-serve.js';
import { heldBwa } from './held-bwa.js';

const RUNS = 10;
const SLOTS = 2;
const folder = serverFolder();
const lambda = path.join(folder, 'lambda');

describe.skipIf(!isReady)('a server', () => {
  let server: GtkServe;
  const bwa = heldBwa();
  const dataDir = path.join(folder, 'data');
  const inRun = (run: string, ...names: string[]) => path.join(dataDir, 'runs', run, ...names);
  const settings = { ...assay, genome: 'lambda' };

  beforeAll(async () => {
    const genomes = await yeastReference();
    simulateReads(
      testData('pcr/lambda_virus.fa.gz'),
      lambda,
      ...['--sites', '4', '--clusters', '0', '--max-clone', '10', '--frag-max', '400', '--spacing', '300'],
      ...['--decoys', '20', '--chimeras', '0'],
    );
    const args = ['--max-jobs', String(SLOTS), '--threads', '2'];
    server = await startServe(dataDir, { genomes, args, env: bwa.env });
  });

  test('starts a step once, however many ask for it at once', async () => {
    const run = await server.create('twice', readPair(lambda), settings);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => server.ask('POST', `/runs/${run}/cutadapt`)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409, 409]);
    const codes = answers.filter(({ status }) => status === 409).map(({ body }) => body.code);
    expect(codes).toEqual(['busy', 'busy', 'busy']);
    const { step_history } = await server.settled(run);
    expect(step_history.map((job: { step_name: string }) => job.step_name)).toEqual(['upload', 'cutadapt']);
  });

  test('works no more runs at once than it has slots, and all of them in the end', async () => {
    bwa.hold();
    const runs: string[] = [];
    for (let i = 0; i < RUNS; i += 1) {
      runs.push(await server.create(`run ${i}`, readPair(lambda), settings));
    }
    const steps = ['cutadapt', 'read_mapping'];
    const answers = await Promise.all(
      runs.map((run) => server.ask('POST', `/runs/${run}/pipeline`, { steps })),
    );
    expect(answers.map(({ status }) => status)).toEqual(new Array(RUNS).fill(202));
    const states = answers.map(({ body }) => body.status).toSorted();
    expect(states).toEqual([...new Array(RUNS - SLOTS).fill('queued'), ...new Array(SLOTS).fill('started')]);

    const mapped = new Set<string>();
    let most = 0;
    while (mapped.size < RUNS) {
      // Both slots are taken as long as there are runs for them; a third bwa would stand here with the others.
      const held = await vi.waitFor(async () => {
        const waiting = bwa.waiting();
        const { active_jobs } = (await server.ask('GET', '/system/status')).body;
        most = Math.max(most, active_jobs, new Set(waiting.map(({ pgid }) => pgid)).size);
        expect(waiting.length).toBeGreaterThanOrEqual(Math.min(SLOTS, RUNS - mapped.size));
        return waiting;
      }, soon);
      expect(most).toBeLessThanOrEqual(SLOTS);
      const { body } = await server.ask('GET', '/system/status');
      expect(body.active_jobs + body.queued_jobs).toBe(RUNS - mapped.size);
      await Promise.all(held.map(({ release }) => release()));
      for (const { r1 } of held) mapped.add(path.relative(path.join(dataDir, 'runs'), r1).split('/')[0]!);
    }
    expect(most).toBe(SLOTS);
    expect([...mapped].toSorted()).toEqual(runs.toSorted());
    for (const run of runs) expect(await server.settled(run)).toMatchObject({ status: 'completed' });
    bwa.letGo();
  });

  test('takes steps in any order that has its input, and tells what is out of date', async () => {
    const { r2_seq, genome } = settings;
    const run = await server.create('orders', readPair(lambda), { r2_seq, genome });
    const post = (step: string, body?: object) => server.ask('POST', `/runs/${run}/${step}`, body);
    const refusals: [string, string][] = [
      ['site_analysis', 'input_missing'],
      ['read_mapping', 'input_missing'],
      ['readlen', 'input_missing'],
      ['cutadapt', 'not_configured'],
      ['umi', 'not_configured'],
    ];
    for (const [step, code] of refusals) {
      expect({ step, ...(await post(step)) }).toMatchObject({ step, status: 409, body: { code } });
    }
    expect(await post('read_mapping', { input: 'fastp' })).toMatchObject({ status: 409 });
    expect(await post('read_mapping', { input: 'elsewhere' })).toMatchObject({ status: 400 });
    expect(await server.ask('PATCH', `/runs/${run}`, { r1_seq: assay.r1_seq })).toMatchObject({
      status: 200,
      body: { r1_seq: assay.r1_seq },
    });

    for (const step of ['cutadapt', 'read_mapping', 'site_analysis']) {
      expect(await server.work(run, step)).toMatchObject({ step_name: step, status: 'completed' });
    }
    const result = async (step: string) => (await server.ask('GET', `/runs/${run}/results/${step}`)).body;
    expect(await result('read_mapping')).toMatchObject({ source: 'cutadapt', stale: false });
    expect(await result('site_analysis')).toMatchObject({ stale: false });

    expect(await server.ask('PATCH', `/runs/${run}`, { r1_minimum_length_of_read: 80 })).toMatchObject({
      status: 200,
    });
    const { job_id } = await server.work(run, 'cutadapt');
    expect(await result('cutadapt')).toMatchObject({ stale: false });
    expect(await result('read_mapping')).toMatchObject({ source: 'cutadapt', stale: true });
    const { products } = (await server.ask('GET', `/runs/${run}/status`)).body;
    expect(products).toContainEqual(expect.objectContaining({ step_name: 'read_mapping', stale: true }));
    const before = (await result('read_mapping')).summary.flagstat;
    await server.work(run, 'read_mapping');
    expect(await result('read_mapping')).toMatchObject({ stale: false });
    expect((await result('read_mapping')).summary.flagstat).not.toEqual(before);
    expect(await result('site_analysis')).toMatchObject({ stale: true });

    // Both tries of cutadapt have their logs, and the audit tells how they differ.
    const { jobs } = (await server.ask('GET', `/runs/${run}`)).body;
    const tries = jobs.filter((job: { step_name: string }) => job.step_name === 'cutadapt');
    expect(tries.map((job: { job_id: number }) => job.job_id)).toContain(job_id);
    const minimum = tries.map((job: { commands: { command_line: string }[]; log_file: string }) => {
      expect(existsSync(inRun(run, job.log_file))).toBe(true);
      expect(readFileSync(inRun(run, job.log_file), 'utf8')).toContain('cutadapt');
      return /--minimum-length=(\d+)/.exec(job.commands[0]!.command_line)?.[1];
    });
    expect(minimum).toEqual(['30', '80']);
  });
});
