/** Logs of steps, in pieces and live, and the state of a run as it changes. */
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type StepName, stepNames, stepOf, type TaskName, taskNames } from '../../pcr/steps/names.js';
import { findRun } from '../auth/client.js';
import { type ServerContext, workspaceOf } from '../context.js';
import type { JobRow } from '../database/types.js';
import { publicText } from '../jobs/public-text.js';
import { Bell, EventStreams, type StreamEvent } from '../logs/event-stream.js';
import { type LogRange, readLog } from '../logs/read-log.js';
import { HttpProblem } from '../problem.js';
import { runStatus } from '../run-status.js';
import { integer, object, oneOf, problems, runParams, text } from '../schemas.js';
import { jobView } from '../views.js';

/** Milliseconds between two looks at a log that is followed. */
const LOOK_MS = 200;
/** Milliseconds after which a run's state is told again, if nothing said that it changed. */
const STATE_MS = 5_000;

type LogQuery = { job_id?: number; offset?: number; tail?: number };
type LogRequest = { Params: { id: string; step: StepName | TaskName }; Querystring: LogQuery };

export function logRoutes(app: FastifyInstance, context: ServerContext): void {
  const { database, jobs, settings } = context;
  const streams = new EventStreams();
  app.addHook('preClose', async () => streams.close());
  jobs.events.setMaxListeners(0);
  const description = 'The latest try of the step, unless job_id names another one.';
  const jobId = { ...integer, description: 'a job of this step' };
  const offset = { ...integer, description: 'byte of the log to begin at' };
  // One stage of quality control has its own log, and qc has the latest of both.
  const step = oneOf([...new Set([...stepNames, ...taskNames])]);
  const params = object({ id: text, step });
  const streamed = { description: 'text/event-stream', type: 'string' };

  app.get<LogRequest>(
    '/runs/:id/:step/logs',
    {
      schema: {
        summary: 'The log of a step',
        description: `${description} A piece has whole lines and 1 MiB at most; the next one begins at next_offset.`,
        params,
        querystring: object(
          { job_id: jobId, offset, tail: { ...integer, description: 'lines at the end of the log' } },
          ['job_id', 'offset', 'tail'],
        ),
        response: {
          200: object({ logs: text, job_id: integer, size: integer, next_offset: integer }),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params, query }) => {
      if (query.offset !== undefined && query.tail !== undefined) {
        throw new HttpProblem('bad_value', 'expected offset or tail, not both', [
          { field: 'tail', message: 'cannot be given together with offset' },
        ]);
      }
      const job = jobOf(findRun(context, params.id).id, params.step, query.job_id);
      const { text: logs, size, next } = await piece(job, query);
      return { logs, job_id: job.id, size, next_offset: next };
    },
  );

  app.get<LogRequest>(
    '/runs/:id/:step/logs/stream',
    {
      schema: {
        summary: 'The log of a step, live',
        description: `${description} Server-sent events: log (its id is the byte offset behind it; Last-Event-ID resumes) and status (the job). It ends with the job.`,
        params,
        querystring: object({ job_id: jobId, offset }, ['job_id', 'offset']),
        response: { 200: streamed, ...problems(400, 401, 404, 429) },
      },
    },
    async (request, reply) => {
      const { params, query, headers } = request;
      refuseFull();
      const { id } = jobOf(findRun(context, params.id).id, params.step, query.job_id);
      const seen = /^\d{1,15}$/.exec(String(headers['last-event-id'] ?? ''))?.[0];
      let at = Number(seen ?? query.offset ?? 0);
      let told = '';
      const bell = new Bell();
      const ring = (job: JobRow) => job.id === id && bell.ring();
      const next = async () => {
        // The state first: what a job that has ended wrote is all there then.
        const job = database.job(id);
        if (!job) return { events: [], isOver: true };
        const { text: data, next: behind, size } = await piece(job, { offset: at });
        const events: StreamEvent[] = data === '' ? [] : [{ event: 'log', data, id: behind }];
        at = behind;
        const isOver = isEnded(job) && at >= size;
        if (isEnded(job) && !isOver) bell.ring();
        if (told !== job.status && (isOver || !isEnded(job))) {
          told = job.status;
          events.push({ event: 'status', data: JSON.stringify(jobView(job)) });
        }
        return { events, isOver };
      };
      const job = database.job(id)!;
      // Who has seen all of it and comes again is not to come once more.
      if (seen !== undefined && isEnded(job) && at >= (await piece(job, { offset: at })).size) {
        return reply.code(204).send();
      }
      jobs.events.on('job', ring);
      return streams.answer(reply, next, bell, LOOK_MS, () => jobs.events.off('job', ring));
    },
  );

  app.get<{ Params: { id: string } }>(
    '/runs/:id/events',
    {
      schema: {
        summary: 'The state of a run as it changes',
        description: 'Server-sent events: status, with what GET /runs/{id}/status answers.',
        params: runParams,
        response: { 200: streamed, ...problems(401, 404, 429) },
      },
    },
    async (request, reply) => {
      refuseFull();
      const { id } = findRun(context, request.params.id);
      let told = '';
      const bell = new Bell();
      const onJob = (job: JobRow) => job.run_id === id && bell.ring();
      const onRun = (run: string) => run === id && bell.ring();
      const next = async () => {
        const run = database.run(id);
        if (!run) return { events: [], isOver: true };
        const data = JSON.stringify(runStatus(context, run));
        const events = data === told ? [] : [{ event: 'status', data }];
        told = data;
        return { events, isOver: false };
      };
      jobs.events.on('job', onJob).on('run', onRun);
      return streams.answer(reply, next, bell, STATE_MS, () => {
        jobs.events.off('job', onJob).off('run', onRun);
      });
    },
  );

  function refuseFull(): void {
    if (streams.isFull)
      throw new HttpProblem('too_many_requests', 'too many clients follow runs: ask again later');
  }

  function jobOf(runId: string, step: StepName | TaskName, jobId: number | undefined): JobRow {
    const tasks = (taskNames as readonly TaskName[]).filter((task) => task === step || stepOf(task) === step);
    if (jobId === undefined) {
      const latest = database.latestJob(runId, tasks);
      if (latest) return latest;
      throw new HttpProblem('not_found', `${step} was not started yet in this run`);
    }
    const job = database.job(jobId);
    if (job?.run_id === runId && (tasks as string[]).includes(job.step_name)) return job;
    throw new HttpProblem('not_found', `${step} has no job ${jobId} in this run`);
  }

  async function piece(job: JobRow, query: Omit<LogRange, 'isEnded'>) {
    const { root } = workspaceOf(settings, job.run_id);
    if (!job.log_file) return { text: '', size: 0, offset: 0, next: 0 };
    const read = await readLog(path.join(root, job.log_file), { ...query, isEnded: isEnded(job) });
    return { ...read, text: publicText(read.text, settings) };
  }
}

function isEnded({ status }: JobRow): boolean {
  return status !== 'pending' && status !== 'running';
}
