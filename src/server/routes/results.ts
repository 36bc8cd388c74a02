/** Results of runs: what steps counted, and the files that they left. */
import type { FastifyInstance } from 'fastify';
import { readSiteTable } from '../../pcr/sites/site-table.js';
import {
  type StepName,
  stepNames,
  stepOf,
  type TaskName,
  taskFolders,
  taskNames,
} from '../../pcr/steps/names.js';
import { isStale, readRecord } from '../../pcr/steps/record.js';
import type { Workspace } from '../../pcr/workspace.js';
import { findRun } from '../auth/client.js';
import { type ServerContext, workspaceOf } from '../context.js';
import { HttpProblem } from '../problem.js';
import { filesIn, resultFiles, resultKeys } from '../results/result-files.js';
import {
  boolean,
  flag,
  list,
  object,
  oneOf,
  problems,
  ref,
  runParams,
  text,
  textOrNull,
  time,
} from '../schemas.js';

/** A step, or one stage of quality control. */
const resultNames = [...new Set([...stepNames, ...taskNames])];

const inline = { ...flag, description: '1 adds the content of texts below 256 KiB' };
const isOn = (value: string | undefined) => value === '1' || value === 'true';
/** What a step counted has a shape of its own. */
const anything = {};

type StepRequest = {
  Params: { id: string; step: StepName | TaskName };
  Querystring: { inline?: string; d?: number };
};

export function resultRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get<{ Params: { id: string }; Querystring: { inline?: string } }>(
    '/runs/:id/results',
    {
      schema: {
        summary: 'The files that are results, by what they are',
        params: runParams,
        querystring: object({ inline }, ['inline']),
        response: {
          200: object({
            run_id: text,
            results: object(Object.fromEntries(resultKeys.map((key) => [key, list(ref('File'))]))),
          }),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params, query }) => {
      const run = findRun(context, params.id);
      const workspace = workspaceOf(context.settings, run.id);
      return { run_id: run.id, results: await resultFiles(workspace, run.id, isOn(query.inline)) };
    },
  );

  app.get<StepRequest>(
    '/runs/:id/results/:step',
    {
      schema: {
        summary: 'What a step counted, from what, and its files',
        description:
          'For qc the summary has both stages; stale says that what the step read was made anew since. Of site_analysis, d adds the table of sites merged at that distance.',
        params: object({ id: text, step: oneOf(resultNames) }),
        querystring: object(
          { inline, d: { type: 'integer', minimum: 0, maximum: 10, description: 'merge distance in bases' } },
          ['inline', 'd'],
        ),
        response: {
          200: object(
            {
              run_id: text,
              step_name: text,
              summary: anything,
              source: textOrNull,
              stale: boolean,
              completed_at: time,
              files: list(ref('File')),
              table: list({ type: 'object', additionalProperties: true }),
            },
            ['table'],
          ),
          ...problems(400, 401, 404),
        },
      },
    },
    async ({ params, query }) => {
      const { step } = params;
      const run = findRun(context, params.id);
      const workspace = workspaceOf(context.settings, run.id);
      if (query.d !== undefined && step !== 'site_analysis') {
        const message = 'is not known here: expected site_analysis';
        throw new HttpProblem('bad_value', 'only site_analysis has tables', [{ field: 'd', message }]);
      }
      const result = resultOf(workspace, step);
      const folders = result.tasks.flatMap((task) => taskFolders[task]);
      return {
        run_id: run.id,
        step_name: step,
        ...result.facts,
        files: await filesIn(workspace, run.id, folders, isOn(query.inline)),
        ...(query.d !== undefined && { table: tableOf(workspace, query.d) }),
      };
    },
  );
}

/** What stands of a step. Throws HttpProblem `not_found` if nothing does. */
function resultOf(workspace: Workspace, step: StepName | TaskName) {
  const tasks = (taskNames as readonly TaskName[]).filter((task) => task === step || stepOf(task) === step);
  const there = tasks.flatMap((task) => {
    const record = readRecord(workspace, task);
    return record ? [{ task, record }] : [];
  });
  const latest = there.toSorted((a, b) => (a.record.completedAt < b.record.completedAt ? 1 : -1))[0];
  if (!latest) throw new HttpProblem('not_found', `${step} has left no results in this run`);
  const stages = Object.fromEntries(
    there.map(({ task, record }) => [task.replace('qc_', ''), record.summary]),
  );
  return {
    tasks: there.map(({ task }) => task),
    facts: {
      summary: step === 'qc' ? stages : latest.record.summary,
      source: latest.record.source ?? null,
      stale: there.some(({ record }) => isStale(workspace, record)),
      completed_at: latest.record.completedAt,
    },
  };
}

function tableOf(workspace: Workspace, distance: number) {
  const table = readSiteTable(workspace, distance);
  if (table) return table;
  throw new HttpProblem('not_found', 'site_analysis is at work again: its tables come with its end');
}
