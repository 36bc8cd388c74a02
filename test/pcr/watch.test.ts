/** `gtk pcr watch`: what it tells of a run, and what it ends with. */
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { gtk, onceWritten } from '../run-gtk.js';

const RUN = '7f8d0c2e-3b8a-4a57-9d0e-1c2f4b5a6d7e';

type Job = { job_id: number; step_name: string; status: string; error_message: string | null };
const upload: Job = { job_id: 1, step_name: 'upload', status: 'completed', error_message: null };
const job = (
  job_id: number,
  step_name: string,
  status: string,
  error_message: string | null = null,
): Job => ({
  job_id,
  step_name,
  status,
  error_message,
});
const state = (status: string, ...jobs: Job[]) => ({
  run_id: RUN,
  status,
  current_step: jobs.at(-1)?.step_name ?? null,
  step_history: [upload, ...jobs],
});

/** A server that tells one state after the other, each time that it is asked, and the last one for ever. */
async function telling(states: (object | number)[], logs: Record<number, string> = {}) {
  const asked: { url: string; authorization?: string | undefined }[] = [];
  const left = [...states];
  const server = http.createServer(({ url = '', headers }, response) => {
    asked.push({ url, authorization: headers.authorization });
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (pathname.endsWith('/logs')) {
      const id = Number(searchParams.get('job_id'));
      const offset = Number(searchParams.get('offset'));
      const text = logs[id] ?? '';
      // No more than ten bytes at once.
      const part = text.slice(offset, offset + 10);
      return answer(200, { logs: part, job_id: id, size: text.length, next_offset: offset + part.length });
    }
    const next = left.length > 1 ? left.shift()! : left[0]!;
    if (typeof next === 'number') return answer(next, { error: 'There is no such run', code: 'x' });
    answer(200, next);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const servers: http.Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

const watch = (url: string, ...words: string[]) => gtk(['pcr', 'watch', RUN, '--server', url, ...words]);

test.concurrent.each([
  ['completed', 0, ''],
  ['failed', 1, ': cutadapt: no read begins with the primer'],
  ['killed', 1, ': cutadapt: killed: asked for by ada'],
])('follows a run until it is %s, and ends with %i', async (ending, status, reason) => {
  const message = reason === '' ? null : reason.slice(': cutadapt: '.length);
  const { url, asked } = await telling([
    // Reads that are there make no end.
    state('completed'),
    state('running', job(2, 'cutadapt', 'pending')),
    state('running', job(2, 'cutadapt', 'running')),
    state(ending, job(2, 'cutadapt', ending, message)),
  ]);
  const ended = await watch(url);
  expect(ended).toMatchObject({ status, stdout: `Run ${RUN} ${ending}${reason}\n` });
  const told = ended.stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ step }) => step !== undefined);
  expect(told.map(({ step, state }) => [step, state])).toEqual([
    ['upload', 'completed'],
    ['cutadapt', 'pending'],
    ['cutadapt', 'running'],
    ['cutadapt', ending],
  ]);
  expect(asked.map((one) => one.url)).toEqual(new Array(4).fill(`/runs/${RUN}/status`));
  expect(asked[0]!.authorization).toBeUndefined();
});

test.concurrent('prints the state as JSON, and logs whole and once', async () => {
  const logs = { 2: 'first line\nsecond line\nthird: äöü\n', 3: '' };
  const end = state('completed', job(2, 'qc_before', 'completed'), job(3, 'fastp', 'completed'));
  const { url, asked } = await telling([state('running', job(2, 'qc_before', 'running')), end], logs);
  const ended = await watch(url, '--logs', '--json', '--quiet');
  expect(ended.status).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject(end);
  expect(ended.stderr).toBe(logs[2]);
  const steps = asked.map((one) => one.url.split(/[/?]/)[3]);
  expect(new Set(steps)).toEqual(new Set(['status', 'qc', 'fastp']));
});

test.concurrent('waits for a server that is away for a while', async () => {
  const { url, asked } = await telling([
    state('running', job(2, 'umi', 'running')),
    503,
    502,
    state('completed', job(2, 'umi', 'completed')),
  ]);
  expect(await watch(url)).toMatchObject({ status: 0 });
  expect(asked).toHaveLength(4);
});

test.concurrent('starts before its server does', async () => {
  // A port that nobody listens at.
  const { url, server } = await telling([state('completed', job(2, 'umi', 'completed'))]);
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const refused = await watch(url, '--patience', '0');
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain('cannot be reached');

  let attempts = 0;
  const early = net.createServer((socket) => {
    attempts += 1;
    socket.destroy();
    if (attempts === 2) early.close(() => server.listen(port, '127.0.0.1'));
  });
  early.listen(port, '127.0.0.1');
  await once(early, 'listening');
  const ended = await watch(url);
  expect(ended).toMatchObject({ status: 0, stdout: `Run ${RUN} completed\n` });
  expect(attempts).toBe(2);
});

test.concurrent.each([
  [404, 'There is no such run', "Check the run's id"],
  [401, 'There is no such run', '--token'],
])('does not wait where the server answers %i', async (status, problem, remedy) => {
  const { url, asked } = await telling([status]);
  const ended = await watch(url);
  expect(ended.status).toBe(4);
  expect(ended.stderr).toContain(problem);
  expect(ended.stderr).toContain(remedy);
  expect(asked).toHaveLength(1);
});

test.concurrent('shows its token to the server and to nobody else', async () => {
  const { url, asked } = await telling([state('completed', job(2, 'umi', 'completed'))]);
  const ended = await watch(url, '--token', 'correct-horse', '--log-level', 'debug');
  expect(ended.status).toBe(0);
  expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer correct-horse']);
  expect(ended.stdout + ended.stderr).not.toContain('correct-horse');
});

test.concurrent('refuses an address that is none', async () => {
  const ended = await watch('localhost:5000');
  expect(ended.status).toBe(2);
  expect(ended.stderr).toContain('--server: found localhost:5000');
});

test.concurrent('an interrupt ends it', async () => {
  const { url } = await telling([state('running', job(2, 'umi', 'running'))]);
  const ended = await gtk(['pcr', 'watch', RUN, '--server', url], {
    started: (child) => onceWritten(child, '"umi"', () => child.kill('SIGINT')),
  });
  expect(ended.status).toBe(130);
});
