/** The command line of one command, read by yargs from its option table. */
import yargs from 'yargs';
import type { CommandSpec, OptionSpec, OptionValues } from '../engine/command.js';
import { gtkError } from '../errors.js';
import { commonOptions } from './common-options.js';
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
    .strictOptions()
    .fail((message, error) => {
      throw error ?? gtkError('GTK_USAGE', { problem: message.split('\n')[0]!, command });
    });
  for (const { name, kind } of options) {
    if (kind === 'flag') parser.option(name, { type: 'boolean' });
    else parser.option(name, { type: 'string', requiresArg: true });
  }
  const { _: rest, ...given } = await parser.parse(args);
  const positionals = rest.map(String);
  const required = spec.positionals.filter((positional) => positional.required);
  if (positionals.length < required.length) {
    const missing = required[positionals.length]!.name;
    throw gtkError('GTK_USAGE', {
      problem: `Missing ${missing}: found ${positionals.length} arguments`,
      command,
    });
  }
  if (positionals.length > spec.positionals.length && !spec.positionals.some(({ variadic }) => variadic)) {
    const extra = positionals[spec.positionals.length];
    throw gtkError('GTK_USAGE', { problem: `Unexpected argument: ${extra}`, command });
  }
  return { values: await optionValues(spec, options, given as Record<string, string>), positionals };
}
