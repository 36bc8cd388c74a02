/** The last pass of `gtk pcr run`: the products of all steps become the output. */
import { copyFileSync, linkSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AggregateContext } from '../engine/job.js';
import type { PcrOptions } from './options.js';
import { type TaskName, taskFolders } from './steps/names.js';
import type { StepRecord } from './steps/record.js';
import { workspaceBeside } from './task.js';

/** What `gtk pcr run` prints. */
export interface PcrResult {
  genome: string;
  steps: { task: TaskName; seconds: number; source: string | null; summary: unknown }[];
}

export async function aggregatePcr(context: AggregateContext<PcrOptions, StepRecord>): Promise<PcrResult> {
  const workspace = workspaceBeside(context.partPath(context.batches[0]!));
  const steps = context.batches.map((batch) => {
    const record = JSON.parse(readFileSync(context.partPath(batch), 'utf8')) as StepRecord;
    for (const folder of taskFolders[record.task]) publishFolder(workspace.resolve(folder), folder, context);
    publish(
      workspace.resolve('logs', `${record.task}.log`),
      path.join('logs', `${record.task}.log`),
      context,
    );
    const seconds = (Date.parse(record.completedAt) - Date.parse(record.startedAt)) / 1000;
    return { task: record.task, seconds, source: record.source ?? null, summary: record.summary };
  });
  return { genome: context.options.config.genome!, steps };
}

function publishFolder(from: string, name: string, context: AggregateContext<PcrOptions, StepRecord>): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isFile()) publish(path.join(from, entry.name), path.join(name, entry.name), context);
  }
}

/** A second name for the same bytes: the workspace stays whole until the output stands. */
function publish(file: string, name: string, { outputPath }: Pick<AggregateContext, 'outputPath'>): void {
  const target = outputPath(name);
  try {
    linkSync(file, target);
  } catch {
    copyFileSync(file, target);
  }
}
