/** What a step is, and what it works with. */
import type { GtkError } from '../../errors.js';
import type { ProgramName } from '../../tools/catalogue.js';
import type { RunConfig } from '../config/columns.js';
import type { Reference } from '../references/reference.js';
import type { Workspace } from '../workspace.js';
import type { ChosenReads } from './input.js';

/** One program of a step, in a pipe or alone. */
export interface Invocation {
  program: ProgramName;
  args: readonly string[];
}

/** What a step may use. It works in the process group of its caller, so that whoever ends that group ends all. */
export interface StepContext {
  readonly workspace: Workspace;
  readonly config: RunConfig;
  /** Only for steps that read reads. */
  readonly reads?: ChosenReads;
  /** Only for steps that need a genome: it is indexed. */
  readonly reference?: Reference;
  /** Threads that its programs may keep busy together. */
  readonly threads: number;
  /** Takes the place of the workspace for what is written: the step's own folders are there, empty. */
  readonly scratch: Workspace;
  /** A line in the job's log. */
  log(line: string): void;
  /**
   * Runs programs that are joined by pipes, or a single one; all that they print goes to the log, and the
   * output of the last one to `stdout`, if that is given. Paths are absolute; inside the run and the genome's
   * folder the programs get them relative, for they write their command line into logs, reports and headers.
   *
   * @throws GTK_MISSING_TOOL; GTK_STEP_FAILED if any of them ends with another status than 0
   */
  run(invocations: readonly Invocation[], options?: { stdout?: string }): Promise<void>;
  /** Takes down the version that a program told with its results: to ask some for it costs as much as a small step. */
  tellVersion(program: ProgramName, version: string): void;
  /** The version of a program that was run. */
  version(program: ProgramName): Promise<string>;
  /** What is wrong with the results of a program, whatever its exit status: GTK_STEP_FAILED, to be thrown. */
  invalid(program: ProgramName, reason: string): GtkError;
}

/** A step. */
export interface Step {
  /** The programs that it starts. */
  readonly programs: readonly ProgramName[];
  /** Those that depend on the genome. */
  programsFor?(reference: Reference): readonly ProgramName[];
  /** Column that must be set, if it is not. */
  notConfigured?(config: RunConfig): keyof RunConfig | undefined;
  /** Whether it needs a genome. */
  readonly needsReference?: true;
  /** Files that it reads besides reads. Throws GTK_STEP_INPUT if one is not there. */
  inputs?(workspace: Workspace): string[];
  /**
   * Leaves its outputs in the scratch folder.
   *
   * @returns what it counted
   */
  run(context: StepContext): Promise<unknown>;
}
