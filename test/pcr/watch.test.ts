/** `gtk pcr watch`: what it tells of a run, and what it ends with. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, gtk, onceWritten, program, temporaryFolder } from '../run-gtk.js';

const RUN = '7f8d0c2e-3b8a-4a57-9d0e-1c2f4b5a6d7e';
const folder = temporaryFolder();

type Job = { job_id: number; step_name: string; status: string; error_message: string | null };
const upload: Job = { job_id: 1, step_name: 'upload', status: 'completed', error_message: null };
const job = (job_id: number, step_name: string, status: string, error_message: string | null = null): Job => ({
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
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const servers: http.Server[] = [];
const children: ChildProcess[] = [];
afterAll(() => {
  for (const server of servers) server.close();
  for (const child of children) child.kill('SIGKILL');
});

const watch = (url: string, ...words: string[]) => gtk(['pcr', 'watch', RUN, '--server', url, ...words]);
