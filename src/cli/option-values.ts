/** From the text of an option to its value, checked against the command's table. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandSpec, OptionSpec, OptionValues } from '../engine/command.js';
import { type GtkError, gtkError } from '../errors.js';
import { didYouMean } from './nearest.js';

type Raw = string | number | boolean | unknown[] | undefined;

export const camelCase = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const UNITS: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes of a size such as `512M`, `2GiB` or `1000000`; undefined if it is none. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  return match ? Math.floor(Number(match[1]) * UNITS[match[2]!.toLowerCase()]!) : undefined;
}

/** The value that a text means for an option. Throws GTK_USAGE naming what was found and expected. */
export function convert(
  option: OptionSpec,
  raw: Exclude<Raw, undefined>,
  command: string,
): OptionValues[string] {
  const wrong = (expected: string) =>
    gtkError('GTK_USAGE', {
      problem: `--${option.name}: found ${JSON.stringify(raw)}, expected ${expected}`,
      command,
    });
  if (option.kind === 'flag') {
    // Given twice, the last one holds.
    if (Array.isArray(raw)) return convert(option, raw.at(-1) as boolean, command);
    if (raw === true || raw === 'true' || raw === '1') return true;
    if (raw === false || raw === 'false' || raw === '0') return false;
    throw wrong('true or false');
  }
  if (option.kind === 'list') {
    const items = (Array.isArray(raw) ? raw : [raw]).flatMap((item) => String(item).split(','));
    const values = items.map((item) => item.trim()).filter(Boolean);
    const unknown = values.find((value) => option.choices && !option.choices.includes(value));
    if (unknown !== undefined || values.length === 0) throw wrong(`any of ${option.choices?.join(', ')}`);
    return [...new Set(values)];
  }
  if (Array.isArray(raw)) throw wrong('to be given once');
  const text = String(raw);
  if (option.kind === 'choice') {
    if (!option.choices!.includes(text)) throw wrong(`one of ${option.choices!.join(', ')}`);
    return text;
  }
  if (option.kind === 'bytes') {
    const bytes = parseBytes(text);
    if (!bytes) throw wrong('a size such as 512M or 4G');
    return bytes;
  }
  if (option.kind === 'integer') return integer(option, text, wrong);
  if (option.kind === 'number') return number(option, text, wrong);
  if (text === '') throw wrong('a value');
  return option.kind === 'path' ? path.resolve(text) : text;
}

function integer(option: OptionSpec, text: string, wrong: (expected: string) => GtkError): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = option;
  const value = /^[0-9]+(e[0-9]+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw wrong(
    option.max === undefined ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`,
  );
}

function number(option: OptionSpec, text: string, wrong: (expected: string) => GtkError): number {
  const { min = 0, below = Number.POSITIVE_INFINITY } = option;
  const value = /^[0-9]*\.?[0-9]+(e-?[0-9]+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value < below) return value;
  throw wrong(
    option.below === undefined ? `a number of at least ${min}` : `a number from ${min} to below ${below}`,
  );
}

/** Options of a configuration file, by name. Throws GTK_USAGE. */
async function readConfig(file: string, command: string): Promise<Record<string, Raw>> {
  try {
    const { default: yaml } = await import('yaml');
    // JSON is YAML, so one parser reads both.
    const content: unknown = yaml.parse(readFileSync(file, 'utf8'));
    if (content === null || typeof content !== 'object' || Array.isArray(content)) {
      throw new Error(
        `found ${content === null ? 'nothing' : 'no table'}, expected options such as 'frame: 1'`,
      );
    }
    return content as Record<string, Raw>;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = missing ? 'no such file' : (error as Error).message.split('\n')[0];
    throw gtkError('GTK_USAGE', { problem: `--config ${file}: ${problem}`, command }, error);
  }
}

/**
 * Values of all options of a command: command line, else `GTK_…` in the environment, else the
 * configuration file, else the default.
 */
export async function optionValues(
  spec: CommandSpec,
  options: readonly OptionSpec[],
  given: Record<string, Raw>,
): Promise<OptionValues> {
  const command = `gtk ${spec.name}`;
  // Other commands have a --config of their own.
  const configFile = spec.engine ? (given.config ?? process.env.GTK_CONFIG) : undefined;
  const config = configFile === undefined ? {} : await readConfig(path.resolve(String(configFile)), command);
  const known = new Set(options.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  const unknown = Object.keys(config).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw gtkError('GTK_USAGE', {
      problem: `--config ${configFile}: no such option: ${unknown}${didYouMean(unknown, [...known])}`,
      command,
    });
  }
  const values: OptionValues = {};
  for (const option of options) {
    const names = [option.name, ...(option.aliases ?? [])];
    const environment = names.map((name) => process.env[`GTK_${name.toUpperCase().replaceAll('-', '_')}`]);
    const sources = [
      ...names.map((name) => given[name]),
      ...environment,
      ...names.map((name) => config[name]),
    ];
    const raw = sources.find((value) => value !== undefined && value !== null);
    const value = raw ?? (option.kind === 'flag' ? (option.default ?? false) : option.default);
    values[camelCase(option.name)] =
      value === undefined ? undefined : convert(option, value as Exclude<Raw, undefined>, command);
  }
  return values;
}
