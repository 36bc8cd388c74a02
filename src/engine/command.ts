/**
 * A command as data. Help, shell completion, the reference page and the parser are all made from these
 * tables, so an option is described once.
 */

/** One option of a command. */
export interface OptionSpec {
  /** Long name in kebab-case, without dashes. */
  name: string;
  /** Other long names that mean the same. */
  aliases?: readonly string[];
  /** `flag` takes no value; `bytes` takes a size such as 512M or 2GiB; `list` is comma-separated. */
  kind: 'flag' | 'string' | 'path' | 'integer' | 'number' | 'bytes' | 'choice' | 'list';
  /** One line for the help. */
  summary: string;
  /** Its value is shown nowhere. */
  secret?: true;
  /** Stands for the value in the help: N, FILE, DIR. */
  placeholder?: string;
  /** For `choice` and `list`: the values allowed. */
  choices?: readonly string[];
  /** Value when nothing is given; none means undefined (false for a flag). */
  default?: string | number | boolean | readonly string[];
  /** Shown in the help instead of the default, where that is computed. */
  defaultText?: string;
  min?: number;
  max?: number;
  /** For `number`: the value is less than this. */
  below?: number;
}

/** What stands on the command line besides options. */
export interface PositionalSpec {
  name: string;
  summary: string;
  required: boolean;
  variadic: boolean;
  /** For completion: complete file names. */
  path: boolean;
  /** For completion: the words that it may be. */
  choices?: readonly string[];
}

/** A worked example. */
export interface ExampleSpec {
  command: string;
  does: string;
}

/** One command: everything the command line needs to know before its code is loaded. */
export interface CommandSpec {
  name: string;
  /** One line. */
  summary: string;
  /** A paragraph for the command's own help. */
  description: string;
  positionals: PositionalSpec[];
  options: OptionSpec[];
  /** True for jobs that run on the engine: they also take the common options. */
  engine: boolean;
  examples: ExampleSpec[];
  /** Exit statuses worth naming, besides those every command has. */
  exitStatuses?: { status: number; means: string }[];
}

/** Values of a command's options by their camelCase names, checked against its table. */
export type OptionValues = Record<string, string | number | boolean | string[] | undefined>;
