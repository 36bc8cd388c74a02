import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/pcr/config/columns.js';
import type { TaskName } from '../../src/pcr/steps/names.js';
import { fileState, recordFile, type StepRecord } from '../../src/pcr/steps/record.js';
import { workspaceOf } from '../../src/server/context.js';
import { serve } from './served.js';

const { context, addRun, ask } = await serve();
const id = addRun();
const workspace = workspaceOf(context.settings, id);
const { root, raw } = workspace;

function leave(task: TaskName, summary: unknown, completedAt: string, rest: Partial<StepRecord> = {}): void {
  const record: StepRecord = {
    task,
    inputs: [fileState(workspace, raw.r1)],
    argv: [],
    toolVersions: {},
    threads: 1,
    config: defaultConfig(),
    startedAt: completedAt,
    completedAt,
    summary,
    ...rest,
  };
  writeFileSync(recordFile(workspace, task), JSON.stringify(record));
}

const early = '2026-01-01T00:00:00.000Z';
const late = '2026-01-02T00:00:00.000Z';
leave('qc_before', { reads: 'raw' }, early, { source: 'raw' });
leave('cutadapt', { pairs_in: 7 }, early, { source: 'raw' });
leave('qc_after', { reads: 'trimmed' }, late, { source: 'cutadapt' });
leave('site_analysis', { perDistance: [] }, late);
const rows = [{ seqnames: 'I', start: 5, nUniqueReads: 3 }];
const contents: Record<string, string> = {
  'bed2peak/aligned.d8.peak.merge.json': JSON.stringify(rows),
  'bed2peak/aligned.d8.peak.merge.xlsx': 'PK',
  'bwa/aligned.stat': '7 + 0 in total',
  'readlen/readlen.pdf': '%PDF',
  'fastqc/beforeCutAdapt/R1_fastqc.html': `<p>${'x'.repeat(256 * 1024)}</p>`,
};
for (const [name, content] of Object.entries(contents)) writeFileSync(path.join(root, name), content);

const paths = (files: { path: string }[]) => files.map((file) => file.path);

describe('the results of a run', () => {
  test('are its files, by what they are', async () => {
    const { status, body } = await ask('GET', `/runs/${id}/results`);
    expect(status).toBe(200);
    expect(paths(body.results.bed2peak)).toContain('bed2peak/aligned.d8.peak.merge.json');
    expect(paths(body.results.readlen_pdf)).toEqual(['readlen/readlen.pdf']);
    expect(body.results.bwa_stats).toEqual([
      {
        path: 'bwa/aligned.stat',
        type: 'text',
        mime_type: 'text/plain',
        size: 14,
        modified: expect.stringMatching(/Z$/),
        url: `/runs/${id}/files/bwa/aligned.stat`,
      },
    ]);
    expect(paths(body.results.fastqc)).toHaveLength(3);
    expect(body.results.fastp).toEqual([]);
    const [stat] = body.results.bwa_stats;
    expect((await ask('GET', stat.url)).body).toBe(contents['bwa/aligned.stat']);
  });

  test('hold short texts if they are to', async () => {
    const { results } = (await ask('GET', `/runs/${id}/results?inline=1`)).body;
    expect(results.bwa_stats[0].content).toBe(contents['bwa/aligned.stat']);
    const all = Object.values(results).flat() as {
      path: string;
      type: string;
      size: number;
      content?: string;
    }[];
    expect(all.length).toBeGreaterThan(5);
    for (const { path: name, type, size, content } of all) {
      expect(content !== undefined, name).toBe(type === 'text' && size < 256 * 1024);
    }
    expect((await ask('GET', `/runs/${id}/results?inline=perhaps`)).status).toBe(400);
  });
});

describe('the result of a step', () => {
  test('is what it counted, from what', async () => {
    const { body } = await ask('GET', `/runs/${id}/results/cutadapt`);
    expect(body).toMatchObject({
      step_name: 'cutadapt',
      summary: { pairs_in: 7 },
      source: 'raw',
      stale: false,
      completed_at: early,
    });
    expect(paths(body.files)).toEqual(['cutPrimer/step.json']);
  });

  test('of quality control has both stages, or one', async () => {
    const both = (await ask('GET', `/runs/${id}/results/qc`)).body;
    expect(both.summary).toEqual({ before: { reads: 'raw' }, after: { reads: 'trimmed' } });
    expect(both.completed_at).toBe(late);
    const one = (await ask('GET', `/runs/${id}/results/qc_after`)).body;
    expect([one.summary, one.source]).toEqual([{ reads: 'trimmed' }, 'cutadapt']);
  });

  test('of the site analysis has the table of a distance', async () => {
    expect((await ask('GET', `/runs/${id}/results/site_analysis`)).body.table).toBeUndefined();
    expect((await ask('GET', `/runs/${id}/results/site_analysis?d=8`)).body.table).toEqual(rows);
    for (const d of ['11', '-1', 'x', '1e0']) {
      const refused = await ask('GET', `/runs/${id}/results/site_analysis?d=${d}`);
      expect([d, refused.status, refused.body.code]).toEqual([d, 400, 'bad_value']);
    }
    expect((await ask('GET', `/runs/${id}/results/cutadapt?d=8`)).status).toBe(400);
  });

  test('is stale when what it read was made anew', async () => {
    writeFileSync(raw.r1, 'other reads');
    expect((await ask('GET', `/runs/${id}/results/cutadapt`)).body.stale).toBe(true);
    expect((await ask('GET', `/runs/${id}/results/qc`)).body.stale).toBe(true);
  });

  test('is there once the step was done', async () => {
    for (const name of ['umi', 'nothing']) {
      const { status, body } = await ask('GET', `/runs/${id}/results/${name}`);
      expect([name, status, body.code]).toEqual([name, 404, 'not_found']);
    }
    expect((await ask('GET', '/runs/nothing/results')).status).toBe(404);
  });
});
