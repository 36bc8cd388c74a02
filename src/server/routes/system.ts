/** The state of the server, what it offers, and clearing up. */
import { statfs } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { listReferences } from '../../pcr/references/find.js';
import { stepNames } from '../../pcr/steps/names.js';
import { packageVersion } from '../../root.js';
import { clientOf } from '../auth/client.js';
import { bytesBelow } from '../clean-run.js';
import { cleanUp } from '../clean-up.js';
import type { ServerContext } from '../context.js';
import { aliasesOf, registeredGenomes, usableGenomes } from '../genomes.js';
import { HttpProblem } from '../problem.js';
import { findDependencies, missingPrograms } from '../program-versions.js';
import { problems } from '../schemas.js';
import {
  cleanupSchemas,
  dependenciesSchema,
  genomesSchema,
  healthSchema,
  infoSchema,
  systemStatusSchema,
} from '../system-schemas.js';

/** Milliseconds for which the size of all files is not counted again. */
const USAGE_LIFE_MS = 30_000;

const BANNER =
  'This server is for trying things out: files are small, runs are few, and all of it is deleted after a day.';

export function systemRoutes(app: FastifyInstance, context: ServerContext): void {
  const { settings, limits, database } = context;
  let usage: { until: number; bytes: Promise<number> } | undefined;

  function countOrFail() {
    try {
      return database.counts();
    } catch (error) {
      context.log.error({ problem: (error as Error).message }, 'database-failed');
      throw new HttpProblem('database', 'The database does not answer');
    }
  }

  app.get(
    '/health',
    {
      schema: {
        summary: 'Whether the server works',
        response: { 200: healthSchema, ...problems(503) },
      },
    },
    () => {
      const { running, pending, total } = countOrFail();
      const missing = missingPrograms();
      return {
        status: missing.length === 0 ? 'healthy' : 'degraded',
        database: 'connected',
        active_jobs: running + pending,
        total_runs: total,
        missing_dependencies: missing,
      };
    },
  );

  app.get(
    '/system/status',
    { schema: { summary: 'Jobs, runs, disk and genomes', response: { 200: systemStatusSchema } } },
    async () => {
      const { runs, total, running, pending } = database.counts();
      const now = performance.now();
      if (!usage || usage.until <= now)
        usage = { until: now + USAGE_LIFE_MS, bytes: bytesBelow(settings.dataDir) };
      const { bavail, bsize } = await statfs(settings.dataDir);
      return {
        active_jobs: running,
        queued_jobs: pending,
        total_runs: total,
        run_stats: runs,
        disk_usage: await usage.bytes,
        disk_free: bavail * bsize,
        server_uptime: Math.floor((Date.now() - context.startedAt) / 1000),
        available_genomes: registeredGenomes(settings),
      };
    },
  );

  app.get(
    '/system/info',
    { schema: { summary: 'Version, mode, limits and programs', response: { 200: infoSchema } } },
    async () => {
      const tools = (await findDependencies()).map(({ name, version }) => [name, version]);
      return {
        name: 'qsLAM PCR Server',
        version: packageVersion(),
        deployment_mode: settings.mode,
        pipeline_steps: stepNames,
        supported_genomes: usableGenomes(settings),
        tools: Object.fromEntries(tools),
        limits: {
          max_upload: limits.maxUpload,
          runs_per_client: limits.runsPerClient ?? null,
          jobs_per_client: limits.jobsPerClient ?? null,
          run_hours: limits.runHours ?? null,
          max_jobs: settings.maxJobs,
          threads: settings.threads,
          step_seconds: settings.stepSeconds,
          genome_hosts: settings.mode === 'trial' ? [] : settings.genomeHosts,
        },
        banner: settings.mode === 'trial' ? BANNER : null,
      };
    },
  );

  app.get(
    '/system/genomes',
    { schema: { summary: 'Genomes that runs may name', response: { 200: genomesSchema } } },
    () => {
      const registered = new Map(listReferences(settings.genomeDir).map((genome) => [genome.name, genome]));
      const genomes = usableGenomes(settings).map((name) => {
        const manifest = registered.get(name)?.manifest;
        return {
          name,
          aliases: aliasesOf(name),
          registered: manifest !== undefined,
          contigs: manifest?.contigs.length ?? null,
          bases: manifest?.contigs.reduce((sum, { length }) => sum + length, 0) ?? null,
          genes: manifest?.genes ?? null,
          known_sites: manifest?.knownSites ?? null,
          aligner: manifest?.index.program ?? null,
        };
      });
      return { genomes };
    },
  );

  app.get(
    '/system/dependencies',
    { schema: { summary: 'External programs', response: { 200: dependenciesSchema } } },
    async () => ({ dependencies: await findDependencies() }),
  );

  app.post<{ Body: { days_old: number } }>(
    '/system/cleanup',
    {
      schema: {
        summary: 'Delete jobs and logs that are old, save the latest of each step, and the files of old runs',
        ...cleanupSchemas,
      },
    },
    (request) => {
      if (clientOf(request).role !== 'admin') {
        throw new HttpProblem('forbidden', 'Only an admin may clear up');
      }
      return cleanUp(context, request.body.days_old);
    },
  );
}
