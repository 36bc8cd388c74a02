import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { workspaceOf } from '../../src/server/context.js';
import type { JobRow } from '../../src/server/database/types.js';
import { readLog } from '../../src/server/logs/read-log.js';
import { temporaryFolder } from '../run-gtk.js';
import { serve } from './served.js';

const { app, context, addRun, ask } = await serve();
const url = await app.listen({ host: '127.0.0.1', port: 0 });
const { database, jobs, settings } = context;

/** A job that runs, and its log. */
function runningJob(
  run: string,
  step: 'umi' | 'qc_before' | 'qc_after' = 'umi',
): { job: JobRow; log: string } {
  const { id } = database.insertJob(run, { task: step, input: 'auto' })!;
  const log_file = `logs/${step}.${id}.log`;
  const log = path.join(workspaceOf(settings, run).root, log_file);
  writeFileSync(log, '');
  database.startJob(id, { pgid: 1, pid_start: '1', boot_id: 'b', log_file, threads: 1 });
  return { job: tell(id), log };
}

/** Tells of a job as the server does when its state changes. */
function tell(id: number): JobRow {
  const job = database.job(id)!;
  jobs.events.emit('job', job);
  return job;
}

function end(job: JobRow): void {
  database.endJob(job.id, { status: 'completed', exit_code: 0 });
  tell(job.id);
}

const open: AbortController[] = [];
afterEach(() => {
  for (const controller of open.splice(0)) controller.abort();
});

interface Told {
  event: string;
  data: string;
  id: string;
}

/** An event as the standard reads it. */
function readEvent(block: string): Told {
  const valuesOf = (field: string) =>
    block
      .split('\n')
      .flatMap((line) => (line.startsWith(`${field}: `) ? [line.slice(field.length + 2)] : []));
  return { event: valuesOf('event').join(), data: valuesOf('data').join('\n'), id: valuesOf('id').join() };
}

/** Follows a stream; its events are in the list as they come. */
async function follow(target: string, headers = {}) {
  const controller = new AbortController();
  open.push(controller);
  const answer = await fetch(`${url}${target}`, { headers, signal: controller.signal });
  const events: Told[] = [];
  const read = async () => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of answer.body!) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      events.push(...blocks.map(readEvent).filter(({ event }) => event !== ''));
    }
  };
  const ended = answer.body ? read().catch(() => {}) : Promise.resolve();
  const logs = () => events.filter(({ event }) => event === 'log').map(({ data }) => data);
  return { answer, events, ended, logs };
}

describe('a piece of a log', () => {
  const id = addRun();
  const { job, log } = runningJob(id);
  const address = `/runs/${id}/umi/logs`;

  test('has whole lines, and says where the next one begins', async () => {
    writeFileSync(log, 'one\ntwö\nthr');
    expect((await ask('GET', address)).body).toEqual({
      logs: 'one\ntwö\n',
      job_id: job.id,
      size: 12,
      next_offset: 9,
    });
    appendFileSync(log, 'ee\n');
    const next = (await ask('GET', `${address}?offset=9&job_id=${job.id}`)).body;
    expect(next).toEqual({ logs: 'three\n', job_id: job.id, size: 15, next_offset: 15 });
    expect((await ask('GET', `${address}?offset=15`)).body).toMatchObject({ logs: '', next_offset: 15 });
    expect((await ask('GET', `${address}?offset=4000`)).body).toMatchObject({ logs: '', next_offset: 15 });
    expect((await ask('GET', `${address}?tail=2`)).body).toMatchObject({
      logs: 'twö\nthree\n',
      next_offset: 15,
    });
    expect((await ask('GET', `${address}?tail=0`)).body).toMatchObject({ logs: '', next_offset: 15 });
  });

  test('has no control characters, and no path of the machine', async () => {
    const { root } = workspaceOf(settings, id);
    writeFileSync(
      log,
      `\u001b[31mred\u001b[0m\ttab\r\n\u0000a\u0007b\n${root}/umi/R1 ${settings.genomeDir}/x\n`,
    );
    expect((await ask('GET', address)).body.logs).toBe('red\ttab\nab\numi/R1 reference/x\n');
  });

  test.each(['offset=-1', 'offset=x', 'tail=1.5', 'job_id=', 'offset=1&tail=1', 'color=red'])(
    '%s is refused',
    async (query) => {
      const { status, body } = await ask('GET', `${address}?${query}`);
      expect([status, body.code]).toEqual([400, 'bad_value']);
    },
  );

  test('is of a job of that step of that run', async () => {
    const other = runningJob(addRun()).job;
    for (const target of [
      `${address}?job_id=${other.id}`,
      `/runs/${id}/fastp/logs?job_id=${job.id}`,
      `/runs/${id}/fastp/logs`,
      `/runs/${id}/nothing/logs`,
      '/runs/nothing/umi/logs',
      `/runs/${id}/fastp/logs/stream`,
    ]) {
      expect([target, (await ask('GET', target)).status]).toEqual([target, 404]);
    }
  });

  test('of quality control is of the latest stage', async () => {
    const run = addRun();
    const before = runningJob(run, 'qc_before');
    writeFileSync(before.log, 'before\n');
    end(before.job);
    const after = runningJob(run, 'qc_after');
    writeFileSync(after.log, 'after\n');
    expect((await ask('GET', `/runs/${run}/qc/logs`)).body.logs).toBe('after\n');
    expect((await ask('GET', `/runs/${run}/qc_before/logs`)).body.logs).toBe('before\n');
    end(after.job);
  });
});

test('pieces of a log are all of it, whatever is in it', async () => {
  const file = path.join(temporaryFolder(), 'x.log');
  const long = fc.constantFrom('ü€😀'.repeat(50_000), '€😀'.repeat(200_000), 'x'.repeat(1 << 20));
  const line = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(''), long);
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 5 }), fc.nat({ max: 6 }), async (lines, count) => {
      const text = lines.join('\n');
      writeFileSync(file, text);
      const pieces: string[] = [];
      for (let at = 0; ; ) {
        const { text: piece, offset, next, size } = await readLog(file, { offset: at, isEnded: true });
        expect([offset, size]).toEqual([at, Buffer.byteLength(text)]);
        expect(next - at).toBe(Buffer.byteLength(piece));
        pieces.push(piece);
        if (next === at) break;
        at = next;
      }
      expect(pieces.join('') === text).toBe(true);
      if (Buffer.byteLength(text) > 1 << 20) return;
      compared += 1;
      const tail = await readLog(file, { tail: count, isEnded: true });
      const whole = text.split(/(?<=\n)/);
      expect(tail.text === (count === 0 ? '' : whole.slice(-count).join(''))).toBe(true);
    }),
    { numRuns: 60 },
  );
  expect(compared).toBeGreaterThan(5);
});

describe('a log that is followed', () => {
  test('is told as it grows, then the state of the job, and then it ends', async () => {
    const id = addRun();
    const { job, log } = runningJob(id);
    writeFileSync(log, 'one\n');
    const stream = await follow(`/runs/${id}/umi/logs/stream`);
    expect(stream.answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await vi.waitFor(() => expect(stream.logs()).toEqual(['one\n']));
    appendFileSync(log, 'two\nthree\nfou');
    await vi.waitFor(() => expect(stream.logs()).toEqual(['one\n', 'two\nthree\n']));
    appendFileSync(log, 'r, without an end');
    end(job);
    await stream.ended;
    expect(stream.logs().join('')).toBe('one\ntwo\nthree\nfour, without an end');
    const last = stream.events.at(-1)!;
    expect([last.event, JSON.parse(last.data).status]).toEqual(['status', 'completed']);
    const states = stream.events
      .filter(({ event }) => event === 'status')
      .map(({ data }) => JSON.parse(data).status);
    expect(states).toEqual(['running', 'completed']);

    const size = Buffer.byteLength(stream.logs().join(''));
    expect(stream.events.findLast(({ event }) => event === 'log')!.id).toBe(String(size));
    const again = await follow(`/runs/${id}/umi/logs/stream`, { 'last-event-id': '4' });
    await again.ended;
    expect(again.logs().join('')).toBe('two\nthree\nfour, without an end');
    const done = await follow(`/runs/${id}/umi/logs/stream`, { 'last-event-id': String(size) });
    expect(done.answer.status).toBe(204);
  });

  test('is told whole, however long it is', async () => {
    const id = addRun();
    const { job, log } = runningJob(id);
    const text = Array.from({ length: 200_000 }, (_, i) => `line ${i}\n`).join('');
    writeFileSync(log, text);
    end(job);
    const stream = await follow(`/runs/${id}/umi/logs/stream?offset=7`);
    await stream.ended;
    expect(stream.logs().join('') === text.slice(7)).toBe(true);
  });

  test('may be empty, and its job may wait', async () => {
    const id = addRun();
    const { id: jobId } = database.insertJob(id, { task: 'umi', input: 'auto' })!;
    const stream = await follow(`/runs/${id}/umi/logs/stream`);
    await vi.waitFor(() => expect(stream.events).toHaveLength(1));
    database.endJob(jobId, { status: 'killed', error_message: 'killed' });
    tell(jobId);
    await stream.ended;
    expect(stream.events.map(({ data }) => JSON.parse(data).status)).toEqual(['pending', 'killed']);
  });
});

describe('the state of a run that is followed', () => {
  test('is told at first and whenever it changes', async () => {
    const id = addRun();
    const stream = await follow(`/runs/${id}/events`);
    const states = () => stream.events.map(({ data }) => JSON.parse(data).status);
    await vi.waitFor(() => expect(states()).toHaveLength(1));
    expect(JSON.parse(stream.events[0]!.data)).toEqual((await ask('GET', `/runs/${id}/status`)).body);
    const { job } = runningJob(id);
    await vi.waitFor(() => expect(states().at(-1)).toBe('running'));
    end(job);
    await vi.waitFor(() => expect(states().at(-1)).toBe('completed'));
    expect((await ask('GET', '/runs/nothing/events')).status).toBe(404);
  });

  test('ends when the run goes, and forgets who goes', async () => {
    await vi.waitFor(() => expect(jobs.events.listenerCount('job')).toBe(0));
    const id = addRun();
    const stream = await follow(`/runs/${id}/events`);
    await vi.waitFor(() => expect(stream.events).toHaveLength(1));
    expect(jobs.events.listenerCount('job')).toBe(1);
    database.deleteRun(id);
    jobs.events.emit('run', id);
    await stream.ended;
    expect(stream.events).toHaveLength(1);
    await vi.waitFor(() => expect(jobs.events.listenerCount('job')).toBe(0));
  });
});
