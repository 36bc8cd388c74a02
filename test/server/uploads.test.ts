import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { workspaceOf } from '../../src/server/context.js';
import { BLOCK_READS } from '../../src/server/upload/reads-scanner.js';
import { testData } from '../run-gtk.js';
import { serve } from './served.js';
import { fastq, foldersOf, formBody, formType, gzipped, type Part, sendForm } from './upload-form.js';

const { app, context, addRun } = await serve({ maxUpload: 2 ** 20 });
const url = await app.listen({ host: '127.0.0.1', port: 0 });
const { dataDir } = context.settings;

const r1 = readFileSync(testData('pcr/qslam_clean/R1.fastq.gz'));
const r2 = readFileSync(testData('pcr/qslam_clean/R2.fastq.gz'));
const name: Part = ['name', 'a run'];
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const post = (parts: Part[], headers?: object) => sendForm(`${url}/runs`, parts, headers);

/** Posts what must be refused, and looks that nothing is left of it. */
async function refused(parts: Part[]) {
  const runs = context.database.counts().total;
  const before = foldersOf(dataDir).runs;
  const answer = await post(parts);
  expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
  expect(context.database.counts().total).toBe(runs);
  expect(foldersOf(dataDir)).toEqual({ tmp: [], runs: before });
  return { status: answer.status, ...answer.body };
}

describe('a run with its reads', () => {
  test('has them as they were sent, hashed, with a completed upload', async () => {
    const config = JSON.stringify({
      cutadapt: { r1_min_overlap: 7, r2_min_overlap: 8 },
      qc: { qc_stage: 'both' },
    });
    const answer = await post([
      ['r1_min_overlap', '9'],
      ['R2', r2],
      ['config', config],
      ['R1', r1],
      name,
      ['description', 'of yeast'],
    ]);
    expect(answer.status).toBe(201);
    const id = answer.body.run_id;
    expect(answer.headers.get('location')).toBe(`/runs/${id}`);
    expect(answer.body).toEqual({
      run_id: id,
      name: 'a run',
      status: 'upload_completed',
      config_stored: ['cutadapt', 'qc'],
    });
    const { raw } = workspaceOf(context.settings, id);
    expect(readFileSync(raw.r1).equals(r1)).toBe(true);
    expect(readFileSync(raw.r2).equals(r2)).toBe(true);
    const run = context.database.run(id)!;
    expect(run).toMatchObject({
      description: 'of yeast',
      r1_min_overlap: 9,
      r2_min_overlap: 8,
      qc_stage: 'both',
      r1_sha256: sha256(r1),
      r2_sha256: sha256(r2),
      r1_bytes: r1.length,
      r2_bytes: r2.length,
    });
    expect(context.database.jobsOf(id)).toMatchObject([{ step_name: 'upload', status: 'completed' }]);
    expect(foldersOf(dataDir).tmp).toEqual([]);
  });

  test('may come as text, which is stored as gzip', async () => {
    const texts = [
      fastq(['a', 'b'], ' 1:N:0:AC'),
      fastq(['a', 'b'], ' 2:N:0:AC').replaceAll('\n', '\r\n'),
    ] as const;
    const answer = await post([name, ['R1', Buffer.from(texts[0])], ['R2', Buffer.from(texts[1])]]);
    expect(answer.status).toBe(201);
    const { raw } = workspaceOf(context.settings, answer.body.run_id);
    const stored = [readFileSync(raw.r1), readFileSync(raw.r2)] as const;
    expect(stored.map((bytes) => gunzipSync(bytes).toString())).toEqual([...texts]);
    const run = context.database.run(answer.body.run_id)!;
    expect([run.r1_sha256, run.r2_sha256]).toEqual(stored.map(sha256));
    expect([run.r1_bytes, run.r2_bytes]).toEqual(stored.map(({ length }) => length));
  });

  test('may be gzip in several members', async () => {
    const parts = [gzipSync(fastq(['a'])), gzipSync(''), gzipSync(fastq(['b', 'c']))];
    const answer = await post([name, ['R1', Buffer.concat(parts)], ['R2', gzipSync(fastq(['a', 'b', 'c']))]]);
    expect(answer.status).toBe(201);
  });
});

describe('a form that is refused', () => {
  const both: Part[] = [
    ['R1', gzipped(3)],
    ['R2', gzipped(3)],
  ];

  test('tells all that is wrong with it', async () => {
    const fields: Part[] = [
      ['r1_error_rate', '2'],
      ['color', 'red'],
      ['genome', 'nowhere'],
      ['qc_stage', 'before'],
      ['qc_stage', 'after'],
    ];
    const { status, code, details } = await refused([...fields, ['R1', 'text']]);
    expect([status, code]).toEqual([400, 'bad_value']);
    const faulty = (details as { field: string }[]).map(({ field }) => field).sort();
    expect(faulty).toEqual(['R1', 'R2', 'color', 'genome', 'name', 'qc_stage', 'r1_error_rate']);
    expect((await refused([...fields, ...both])).details).toHaveLength(4);
    expect((await refused([...both, ...fields])).details).toHaveLength(5);
  });

  test.each<[string, Part[], string]>([
    ['no name', both, 'name'],
    ['no R2', [name, both[0]!], 'R2'],
    ['R1 twice', [name, both[0]!, ...both], 'R1'],
    ['another file', [name, ['R3', gzipped(1)], ...both], 'R3'],
    ['a field twice', [name, name, ...both], 'name'],
    ['a name of nothing', [['name', ' '], ...both], 'name'],
    ['a field that is far too long', [name, ['description', 'x'.repeat(300_000)], ...both], 'description'],
  ])('for %s', async (_what, parts, field) => {
    const { status, code, details } = await refused(parts);
    expect([status, code]).toEqual([400, 'bad_value']);
    expect(details).toMatchObject([{ field }]);
  });

  test('for a body that is no such form, or ends early', async () => {
    const type = { 'content-type': formType };
    const json = await app.inject({ method: 'POST', url: '/runs', payload: { name: 'x' } });
    expect([json.statusCode, json.json().code]).toEqual([415, 'unsupported_type']);
    const whole = formBody([name, ...both]);
    for (const payload of [whole.subarray(0, -30), whole.subarray(0, 150), Buffer.from('nonsense')]) {
      const answer = await app.inject({ method: 'POST', url: '/runs', payload, headers: type });
      expect(answer.statusCode, answer.body).toBe(400);
      expect(answer.json().error).not.toContain(dataDir);
    }
    const unbound = await app.inject({
      method: 'POST',
      url: '/runs',
      payload: whole,
      headers: { 'content-type': 'multipart/form-data' },
    });
    expect(unbound.statusCode).toBe(400);
    expect(foldersOf(dataDir).tmp).toEqual([]);
  });

  const bomb = gzipSync(Buffer.concat([Buffer.from('@a\n'), Buffer.alloc(900_000, 'A')]));
  const manyLines = Buffer.from(`@a\n\n+\n\n`.repeat(10_000_000));

  test.each<[string, Uint8Array, number, string]>([
    ['an empty file', Buffer.alloc(0), 422, 'R1: the file is empty'],
    ['gzip of nothing', gzipSync(''), 422, 'R1: there are no reads in it'],
    ['FASTA', Buffer.from('>a\nACGT\n'), 415, 'R1: found FASTA'],
    ['FASTA in gzip', gzipSync('>a\nACGT\n'), 422, "R1, read 1: it begins with '>'"],
    ['a web page', Buffer.from('<!DOCTYPE html><p>not found'), 415, 'R1: found a web page'],
    ['bzip2', Buffer.from('BZh91AY&SY'), 415, 'R1: found bzip2 data'],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]), 415, 'R1: found zstd data'],
    ['BAM', Buffer.from('BAM\x01aaaa'), 415, 'R1: found BAM data'],
    ['SAM', Buffer.from('@HD\tVN:1.6\n'), 415, 'R1: found SAM'],
    ['noise', brotliCompressSync(fastq(['a'])), 415, 'R1: found'],
    ['cut off gzip', r1.subarray(0, 100_000), 422, 'within its gzip stream: it was cut short'],
    ['cut off text', Buffer.from('@a\nACGT\n+\nII'), 422, 'R1, read 1: the text ends before'],
    [
      'damaged gzip',
      Buffer.concat([r1.subarray(0, -8), Buffer.from('checksum')]),
      422,
      'R1: the file is damaged at',
    ],
    [
      'something behind the gzip',
      Buffer.concat([gzipped(3), Buffer.from('something else')]),
      422,
      'R1: the file is damaged at',
    ],
    ['second reads', gzipped(3, ' 2:N:0:ACGT'), 422, 'are R1 and R2 swapped?'],
    ['an endless line', gzipSync(Buffer.alloc(1_100_000, '@')), 422, 'a line of more than 1000000 bytes'],
    ['a bomb', gzipSync(manyLines), 422, 'inflates to more than 200 times its size'],
    ['a line that goes on', bomb, 422, 'the text ends before its four lines are whole'],
  ])('with %s', async (_what, bytes, status, message) => {
    const answer = await refused([name, ['R1', bytes], both[1]!]);
    expect(answer.error).toContain(message);
    expect(answer.status).toBe(status);
    expect(answer.code).toMatch(status === 415 ? 'unsupported_type' : /bad_reads|unpaired/);
  });

  test.each([
    [
      'has fewer reads',
      gzipped(2 * BLOCK_READS),
      gzipped(2 * BLOCK_READS - 1),
      `R1 has ${2 * BLOCK_READS} reads`,
    ],
    [
      'has other names',
      gzipSync(fastq(['a', 'b', 'x'])),
      gzipSync(fastq(['a', 'b', 'c'])),
      'read 3 has another name in R1 than in R2: x and c',
    ],
    [
      'has another order',
      gzipSync(fastq(['a', 'b'])),
      gzipSync(fastq(['b', 'a'])),
      'read 1 has another name',
    ],
    [
      'departs far behind',
      gzipped(2 * BLOCK_READS + 9),
      gzipSync(
        gunzipSync(gzipped(2 * BLOCK_READS + 9))
          .toString()
          .replace(`@read${BLOCK_READS + 77}\n`, '@other\n'),
      ),
      `read ${BLOCK_READS + 78} has another name in R1 than in R2: read${BLOCK_READS + 77} and other`,
    ],
  ])('whose R2 %s', async (_what, first, second, message) => {
    const answer = await refused([name, ['R1', first], ['R2', second]]);
    expect(answer).toMatchObject({ status: 422, code: 'unpaired' });
    expect(answer.error).toContain(message);
  });

  test('by its size: a file, and a length before the body', async () => {
    const noise = gzipSync(fastq(Array.from({ length: 60_000 }, () => Math.random().toString(36))), {
      level: 0,
    });
    const answer = await refused([name, ['R1', noise], both[1]!]);
    expect(answer).toMatchObject({ status: 413, code: 'too_large' });
    const length = { 'content-length': String(2 ** 40), 'content-type': formType };
    const request = http.request(`${url}/runs`, { method: 'POST', headers: length });
    request.flushHeaders();
    const [early] = (await once(request, 'response')) as [http.IncomingMessage];
    expect(early.statusCode).toBe(413);
    request.destroy();
  });
});

test('a client that goes away amid an upload leaves nothing', async () => {
  const runs = context.database.counts().total;
  const before = foldersOf(dataDir).runs;
  const body = formBody([name, ['R1', r1], ['R2', r2]]);
  for (const sent of [2000, 200_000, body.length - 10]) {
    const headers = { 'content-type': formType, 'content-length': String(body.length) };
    const request = http.request(`${url}/runs`, { method: 'POST', headers });
    request.on('error', () => {});
    request.write(body.subarray(0, sent));
    await vi.waitFor(() => expect(foldersOf(dataDir).tmp).toHaveLength(1));
    request.destroy();
    await vi.waitFor(() => expect(foldersOf(dataDir).tmp).toEqual([]));
  }
  expect(context.database.counts().total).toBe(runs);
  expect(foldersOf(dataDir).runs).toEqual(before);
});

describe('reads for an imported run', () => {
  const files: Part[] = [
    ['R1', r1],
    ['R2', r2],
  ];

  test('are taken once', async () => {
    const id = addRun({ reads: false });
    const add = (parts: Part[]) => sendForm(`${url}/runs/${id}/files`, parts);
    expect((await add([name, ...files])).body).toMatchObject({
      code: 'bad_value',
      details: [{ field: 'name' }],
    });
    expect((await add([files[0]!, ['R2', gzipped(2)]])).body).toMatchObject({ code: 'unpaired' });
    const answers = await Promise.all([add(files), add(files)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { raw } = workspaceOf(context.settings, id);
    expect(readFileSync(raw.r2).equals(r2)).toBe(true);
    expect(context.database.run(id)).toMatchObject({ r1_sha256: sha256(r1), r2_bytes: r2.length });
    expect(context.database.jobsOf(id)).toMatchObject([{ step_name: 'upload', status: 'completed' }]);
    expect((await add(files)).body).toMatchObject({ code: 'already_there' });
    expect(foldersOf(dataDir).tmp).toEqual([]);
  });

  test('need a run', async () => {
    const answer = await sendForm(`${url}/runs/nothing/files`, files);
    expect(answer.status).toBe(404);
  });
});
