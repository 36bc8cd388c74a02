/** Reads come in: with a new run, or for one that was imported without. */
import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { makeFolder } from '../../engine/folders.js';
import { columns, sections } from '../../pcr/config/columns.js';
import type { FieldProblem } from '../../pcr/config/values.js';
import { ownRun } from '../auth/client.js';
import { type ServerContext, workspaceOf } from '../context.js';
import type { RunRow } from '../database/types.js';
import { HttpProblem } from '../problem.js';
import { refuseAboveQuota } from '../quota.js';
import { readRunValues } from '../run-values.js';
import { list, object, oneOf, problems, runParams, text } from '../schemas.js';
import { markFinished, markUnfinished } from '../upload/orphans.js';
import { Uploads } from '../upload/uploads.js';

const file = { type: 'string', format: 'binary', description: 'FASTQ, as text or gzip' };

export function uploadRoutes(app: FastifyInstance, context: ServerContext): void {
  const uploads = new Uploads(context);
  // Files are bounded where they are stored: the parser would only say afterwards that one was too long.
  app.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      fileSize: Number.MAX_SAFE_INTEGER,
      fields: 100,
      fieldSize: 2 ** 18,
      fieldNameSize: 100,
      headerPairs: 50,
    },
  });
  app.addHook('preClose', () => uploads.close());

  app.post(
    '/runs',
    {
      schema: {
        summary: 'Creates a run with its reads',
        description: 'Parts of the form may come in any order. A field wins over config, config over preset.',
        consumes: ['multipart/form-data'],
        body: {
          type: 'object',
          required: ['name', 'R1', 'R2'],
          properties: {
            name: text,
            description: text,
            created_by: text,
            preset: text,
            config: { type: 'string', description: 'JSON: settings in their sections' },
            ...Object.fromEntries(
              columns.map(({ name, summary }) => [name, { ...text, description: summary }]),
            ),
            R1: file,
            R2: file,
          },
        },
        response: {
          201: object({
            run_id: text,
            name: text,
            status: oneOf(['upload_completed']),
            config_stored: list(oneOf(sections)),
          }),
          ...problems(400, 401, 403, 413, 415, 422, 429, 507),
        },
      },
      // The body is a stream.
      validatorCompiler: () => () => true,
      onRequest: async (request, reply) => {
        await uploads.admit(request, reply);
        refuseAboveQuota(context, request);
      },
    },
    async (request, reply) => {
      const answer = await uploads.take(request, reply, {
        checkFields: (fields, isEnd) => problemsOf(fields, isEnd, context, request),
        finish: ({ id, workspace, fields, reads, startedAt }) => {
          const {
            name,
            description,
            created_by,
            config,
            sections: stored,
          } = readRunValues(fields, context, request);
          // Another upload of the same client may have been faster.
          refuseAboveQuota(context, request);
          const { root } = workspaceOf(context.settings, id);
          makeFolder(path.dirname(root));
          markUnfinished(workspace.root);
          renameSync(workspace.root, root);
          try {
            context.database.insertRun({ id, name, description, created_by, config }, reads, startedAt);
          } catch (error) {
            rmSync(root, { recursive: true, force: true });
            throw error;
          }
          markFinished(root);
          return { run_id: id, name, status: 'upload_completed', config_stored: stored };
        },
      });
      context.jobs.events.emit('run', answer.run_id);
      return reply.code(201).header('location', `/runs/${answer.run_id}`).send(answer);
    },
  );

  app.post<{ Params: { id: string } }>(
    '/runs/:id/files',
    {
      schema: {
        summary: 'Adds reads to a run that has none',
        consumes: ['multipart/form-data'],
        params: runParams,
        body: { type: 'object', required: ['R1', 'R2'], properties: { R1: file, R2: file } },
        response: {
          201: object({ run_id: text, status: oneOf(['upload_completed']) }),
          ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 507),
        },
      },
      validatorCompiler: () => () => true,
      onRequest: async (request, reply) => {
        refuseReads(ownRun(context, request, request.params.id));
        await uploads.admit(request, reply);
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await uploads.take(request, reply, {
        checkFields: (fields) =>
          Object.keys(fields).map((field) => ({ field, message: 'is not known here: expected R1 and R2' })),
        finish: ({ workspace, reads, startedAt }) => {
          refuseReads(ownRun(context, request, id));
          const run = workspaceOf(context.settings, id);
          run.create();
          renameSync(workspace.raw.r1, run.raw.r1);
          renameSync(workspace.raw.r2, run.raw.r2);
          context.database.addReads(id, reads, startedAt);
        },
      });
      context.jobs.events.emit('run', id);
      return reply.code(201).send({ run_id: id, status: 'upload_completed' });
    },
  );
}

function refuseReads(run: RunRow): void {
  if (run.r1_sha256 === null) return;
  throw new HttpProblem('already_there', 'this run has its reads already: make a new run for other ones');
}

/** What is wrong with the fields of a new run; with `isEnd` also which one is missing. */
function problemsOf(
  fields: Readonly<Record<string, string>>,
  isEnd: boolean,
  context: ServerContext,
  request: FastifyRequest,
): readonly FieldProblem[] {
  try {
    readRunValues(fields, context, request);
    return [];
  } catch (error) {
    if (!(error instanceof HttpProblem) || !error.details) throw error;
    return isEnd ? error.details : error.details.filter(({ field }) => field !== 'name' || 'name' in fields);
  }
}
