/** Workspaces with reads in them, for tests that work steps. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { defaultConfig, LINKER, LTR_PRIMER, type RunConfig } from '../../src/pcr/config/columns.js';
import type { ReadsInput, TaskName } from '../../src/pcr/steps/names.js';
import { performStep, type StepRequest } from '../../src/pcr/steps/perform.js';
import type { StepRecord } from '../../src/pcr/steps/record.js';
import { Workspace } from '../../src/pcr/workspace.js';
import { temporaryFolder, testData } from '../run-gtk.js';

/** A new workspace with the reads of one of the data sets. */
export function workspaceOf(set: 'qslam_clean' | 'qslam_tail' | 'qslam_umi'): Workspace {
  const workspace = new Workspace(temporaryFolder());
  workspace.create();
  copyFileSync(testData(`pcr/${set}/R1.fastq.gz`), workspace.raw.r1);
  copyFileSync(testData(`pcr/${set}/R2.fastq.gz`), workspace.raw.r2);
  return workspace;
}

/** A new workspace with these texts as its reads. */
export function workspaceWith(r1: string, r2: string): Workspace {
  const workspace = new Workspace(temporaryFolder());
  workspace.create();
  writeFileSync(workspace.raw.r1, gzipSync(r1));
  writeFileSync(workspace.raw.r2, gzipSync(r2));
  return workspace;
}

/** Puts these texts where the step cutadapt leaves its reads, as if it had been done. */
export function leaveTrimmed(workspace: Workspace, r1: string, r2: string): void {
  const trimmed = workspace.reads('cutPrimer');
  writeFileSync(trimmed.r1, gzipSync(r1));
  writeFileSync(trimmed.r2, gzipSync(r2));
  writeFileSync(workspace.resolve('cutPrimer/step.json'), '{"inputs":[]}');
}

/** What belongs to a step besides the workspace and the task. */
export interface StepOptions {
  config?: Partial<RunConfig>;
  input?: ReadsInput;
  references?: string;
  threads?: number;
}

/** The request of a step with the published primers. */
export function stepRequest(workspace: Workspace, task: TaskName, options: StepOptions = {}): StepRequest {
  const { config, input = 'auto', references = '/nowhere', threads = 2 } = options;
  const whole = { ...defaultConfig(), r1_seq: LTR_PRIMER, r2_seq: LINKER, ...config };
  return { workspace: workspace.root, references, genomeHosts: [], task, config: whole, input, threads };
}

/** Works a step; with what it logged, which `print` is told also if it fails. */
export async function workStep<Summary>(
  workspace: Workspace,
  task: TaskName,
  options?: StepOptions,
  print?: (text: string) => void,
): Promise<{ record: StepRecord; summary: Summary; log: string }> {
  let log = '';
  const record = await performStep(stepRequest(workspace, task, options), (text) => {
    log += Buffer.from(text).toString();
    print?.(Buffer.from(text).toString());
  });
  return { record, summary: record.summary as Summary, log };
}

/** Text of a gzip file. */
export function unzipped(file: string): string {
  return gunzipSync(readFileSync(file)).toString('latin1');
}

/** The records of a FASTQ text, as their four lines. */
export function fastqOf(text: string): [string, string, string, string][] {
  const lines = text.split('\n');
  const count = Math.floor(lines.length / 4);
  return Array.from({ length: count }, (_, i) => lines.slice(4 * i, 4 * i + 4) as never);
}
