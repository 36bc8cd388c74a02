/** Runs as JSON: out of one server and into another. The reads are not in it. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { findRun } from '../auth/client.js';
import { inSections, withoutSystemFields } from '../config-sections.js';
import { type ServerContext, workspaceOf } from '../context.js';
import type { RunRow } from '../database/types.js';
import { HttpProblem } from '../problem.js';
import { refuseAboveQuota } from '../quota.js';
import { readRunValues } from '../run-values.js';
import { object, problems, ref, runParams, type Schema, text } from '../schemas.js';

const EXPORT_VERSION = '1.0';
/** Bytes of an import. */
const IMPORT_LIMIT = 20 * 2 ** 20;

/** What else is in it is looked at by hand: what the server alone says of a run means nothing here. */
const importBody: Schema = {
  type: 'object',
  required: ['export_version', 'config'],
  properties: {
    export_version: { type: 'string', description: EXPORT_VERSION },
    config: {
      type: 'object',
      description: 'name, description and settings in sections, as an export has them',
    },
  },
};

export function transferRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get<{ Params: { id: string } }>(
    '/runs/:id/export',
    {
      schema: {
        summary: 'Name and configuration of a run, as a file',
        params: runParams,
        response: { 200: ref('Export'), ...problems(404) },
      },
    },
    ({ params: { id } }, reply) => {
      const run = findRun(context, id);
      reply.header('content-disposition', `attachment; filename="${slug(run.name)}.json"`);
      return exportOf(run);
    },
  );

  app.post<{ Body: Record<string, unknown> & { export_version: string; config: object } }>(
    '/runs/import',
    {
      bodyLimit: IMPORT_LIMIT,
      schema: {
        summary: 'Make a run from an export; its reads can be added afterwards',
        body: importBody,
        response: { 201: object({ run_id: text, message: text }), ...problems(400, 413, 415, 429) },
      },
    },
    (request, reply) => {
      const { export_version: version, config, ...others } = request.body;
      if (version !== EXPORT_VERSION) {
        const message = `Found version ${JSON.stringify(version).slice(0, 40)}, expected ${EXPORT_VERSION}`;
        throw new HttpProblem('bad_value', message, [{ field: 'export_version', message }]);
      }
      const unknown = Object.keys(withoutSystemFields(others)).filter((field) => field !== 'exported_at');
      if (unknown.length > 0) {
        const details = unknown.map((field) => ({ field, message: 'is not known here' }));
        throw new HttpProblem(
          'bad_value',
          `The import has unknown keys: ${unknown.join(', ')}`.slice(0, 1000),
          details,
        );
      }
      const values = readRunValues({ config: withoutSystemFields(config) }, context, request);
      const id = randomUUID();
      refuseAboveQuota(context, request);
      workspaceOf(context.settings, id).create();
      const { sections: _sections, ...run } = values;
      context.database.insertRun({ id, ...run }, undefined, new Date().toISOString());
      reply.code(201).header('location', `/runs/${id}`);
      return { run_id: id, message: 'Run imported: add its reads with POST /runs/{id}/files' };
    },
  );
}

function exportOf(run: RunRow) {
  const { id, name, description, created_by } = run;
  return {
    export_version: EXPORT_VERSION,
    run_id: id,
    exported_at: new Date().toISOString(),
    config: { name, description, created_by, ...inSections(run) },
  };
}

/** A name that is safe as that of a file, everywhere. */
function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 80).toLowerCase() || 'run';
}
