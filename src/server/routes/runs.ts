/** `/runs`: listing, looking at, changing, cleaning and deleting runs. What makes runs is elsewhere. */
import type { FastifyInstance } from 'fastify';
import { presets } from '../../pcr/config/columns.js';
import { canonicalGenome } from '../../pcr/references/reference.js';
import { clientOf, findRun, ownRun } from '../auth/client.js';
import { cleanRun, deleteRun } from '../clean-run.js';
import type { ServerContext } from '../context.js';
import type { RunQuery } from '../database/types.js';
import { HttpProblem } from '../problem.js';
import { runStatus } from '../run-status.js';
import { type GivenValues, readRunChanges } from '../run-values.js';
import {
  boolean,
  configProperties,
  flag,
  integer,
  integerOrNull,
  list,
  object,
  oneOf,
  problems,
  ref,
  runParams,
  runWithJobs,
  type Schema,
  statuses,
  statusSchema,
  text,
  textOrNull,
} from '../schemas.js';
import { jobDetail } from '../views.js';

type Run = { Params: { id: string } };

const pageOfRuns: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    created_by: text,
    status: oneOf(statuses),
    genome: { type: 'string', description: 'name or alias' },
    limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
    offset: { type: 'integer', minimum: 0, default: 0 },
  },
};

const changes = object(
  {
    name: { type: 'string', description: '1 to 200 characters' },
    description: textOrNull,
    preset: oneOf(Object.keys(presets)),
    config: { type: 'object', description: 'settings in sections, as exports have them' },
    ...configProperties,
  },
  ['name', 'description', 'preset', 'config', ...Object.keys(configProperties)],
);

export function runRoutes(app: FastifyInstance, context: ServerContext): void {
  const { database, jobs } = context;
  const params = runParams;

  app.get<{ Querystring: RunQuery }>(
    '/runs',
    {
      schema: {
        summary: 'Runs, newest first',
        querystring: pageOfRuns,
        response: { 200: object({ runs: list(ref('Run')), total: integer }), ...problems(400) },
      },
    },
    ({ query }) =>
      database.runs({
        ...query,
        ...(query.genome !== undefined && { genome: canonicalGenome(query.genome) }),
      }),
  );

  app.get<Run>(
    '/runs/:id',
    {
      schema: {
        summary: 'A run with its configuration and its jobs, each with what it did',
        params,
        response: { 200: runWithJobs, ...problems(404) },
      },
    },
    ({ params: { id } }) => {
      const run = findRun(context, id);
      return { ...run, jobs: database.jobsOf(id).map((job) => jobDetail(database, job)) };
    },
  );

  app.get<Run>(
    '/runs/:id/status',
    {
      schema: {
        summary: 'How far a run is: its jobs, oldest first, and what stands of their products',
        params,
        response: { 200: statusSchema, ...problems(404) },
      },
    },
    ({ params: { id } }) => runStatus(context, findRun(context, id)),
  );

  app.patch<Run & { Body: GivenValues }>(
    '/runs/:id',
    {
      schema: {
        summary: 'Change name, description or settings; values that are left out stay',
        params,
        body: changes,
        response: { 200: ref('Run'), ...problems(400, 403, 404, 409, 415) },
      },
      // What is wrong with the values is told by their reader, all at once.
      validatorCompiler: () => () => true,
    },
    (request) => {
      const { id } = ownRun(context, request, request.params.id);
      const values = readRunChanges(request.body, context);
      if (!database.updateRun(id, values)) throw busy('it can be changed');
      jobs.events.emit('run', id);
      return findRun(context, id);
    },
  );

  app.delete<Run>(
    '/runs/:id',
    {
      schema: {
        summary: 'Delete a run with all its files; what runs is killed',
        params,
        response: {
          200: object({ message: text, killed_jobs: list(integer) }),
          ...problems(403, 404),
        },
      },
    },
    async (request) => {
      const { id } = ownRun(context, request, request.params.id);
      const killed = await deleteRun(context, id, `the run is deleted by ${nameOf(request)}`);
      return { message: 'Run deleted', killed_jobs: killed };
    },
  );

  app.delete<Run & { Querystring: { force?: string } }>(
    '/runs/:id/clean',
    {
      schema: {
        summary: 'Delete the files of a run, raw reads too; its record, history and logs stay',
        params,
        querystring: { type: 'object', additionalProperties: false, properties: { force: flag } },
        response: {
          200: object({ message: text, files_deleted: boolean, bytes_freed: integer }),
          ...problems(400, 403, 404, 409),
        },
      },
    },
    async (request) => {
      const { id } = ownRun(context, request, request.params.id);
      if (isOn(request.query.force)) await jobs.killRun(id, `the run is cleaned by ${nameOf(request)}`);
      if (database.activeJob(id)) throw busy('it can be cleaned, or add ?force=1');
      const freed = await cleanRun(context, id);
      return { message: 'Run cleaned successfully', files_deleted: true, bytes_freed: freed };
    },
  );

  app.delete<Run>(
    '/runs/:id/kill',
    {
      schema: {
        summary: 'Kill what runs or waits, and end the chain that it is in',
        params,
        response: { 200: killAnswer, ...problems(403, 404) },
      },
    },
    async (request) => {
      const { id } = ownRun(context, request, request.params.id);
      const job = await jobs.killRun(id, `asked for by ${nameOf(request)}`);
      return job ? { message: 'Job killed', job_id: job.id } : { message: 'No running job', job_id: null };
    },
  );

  app.delete<{ Params: { job_id: number } }>(
    '/jobs/:job_id/kill',
    {
      schema: {
        summary: 'Kill a job',
        params: object({ job_id: integer }),
        response: { 200: killAnswer, ...problems(403, 404, 409) },
      },
    },
    async (request) => {
      const job = database.job(request.params.job_id);
      if (!job) throw new HttpProblem('not_found', 'There is no job with this id');
      ownRun(context, request, job.run_id);
      const killed = await jobs.kill(job.id, `asked for by ${nameOf(request)}`);
      return { message: 'Job killed', job_id: killed.id };
    },
  );
}

const killAnswer = object({ message: text, job_id: integerOrNull });

const isOn = (value?: string) => value === '1' || value === 'true';

function nameOf(request: Parameters<typeof clientOf>[0]): string {
  const { name, address } = clientOf(request);
  return name ?? address;
}

function busy(what: string): HttpProblem {
  return new HttpProblem('busy', `A step of this run is waiting or running: kill it or wait until ${what}`);
}
