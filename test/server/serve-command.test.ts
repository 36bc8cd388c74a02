/** `gtk serve` as a program: how it starts, what it refuses, how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startServer } from '../../src/server/server.js';
import type { Settings } from '../../src/server/settings.js';
import { gtk, program, temporaryFolder } from '../run-gtk.js';
import { settingsIn, writeTokens } from './served.js';

const folder = temporaryFolder();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts a server and waits for its first line. */
async function start(...args: string[]) {
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      if (stdout.includes('\n')) resolve();
    });
    child.on('close', () => reject(new Error(`the server ended: ${stderr}`)));
  });
  return { child, ended, line: stdout, output: () => ({ stdout, stderr }) };
}

test('tells its address once it listens, keeps others out of its folder, and ends when told to', async () => {
  const dataDir = path.join(folder, 'plain');
  const { child, ended, line, output } = await start('--data-dir', dataDir);
  const url = /^gtk serve: (http:\/\/127\.0\.0\.1:\d+\/)\n$/.exec(line)?.[1];
  expect(url).toBeDefined();
  const health = await fetch(`${url}health`);
  expect(await health.json()).toMatchObject({ database: 'connected', active_jobs: 0, total_runs: 0 });
  expect(existsSync(path.join(dataDir, 'qslam.db'))).toBe(true);

  const second = await gtk(['serve', '--port', '0', '--data-dir', dataDir]);
  expect(second.status).toBe(4);
  expect(second.stderr).toContain(`process ${child.pid}`);
  const port = new URL(url!).port;
  const third = await gtk(['serve', '--port', port, '--data-dir', path.join(folder, 'third')]);
  expect(third.status).toBe(4);
  expect(third.stderr).toContain('another program listens there');
  expect(third.stdout).toBe('');

  // A client that never finishes its request does not hold it up.
  const idle = net.connect(Number(port), '127.0.0.1', () =>
    idle.write('POST /runs/import HTTP/1.1\r\nHost: localhost\r\n'),
  );
  await once(idle, 'connect');
  idle.on('error', () => {});
  // Nor does one who follows a run.
  const imported = await fetch(`${url}runs/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ export_version: '1.0', config: { name: 'run' } }),
  });
  const { run_id } = (await imported.json()) as { run_id: string };
  const events = (await fetch(`${url}runs/${run_id}/events`)).body!.getReader();
  expect((await events.read()).done).toBe(false);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(output().stdout).toBe(line);
  await expect(fetch(`${url}health`)).rejects.toThrow();
});

test('tells JSON if asked, and SIGINT ends it as well', async () => {
  const dataDir = path.join(folder, 'json');
  const { child, ended, line, output } = await start('--data-dir', dataDir, '--json');
  expect(JSON.parse(line)).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    pid: child.pid,
    mode: 'local',
    data_dir: dataDir,
  });
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(output().stdout).toBe(line);
  const again = await start('--data-dir', dataDir, '--json');
  again.child.kill('SIGTERM');
  expect(await again.ended).toEqual([0, null]);
});

describe('refuses', () => {
  const tokens = writeTokens(folder);
  const broken = path.join(folder, 'broken.json');
  writeFileSync(broken, '[{}]');
  const log = { debug() {}, info() {}, warn() {}, error() {} };

  test.each<[Partial<Settings>, string, RegExp]>([
    [{ host: '0.0.0.0' }, 'GTK_USAGE', /needs --mode team/],
    [{ host: '192.168.0.1', mode: 'trial' }, 'GTK_USAGE', /needs --mode team/],
    [{ host: '::' }, 'GTK_USAGE', /needs --mode team/],
    [{ host: 'example.org' }, 'GTK_USAGE', /needs --mode team/],
    [{ mode: 'team' }, 'GTK_USAGE', /--mode team needs --tokens/],
    [{ tokens }, 'GTK_USAGE', /--tokens goes with --mode team/],
    [{ mode: 'team', tokens: broken }, 'GTK_TOKENS', /entry 1, name: found nothing/],
    [{ mode: 'team', tokens: `${broken}.none` }, 'GTK_INPUT_MISSING', /No such file/],
  ])('%j, and makes nothing', async (settings, code, message) => {
    const dataDir = path.join(folder, 'refused');
    const refused = startServer({ ...settingsIn(dataDir), ...settings }, log);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(existsSync(dataDir)).toBe(false);
  });

  test('an address that is none, and gives back what it took', async () => {
    const dataDir = path.join(folder, 'elsewhere');
    const settings = { ...settingsIn(dataDir), mode: 'team' as const, tokens };
    await expect(startServer({ ...settings, host: '192.0.2.1' }, log)).rejects.toMatchObject({
      code: 'GTK_SERVER',
      message: 'http://192.0.2.1:0/: this machine has no such address',
    });
    const server = await startServer(settings, log);
    await expect(startServer(settings, log)).rejects.toMatchObject({ code: 'GTK_RUN_LOCKED' });
    expect((await fetch(`${server.url}runs`)).status).toBe(401);
    await server.close();
  });

  test('options that are none', async () => {
    const { status, stderr } = await gtk(['serve', '--port', '70000']);
    expect(status).toBe(2);
    expect(stderr).toContain('from 0 to 65535');
  });
});
