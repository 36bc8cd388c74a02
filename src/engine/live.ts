/** Commands that work for long outside run folders, and what they talk to. */
import type { CommandSpec, OptionValues } from './command.js';
import type { Answer } from './job.js';

/**
 * A command that works for long outside a run folder: what it does is driven by what it finds on disk, and it
 * goes on when it is given again.
 */
export interface LiveCommand {
  readonly spec: CommandSpec;
  work(values: OptionValues, positionals: string[], live: Live): Promise<Outcome>;
}

/** What a {@link LiveCommand} talks to. */
export interface Live {
  /** Aborted with the name of the signal: stop starting, end what runs, say what was done. */
  readonly signal: AbortSignal;
  log(level: 'debug' | 'info' | 'warn' | 'error', event: string, fields: object): void;
  /** Tells at once what others wait for, as the outcome would be told. */
  tell(answer: Answer): void;
  /** Draws a bar from what the function tells whenever it is asked, until the work ends. */
  show(state: () => LiveState): void;
}

/** How far the work is. */
export interface LiveState {
  done: number;
  total: number;
  /** What stands behind the bar. */
  words: string;
}

/** What a {@link LiveCommand} leaves: `json` with `--json`, else `text`. */
export interface Outcome extends Answer {
  /** Exit status; an interruption has its own. */
  status: number;
  /** It worked until a signal ended it, as it should; what there is to tell was told when it began. */
  isService?: true;
}
