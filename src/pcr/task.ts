/** Works the chain of `gtk pcr run` in a workspace inside the run folder, and commits it step by step. */
import { createWriteStream, existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { TaskContext } from '../engine/job.js';
import { workChain } from './chain-process.js';
import type { PcrOptions } from './options.js';
import type { PcrPayload } from './plan.js';
import { readsFormat, readsText } from './reads-check.js';
import type { DistanceInput } from './sites/distance-tables.js';
import { removeUnfinished } from './steps/perform.js';
import { isStale, readRecord, type StepRecord } from './steps/record.js';
import { Workspace } from './workspace.js';

type PcrContext = TaskContext<PcrOptions, StepRecord>;

/** The workspace of a run beside its interim files. */
export function workspaceBeside(part: string): Workspace {
  return new Workspace(path.join(path.dirname(part), 'workspace'));
}

export async function runTask({ tasks }: PcrPayload, context: PcrContext): Promise<void> {
  const { config, genomeDir } = context.options;
  const workspace = workspaceBeside(context.partPath('json'));
  // What a process that was killed was at work on.
  removeUnfinished(workspace);
  for (const [at, name] of (['r1', 'r2'] as const).entries())
    await provide(context.inputs[at]!.path, workspace.raw[name]);
  const bytes = context.inputs.slice(0, 2).reduce((sum, input) => sum + input.bytes, 0);
  const commit = (record: StepRecord) => {
    writeFileSync(context.partPath('json'), JSON.stringify(record));
    context.progress(Math.floor(bytes / tasks.length));
    context.commit(record, record.task === tasks.at(-1));
  };
  const left = [...tasks];
  for (;;) {
    const record = context.nextIsDone && left[0] ? readRecord(workspace, left[0]) : undefined;
    if (!record || isStale(workspace, record)) break;
    commit(record);
    left.shift();
  }
  const steps = left.map((task) => ({
    request: {
      workspace: workspace.root,
      references: genomeDir,
      genomeHosts: [],
      task,
      config,
      input: 'auto' as const,
      threads: context.threads,
    },
    log: workspace.resolve('logs', `${task}.log`),
    exit: workspace.resolve('tmp', `${task}.exit`),
  }));
  if (steps.length > 0) for await (const record of workChain(steps)) commit(record);
}

/** Raw reads stand in the workspace as gzip: a link to those that are, the others compressed. */
async function provide(file: string, raw: string): Promise<void> {
  if (existsSync(raw)) return;
  if (['gzip', 'bgzf'].includes(await readsFormat(file))) {
    rmSync(raw, { force: true });
    symlinkSync(file, raw);
    return;
  }
  const temporary = `${raw}.tmp`;
  await pipeline(
    await readsText(file),
    createGzip({ level: constants.Z_BEST_SPEED }),
    createWriteStream(temporary),
  );
  renameSync(temporary, raw);
}

export const pieces = {
  writeDistances: async (input: DistanceInput) =>
    (await import('./sites/distance-tables.js')).writeDistances(input),
};
