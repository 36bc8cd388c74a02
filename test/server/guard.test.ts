/** Who is let in: names, origins, tokens and modes, attacked. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { isLoopback } from '../../src/server/auth/origins.js';
import { readTokens, tokenOf } from '../../src/server/auth/tokens.js';
import { temporaryFolder } from '../run-gtk.js';
import { type Served, serve, tokens } from './served.js';

let local: Served;
let team: Served;
let trial: Served;
beforeAll(async () => {
  local = await serve();
  team = await serve({
    mode: 'team',
    host: '0.0.0.0',
    hostNames: ['pcr.example.org', 'lab.example.org:8443'],
  });
  trial = await serve({ mode: 'trial', genomeHosts: ['genomes.example.org'] });
});

const unknownRun = '/runs/00000000-0000-4000-8000-000000000000';

describe('names and origins', () => {
  test.each([
    'localhost',
    'localhost:5000',
    'LOCALHOST:5000',
    '127.0.0.1:5000',
    '127.0.0.1',
    '127.8.9.10:80',
    '[::1]:5000',
  ])('a server of this machine is reached as %s', async (host) => {
    expect((await local.ask('GET', '/health', { headers: { host } })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:5000',
    'evil.example:5000',
    'localhost@evil.example',
    'localhost/evil.example',
    '10.0.0.1:5000',
    '0.0.0.0:5000',
    'pcr.example.org',
    'local host',
    ':5000',
  ])('a name that was made to point here is refused: %s', async (host) => {
    for (const url of ['/', '/health', '/runs', '/openapi.json', '/nothing']) {
      const { status, body } = await local.ask('GET', url, { headers: { host } });
      expect({ url, status, code: body.code }).toEqual({ url, status: 403, code: 'bad_origin' });
    }
  });

  test('a proxy is reached under the names it was given', async () => {
    for (const host of ['pcr.example.org', 'pcr.example.org:444', 'lab.example.org:8443', 'localhost']) {
      expect((await team.ask('GET', '/health', { headers: { host } })).status).toBe(200);
    }
    expect((await team.ask('GET', '/health', { headers: { host: 'x.example.org' } })).status).toBe(403);
  });

  test.each([
    'null',
    'http://evil.example',
    'http://localhost:5001',
    'https://localhost.evil.example',
    'file://',
    'http://localhost',
    'chrome-extension://abc',
    '',
    'localhost:5000',
  ])('a page of another origin changes and learns nothing: %s', async (origin) => {
    const id = local.addRun();
    const headers = { host: 'localhost:5000', origin };
    for (const [method, url] of [
      ['DELETE', `/runs/${id}`],
      ['POST', `/runs/${id}/umi`],
      ['POST', '/system/cleanup'],
      ['GET', '/runs'],
    ] as const) {
      const { status, body, headers: answered } = await local.ask(method, url, { headers });
      expect({ url, status, code: body.code }).toEqual({ url, status: 403, code: 'bad_origin' });
      expect(Object.keys(answered).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(local.context.database.run(id)?.name).toBe('run');
  });

  test('the own page may, and so may programs, which say no origin', async () => {
    const own = { host: 'localhost:5000', origin: 'http://localhost:5000', 'sec-fetch-site': 'same-origin' };
    for (const headers of [own, {}]) {
      const id = local.addRun();
      expect((await local.ask('PATCH', `/runs/${id}`, { headers, body: { name: 'new' } })).status).toBe(200);
    }
    const proxied = { host: '127.0.0.1:5000', origin: 'https://pcr.example.org' };
    expect((await team.ask('GET', '/runs', { headers: proxied, as: 'bob' })).status).toBe(200);
  });

  test('a browser that tells of another site is believed, save for a visit', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await local.ask('POST', '/system/cleanup', { headers })).status).toBe(403);
    expect((await local.ask('GET', '/runs', { headers })).status).toBe(403);
    const visit = { ...headers, 'sec-fetch-mode': 'navigate' };
    expect((await local.ask('GET', '/runs', { headers: visit })).status).toBe(200);
    expect((await local.ask('POST', '/system/cleanup', { headers: visit })).status).toBe(403);
  });

  test('a form of another site cannot even say what it sends', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json+x', 'x']) {
      const headers = { 'content-type': type };
      const { status, body } = await local.ask('POST', '/system/cleanup', {
        headers,
        body: '{"days_old":1}',
      });
      expect({ type, status, code: body.code }).toEqual({ type, status: 415, code: 'unsupported_type' });
    }
  });

  test('every answer forbids frames, sniffing and foreign scripts', async () => {
    for (const url of ['/health', unknownRun, '/nothing', '/docs']) {
      const { headers } = await local.ask('GET', url);
      expect(headers['content-security-policy']).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cache-control']).toBe('no-store');
    }
  });
});

test('addresses that only this machine has', () => {
  const expected = {
    '127.0.0.1': true,
    '127.255.1.2': true,
    '::1': true,
    localhost: true,
    '0.0.0.0': false,
    '::': false,
    '192.168.1.1': false,
    '128.0.0.1': false,
    'localhost.example': false,
    '': false,
  };
  const found = Object.keys(expected).map((host) => [host, isLoopback(host)]);
  expect(Object.fromEntries(found)).toEqual(expected);
});

describe('tokens', () => {
  test('open is what tells of no run; the rest needs a token', async () => {
    expect((await team.ask('GET', '/health')).status).toBe(200);
    expect((await team.ask('GET', '/', { headers: { accept: 'application/json' } })).status).toBe(200);
    const closed = [
      '/runs',
      unknownRun,
      '/system/info',
      '/system/status',
      '/openapi.json',
      '/docs',
      '/nothing',
    ];
    for (const url of closed) {
      const { status, body, headers } = await team.ask('GET', url);
      expect({ url, status, code: body.code }).toEqual({ url, status: 401, code: 'unauthorized' });
      expect(headers['www-authenticate']).toMatch(/^Bearer/);
    }
  });

  test.each([
    'Bearer wrong',
    'Bearer ',
    `Basic ${tokens.bob}`,
    tokens.bob,
    `Bearer ${tokens.bob}x`,
    `Bearer ${tokens.bob} ${tokens.bob}`,
    `Bearer ${createHash('sha256').update(tokens.bob).digest('hex')}`,
  ])('what is no token is refused: %s', async (authorization) => {
    for (const [method, url] of [
      ['GET', '/runs'],
      ['POST', '/runs/import'],
      ['DELETE', unknownRun],
    ] as const) {
      expect((await team.ask(method, url, { headers: { authorization } })).status).toBe(401);
    }
  });

  test('nothing but the header is looked at', async () => {
    const headers = { cookie: `token=${tokens.bob}`, 'x-api-key': tokens.bob };
    expect((await team.ask('GET', `/runs?token=${tokens.bob}`, { headers })).status).toBe(401);
  });

  test('users see all runs and change their own; admins change all', async () => {
    const id = team.addRun({ created_by: 'bob' });
    const changes = [
      ['PATCH', `/runs/${id}`, { name: 'x' }],
      ['POST', `/runs/${id}/umi`, undefined],
      ['POST', `/runs/${id}/qc`, undefined],
      ['POST', `/runs/${id}/pipeline`, { steps: ['qc'] }],
      ['DELETE', `/runs/${id}/kill`, undefined],
      ['DELETE', `/runs/${id}/clean`, undefined],
      ['DELETE', `/runs/${id}`, undefined],
    ] as const;
    for (const [method, url, body] of changes) {
      const answer = await team.ask(method, url, { as: 'eve', body });
      expect({ url, status: answer.status, code: answer.body.code }).toEqual({
        url,
        status: 403,
        code: 'forbidden',
      });
    }
    expect((await team.ask('GET', `/runs/${id}`, { as: 'eve' })).body).toMatchObject({ created_by: 'bob' });
    expect((await team.ask('PATCH', `/runs/${id}`, { as: 'bob', body: { name: 'a' } })).status).toBe(200);
    expect((await team.ask('PATCH', `/runs/${id}`, { as: 'ada', body: { name: 'b' } })).status).toBe(200);
    expect((await team.ask('POST', '/system/cleanup', { as: 'bob' })).status).toBe(403);
    expect((await team.ask('POST', '/system/cleanup', { as: 'ada' })).status).toBe(200);
  });

  test('the owner is whose token it is, whatever the import says', async () => {
    const body = { export_version: '1.0', config: { name: 'mine', created_by: 'ada' } };
    const { body: made } = await team.ask('POST', '/runs/import', { as: 'eve', body });
    expect(team.context.database.run(made.run_id)?.created_by).toBe('eve');
  });

  test('what is no list of tokens says so, without showing any of it', () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'tokens.json');
    const hash = 'c'.repeat(64);
    const good = { name: 'ada', sha256: hash, role: 'admin' };
    const bad: [unknown, RegExp][] = [
      ['{', /found no JSON, expected JSON/],
      [{}, /found {}, expected a list/],
      [[], /found \[\], expected a list with at least one/],
      [[7], /entry 1: found 7/],
      [[good, null], /entry 2: found null/],
      [[{ ...good, name: '' }], /entry 1, name: found ""/],
      [[{ ...good, name: undefined }], /entry 1, name: found nothing/],
      [[{ ...good, name: 'a\nb' }], /entry 1, name/],
      [[{ ...good, sha256: 'secret-token' }], /entry 1, sha256: found something else/],
      [[{ ...good, role: 'root' }], /entry 1, role: found "root", expected user or admin/],
      [[{ ...good, token: 'secret' }], /the key token/],
      [[good, { ...good, name: 'bob' }], /entry 2, sha256: found that of another entry/],
    ];
    for (const [content, message] of bad) {
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      expect(() => readTokens(file)).toThrow(message);
      expect(() => readTokens(file)).not.toThrow(/secret-token/);
    }
    expect(() => readTokens(path.join(folder, 'none.json'))).toThrow(/No such file/);
    writeFileSync(file, JSON.stringify([{ ...good, sha256: hash.toUpperCase() }]));
    expect(readTokens(file)).toMatchObject([{ name: 'ada', role: 'admin' }]);
  });

  test('of any tokens, each is found by itself and by nothing else', () => {
    const token = fc.string({ minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(fc.uniqueArray(token, { minLength: 1, maxLength: 10 }), token, (list, other) => {
        const known = list.map((text, index) => ({
          name: String(index),
          role: 'user' as const,
          hash: createHash('sha256').update(text).digest(),
        }));
        list.forEach((text, index) => {
          expect(tokenOf(known, text)?.name).toBe(String(index));
        });
        const at = list.indexOf(other);
        expect(tokenOf(known, other)?.name).toBe(at === -1 ? undefined : String(at));
      }),
    );
  });
});

describe('a server for trials', () => {
  const body = (name: string) => ({ export_version: '1.0', config: { name } });

  test('counts the runs of an address, imports too, whatever a header says of it', async () => {
    for (const [index, expected] of [201, 201, 201, 429, 429].entries()) {
      const answer = await trial.ask('POST', '/runs/import', {
        body: body(`run ${index}`),
        from: '127.0.0.9',
        headers: { 'x-forwarded-for': `10.0.0.${index}`, 'x-real-ip': `10.0.0.${index}` },
      });
      expect(answer.status).toBe(expected);
    }
    const other = await trial.ask('POST', '/runs/import', { body: body('other'), from: '127.0.0.10' });
    expect(other.status).toBe(201);
    expect(trial.context.database.run(other.body.run_id)?.created_by).toBe('127.0.0.10');
    const { body: listed } = await trial.ask('GET', '/runs?created_by=127.0.0.9');
    expect(listed.total).toBe(3);
  });

  test('lets an address change its own runs alone', async () => {
    const id = trial.addRun({ created_by: '127.0.0.20' });
    const change = (from: string) => trial.ask('PATCH', `/runs/${id}`, { body: { name: 'new' }, from });
    expect((await change('127.0.0.21')).status).toBe(403);
    expect((await change('127.0.0.20')).status).toBe(200);
    expect((await trial.ask('POST', '/system/cleanup')).status).toBe(403);
  });

  test('fetches no genome, and takes those alone that are registered', async () => {
    const answer = await trial.ask('POST', '/runs/import', {
      from: '127.0.0.30',
      body: {
        export_version: '1.0',
        config: {
          name: 'run',
          read_mapping: { genome: 'GRCh38', genome_tar_url: 'https://genomes.example.org/a.tar' },
        },
      },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.details.map(({ field }: { field: string }) => field)).toEqual(['genome_tar_url']);
    const named = { export_version: '1.0', config: { name: 'run', read_mapping: { genome: 'GRCh38' } } };
    const refused = await trial.ask('POST', '/runs/import', { body: named, from: '127.0.0.30' });
    expect(refused.body.details).toMatchObject([{ field: 'genome' }]);
  });

  test('says what it is and what it bounds', async () => {
    const { body: info } = await trial.ask('GET', '/system/info');
    expect(info).toMatchObject({
      deployment_mode: 'trial',
      limits: {
        max_upload: 2 ** 20,
        runs_per_client: 3,
        jobs_per_client: 1,
        run_hours: 24,
        genome_hosts: [],
      },
      banner: expect.stringContaining('deleted'),
    });
  });

  test('bounds how often an address may ask', async () => {
    const crowded = await serve({ mode: 'trial' });
    let status = 200;
    let asked = 0;
    while (status === 200 && asked < 5000) {
      status = (await crowded.ask('GET', '/')).status;
      asked += 1;
    }
    const { body: refusal, headers } = await crowded.ask('GET', '/nothing');
    expect({ status, code: refusal.code }).toEqual({ status: 429, code: 'too_many_requests' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await crowded.ask('GET', '/health', { from: '127.0.0.77' })).status).toBe(200);
  });
});
