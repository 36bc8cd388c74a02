/** Starts the programs of a step and keeps account of them. */
import path from 'node:path';
import { type GtkError, gtkError } from '../../errors.js';
import { type ProgramName, programs } from '../../tools/catalogue.js';
import { requirePrograms } from '../../tools/find.js';
import { runPipeline, type StageEnd } from '../../tools/run-pipeline.js';
import type { Reference } from '../references/reference.js';
import type { Workspace } from '../workspace.js';
import type { TaskName } from './names.js';
import type { Invocation } from './step.js';

/** Where a step works. */
export interface StepPlaces {
  workspace: Workspace;
  /** Below the workspace; the programs work in it. A link `reference/NAME` there leads to the genome's folder. */
  scratch: Workspace;
  reference?: Reference;
}

/** A line of a job's log. */
export const logLine = (line: string): Buffer => Buffer.from(`${new Date().toISOString()} ${line}\n`);

export class StepRunner {
  /** Command lines so far, with paths relative to the workspace where they are inside. */
  readonly argv: string[][] = [];
  readonly #files = new Map<ProgramName, string>();
  readonly #versions = new Map<ProgramName, Promise<string>>();

  constructor(
    readonly task: TaskName,
    readonly places: StepPlaces,
    readonly print: (text: Uint8Array) => void,
  ) {}

  log(line: string): void {
    this.print(logLine(line));
  }

  /** As in `StepContext`. */
  async run(invocations: readonly Invocation[], options: { stdout?: string } = {}): Promise<void> {
    const found = requirePrograms(invocations.map(({ program }) => program));
    for (const { program } of invocations) this.#files.set(program, found[program]);
    const toWorkspace = path.relative(this.places.scratch.root, this.places.workspace.root) + path.sep;
    const stages = invocations.map(({ program, args }) => ({
      program: found[program],
      args: args.map((arg) => this.#relative(arg, toWorkspace)),
    }));
    const lines = invocations.map(({ program, args }) => [
      program,
      ...args.map((arg) => this.#relative(arg, '')),
    ]);
    this.argv.push(...lines);
    this.log(`$ ${lines.map((line) => line.join(' ')).join(' | ')}`);
    const cwd = this.places.scratch.root;
    const ends = await runPipeline({ stages, print: this.print, cwd, ...options });
    const failed = firstFailure(ends);
    if (!failed) return;
    const reason = failed.endedBy ? `ended by ${failed.endedBy}` : `exit status ${failed.status}`;
    throw this.invalid(invocations[failed.stage]!.program, reason);
  }

  /** As in `StepContext`. */
  tellVersion(program: ProgramName, version: string): void {
    this.#versions.set(program, Promise.resolve(version));
  }

  /** As in `StepContext`. */
  invalid(program: ProgramName, reason: string): GtkError {
    return gtkError('GTK_STEP_FAILED', { step: this.task, program, reason });
  }

  /** As in `StepContext`. */
  version(program: ProgramName): Promise<string> {
    const version = this.#versions.get(program) ?? askVersion(program, this.#files.get(program)!);
    this.#versions.set(program, version);
    return version;
  }

  /** Versions of all programs that were run; asks those that have not told theirs. */
  async toolVersions(): Promise<Record<string, string>> {
    const names = [...this.#files.keys()];
    const versions = await Promise.all(names.map((name) => this.version(name)));
    return Object.fromEntries(names.map((name, i) => [name, versions[i]!]));
  }

  /** No path of the machine in what people are shown; the scratch folder stands for the workspace. */
  #relative(text: string, toWorkspace: string): string {
    const { workspace, scratch, reference } = this.places;
    const inside = text
      .replaceAll(scratch.root + path.sep, '')
      .replaceAll(workspace.root + path.sep, toWorkspace);
    if (!reference) return inside;
    return inside.replaceAll(reference.folder, path.join('reference', reference.name));
  }
}

/**
 * The end that the others followed from: a program whose reader ended is ended by SIGPIPE; one whose writer failed may
 * find its input cut short, and fail a moment later.
 */
function firstFailure(ends: readonly StageEnd[]): StageEnd | undefined {
  const failed = ends.filter(({ status }) => status !== 0);
  return failed.find(({ endedBy }) => endedBy !== 'SIGPIPE') ?? failed[0];
}

/** In the process group of the step, unlike `programVersion`: whoever ends the group must end all. */
async function askVersion(program: ProgramName, file: string): Promise<string> {
  const { versionArgs, version } = programs[program];
  const chunks: Uint8Array[] = [];
  await runPipeline({
    stages: [{ program: file, args: versionArgs }],
    print: (text) => void chunks.push(text),
  });
  return version.exec(Buffer.concat(chunks).toString('latin1'))?.[1] ?? 'unknown';
}
