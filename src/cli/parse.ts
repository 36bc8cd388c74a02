/** The command line of one command, read by yargs from its option table. */
import yargs from 'yargs';
import type { CommandSpec, OptionSpec, OptionValues } from '../engine/command.js';
import { gtkError } from '../errors.js';
import { commonOptions } from './common-options.js';
import { didYouMean } from './nearest.js';
import { optionValues } from './option-values.js';

export interface Parsed {
  values: OptionValues;
  positionals: string[];
}

/** All options of a command, its own first. */
export function allOptions(spec: CommandSpec): OptionSpec[] {
  return spec.engine ? [...spec.options, ...commonOptions] : spec.options;
}

/**
 * Reads the arguments that follow the command's name.
 *
 * @throws GTK_USAGE for an unknown option, a missing value or positional, or a value out of range
 */
export async function parse(spec: CommandSpec, args: string[]): Promise<Parsed> {
  const command = `gtk ${spec.name}`;
  const options = allOptions(spec);
  const parser = yargs()
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'duplicate-arguments-array': true,
      'boolean-negation': true,
    })
    .help(false)
    .version(false)
    .exitProcess(false)
    .fail((message, error) => {
      throw gtkError('GTK_USAGE', { problem: missingValue(message ?? error.message), command });
    });
  const flags = options.filter(({ kind }) => kind === 'flag').map(({ name }) => name);
  for (const { name, kind, aliases = [] } of options) {
    if (kind === 'flag') parser.option(name, { type: 'boolean' });
    else for (const each of [name, ...aliases]) parser.option(each, { type: 'string', requiresArg: true });
  }
  const {
    _: rest,
    $0: _self,
    ...given
  } = await parser.parse(args.map((arg) => plainFlag(arg, flags, command)));
  checkKnown(Object.keys(given), args, options, command);
  const positionals = rest.map(String);
  checkPositionals(positionals, spec);
  return { values: await optionValues(spec, options, given as Record<string, string>), positionals };
}

/** yargs takes whatever follows `--flag=` but `true` for false; here it must be a word that means something. */
function plainFlag(arg: string, flags: readonly string[], command: string): string {
  const [, name = '', value = ''] = /^--([^=]+)=(.*)$/s.exec(arg) ?? [];
  if (!flags.includes(name)) return arg;
  if (value === 'true' || value === '1') return `--${name}`;
  if (value === 'false' || value === '0') return `--no-${name}`;
  const problem = `--${name}: found ${JSON.stringify(value)}, expected true or false`;
  throw gtkError('GTK_USAGE', { problem, command });
}

function missingValue(message: string): string {
  const name = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  return name === undefined
    ? message.split('\n')[0]!
    : `--${name}: found nothing behind it, expected a value`;
}

function checkKnown(given: string[], args: string[], options: readonly OptionSpec[], command: string): void {
  const names = options.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  for (const name of given.filter((name) => !names.includes(name))) {
    const dashes = name.length === 1 ? '-' : args.includes(`--no-${name}`) ? '--no-' : '--';
    const hint = didYouMean(name, names, '--');
    throw gtkError('GTK_USAGE', { problem: `No such option: ${dashes}${name}${hint}`, command });
  }
}

function checkPositionals(positionals: string[], spec: CommandSpec): void {
  const command = `gtk ${spec.name}`;
  const missing = spec.positionals.filter(({ required }) => required)[positionals.length];
  if (missing) {
    throw gtkError('GTK_USAGE', { problem: `Missing ${missing.name}: ${missing.summary}`, command });
  }
  if (positionals.length > spec.positionals.length && !spec.positionals.some(({ variadic }) => variadic)) {
    throw gtkError('GTK_USAGE', {
      problem: `Unexpected argument: ${positionals[spec.positionals.length]}`,
      command,
    });
  }
}
