/** Runs: listed, looked at, changed, cleaned, deleted and killed. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { columns, presets } from '../../src/pcr/config/columns.js';
import { taskFolders } from '../../src/pcr/steps/names.js';
import { deleteExpiredRuns } from '../../src/server/clean-up.js';
import { workspaceOf } from '../../src/server/context.js';
import { type Served, serve } from './served.js';

let served: Served;
beforeAll(async () => {
  served = await serve({ genomeHosts: ['genomes.example.org'] });
});

const umi = { umi_read: 'r1', umi_pattern: 'NN' } as const;

/** A step of the stand-in that waits for a file, and how to let it go on. */
function waiting(folder: string, name: string) {
  const until = path.join(folder, name);
  const config = {
    ...umi,
    vector_contig: JSON.stringify({ until, record: 'done' }),
  } as const;
  return { config, go: () => writeFileSync(until, '') };
}

describe('lists', () => {
  test('are newest first, in pages, and by owner, state and genome', async () => {
    const { ask, addRun } = await serve();
    const ids = Array.from({ length: 60 }, (_, index) =>
      addRun({
        name: `run ${index}`,
        created_by: index % 2 ? 'ada' : 'bob',
        config: { genome: index % 3 ? 'GRCh38' : null },
      }),
    ).reverse();
    const idsOf = async (query: string) => {
      const { body } = await ask('GET', `/runs${query}`);
      return [body.runs.map(({ id }: { id: string }) => id), body.total];
    };
    expect(await idsOf('')).toEqual([ids.slice(0, 50), 60]);
    expect(await idsOf('?limit=500')).toEqual([ids, 60]);
    expect(await idsOf('?limit=7&offset=55')).toEqual([ids.slice(55), 60]);
    expect(await idsOf('?offset=100')).toEqual([[], 60]);
    expect(await idsOf('?created_by=ada')).toEqual([ids.filter((_, index) => index % 2 === 0), 30]);
    expect(await idsOf('?genome=hg38&limit=2')).toEqual([[ids[0], ids[1]], 40]);
    expect(await idsOf('?status=failed')).toEqual([[], 0]);
    expect(await idsOf(`?created_by=${encodeURIComponent("' OR 1=1 --")}`)).toEqual([[], 0]);
  });
});

describe('changes', () => {
  test('take texts and values alike, and leave the rest', async () => {
    const id = served.addRun({ config: { r2_seq: 'ACGT' } });
    const before = served.context.database.run(id)!;
    const { status, body } = await served.ask('PATCH', `/runs/${id}`, {
      body: {
        name: ' named ',
        description: 'two\nlines',
        r1_seq: 'acgu',
        r1_error_rate: '0.25',
        r1_anchored: 'yes',
        r2_anchored: true,
        promoter_left: 0,
        genome: 'hg38',
        qc_stage: 'both',
        config: { umi: { umi_pattern: 'nnx' }, cutadapt: { r1_seq: 'TTTT' } },
        preset: 'published',
      },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      ...presets.published,
      name: 'named',
      description: 'two\nlines',
      r1_seq: 'ACGT',
      r1_error_rate: 0.25,
      r1_anchored: true,
      r2_anchored: true,
      promoter_left: 0,
      genome: 'GRCh38',
      qc_stage: 'both',
      umi_pattern: 'NNX',
      updated_at: body.updated_at,
    });
    expect(
      (await served.ask('PATCH', `/runs/${id}`, { body: { description: null, r2_seq: null } })).body,
    ).toMatchObject({
      description: null,
      r2_seq: null,
      name: 'named',
    });
    expect((await served.ask('PATCH', `/runs/${id}`, { body: {} })).status).toBe(200);
  });

  test('that are wrong are all told at once, and nothing is changed', async () => {
    const id = served.addRun();
    const before = served.context.database.run(id);
    const wrong = {
      id: 'x',
      status: 'completed',
      created_at: 'now',
      created_by: 'me',
      current_step: 'qc',
      updated_at: 'now',
      r1_sha256: 'x',
      pgid: 1,
      name: '',
      description: 'a\u0000b',
      r1_seq: 'file:/etc/passwd',
      r2_seq: '$(reboot)',
      r1_error_rate: 30,
      r2_error_rate: 'abc',
      r1_min_overlap: 0,
      r2_min_overlap: '5; rm',
      r1_trim_leading_trailing: 501,
      r1_pair_filter: '-o',
      r1_anchored: 'maybe',
      genome: '../../etc',
      genome_tar_url: 'https://evil.example/a.tar',
      promoter_left: {},
      enhancer_left: [1],
      umi_pattern: 'XX',
      qc_stage: 'middle',
      preset: 'ancient',
      config: { cutadapt: { genome: 'GRCh38' }, other: {}, qc: 7 },
    };
    const { status, body } = await served.ask('PATCH', `/runs/${id}`, { body: wrong });
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'bad_value' });
    const { config: _config, ...fields } = wrong;
    const found = body.details.map(({ field }: { field: string }) => field);
    const expected = [...Object.keys(fields), 'config.cutadapt.genome', 'config.other', 'config.qc'];
    expect(found.toSorted()).toEqual(expected.toSorted());
    for (const { message } of body.details) expect(message).toMatch(/[a-z]/);
    expect(served.context.database.run(id)).toEqual(before);
  });

  test('name a genome that is registered or known, or one that an allowed host has', async () => {
    const id = served.addRun();
    const change = async (body: object) =>
      (await served.ask('PATCH', `/runs/${id}`, { body })).body.details ?? 'changed';
    expect(await change({ genome: 'mm10' })).toBe('changed');
    expect(await change({ genome: 'unheard_of' })).toMatchObject([{ field: 'genome' }]);
    const url = `https://genomes.example.org/unheard_of.tar.gz#sha256=${'0'.repeat(64)}`;
    expect(await change({ genome: 'unheard_of', genome_tar_url: url })).toBe('changed');
    for (const bad of [
      'http://genomes.example.org/a.tar',
      'https://genomes.example.org.evil.example/a.tar',
      'https://user@genomes.example.org/a.tar',
      'https://127.0.0.1/a.tar',
      'file:///etc/passwd',
    ]) {
      expect(await change({ genome_tar_url: bad })).toMatchObject([{ field: 'genome_tar_url' }]);
    }
  });

  test('wait until no step works', async () => {
    const { config, go } = waiting(served.context.settings.dataDir, 'patch');
    const id = served.addRun({ config });
    expect((await served.ask('POST', `/runs/${id}/umi`)).status).toBe(202);
    const { status, body } = await served.ask('PATCH', `/runs/${id}`, { body: { name: 'new' } });
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'busy' });
    expect((await served.ask('DELETE', `/runs/${id}/clean`)).body.code).toBe('busy');
    go();
    await served.ask('DELETE', `/runs/${id}`);
  });
});

describe('cleaning', () => {
  test('takes the files and leaves record, history and logs', async () => {
    const id = served.addRun();
    const workspace = workspaceOf(served.context.settings, id);
    writeFileSync(workspace.resolve('bwa', 'aligned.sorted.bam'), 'x'.repeat(1000));
    writeFileSync(workspace.resolve('logs', 'umi.1.log'), 'log');
    const { status, body } = await served.ask('DELETE', `/runs/${id}/clean`);
    expect(status).toBe(200);
    expect(body).toEqual({ message: 'Run cleaned successfully', files_deleted: true, bytes_freed: 1008 });
    const left = readdirSync(workspace.root, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(['umi.1.log']);
    for (const folder of Object.values(taskFolders).flat())
      expect(existsSync(workspace.resolve(folder))).toBe(true);
    const { body: run } = await served.ask('GET', `/runs/${id}`);
    expect(run).toMatchObject({ id, r1_sha256: null, r2_bytes: null, jobs: [{ step_name: 'upload' }] });
    expect((await served.ask('DELETE', `/runs/${id}/clean`)).body.bytes_freed).toBe(0);
    expect(readdirSync(path.join(served.context.settings.dataDir, 'tmp'))).toEqual([]);
  });

  test('by force kills what works first', async () => {
    const { config } = waiting(served.context.settings.dataDir, 'never');
    const id = served.addRun({ config });
    await served.ask('POST', `/runs/${id}/umi`);
    const { body } = await served.ask('DELETE', `/runs/${id}/clean?force=1`);
    expect(body).toMatchObject({ files_deleted: true });
    const { body: status } = await served.ask('GET', `/runs/${id}/status`);
    expect(status).toMatchObject({ status: 'killed', current_step: null });
    expect(existsSync(workspaceOf(served.context.settings, id).raw.r1)).toBe(false);
  });
});

describe('deleting', () => {
  test('takes everything, and kills what works', async () => {
    const { config } = waiting(served.context.settings.dataDir, 'never');
    const id = served.addRun({ config });
    const { body: started } = await served.ask('POST', `/runs/${id}/umi`);
    const { status, body } = await served.ask('DELETE', `/runs/${id}`);
    expect({ status, body }).toEqual({
      status: 200,
      body: { message: 'Run deleted', killed_jobs: [started.job_id] },
    });
    expect(existsSync(workspaceOf(served.context.settings, id).root)).toBe(false);
    expect((await served.ask('GET', `/runs/${id}`)).status).toBe(404);
    expect((await served.ask('DELETE', `/runs/${id}`)).status).toBe(404);
    expect(served.context.database.job(started.job_id)).toBeUndefined();
  });
});

describe('killing', () => {
  test('ends what works, whoever names it', async () => {
    const { config } = waiting(served.context.settings.dataDir, 'never');
    const id = served.addRun({ config });
    expect((await served.ask('DELETE', `/runs/${id}/kill`)).body).toEqual({
      message: 'No running job',
      job_id: null,
    });
    const { body: first } = await served.ask('POST', `/runs/${id}/umi`);
    expect((await served.ask('DELETE', `/runs/${id}/kill`)).body).toEqual({
      message: 'Job killed',
      job_id: first.job_id,
    });
    const { body: second } = await served.ask('POST', `/runs/${id}/umi`);
    expect((await served.ask('DELETE', `/jobs/${second.job_id}/kill`)).body.job_id).toBe(second.job_id);
    const again = await served.ask('DELETE', `/jobs/${second.job_id}/kill`);
    expect({ status: again.status, code: again.body.code }).toEqual({ status: 409, code: 'finished' });
    const { body } = await served.ask('GET', `/runs/${id}/umi/status`);
    expect(body).toMatchObject({
      job_id: second.job_id,
      status: 'killed',
      error_message: expect.stringContaining('127.0.0.1'),
    });
  });
});

describe('what is old', () => {
  const inDays = (days: number) =>
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 86_400_000 });
  afterEach(() => void vi.useRealTimers());

  test('is deleted when its time is over, save what works', async () => {
    const aged = await serve({ retentionDays: 30 });
    const { config } = waiting(aged.context.settings.dataDir, 'never');
    const [idle, busy] = [aged.addRun(), aged.addRun({ config })];
    await aged.ask('POST', `/runs/${busy}/umi`);
    inDays(29);
    expect(await deleteExpiredRuns(aged.context)).toEqual([]);
    inDays(2);
    expect((await deleteExpiredRuns(aged.context)).map(({ id }) => id)).toEqual([idle]);
    expect(readdirSync(path.join(aged.context.settings.dataDir, 'runs'))).toEqual([busy]);
    expect(aged.context.database.run(idle)).toBeUndefined();
    expect(aged.context.database.run(busy)).toMatchObject({ status: 'running' });
  });

  test('is cleared up on demand: early tries with their logs, and files of runs', async () => {
    const aged = await serve();
    const id = aged.addRun({ config: { ...umi, vector_contig: JSON.stringify({ record: 'done' }) } });
    for (const tries of [1, 2]) {
      await aged.ask('POST', `/runs/${id}/umi`);
      await vi.waitFor(() => expect(aged.context.database.run(id)?.status).toBe('completed'), {
        timeout: 20_000,
      });
      expect(aged.context.database.jobsOf(id)).toHaveLength(tries + 1);
    }
    const cleared = async () => (await aged.ask('POST', '/system/cleanup', { body: { days_old: 30 } })).body;
    expect(await cleared()).toEqual({ jobs_cleaned: 0, logs_cleaned: 0, runs_cleaned: 0 });
    inDays(31);
    expect(await cleared()).toEqual({ jobs_cleaned: 1, logs_cleaned: 1, runs_cleaned: 1 });
    expect(await cleared()).toEqual({ jobs_cleaned: 0, logs_cleaned: 0, runs_cleaned: 0 });
    const [upload, last] = aged.context.database.jobsOf(id);
    expect([upload?.step_name, last?.step_name]).toEqual(['upload', 'umi']);
    const workspace = workspaceOf(aged.context.settings, id);
    expect(existsSync(workspace.raw.r1)).toBe(false);
    const logs = readdirSync(workspace.resolve('logs')).filter((name) => name.endsWith('.log'));
    expect(logs).toEqual([`umi.${last!.id}.log`]);
  });
});

test('all settings are in a run', async () => {
  const { body } = await served.ask('GET', `/runs/${served.addRun()}`);
  for (const column of columns) expect(body[column.name]).toBe(column.default);
});
