/** `gtk completion`: completion scripts for bash and zsh, made from the command tables. */
import type { CommandSpec } from '../engine/command.js';
import { ExitStatus, gtkError } from '../errors.js';
import { allOptions, parse } from './parse.js';
import { commandNames, findSpec, jobs, type Tool, tools } from './registry.js';

const SHELLS = ['bash', 'zsh'] as const;

const spec: CommandSpec = {
  name: 'completion',
  summary: 'print the completion script for bash or zsh',
  description:
    'Prints a script that completes commands, options and their values. For bash: source <(gtk completion bash); for zsh: gtk completion zsh > "$fpath[1]/_gtk".',
  positionals: [
    {
      name: 'SHELL',
      summary: SHELLS.join(' or '),
      required: true,
      variadic: false,
      path: false,
      choices: SHELLS,
    },
  ],
  options: [],
  engine: false,
  examples: [{ command: 'source <(gtk completion bash)', does: 'completion in this bash' }],
};

/** Words to offer after `gtk COMMAND`, and after each option that takes one of a few values. */
interface Words {
  command: string;
  options: string[];
  /** For what is neither an option nor its value; without them, file names. */
  plain: readonly string[];
  /** Words to offer, besides files, right behind the command. */
  steps: readonly string[];
  values: { option: string; choices: readonly string[] }[];
}

async function words(): Promise<Words[]> {
  const names = [...Object.keys(jobs), ...Object.keys(tools)];
  const help = { command: 'help', options: [], plain: names, steps: [], values: [] };
  const specs = await Promise.all(commandNames().map(findSpec));
  const commands = specs.map((spec) => {
    const { group, steps = {} } = jobs[spec.name] ?? {};
    return {
      command: spec.name,
      options: [...allOptions(spec).map(({ name }) => `--${name}`), '--help'],
      plain: group ? Object.keys(steps) : (spec.positionals[0]?.choices ?? []),
      steps: group ? [] : Object.keys(steps),
      values: allOptions(spec).flatMap(({ name, choices }) =>
        choices ? [{ option: `--${name}`, choices }] : [],
      ),
    };
  });
  return [...commands, help];
}

function bash(commands: Words[]): string {
  const cases = commands.map(({ command, options, plain, steps, values }) => {
    const choices = values.map(({ option, choices }) => `      ${option}) words="${choices.join(' ')}" ;;`);
    return [
      `  '${command}')`,
      ...(steps.length > 0 ? [`    (( COMP_CWORD == 2 )) && steps="${steps.join(' ')}"`] : []),
      `    case "$previous" in`,
      ...choices,
      `      *) if [[ $current == -* ]]; then words="${options.join(' ')}"; else words="${plain.join(' ')}"; fi ;;`,
      '    esac ;;',
    ].join('\n');
  });
  return `# bash completion for gtk
_gtk() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words="" steps=""
  local command="\${COMP_WORDS[1]}"
  case "$command \${COMP_WORDS[2]}" in
    ${stepPatterns(commands)}) (( COMP_CWORD > 2 )) && command+=" \${COMP_WORDS[2]}" ;;
  esac
  if (( COMP_CWORD == 1 )); then
    words="${commands.flatMap(({ command }) => (command.includes(' ') ? [] : [command])).join(' ')} --help --version"
  else
    case "$command" in
${cases.join('\n')}
    esac
  fi
  if [[ -n $words ]]; then mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else mapfile -t COMPREPLY < <(compgen -W "$steps" -- "$current"; compgen -f -- "$current"); fi
}
complete -o filenames -F _gtk gtk
`;
}

/** The two words of every step, as patterns of bash's case. */
function stepPatterns(commands: Words[]): string {
  return commands.flatMap(({ command }) => (command.includes(' ') ? [`'${command}'`] : [])).join(' | ');
}

/** zsh runs the bash function through its own compatibility layer. */
function zsh(commands: Words[]): string {
  return `#compdef gtk\nautoload -Uz bashcompinit && bashcompinit\n${bash(commands)}`;
}

async function run(args: string[]): Promise<number> {
  const { positionals } = await parse(spec, args);
  const shell = positionals[0]!;
  if (!(SHELLS as readonly string[]).includes(shell)) {
    throw gtkError('GTK_USAGE', {
      problem: `No such shell: ${shell}; expected bash or zsh`,
      command: 'gtk completion',
    });
  }
  const commands = await words();
  process.stdout.write(shell === 'bash' ? bash(commands) : zsh(commands));
  return ExitStatus.done;
}

export const completionTool: Tool = { spec, run };
