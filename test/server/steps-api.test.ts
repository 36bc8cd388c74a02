/** Steps and chains over the API; what works them is a stand-in. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { workspaceOf } from '../../src/server/context.js';
import { requireTool } from '../agreement/tools.js';
import { type Served, serve } from './served.js';

let served: Served;
beforeAll(async () => {
  served = await serve({ maxJobs: 2 });
});

const umi = { umi_read: 'r1', umi_pattern: 'NN' } as const;
const done = { ...umi, vector_contig: JSON.stringify({ record: 'done' }) };
const failing = { ...umi, vector_contig: JSON.stringify({ record: 'failed', status: 1 }) };

function waiting(name: string) {
  const until = path.join(served.context.settings.dataDir, name);
  return {
    config: { ...umi, vector_contig: JSON.stringify({ until, record: 'done' }) },
    go: () => writeFileSync(until, ''),
  };
}

async function ended(id: string) {
  return vi.waitFor(
    async () => {
      const { body } = await served.ask('GET', `/runs/${id}/status`);
      expect(body.status).not.toBe('running');
      return body;
    },
    { timeout: 20_000 },
  );
}

describe('a step', () => {
  test('is started, worked and told of', async () => {
    const id = served.addRun({ config: done });
    expect((await served.ask('GET', `/runs/${id}/umi/status`)).body.code).toBe('not_found');
    const { status, body } = await served.ask('POST', `/runs/${id}/umi`, { body: { input: 'raw' } });
    expect({ status, started: body.status }).toEqual({ status: 202, started: 'started' });
    const state = await ended(id);
    expect(state).toMatchObject({ run_id: id, status: 'completed', current_step: null, pipeline: null });
    expect(state.step_history).toMatchObject([
      { step_name: 'upload', status: 'completed' },
      { step_name: 'umi', status: 'completed', job_id: body.job_id, input: 'raw' },
    ]);
    const { body: step } = await served.ask('GET', `/runs/${id}/umi/status`);
    expect(step).toEqual(state.step_history[1]);
    const { body: run } = await served.ask('GET', `/runs/${id}`);
    expect(run.jobs[1]).toMatchObject({
      threads: 1,
      log_file: `logs/umi.${body.job_id}.log`,
      commands: [{ program: 'cutadapt', version: '4.2' }, { program: 'samtools' }],
      inputs: [{ path: 'rawdata/R1.fastq.gz', bytes: 3 }],
    });
  });

  test('that fails says why', async () => {
    const id = served.addRun({ config: failing });
    await served.ask('POST', `/runs/${id}/umi`);
    expect(await ended(id)).toMatchObject({
      status: 'failed',
      step_history: [{}, { error_message: expect.stringContaining('no reads') }],
    });
  });

  test('is refused where it cannot start', async () => {
    const unset = served.addRun();
    const unread = served.addRun({ config: umi, reads: false });
    const unmapped = served.addRun({ config: { genome: 'GRCh38' } });
    const cases: [string, object | undefined, number, string][] = [
      [`/runs/${unset}/umi`, undefined, 409, 'not_configured'],
      [`/runs/${unread}/umi`, undefined, 409, 'input_missing'],
      [`/runs/${unset}/site_analysis`, undefined, 409, 'not_configured'],
      [`/runs/${unmapped}/site_analysis`, undefined, 409, 'input_missing'],
      [`/runs/${unset}/umi`, { input: 'fastq' }, 400, 'bad_value'],
      [`/runs/${unset}/umi`, { input: null }, 400, 'bad_value'],
      [`/runs/${unset}/umi`, { threads: 64 }, 400, 'bad_value'],
      [`/runs/${unset}/umi`, { stage: 'before' }, 400, 'bad_value'],
      [`/runs/${unset}/umi`, { input: 'umi' }, 400, 'bad_value'],
      [`/runs/${unset}/qc`, { stage: 'middle' }, 400, 'bad_value'],
      [`/runs/${unset}/qc?stage=both`, { stage: 'after' }, 400, 'bad_value'],
      [`/runs/${unset}/upload`, undefined, 404, 'not_found'],
      [`/runs/${unset}/qc_before`, undefined, 404, 'not_found'],
      [`/runs/${unset}/pipeline`, undefined, 400, 'bad_value'],
      [`/runs/${unset}/pipeline`, { steps: [] }, 400, 'bad_value'],
      [`/runs/${unset}/pipeline`, { steps: ['qc', 'qc'] }, 400, 'bad_value'],
      [`/runs/${unset}/pipeline`, { steps: ['macs2'] }, 400, 'bad_value'],
      [`/runs/${unset}/pipeline`, { steps: ['umi', 'cutadapt'] }, 409, 'not_configured'],
    ];
    for (const [url, body, status, code] of cases) {
      const answer = await served.ask('POST', url, { body });
      expect({ url, body, status: answer.status, code: answer.body.code }).toEqual({
        url,
        body,
        status,
        code,
      });
      expect(JSON.stringify(answer.body)).not.toContain(served.context.settings.dataDir);
    }
    expect(served.context.database.jobsOf(unset)).toMatchObject([{ step_name: 'upload' }]);
  });

  test('asked for twice at once, is started once', async () => {
    const { config, go } = waiting('twice');
    const id = served.addRun({ config });
    const answers = await Promise.all(Array.from({ length: 5 }, () => served.ask('POST', `/runs/${id}/umi`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409, 409, 409]);
    const refused = answers.find(({ status }) => status === 409)!;
    expect(refused.body).toMatchObject({ code: 'busy', error: expect.stringContaining('umi') });
    go();
    await ended(id);
  });

  test('waits for a slot, and is queued as long', async () => {
    const { config, go } = waiting('slots');
    const ids = Array.from({ length: 3 }, () => served.addRun({ config }));
    const words: string[] = [];
    for (const id of ids) words.push((await served.ask('POST', `/runs/${id}/umi`)).body.status);
    expect(words).toEqual(['started', 'started', 'queued']);
    expect((await served.ask('GET', '/system/status')).body).toMatchObject({
      active_jobs: 2,
      queued_jobs: 1,
    });
    const { body } = await served.ask('DELETE', `/runs/${ids[2]}/kill`);
    expect(served.context.database.job(body.job_id)).toMatchObject({ status: 'killed', started_at: null });
    go();
    for (const id of ids) await ended(id);
  });

  test.skipIf(!requireTool('fastqc'))(
    'of quality control has two stages, told by their first job',
    async () => {
      for (const [query, body, expected] of [
        ['?stage=both', undefined, 'qc_before'],
        ['', { stage: 'before' }, 'qc_before'],
        ['', undefined, 'qc_before'],
      ] as const) {
        const { config, go } = waiting(`qc${expected}${query}${body?.stage}`);
        const id = served.addRun({ config: { ...config, qc_stage: 'before' } });
        const { body: started } = await served.ask('POST', `/runs/${id}/qc${query}`, { body });
        expect(served.context.database.job(started.job_id)?.step_name).toBe(expected);
        const { body: state } = await served.ask('GET', `/runs/${id}/status`);
        expect(state.pipeline).toEqual(query === '' ? null : { steps: ['qc'], left: ['qc_after'] });
        expect((await served.ask('GET', `/runs/${id}/qc/status`)).body.job_id).toBe(started.job_id);
        go();
        await ended(id);
      }
      const untrimmed = served.addRun();
      expect((await served.ask('POST', `/runs/${untrimmed}/qc?stage=after`)).body.code).toBe('input_missing');
    },
  );
});

describe('a chain', () => {
  test.each([
    ['done', 'completed', ['umi', 'cutadapt', 'readlen']],
    ['failed', 'failed', ['umi']],
  ])('whose steps are %s goes on by itself, in the order of the chain', async (record, end, worked) => {
    const mark = path.join(served.context.settings.dataDir, `marks-${record}`);
    const stand = JSON.stringify({ record, mark });
    const id = served.addRun({ config: { ...umi, r1_seq: 'ACGT', r2_seq: 'ACGT', vector_contig: stand } });
    const body = { steps: ['cutadapt', 'readlen', 'umi'] };
    const answer = await served.ask('POST', `/runs/${id}/pipeline`, { body });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 202,
      body: { run_id: id, steps: ['umi', 'cutadapt', 'readlen'], status: 'started' },
    });
    expect((await served.ask('POST', `/runs/${id}/umi`)).body.code).toBe('busy');
    const state = await ended(id);
    expect(state).toMatchObject({ status: end, pipeline: null });
    const history: { step_name: string; status: string }[] = state.step_history.slice(1);
    expect(history.map(({ step_name }) => step_name)).toEqual(worked);
    expect(history.map(({ status }) => status)).toEqual(worked.map(() => end));
    expect(readFileSync(mark, 'utf8').match(/begin/g)).toHaveLength(worked.length);
  });

  test('is ended by a kill', async () => {
    const { config } = waiting('never');
    const id = served.addRun({ config: { ...config, r1_seq: 'ACGT', r2_seq: 'ACGT' } });
    await served.ask('POST', `/runs/${id}/pipeline`, { body: { steps: ['umi', 'cutadapt'] } });
    const { body: state } = await served.ask('GET', `/runs/${id}/status`);
    expect(state.pipeline).toEqual({ steps: ['umi', 'cutadapt'], left: ['cutadapt'] });
    await served.ask('DELETE', `/runs/${id}/kill`);
    const after = await ended(id);
    expect(after).toMatchObject({ status: 'killed', pipeline: null });
    expect(after.step_history).toHaveLength(2);
  });
});

test('products are told with what they were made from, and whether that is still there', async () => {
  const id = served.addRun({ config: umi });
  const workspace = workspaceOf(served.context.settings, id);
  const { size: bytes, mtimeMs } = (await import('node:fs')).statSync(workspace.raw.r1);
  const record = (mtime: number) =>
    JSON.stringify({
      task: 'umi',
      source: 'raw',
      inputs: [{ path: 'rawdata/R1.fastq.gz', bytes, mtimeMs: mtime }],
      completedAt: '2026-01-01T00:00:00.000Z',
    });
  writeFileSync(workspace.resolve('umi', 'step.json'), record(mtimeMs));
  const products = async () => (await served.ask('GET', `/runs/${id}/status`)).body.products;
  const product = { step_name: 'umi', source: 'raw', completed_at: '2026-01-01T00:00:00.000Z' };
  expect(await products()).toEqual([{ ...product, stale: false }]);
  writeFileSync(workspace.resolve('umi', 'step.json'), record(mtimeMs - 1));
  await vi.waitFor(async () => expect(await products()).toEqual([{ ...product, stale: true }]), {
    timeout: 5000,
  });
  expect(existsSync(workspace.raw.r1)).toBe(true);
});

test('in trials, one client works one step at a time', async () => {
  const trial = await serve({ mode: 'trial' });
  const until = path.join(trial.context.settings.dataDir, 'go');
  const config = { ...umi, vector_contig: JSON.stringify({ until, record: 'done' }) };
  const ids = Array.from({ length: 2 }, () => trial.addRun({ config, created_by: '127.0.0.1' }));
  const answers = await Promise.all(ids.map((id) => trial.ask('POST', `/runs/${id}/umi`)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 429]);
  const other = trial.addRun({ config, created_by: '127.0.0.2' });
  expect((await trial.ask('POST', `/runs/${other}/umi`, { from: '127.0.0.2' })).status).toBe(202);
  writeFileSync(until, '');
});
