/** How requests are read: methods, bodies, queries, and what is answered to those that are wrong. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { gtkError } from '../../src/errors.js';
import { problemOf } from '../../src/server/answer-errors.js';
import { HttpProblem, problemStatuses } from '../../src/server/problem.js';
import { type Served, serve } from './served.js';

let served: Served;
beforeAll(async () => {
  served = await serve();
});

const nobody = '00000000-0000-4000-8000-000000000000';

describe('methods', () => {
  test.each([
    ['POST', '/health', 'GET, HEAD'],
    ['PUT', '/runs', 'GET, HEAD, POST'],
    ['DELETE', '/runs', 'GET, HEAD, POST'],
    ['GET', '/runs/import', 'POST'],
    ['POST', `/runs/${nobody}`, 'GET, HEAD, PATCH, DELETE'],
    ['POST', `/runs/${nobody}/kill`, 'DELETE'],
    ['GET', `/runs/${nobody}/pipeline`, 'POST'],
    ['GET', `/runs/${nobody}/cutadapt`, 'POST'],
    ['GET', `/runs/${nobody}/qc`, 'POST'],
    ['DELETE', `/runs/${nobody}/qc/status`, 'GET, HEAD'],
    ['GET', '/system/cleanup', 'POST'],
    ['GET', '/jobs/1/kill', 'DELETE'],
    ['PATCH', '/openapi.json', 'GET, HEAD'],
  ] as const)('%s %s is not possible: %s are', async (method, url, allow) => {
    const { status, headers, body } = await served.ask(method as 'GET', url, {
      body: '<x/>',
      headers: { 'content-type': 'text/xml' },
    });
    expect({ status, code: body.code }).toEqual({ status: 405, code: 'method_not_allowed' });
    expect(headers.allow).toBe(allow);
  });

  test('a preflight of another site is told nothing that would let it in', async () => {
    const answer = await served.app.inject({
      method: 'OPTIONS',
      url: '/runs',
      headers: { host: 'localhost', 'access-control-request-method': 'DELETE' },
    });
    expect(answer.statusCode).toBe(405);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each([
    ['GET', '/nothing'],
    ['GET', '/runs/x/nothing/more'],
    ['POST', `/runs/${nobody}/macs2`],
    ['GET', `/runs/${nobody}/macs2`],
    ['GET', `/runs/${nobody}/macs2/status`],
    ['DELETE', '/jobs/one/kill'],
    ['DELETE', '/jobs/1/kill'],
    ['GET', '/system'],
  ] as const)('%s %s is not there', async (method, url) => {
    const { status, body } = await served.ask(method, url);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not_found' });
  });
});

describe('ids of runs', () => {
  const words = [
    nobody,
    'x',
    '..',
    '%2e%2e',
    '%2e%2e%2fqslam.db',
    '%00',
    "' OR 1=1 --",
    `${nobody}-x`,
    `urn:uuid:${nobody}`,
    nobody.toUpperCase().replace('0', 'A'),
    'a'.repeat(99),
  ];

  test('that are unknown or no ids at all are not there', async () => {
    for (const word of words) {
      for (const [method, rest] of [
        ['GET', ''],
        ['GET', '/status'],
        ['GET', '/export'],
        ['GET', '/qc/status'],
        ['PATCH', ''],
        ['DELETE', ''],
        ['DELETE', '/clean'],
        ['DELETE', '/kill'],
        ['POST', '/umi'],
        ['POST', '/qc'],
      ] as const) {
        const url = `/runs/${encodeURIComponent(decodeURIComponent(word))}${rest}`;
        if (word === '..' || word.startsWith('%2e')) continue;
        const { status } = await served.ask(method, url);
        expect({ method, url, status }).toEqual({ method, url, status: 404 });
      }
    }
  });

  test('are looked for as they are, whatever is in them', async () => {
    const id = served.addRun();
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }), async (word) => {
        fc.pre(word !== id && !['.', '..', 'import'].includes(word));
        const { status } = await served.ask('GET', `/runs/${encodeURIComponent(word)}/status`);
        expect(status).toBe(404);
      }),
    );
  });
});

describe('bodies', () => {
  const json = { 'content-type': 'application/json' };

  test.each([
    '{',
    '[',
    'nul',
    '{"days_old":1}}',
    '{"__proto__": {"days_old": 1}}',
    '{"a": 1, "constructor": {"prototype": 1}}',
  ])('what is no JSON is told so: %s', async (body) => {
    const answer = await served.ask('POST', '/system/cleanup', { body, headers: json });
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 400, code: 'bad_request' });
  });

  test.each([
    [{ days_old: 0 }, 'days_old'],
    [{ days_old: 3651 }, 'days_old'],
    [{ days_old: 1.5 }, 'days_old'],
    [{ days_old: '30' }, 'days_old'],
    [{ days_old: '1; DROP TABLE runs' }, 'days_old'],
    [{ days_old: null }, 'days_old'],
    [{ days_old: true }, 'days_old'],
    [{ days: 30 }, 'days'],
    [[], ''],
  ])('a number of days that is none is refused: %j', async (body, field) => {
    const { status, body: answer } = await served.ask('POST', '/system/cleanup', { body });
    expect(status).toBe(400);
    expect(answer.details.map((detail: { field: string }) => detail.field)).toContain(field);
  });

  test('without a body all may be left out, also if its type was said', async () => {
    for (const headers of [{}, json]) {
      expect((await served.ask('POST', '/system/cleanup', { headers })).status).toBe(200);
    }
  });

  test('those that are too long are refused', async () => {
    const id = served.addRun();
    const long = JSON.stringify({ description: 'x'.repeat(2 ** 20) });
    const { status, body } = await served.ask('PATCH', `/runs/${id}`, { body: long, headers: json });
    expect({ status, code: body.code }).toEqual({ status: 413, code: 'too_large' });
    const config = { name: 'x', description: 'y'.repeat(20 * 2 ** 20) };
    const imported = await served.ask('POST', '/runs/import', { body: { export_version: '1.0', config } });
    expect({ status: imported.status, code: imported.body.code }).toEqual({ status: 413, code: 'too_large' });
    const below = { name: 'x', description: 'y'.repeat(2 * 2 ** 20) };
    const read = await served.ask('POST', '/runs/import', { body: { export_version: '1.0', config: below } });
    expect(read.body.details).toMatchObject([{ field: 'description' }]);
  });
});

describe('queries', () => {
  test.each([
    'limit=0',
    'limit=501',
    'limit=-1',
    'limit=',
    'limit=x',
    'limit=1.5',
    'limit=1e1',
    'limit=0x10',
    'limit=%205',
    'limit=5&limit=6',
    'limit[]=5',
    'offset=-1',
    'offset=x',
    'offset=9999999999999999999',
    'status=done',
    'status=',
    'lmit=5',
  ])('a list asked for with %s is refused', async (query) => {
    const { status, body } = await served.ask('GET', `/runs?${query}`);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'bad_value' });
    expect(body.details).not.toEqual([]);
  });

  test('only switches are switches', async () => {
    const id = served.addRun();
    expect((await served.ask('DELETE', `/runs/${id}/clean?force=maybe`)).status).toBe(400);
    expect((await served.ask('POST', `/runs/${id}/qc?stage=middle`)).status).toBe(400);
    expect((await served.ask('POST', `/runs/${id}/umi?stage=before`)).status).toBe(400);
  });
});

describe('errors', () => {
  test('never tell a stack or a path', async () => {
    const cases: [unknown, string][] = [
      [Object.assign(new Error('/srv/secret'), { code: 'SQLITE_IOERR' }), 'database'],
      [Object.assign(new Error("ENOENT: '/srv/secret'"), { code: 'ENOENT' }), 'internal'],
      [Object.assign(new Error("ENOSPC: '/srv/secret'"), { code: 'ENOSPC' }), 'no_space'],
      [Object.assign(new Error('/srv/secret'), { statusCode: 400 }), 'bad_request'],
      [gtkError('GTK_NOT_WRITABLE', { path: '/srv/secret', reason: 'x' }), 'internal'],
      [
        gtkError(
          'GTK_NOT_WRITABLE',
          { path: '/srv/secret', reason: 'x' },
          Object.assign(new Error(), { code: 'ENOSPC' }),
        ),
        'no_space',
      ],
      [gtkError('GTK_NO_GENOME', { name: 'x', folder: '/srv/secret', known: [] }), 'internal'],
      ['a string', 'internal'],
      [undefined, 'internal'],
    ];
    for (const [thrown, code] of cases) {
      const problem = problemOf(thrown);
      expect(problem.code).toBe(code);
      expect(JSON.stringify([problem.message, problem.details])).not.toContain('/srv');
      expect(problem.status).toBe(problemStatuses[problem.code]);
    }
    const own = new HttpProblem('busy', 'A step runs');
    expect(problemOf(own)).toBe(own);
  });

  test('of the database make the server unhealthy, and it says so', async () => {
    const broken = await serve();
    broken.context.database.close();
    const { status, body } = await broken.ask('GET', '/health');
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'database' });
    expect(JSON.stringify(body)).not.toMatch(/\/|at /);
    expect(broken.errors).not.toEqual([]);
  });

  test('in an address itself are told in the same words', async () => {
    const { status, body } = await served.ask('GET', '/runs/%E0%A4%A');
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'bad_request' });
    expect(Object.keys(body)).toEqual(['error', 'code']);
  });
});
