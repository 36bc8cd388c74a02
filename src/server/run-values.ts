/** What clients say of a run: its name, its description and its configuration. All faults are told at once. */
import type { FastifyRequest } from 'fastify';
import { isPublicAddress } from '../net/public-address.js';
import {
  columns,
  defaultConfig,
  type Preset,
  presets,
  type RunConfig,
  type Section,
  sections,
} from '../pcr/config/columns.js';
import { type FieldProblem, readConfig } from '../pcr/config/values.js';
import { genomeAddress } from '../pcr/references/fetch.js';
import { canonicalGenome } from '../pcr/references/reference.js';
import { clientOf, ownerOf } from './auth/client.js';
import { flattenConfig, isObject } from './config-sections.js';
import type { ServerContext } from './context.js';
import { isUsableGenome, usableGenomes } from './genomes.js';
import { HttpProblem } from './problem.js';

/** A run as it is to be made. */
export interface RunValues {
  name: string;
  description: string | null;
  created_by: string | null;
  config: RunConfig;
  /** Sections of which a value was given. */
  sections: Section[];
}

/** Values as they were given, by name; `config` may hold more of them in sections, as an object or as JSON. */
export type GivenValues = Readonly<Record<string, unknown>>;

/** Texts about a run, with the characters that they may have. */
const texts = { name: 200, description: 2000, created_by: 100 } as const;
type TextName = keyof typeof texts;

/**
 * The values of a new run: a single field wins over `config`, that over `preset`, and that over the defaults.
 *
 * @throws HttpProblem `bad_value` with all that is wrong
 */
export function readRunValues(
  given: GivenValues,
  context: ServerContext,
  request: FastifyRequest,
): RunValues {
  const read = readGiven(given, context);
  if (read.texts.name === undefined && !read.problems.some(({ field }) => field === 'name')) {
    read.problems.push({ field: 'name', message: 'is missing: expected 1 to 200 characters' });
  }
  refuseAny(read.problems);
  const { name, description = null, created_by = null } = read.texts;
  return {
    name: name!,
    description,
    created_by: ownerOf(context, clientOf(request)) ?? created_by,
    config: { ...defaultConfig(), ...read.preset, ...read.values },
    sections: sections.filter((section) =>
      columns.some((column) => column.section === section && read.supplied.has(column.name)),
    ),
  };
}

/** The values that a run is to have from now on; the others stay. Throws HttpProblem `bad_value`. */
export function readRunChanges(
  given: unknown,
  context: ServerContext,
): Partial<RunConfig> & { name?: string; description?: string | null } {
  if (!isObject(given)) throw new HttpProblem('bad_value', 'The body is no object: expected values by name');
  const { created_by, ...rest } = given;
  const read = readGiven(rest, context);
  if (created_by !== undefined) read.problems.push({ field: 'created_by', message: 'cannot be changed' });
  refuseAny(read.problems);
  const { name, description } = read.texts;
  return {
    ...(name != null && { name }),
    ...(description !== undefined && { description }),
    ...read.preset,
    ...read.values,
  };
}

function refuseAny(problems: FieldProblem[]): void {
  if (problems.length === 0) return;
  const shown = problems.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new HttpProblem('bad_value', `Values are refused: ${shown.slice(0, 1000)}`, problems);
}

interface Read {
  texts: Partial<Record<TextName, string | null>> & { name?: string };
  values: Partial<RunConfig>;
  preset: Partial<RunConfig>;
  /** Names of settings of which a value was given, be it the default. */
  supplied: Set<string>;
  problems: FieldProblem[];
}

function readGiven({ config, preset, ...fields }: GivenValues, context: ServerContext): Read {
  const problems: FieldProblem[] = [];
  const all = { ...flattenConfig(config, problems), ...fields };
  const settings: Record<string, unknown> = {};
  const read: Read = { texts: {}, values: {}, preset: {}, supplied: new Set(), problems };
  for (const [field, value] of Object.entries(all)) {
    if (Object.hasOwn(texts, field)) readText(field as TextName, value, read);
    else settings[field] = value;
    if (value !== null && value !== '') read.supplied.add(field);
  }
  const { values, problems: refused } = readConfig(settings);
  problems.push(...refused);
  read.values = checkGenome(values, context, problems);
  if (preset !== undefined) {
    if (typeof preset === 'string' && Object.hasOwn(presets, preset)) read.preset = presets[preset as Preset];
    else {
      const expected = `expected one of ${Object.keys(presets).join(', ')}`;
      problems.push({ field: 'preset', message: `is no preset: ${expected}` });
    }
  }
  return read;
}

function readText(field: TextName, value: unknown, { texts: found, problems }: Read): void {
  const text = typeof value === 'string' ? value.trim() : value;
  if (field !== 'name' && (text === null || text === '')) {
    found[field] = null;
    return;
  }
  // In a description, lines may end.
  const refused = field === 'description' ? /[\u0000-\u0008\u000b-\u001f\u007f]/ : /[\u0000-\u001f\u007f]/;
  const fits =
    typeof text === 'string' && text.length > 0 && text.length <= texts[field] && !refused.test(text);
  if (fits) found[field] = text;
  else {
    const expected = `expected 1 to ${texts[field]} characters, none of them a control character`;
    problems.push({ field, message: `is refused: ${expected}` });
  }
}

function checkGenome(
  values: Partial<RunConfig>,
  { settings }: ServerContext,
  problems: FieldProblem[],
): Partial<RunConfig> {
  const { genome, genome_tar_url: url } = values;
  if (url) {
    const message = addressProblem(url, settings.mode === 'trial' ? [] : settings.genomeHosts);
    if (message !== undefined) problems.push({ field: 'genome_tar_url', message });
  }
  if (genome == null) return values;
  // With an archive to come, its name may be any.
  if (!url && !isUsableGenome(settings, genome)) {
    const message = `is not registered: expected one of ${usableGenomes(settings).join(', ')}`;
    problems.push({ field: 'genome', message });
  }
  return { ...values, genome: canonicalGenome(genome) };
}

/** Why a genome may not be fetched from there, the same as the step that would fetch it says. */
function addressProblem(url: string, hosts: readonly string[]): string | undefined {
  try {
    genomeAddress(url, hosts, isPublicAddress);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
