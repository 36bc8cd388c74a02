/**
 * The folder of a run, `OUT/.gtk`: the frozen plan, the interim files and a marker for every batch that
 * is whole. It is all there is to know about a run, so any process can go on where another was killed.
 *
 *     run.json     what the run is: command, options, version, inputs
 *     tasks.jsonl  the plan, a task a line, and their number; appears when it is complete
 *     parts/       interim files            done/     markers, one a batch
 *     staged/      final files being made   lock      the process at work
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checksum, writeFileAtomically } from './atomic.js';
import { makeFolder } from './folders.js';
import type { BatchResult, PlanFailure, Planned, RunIdentity, Task } from './job.js';

/** What a finished run left, for when the same command is given again. */
export interface FinishedRun {
  outputs: { file: string; bytes: number }[];
  /** What the last pass returned. */
  result: unknown;
  failures: PlanFailure[];
}

/** Content of `run.json`. */
export interface RunRecord extends RunIdentity {
  format: 1;
  /** Final files of an earlier run that this one replaces, `--fresh`; those that it does not write go. */
  replaces?: string[];
  /** Once its final files stand. */
  finished?: FinishedRun;
}

/** Last line of `tasks.jsonl`: how many lines precede it. */
interface PlanEnd {
  end: number;
}

const pad = (index: number) => String(index).padStart(6, '0');

export class RunFolder {
  readonly state: string;

  /** @param out absolute path of the output folder */
  constructor(readonly out: string) {
    this.state = path.join(out, '.gtk');
  }

  get runFile(): string {
    return path.join(this.state, 'run.json');
  }
  get tasksFile(): string {
    return path.join(this.state, 'tasks.jsonl');
  }
  get lockFile(): string {
    return path.join(this.state, 'lock');
  }
  get partsFolder(): string {
    return path.join(this.state, 'parts');
  }
  get doneFolder(): string {
    return path.join(this.state, 'done');
  }
  get stagedFolder(): string {
    return path.join(this.state, 'staged');
  }
  get publishFile(): string {
    return path.join(this.state, 'publish.json');
  }

  /** Creates what is missing. Throws GTK_NOT_WRITABLE. */
  create(): void {
    for (const folder of [this.partsFolder, this.doneFolder]) makeFolder(folder);
  }

  /** `run.json`, or undefined where there is no run. */
  readRun(): RunRecord | undefined {
    try {
      return JSON.parse(readFileSync(this.runFile, 'utf8')) as RunRecord;
    } catch {
      return undefined;
    }
  }

  writeRun(record: RunRecord): void {
    writeFileAtomically(this.runFile, `${JSON.stringify(record, null, 2)}\n`, record.finished !== undefined);
  }

  /**
   * The complete plan, or undefined while there is none. A power cut may leave a file cut short or empty:
   * it counts as none, for a plan that lacks tasks would give a total that lacks their counts.
   */
  readPlan(): Planned<unknown>[] | undefined {
    if (!existsSync(this.tasksFile)) return undefined;
    const lines = readFileSync(this.tasksFile, 'utf8').split('\n').slice(0, -1);
    try {
      const plan = lines.map((line) => JSON.parse(line) as Planned<unknown> | PlanEnd);
      const end = plan.pop();
      return end && 'end' in end && end.end === plan.length ? (plan as Planned<unknown>[]) : undefined;
    } catch {
      return undefined;
    }
  }

  writePlan(plan: readonly Planned<unknown>[]): void {
    const end: PlanEnd = { end: plan.length };
    writeFileAtomically(this.tasksFile, [...plan, end].map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  partFile(task: number, batch: number, format: string): string {
    return path.join('parts', `${pad(task)}-${pad(batch)}.${format}`);
  }

  resolve(file: string): string {
    return path.join(this.state, file);
  }

  writeMarker(result: BatchResult): void {
    const name = `${pad(result.task)}-${pad(result.batch)}.json`;
    writeFileAtomically(path.join(this.doneFolder, name), JSON.stringify(result));
  }

  /** Every marker there is, by task, each task's batches in order. Unreadable ones count as absent. */
  readMarkers(): Map<number, BatchResult[]> {
    const markers = new Map<number, BatchResult[]>();
    const names = existsSync(this.doneFolder) ? readdirSync(this.doneFolder).sort() : [];
    for (const name of names) {
      if (!/^\d+-\d+\.json$/.test(name)) continue;
      const marker = this.#readMarker(name);
      if (!marker) continue;
      const batches = markers.get(marker.task);
      if (batches) batches.push(marker);
      else markers.set(marker.task, [marker]);
    }
    return markers;
  }

  #readMarker(name: string): BatchResult | undefined {
    try {
      return JSON.parse(readFileSync(path.join(this.doneFolder, name), 'utf8')) as BatchResult;
    } catch {
      return undefined;
    }
  }

  /**
   * The whole batches of a task that earlier attempts left, from the first on: their markers belong to
   * this very task and their interim files have the recorded size and checksum.
   */
  wholeBatches(markers: readonly BatchResult[], identity: string): BatchResult[] {
    const whole: BatchResult[] = [];
    for (const marker of ownMarkers(markers, identity)) {
      if (!this.#isWhole(marker)) break;
      whole.push(marker);
    }
    return whole;
  }

  #isWhole({ part }: BatchResult): boolean {
    if (!part) return true;
    try {
      const found = checksum(this.resolve(part.file));
      return found.bytes === part.bytes && found.crc32 === part.crc32;
    } catch {
      return false;
    }
  }

  /** Removes what killed processes were about to rename. Only for when nobody else works here. */
  removeTemporary(): void {
    for (const folder of [this.state, this.partsFolder, this.doneFolder]) {
      const names = existsSync(folder) ? readdirSync(folder) : [];
      for (const name of names) if (name.endsWith('.tmp')) rmSync(path.join(folder, name), { force: true });
    }
  }

  /** Removes the interim files; the record of what was done stays. */
  removeInterim(): void {
    for (const folder of [this.partsFolder, this.doneFolder, this.stagedFolder]) {
      rmSync(folder, { recursive: true, force: true });
    }
    rmSync(this.tasksFile, { force: true });
  }

  /** Removes the whole state but for the lock, which its holder removes. */
  remove(): void {
    for (const name of readdirSync(this.state)) {
      if (name !== path.basename(this.lockFile))
        rmSync(path.join(this.state, name), { recursive: true, force: true });
    }
  }

  /** Removes the state folder and the given ones, innermost first, as far as nothing is in them. */
  removeEmpty(folders: readonly string[]): void {
    for (const folder of [this.state, ...folders]) {
      try {
        rmdirSync(folder);
      } catch {
        return;
      }
    }
  }
}

/** Those markers that belong to this very task, from its first batch to its last or to the first gap. */
export function ownMarkers(markers: readonly BatchResult[], identity: string): BatchResult[] {
  const own: BatchResult[] = [];
  for (const marker of markers) {
    if (marker.batch !== own.length || marker.identity !== identity || own.at(-1)?.last) break;
    own.push(marker);
  }
  return own;
}

/** Identifies a task of a run: its markers count for nothing else. */
export function taskIdentity(run: RunIdentity, index: number, task: Task): string {
  const { command, options, inputs } = run;
  return createHash('sha256')
    .update(JSON.stringify([command, options, inputs, index, task]))
    .digest('hex')
    .slice(0, 16);
}

/** Failures recorded in a plan. */
export function planFailures(plan: readonly Planned<unknown>[]): PlanFailure[] {
  return plan.flatMap((planned) => ('failure' in planned ? [planned.failure] : []));
}
