/** What the routes of the system answer. */
import { stepNames } from '../pcr/steps/names.js';
import {
  boolean,
  integer,
  integerOrNull,
  list,
  object,
  oneOf,
  problems,
  statuses,
  text,
  textOrNull,
} from './schemas.js';

export const healthSchema = object({
  status: oneOf(['healthy', 'degraded']),
  database: oneOf(['connected']),
  active_jobs: integer,
  total_runs: integer,
  missing_dependencies: list(text),
});

export const systemStatusSchema = object({
  active_jobs: integer,
  queued_jobs: integer,
  total_runs: integer,
  run_stats: object(Object.fromEntries(statuses.map((status) => [status, integer]))),
  disk_usage: { ...integer, description: 'bytes of all files of the server' },
  disk_free: { ...integer, description: 'bytes' },
  server_uptime: { ...integer, description: 'seconds' },
  available_genomes: list(text),
});

export const infoSchema = object({
  name: text,
  version: text,
  deployment_mode: oneOf(['local', 'team', 'trial']),
  pipeline_steps: list(oneOf(stepNames)),
  supported_genomes: list(text),
  tools: { type: 'object', additionalProperties: textOrNull, description: 'versions; null where missing' },
  limits: object({
    max_upload: { ...integer, description: 'bytes of one file as it is sent' },
    runs_per_client: integerOrNull,
    jobs_per_client: integerOrNull,
    run_hours: integerOrNull,
    max_jobs: integer,
    threads: integer,
    step_seconds: integer,
    genome_hosts: list(text),
  }),
  banner: textOrNull,
});

export const genomesSchema = object({
  genomes: list(
    object({
      name: text,
      aliases: list(text),
      registered: boolean,
      contigs: integerOrNull,
      bases: integerOrNull,
      genes: integerOrNull,
      known_sites: integerOrNull,
      aligner: textOrNull,
    }),
  ),
});

export const dependenciesSchema = object({
  dependencies: list(
    object({ name: text, version: textOrNull, needed: boolean, purpose: text, install: text }),
  ),
});

export const cleanupSchemas = {
  body: object({ days_old: { type: 'integer', minimum: 1, maximum: 3650, default: 30 } }, ['days_old']),
  response: {
    200: object({ jobs_cleaned: integer, logs_cleaned: integer, runs_cleaned: integer }),
    ...problems(400, 403),
  },
};
