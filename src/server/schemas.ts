/** Pieces of the OpenAPI document that several routes share. They are also what requests are checked against. */
import { type Column, columns, sections } from '../pcr/config/columns.js';
import { readsInputs, stepNames, taskNames } from '../pcr/steps/names.js';

export type Schema = Record<string, unknown>;

/** A shared schema by its name, in {@link sharedSchemas}. */
export const ref = (name: string): Schema => ({ $ref: `${name}#` });

/** An object with exactly these properties. */
export function object(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

export const list = (items: Schema): Schema => ({ type: 'array', items });
export const text: Schema = { type: 'string' };
export const textOrNull: Schema = { type: ['string', 'null'] };
export const integer: Schema = { type: 'integer', minimum: 0 };
export const integerOrNull: Schema = { type: ['integer', 'null'] };
export const boolean: Schema = { type: 'boolean' };
/** UTC, ISO 8601. */
export const time: Schema = { type: 'string', format: 'date-time' };
export const timeOrNull: Schema = { type: ['string', 'null'], format: 'date-time' };
export const oneOf = (words: readonly string[]): Schema => ({ type: 'string', enum: [...words] });
/** A switch in a query. */
export const flag: Schema = oneOf(['0', '1', 'true', 'false']);

export const statuses = ['pending', 'running', 'completed', 'failed', 'killed'] as const;
/** Names that jobs can have. */
export const jobNames = ['upload', ...taskNames] as const;

/** Parameters of an address below a run, and below a step of it. */
export const runParams = object({ id: { type: 'string', format: 'uuid', description: "the run's id" } });
export const stepParams = object({
  id: { type: 'string', format: 'uuid', description: "the run's id" },
  step: oneOf(stepNames),
});

/** Refusals of a route by their statuses. */
export function problems(...statuses: number[]): Record<number, Schema> {
  return Object.fromEntries(statuses.map((status) => [status, ref('Problem')]));
}

/** What a setting has, as JSON. */
export function valueSchema({ kind, default: initial, min, max, below, choices, summary }: Column): Schema {
  const types: Record<Column['kind'], string> = {
    bases: 'string',
    integer: 'integer',
    number: 'number',
    boolean: 'boolean',
    choice: 'string',
    genome: 'string',
    url: 'string',
    umi: 'string',
    contig: 'string',
  };
  const isNullable = initial === null || kind === 'contig';
  return {
    type: isNullable ? [types[kind], 'null'] : types[kind],
    ...(choices && { enum: isNullable ? [...choices, null] : [...choices] }),
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
    ...(below !== undefined && { exclusiveMaximum: below }),
    description: summary,
  };
}

export const configProperties: Record<string, Schema> = Object.fromEntries(
  columns.map((column) => [column.name, valueSchema(column)]),
);

const runProperties: Record<string, Schema> = {
  id: { type: 'string', format: 'uuid' },
  name: text,
  description: textOrNull,
  status: oneOf(statuses),
  current_step: { type: ['string', 'null'], enum: [...jobNames, null] },
  created_at: time,
  updated_at: time,
  created_by: textOrNull,
  r1_sha256: textOrNull,
  r2_sha256: textOrNull,
  r1_bytes: integerOrNull,
  r2_bytes: integerOrNull,
  ...configProperties,
};

const jobProperties: Record<string, Schema> = {
  job_id: integer,
  step_name: oneOf(jobNames),
  status: oneOf(statuses),
  input: oneOf(readsInputs),
  created_at: time,
  started_at: timeOrNull,
  completed_at: timeOrNull,
  error_message: textOrNull,
  exit_code: integerOrNull,
  signal: textOrNull,
};

/** A configuration in its sections, as exports have it. */
const sectionProperties = Object.fromEntries(
  sections.map((section) => {
    const own = columns.filter((column) => column.section === section);
    return [section, object(Object.fromEntries(own.map((column) => [column.name, valueSchema(column)])))];
  }),
);

const named = (name: string, schema: Schema) => ({ $id: name, title: name, ...schema });

export const sharedSchemas = [
  named(
    'Problem',
    object({ error: text, code: text, details: list(object({ field: text, message: text })) }, ['details']),
  ),
  named('Run', object(runProperties)),
  named('Job', object(jobProperties)),
  named(
    'JobDetail',
    object({
      ...jobProperties,
      threads: integerOrNull,
      log_file: textOrNull,
      commands: list(object({ program: text, version: textOrNull, command_line: text })),
      inputs: list(object({ path: text, bytes: integer, modified_at: time, sha256: textOrNull })),
    }),
  ),
  named(
    'Export',
    object({
      export_version: oneOf(['1.0']),
      run_id: text,
      exported_at: time,
      config: object({ name: text, description: textOrNull, created_by: textOrNull, ...sectionProperties }),
    }),
  ),
  named(
    'File',
    object(
      {
        path: text,
        type: oneOf(['text', 'binary']),
        mime_type: text,
        size: integer,
        modified: time,
        url: text,
        content: text,
      },
      ['content'],
    ),
  ),
];

/** The run with its jobs, oldest first. */
export const runWithJobs = object({ ...runProperties, jobs: list(ref('JobDetail')) });

/** How far a run is. */
export const statusSchema = object({
  run_id: text,
  status: oneOf(statuses),
  current_step: { type: ['string', 'null'], enum: [...jobNames, null] },
  step_history: list(ref('Job')),
  products: list(
    object({
      step_name: oneOf(taskNames),
      source: { type: ['string', 'null'], enum: ['raw', 'umi', 'cutadapt', 'fastp', null] },
      stale: boolean,
      completed_at: time,
    }),
  ),
  pipeline: {
    anyOf: [{ type: 'null' }, object({ steps: list(oneOf(stepNames)), left: list(oneOf(taskNames)) })],
  },
});
