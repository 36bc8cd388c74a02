import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { workspaceOf } from '../../src/server/context.js';
import { openDatabase } from '../../src/server/database/database.js';
import { requireSpace } from '../../src/server/upload/disk-space.js';
import { markUnfinished, removeOrphans } from '../../src/server/upload/orphans.js';
import { temporaryFolder } from '../run-gtk.js';
import { serve, tokens } from './served.js';
import { foldersOf, formBody, formType, gzipped, type Part, sendForm } from './upload-form.js';

const parts: Part[] = [
  ['name', 'a run'],
  ['created_by', 'somebody'],
  ['R1', gzipped(5)],
  ['R2', gzipped(5)],
];

test('a client of a trial server may have three runs, and no more by asking at once', async () => {
  const { app, context } = await serve({ mode: 'trial' });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const post = () => sendForm(`${url}/runs`, parts, { 'x-forwarded-for': '192.0.2.7' });
  const answers = await Promise.all([post(), post(), post(), post(), post()]);
  const statuses = answers.map(({ status }) => status);
  const made = statuses.filter((status) => status === 201).length;
  for (let more = made; more < 3; more += 1) expect((await post()).status).toBe(201);
  expect(made).toBeLessThanOrEqual(3);
  const last = await post();
  expect([last.status, last.body.code]).toEqual([429, 'quota']);
  expect(context.database.countRunsOf('127.0.0.1')).toBe(3);
  expect(foldersOf(context.settings.dataDir).runs).toHaveLength(3);
  expect(foldersOf(context.settings.dataDir).tmp).toEqual([]);
});

describe('in a team', async () => {
  const { app, context, addRun } = await serve({ mode: 'team' });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const as = (name: keyof typeof tokens) => ({ authorization: `Bearer ${tokens[name]}` });

  test('a run belongs to whom the token names', async () => {
    expect((await sendForm(`${url}/runs`, parts)).status).toBe(401);
    const answer = await sendForm(`${url}/runs`, parts, as('bob'));
    expect(answer.status).toBe(201);
    expect(context.database.run(answer.body.run_id)!.created_by).toBe('bob');
  });

  test('reads are added by the owner of a run or an admin', async () => {
    const files = parts.slice(2);
    const id = addRun({ reads: false, created_by: 'bob' });
    const add = (name: keyof typeof tokens) => sendForm(`${url}/runs/${id}/files`, files, as(name));
    expect((await add('eve')).body.code).toBe('forbidden');
    expect((await add('ada')).status).toBe(201);
  });
});

describe('the end of a server', () => {
  /** Sends the first bytes of an upload, and leaves it there. */
  async function beginUpload(url: string, dataDir: string): Promise<http.ClientRequest> {
    const body = formBody(parts);
    const headers = { 'content-type': formType, 'content-length': String(body.length) };
    const request = http.request(`${url}/runs`, { method: 'POST', headers });
    request.on('error', () => {});
    request.write(body.subarray(0, body.length - 20));
    await vi.waitFor(() => expect(foldersOf(dataDir).tmp).toHaveLength(1), { timeout: 10_000 });
    return request;
  }

  test('breaks off uploads, and leaves nothing of them', async () => {
    const { app, context } = await serve();
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const { dataDir } = context.settings;
    await beginUpload(url, dataDir);
    await app.close();
    expect(foldersOf(dataDir)).toEqual({ tmp: [], runs: [] });
  });

  test('by a kill amid an upload leaves no run, and the next one clears up', async () => {
    const dataDir = temporaryFolder();
    const script = fileURLToPath(new URL('serve-app.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const request = await beginUpload(String(line).trim().replace(/\/$/, ''), dataDir);
    child.kill('SIGKILL');
    await once(child, 'exit');
    request.destroy();
    expect(foldersOf(dataDir).tmp).toHaveLength(1);
    const database = openDatabase(path.join(dataDir, 'qslam.db'));
    expect(database.counts().total).toBe(0);
    removeOrphans({ dataDir }, database);
    database.close();
    expect(foldersOf(dataDir)).toEqual({ tmp: [], runs: [] });
  });
});

test('of what an upload left half done nothing stays, and of all else everything', async () => {
  const { context, addRun } = await serve();
  const { settings, database } = context;
  const known = addRun();
  markUnfinished(workspaceOf(settings, known).root);
  const imported = addRun({ reads: false });
  const lost = '00000000-0000-4000-8000-000000000001';
  const unfinished = '00000000-0000-4000-8000-000000000002';
  for (const id of [lost, unfinished]) workspaceOf(settings, id).create();
  markUnfinished(workspaceOf(settings, unfinished).root);
  const { raw } = workspaceOf(settings, imported);
  writeFileSync(raw.r1, 'half');
  mkdirSync(path.join(settings.dataDir, 'tmp', lost), { recursive: true });
  const another = path.join(settings.dataDir, 'tmp', 'notes');
  mkdirSync(another);
  removeOrphans(settings, database);
  expect(foldersOf(settings.dataDir).runs.sort()).toEqual([known, imported, lost].sort());
  expect(existsSync(workspaceOf(settings, known).raw.r1)).toBe(true);
  expect(existsSync(raw.r1)).toBe(false);
  expect(foldersOf(settings.dataDir).tmp).toEqual(['notes']);
  rmSync(another, { recursive: true });
});

test('uploads leave room on the disk', async () => {
  const free = 2 ** 30;
  await requireSpace('/', free - 2 ** 28, async () => free);
  const much = requireSpace('/', free - 2 ** 28 + 1, async () => free);
  await expect(much).rejects.toMatchObject({ code: 'no_space', status: 507 });
  const { app } = await serve({ maxUpload: 2 ** 52 });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const headers = { 'content-type': formType, 'content-length': String(2 ** 50) };
  const request = http.request(`${url}/runs`, { method: 'POST', headers });
  request.on('error', () => {}).flushHeaders();
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  expect(answer.statusCode).toBe(507);
  request.destroy();
});
