/** Starting steps and chains of steps, and the state of a step. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { QcStage } from '../../pcr/config/columns.js';
import { tasksOf } from '../../pcr/options.js';
import {
  type ReadsInput,
  readsInputs,
  type StepName,
  stepNames,
  stepOf,
  type TaskName,
  taskNames,
} from '../../pcr/steps/names.js';
import { findRun, ownRun } from '../auth/client.js';
import type { ServerContext } from '../context.js';
import { HttpProblem } from '../problem.js';
import {
  integer,
  list,
  object,
  oneOf,
  problems,
  ref,
  runParams,
  type Schema,
  stepParams,
  text,
} from '../schemas.js';
import { jobView } from '../views.js';

type Step = { Params: { id: string; step: StepName } };
type StepBody = { input?: ReadsInput };
type Qc = { Params: { id: string }; Querystring: { stage?: QcStage }; Body: StepBody & { stage?: QcStage } };

const stage = oneOf(['before', 'after', 'both']);
const input = { ...oneOf(readsInputs), description: 'the reads to work on; auto is the furthest product' };
const optional = (properties: Record<string, Schema>) => object(properties, Object.keys(properties));

export function stepRoutes(app: FastifyInstance, context: ServerContext): void {
  const { database, jobs } = context;
  const response = {
    202: object({ job_id: integer, status: oneOf(['started', 'queued']) }),
    ...problems(400, 403, 404, 409, 429, 503),
  };

  async function start(request: FastifyRequest, step: StepName, body: StepBody, qcStage?: QcStage) {
    const run = ownRun(context, request, (request.params as { id: string }).id);
    const chosen = body.input ?? 'auto';
    if (chosen === step) {
      const message = `${step} cannot read what it is to make: expected another product, or auto`;
      throw new HttpProblem('bad_value', message, [{ field: 'input', message: 'is its own product' }]);
    }
    const tasks = tasksOf([step], { ...run, ...(qcStage && { qc_stage: qcStage }) });
    const job = await jobs.start(
      run.id,
      tasks.map((task) => ({ task, input: chosen })),
    );
    return { job_id: job.id, status: startedOr(job.status) };
  }

  app.post<Qc>(
    '/runs/:id/qc',
    {
      schema: {
        summary: 'Quality control; of both stages, the job of the first is told',
        params: runParams,
        querystring: optional({ stage }),
        body: optional({ input, stage }),
        response,
      },
    },
    (request, reply) => {
      const { query, body } = request;
      if (query.stage && body.stage && query.stage !== body.stage) {
        throw new HttpProblem('bad_value', 'Stage is given twice, and differently');
      }
      reply.code(202);
      return start(request, 'qc', body, query.stage ?? body.stage);
    },
  );

  app.post<Step & { Body: StepBody }>(
    '/runs/:id/:step',
    {
      schema: {
        summary: 'Start a step',
        params: object({
          id: (runParams.properties as Record<string, Schema>).id!,
          step: oneOf(stepNames.filter((step) => step !== 'qc')),
        }),
        querystring: optional({}),
        body: optional({ input }),
        response,
      },
    },
    (request, reply) => {
      reply.code(202);
      return start(request, request.params.step, request.body);
    },
  );

  app.get<Step>(
    '/runs/:id/:step/status',
    {
      schema: {
        summary: 'The latest try of a step; for qc, of either stage',
        params: stepParams,
        response: { 200: ref('Job'), ...problems(404) },
      },
    },
    ({ params }) => {
      const { id } = findRun(context, params.id);
      const tasks = (taskNames as readonly TaskName[]).filter((task) => stepOf(task) === params.step);
      const job = database.latestJob(id, tasks);
      if (!job) throw new HttpProblem('not_found', `${params.step} was not started yet`);
      return jobView(job);
    },
  );

  app.post<{ Params: { id: string }; Body: { steps: StepName[] } }>(
    '/runs/:id/pipeline',
    {
      schema: {
        summary: 'Work steps one after another, in the order of the chain; a failure or a kill ends it',
        params: runParams,
        body: object({
          steps: { type: 'array', items: oneOf(stepNames), minItems: 1, uniqueItems: true },
        }),
        response: {
          202: object({ run_id: text, steps: list(oneOf(stepNames)), status: oneOf(['started', 'queued']) }),
          ...problems(400, 403, 404, 409, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const run = ownRun(context, request, request.params.id);
      const steps = stepNames.filter((step) => request.body.steps.includes(step));
      const job = await jobs.start(
        run.id,
        tasksOf(steps, run).map((task) => ({ task, input: 'auto' })),
      );
      reply.code(202);
      return { run_id: run.id, steps, status: startedOr(job.status) };
    },
  );
}

function startedOr(status: string): 'started' | 'queued' {
  return status === 'pending' ? 'queued' : 'started';
}
