/** Help, made from the command tables. */
import type { CommandSpec, OptionSpec } from '../engine/command.js';
import { ExitStatus } from '../errors.js';
import { commonOptions } from './common-options.js';
import { findSpec, jobs, tools } from './registry.js';

const WIDTH = 100;

/** The first page: what gtk is and its commands. */
export function mainHelp(): string {
  const list = (commands: Record<string, { summary: string }>) =>
    Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  return `${[
    'gtk: genomics data processing in bounded batches, for data that outgrows memory or disk',
    '',
    'Usage: gtk COMMAND [options] …',
    '',
    'Jobs:',
    ...list(jobs),
    '',
    'Around them:',
    ...list(tools),
    '',
    "'gtk COMMAND --help' explains a command; 'gtk --version' prints the version.",
  ].join('\n')}\n`;
}

/** Everything about one command. Throws GTK_USAGE for a name that is none. */
export async function commandHelp(name: string): Promise<string> {
  const spec = await findSpec(name);
  const lines = [`gtk ${name}: ${spec.summary}`, '', `Usage: gtk ${name} ${usage(spec)}`, ''];
  lines.push(...wrap(spec.description, 0), '');
  for (const { name, summary } of spec.positionals) lines.push(...entry(name, summary));
  if (spec.positionals.length > 0) lines.push('');
  const steps = Object.entries(jobs[name]?.steps ?? {});
  if (steps.length > 0) {
    lines.push(`Steps, each a command of its own ('gtk ${name} STEP --help'):`);
    lines.push(...steps.flatMap(([step, { summary }]) => entry(step, summary)), '');
  }
  if (spec.options.length > 0) lines.push('Options:', ...spec.options.flatMap(optionLines));
  if (spec.engine) lines.push('', 'Options of every job:', ...commonOptions.flatMap(optionLines));
  if (spec.examples.length > 0) {
    lines.push('', 'Examples:');
    for (const { command, does } of spec.examples) lines.push(`  ${command}`, `      ${does}`);
  }
  lines.push('', 'Exit status:', ...exitLines(spec));
  return `${lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')}\n`;
}

function usage(spec: CommandSpec): string {
  if (jobs[spec.name]?.group) return 'STEP [options] …';
  const positionals = spec.positionals.map(({ name, required, variadic }) => {
    const word = variadic ? `${name}…` : name;
    return required ? word : `[${word}]`;
  });
  return ['[options]', ...positionals].join(' ');
}

function optionLines(option: OptionSpec): string[] {
  const value = option.kind === 'flag' ? '' : ` ${option.placeholder ?? option.kind.toUpperCase()}`;
  const choices = option.choices ? ` (${option.choices.join(', ')})` : '';
  const fallback = option.defaultText ?? (option.kind === 'flag' ? undefined : option.default);
  const shown = Array.isArray(fallback) ? fallback.join(',') : fallback;
  const also = option.aliases ? `, also ${option.aliases.map((name) => `--${name}`).join(', ')}` : '';
  return entry(
    `--${option.name}${value}`,
    `${option.summary}${also}${choices}${shown === undefined ? '' : ` [${shown}]`}`,
  );
}

function entry(left: string, text: string): string[] {
  const [first = '', ...rest] = wrap(text, 28);
  const head = `  ${left}`.padEnd(28);
  return head.length > 28
    ? [head, `${' '.repeat(28)}${first.trim()}`, ...rest]
    : [head + first.trim(), ...rest];
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim()) {
      lines.push(line.trimEnd());
      line = ' '.repeat(indent);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}

const EVERY_EXIT: [number, string][] = [
  [ExitStatus.done, 'all done'],
  [ExitStatus.someFailed, 'some items failed, the rest is written'],
  [ExitStatus.usage, 'the command line is wrong'],
  [ExitStatus.badInput, 'bad input data; nothing is left behind'],
  [ExitStatus.environment, 'a tool, space or permission is missing'],
  [ExitStatus.internal, 'a fault in gtk'],
  [ExitStatus.interrupted, 'interrupted; the same command resumes (143 after SIGTERM)'],
];

function exitLines(spec: CommandSpec): string[] {
  const own = new Map(spec.exitStatuses?.map(({ status, means }) => [status as number, means]));
  return EVERY_EXIT.map(([status, means]) => `  ${String(status).padEnd(5)}${own.get(status) ?? means}`);
}
