/** Configurations in sections, as exports and the part `config` of a form have them. */
import { columns, type RunConfig, type Section, sections } from '../pcr/config/columns.js';
import type { FieldProblem } from '../pcr/config/values.js';

/** What the server alone says of a run: in what is imported it means nothing. */
const systemFields = [
  'id',
  'run_id',
  'status',
  'current_step',
  'created_at',
  'updated_at',
  'started_at',
  'completed_at',
  'r1_sha256',
  'r2_sha256',
  'r1_bytes',
  'r2_bytes',
];

/** An object without the fields that the server alone says. */
export function withoutSystemFields(given: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !systemFields.includes(name)));
}

/** The settings of each section. */
export function inSections(config: RunConfig): Record<Section, Partial<RunConfig>> {
  const ofSection = (section: Section) =>
    columns.filter((column) => column.section === section).map(({ name }) => [name, config[name]]);
  return Object.fromEntries(
    sections.map((section) => [section, Object.fromEntries(ofSection(section))]),
  ) as Record<Section, Partial<RunConfig>>;
}

/** All settings of a configuration in sections, which may be JSON, by name; what is wrong is added to the problems. */
export function flattenConfig(given: unknown, problems: FieldProblem[]): Record<string, unknown> {
  if (given === undefined) return {};
  const config = typeof given === 'string' ? parse(given) : given;
  if (!isObject(config)) {
    problems.push({ field: 'config', message: 'is refused: expected a JSON object with sections' });
    return {};
  }
  const flat: [string, unknown][] = [];
  for (const [key, value] of Object.entries(config)) {
    if (['name', 'description', 'created_by'].includes(key)) flat.push([key, value]);
    else if (!(sections as readonly string[]).includes(key)) {
      problems.push({ field: `config.${key}`, message: `is no section: expected ${sections.join(', ')}` });
    } else if (!isObject(value)) {
      problems.push({ field: `config.${key}`, message: 'is refused: expected an object' });
    } else {
      flat.push(...ownSettings(key as Section, value, problems));
    }
  }
  return Object.fromEntries(flat);
}

function ownSettings(
  section: Section,
  values: Record<string, unknown>,
  problems: FieldProblem[],
): [string, unknown][] {
  return Object.entries(values).filter(([name]) => {
    const isOwn = columns.some((column) => column.name === name && column.section === section);
    if (!isOwn)
      problems.push({ field: `config.${section}.${name}`, message: 'is no setting of this section' });
    return isOwn;
  });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
