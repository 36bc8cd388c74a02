/** Starts the programs of a step and keeps account of them. */
import path from 'node:path';
import { gtkError } from '../../errors.js';
import type { ProgramName } from '../../tools/catalogue.js';
import { programVersion, requirePrograms } from '../../tools/find.js';
import { runPipeline } from '../../tools/run-pipeline.js';
import type { Workspace } from '../workspace.js';
import type { TaskName } from './names.js';
import type { Invocation } from './step.js';

export class StepRunner {
  /** Command lines so far, with paths relative to the workspace where they are inside. */
  readonly argv: string[][] = [];
  readonly #versions = new Map<string, Promise<string | undefined>>();

  constructor(
    readonly task: TaskName,
    readonly workspace: Workspace,
    readonly scratch: Workspace,
    readonly print: (text: Uint8Array) => void,
  ) {}

  log(line: string): void {
    this.print(Buffer.from(`${new Date().toISOString()} ${line}\n`));
  }

  /** As in `StepContext`. */
  async run(invocations: readonly Invocation[], options: { stdout?: string } = {}): Promise<void> {
    const found = requirePrograms(invocations.map(({ program }) => program));
    const stages = invocations.map(({ program, args }) => ({ program: found[program], args }));
    const lines = invocations.map(({ program, args }) => [
      program,
      ...args.map((arg) => this.#relative(arg)),
    ]);
    for (const { program } of invocations) this.#askVersion(program, found[program]);
    this.argv.push(...lines);
    this.log(`$ ${lines.map((line) => line.join(' ')).join(' | ')}`);
    const ends = await runPipeline({ stages, print: this.print, ...options });
    ends.forEach(({ status, endedBy }, stage) => {
      if (status === 0) return;
      const reason = endedBy ? `ended by ${endedBy}` : `exit status ${status}`;
      throw gtkError('GTK_STEP_FAILED', { step: this.task, program: invocations[stage]!.program, reason });
    });
  }

  /** Asked for while the program works, since it may take as long as a small step. */
  #askVersion(program: ProgramName, file: string): void {
    if (!this.#versions.has(program)) this.#versions.set(program, programVersion(program, file));
  }

  async toolVersions(): Promise<Record<string, string>> {
    const versions: Record<string, string> = {};
    for (const [program, version] of this.#versions) versions[program] = (await version) ?? 'unknown';
    return versions;
  }

  /** No path of the machine in what people are shown; the scratch folder stands for the workspace. */
  #relative(text: string): string {
    return text.replaceAll(this.scratch.root + path.sep, '').replaceAll(this.workspace.root + path.sep, '');
  }
}
