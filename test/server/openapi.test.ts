/** The OpenAPI document, held against what the server answers: every operation is asked for. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Answer, type Asked, type Served, serve } from './served.js';
import { formBody, formType, gzipped } from './upload-form.js';

// The validator that the framework itself has.
const require = createRequire(createRequire(import.meta.url).resolve('fastify'));
const Ajv2020 = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats').default;

interface Operation {
  summary?: string;
  tags?: string[];
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
  parameters?: { name: string; in: string }[];
}

let served: Served;
let paths: Record<string, Record<string, Operation>>;
let compile: (pointer: string) => ValidateFunction;

beforeAll(async () => {
  served = await serve();
  const folder = path.join(served.context.settings.genomeDir, 'tiny');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(tiny));
  const { body: document } = await served.ask('GET', '/openapi.json');
  expect(document.openapi).toBe('3.1.0');
  paths = document.paths;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(document, 'document');
  compile = (pointer) => ajv.compile({ $ref: `document#${pointer}` });
});

const escaped = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

/** A genome as it is registered. */
const tiny = {
  format: 1,
  name: 'tiny',
  fasta: { bytes: 9, sha256: 'a'.repeat(64) },
  contigs: [{ name: 'I', length: 5 }],
  index: { program: 'bwa', version: '0.7.17' },
  genes: null,
  knownSites: 2,
  createdAt: '2026-01-01T00:00:00.000Z',
};

/** Whether an answer is one that the document has for the operation. */
function expectDocumented(operation: string, { status, body, headers }: Answer): void {
  const [method, path] = operation.split(' ') as [string, string];
  const documented = paths[path]?.[method.toLowerCase()]?.responses[status];
  expect(
    documented,
    `${operation} answers ${status}, which is not documented: ${JSON.stringify(body)}`,
  ).toBeDefined();
  const content = documented!.content;
  if (!content || !String(headers['content-type']).startsWith('application/json')) return;
  const pointer = `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}/content/${escaped('application/json')}/schema`;
  const validate = compile(pointer);
  expect(validate(body), `${operation}: ${JSON.stringify(validate.errors)}`).toBe(true);
}

const umi = {
  umi_read: 'r1',
  umi_pattern: 'NN',
  vector_contig: JSON.stringify({ record: 'done', print: 'a line\n' }),
} as const;

/** A run whose step has ended. */
async function workedRun(): Promise<{ id: string; job: number }> {
  const id = served.addRun({ config: umi });
  const { body } = await served.ask('POST', `/runs/${id}/umi`);
  await vi.waitFor(() => expect(served.context.database.run(id)?.status).toBe('completed'), {
    timeout: 20_000,
  });
  return { id, job: body.job_id };
}

const form = (parts: [string, string | Uint8Array][]): Asked => ({
  body: formBody(parts),
  headers: { 'content-type': formType },
});
const reads: [string, Uint8Array][] = [
  ['R1', gzipped(3)],
  ['R2', gzipped(3)],
];

/** How to ask for each operation so that it succeeds, and what it then answers. */
const calls: Record<string, (run: string, job: number) => [status: number, url: string, asked?: Asked]> = {
  'GET /': () => [200, '/'],
  'GET /health': () => [200, '/health'],
  'GET /system/status': () => [200, '/system/status'],
  'GET /system/info': () => [200, '/system/info'],
  'GET /system/genomes': () => [200, '/system/genomes'],
  'GET /system/dependencies': () => [200, '/system/dependencies'],
  'GET /system/genomes/{name}/contigs': () => [200, '/system/genomes/tiny/contigs'],
  'POST /system/cleanup': () => [200, '/system/cleanup', { body: { days_old: 3650 } }],
  'GET /runs': () => [200, '/runs?limit=500'],
  'POST /runs': () => [201, '/runs', form([['name', 'new'], ...reads])],
  'POST /runs/import': () => [
    201,
    '/runs/import',
    { body: { export_version: '1.0', config: { name: 'in' } } },
  ],
  'GET /runs/{id}': (run) => [200, `/runs/${run}`],
  'PATCH /runs/{id}': (run) => [200, `/runs/${run}`, { body: { name: 'other' } }],
  'DELETE /runs/{id}': (run) => [200, `/runs/${run}`],
  'GET /runs/{id}/status': (run) => [200, `/runs/${run}/status`],
  'GET /runs/{id}/export': (run) => [200, `/runs/${run}/export`],
  'DELETE /runs/{id}/clean': (run) => [200, `/runs/${run}/clean`],
  'DELETE /runs/{id}/kill': (run) => [200, `/runs/${run}/kill`],
  'DELETE /jobs/{job_id}/kill': (_run, job) => [409, `/jobs/${job}/kill`],
  'POST /runs/{id}/qc': (run) => [202, `/runs/${run}/qc`],
  'POST /runs/{id}/{step}': (run) => [202, `/runs/${run}/umi`],
  'POST /runs/{id}/pipeline': (run) => [202, `/runs/${run}/pipeline`, { body: { steps: ['umi'] } }],
  'GET /runs/{id}/{step}/status': (run) => [200, `/runs/${run}/umi/status`],
  'GET /runs/{id}/{step}/logs': (run) => [200, `/runs/${run}/umi/logs`],
  'GET /runs/{id}/{step}/logs/stream': (run) => [200, `/runs/${run}/umi/logs/stream`],
  'GET /runs/{id}/results': (run) => [200, `/runs/${run}/results?inline=1`],
  'GET /runs/{id}/results/{step}': (run) => [404, `/runs/${run}/results/umi`],
  'GET /runs/{id}/files': (run) => [200, `/runs/${run}/files`],
  'GET /runs/{id}/files/{*}': (run) => [200, `/runs/${run}/files/rawdata/R1.fastq.gz`],
  'POST /runs/{id}/files': () => [201, `/runs/${served.addRun({ reads: false })}/files`, form(reads)],
};

const operations = () =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );

/** Never ends by itself, so it is looked at below. */
const endless = 'GET /runs/{id}/events';

describe('the document', () => {
  test('has every operation, and no other', () => {
    const asked = [...Object.keys(calls), endless];
    expect(
      operations()
        .filter((operation) => !operation.startsWith('HEAD'))
        .toSorted(),
    ).toEqual(asked.toSorted());
  });

  test('says of each what it does, and has all of its parameters', () => {
    for (const operation of operations()) {
      const [method, path] = operation.split(' ') as [string, string];
      const { summary, tags, parameters = [] } = paths[path]![method.toLowerCase()]!;
      expect({ operation, summary }).toEqual({ operation, summary: expect.stringMatching(/^[A-Z]/) });
      expect(tags).toHaveLength(1);
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(inPath.toSorted()).toEqual([...path.matchAll(/\{(.+?)\}/g)].map((match) => match[1]).toSorted());
    }
  });

  test.each(Object.keys(calls))('has what %s answers', async (operation) => {
    const { id, job } = await workedRun();
    const [status, url, asked] = calls[operation]!(id, job);
    const answer = await served.ask(operation.split(' ')[0] as 'GET', url, asked);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: answer.body });
    expectDocumented(operation, answer);
  });

  test('has the first event of a run', async () => {
    const { id } = await workedRun();
    await served.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = served.app.server.address() as { port: number };
    const stop = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/runs/${id}/events`, { signal: stop.signal });
    const { value } = await answer.body!.getReader().read();
    stop.abort();
    const data = /^data: (.*)$/m.exec(new TextDecoder().decode(value))![1]!;
    expectDocumented('GET /runs/{id}/status', {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.parse(data),
    });
    expect(paths['/runs/{id}/events']!.get!.responses[answer.status]).toBeDefined();
  });

  test('has the refusals, in the one shape that they have', async () => {
    const nobody = '/runs/00000000-0000-4000-8000-000000000000';
    const run = served.addRun();
    const refused: [string, string, Asked?][] = [
      ['GET /runs', '/runs?limit=x'],
      ['GET /runs/{id}', nobody],
      ['GET /runs/{id}/status', nobody],
      ['PATCH /runs/{id}', nobody, { body: {} }],
      ['PATCH /runs/{id}', `/runs/${run}`, { body: { r1_seq: 'file:x', status: 'completed' } }],
      ['PATCH /runs/{id}', `/runs/${run}`, { body: 'x', headers: { 'content-type': 'text/x' } }],
      ['DELETE /runs/{id}', nobody],
      ['POST /runs/import', '/runs/import', { body: {} }],
      ['POST /runs/import', '/runs/import', { headers: { origin: 'http://evil.example' } }],
      ['POST /runs/{id}/{step}', `/runs/${run}/umi`],
      ['POST /runs/{id}/{step}', `/runs/${run}/umi`, { body: { input: 'x' } }],
      ['POST /runs/{id}/pipeline', `/runs/${run}/pipeline`, { body: { steps: [] } }],
      ['DELETE /jobs/{job_id}/kill', '/jobs/999999/kill'],
      ['POST /system/cleanup', '/system/cleanup', { body: { days_old: 0 } }],
      ['POST /runs', '/runs', form([['name', '']])],
      ['POST /runs/{id}/files', `/runs/${run}/files`, form(reads)],
      ['GET /runs/{id}/results/{step}', `/runs/${run}/results/site_analysis?d=11`],
      ['GET /runs/{id}/files/{*}', `/runs/${run}/files/%2e%2e/x`],
    ];
    for (const [operation, url, asked] of refused) {
      const answer = await served.ask(operation.split(' ')[0] as 'GET', url, asked);
      expect({ operation, refused: answer.status >= 400 && answer.status < 500 }).toEqual({
        operation,
        refused: true,
      });
      expect(Object.keys(answer.body).filter((key) => key !== 'details')).toEqual(['error', 'code']);
      expectDocumented(operation, answer);
    }
  });
});

test('genomes that are registered and those that may be are told apart', async () => {
  const { body } = await served.ask('GET', '/system/genomes');
  const [human, own] = ['GRCh38', 'tiny'].map((name) =>
    body.genomes.find((one: { name: string }) => one.name === name),
  );
  expect(human).toMatchObject({ aliases: ['hg38'], registered: false, contigs: null });
  expect(own).toMatchObject({
    aliases: [],
    registered: true,
    contigs: 1,
    bases: 5,
    genes: null,
    known_sites: 2,
  });
  expect((await served.ask('GET', '/system/status')).body.available_genomes).toEqual(['tiny']);
});

test('/docs shows every operation to people', async () => {
  const { body, headers } = await served.ask('GET', '/docs');
  expect(headers['content-type']).toMatch(/^text\/html/);
  for (const operation of operations()) expect(body).toContain(`<code>${operation}</code>`);
  expect(body).not.toMatch(/<script|style=/);
});
