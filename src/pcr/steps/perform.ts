/**
 * Works one step of a run from first to last. Its outputs appear by rename once all of them are whole, and its
 * record with them; a step that is killed or fails leaves none.
 */
import { mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { flushToDisk, writeFileAtomically } from '../../engine/atomic.js';
import { makeFolder } from '../../engine/folders.js';
import { gtkError } from '../../errors.js';
import type { ProgramName } from '../../tools/catalogue.js';
import { requirePrograms } from '../../tools/find.js';
import { columns, type RunConfig } from '../config/columns.js';
import type { WantedGenome } from '../references/fetch.js';
import { findReference } from '../references/find.js';
import type { Reference } from '../references/reference.js';
import { Workspace } from '../workspace.js';
import { hashInputs } from './hash-inputs.js';
import { type ChosenReads, chooseReads } from './input.js';
import { type ReadsInput, type TaskName, taskFolders, taskNames } from './names.js';
import { fileState, RECORD, readRecord, type StepAccount, type StepRecord } from './record.js';
import { findStep } from './registry.js';
import { logLine, StepRunner } from './runner.js';
import type { Step } from './step.js';

/** What is to be done. Plain data: it goes to the process that does it. */
export interface StepRequest {
  /** Absolute path of the run's folder. */
  workspace: string;
  /** Absolute path of the folder of registered genomes. */
  references: string;
  /** Hosts that a genome which is not registered may be fetched from. */
  genomeHosts: readonly string[];
  task: TaskName;
  config: RunConfig;
  input: ReadsInput;
  threads: number;
}

/** What a step would work on, if it can start. */
export interface StepReadiness {
  step: Step;
  reads?: ChosenReads;
  /** Undefined for a step that needs none, and where it has to be fetched first. */
  reference?: Reference;
  inputs: string[];
}

function wantedGenome({
  references,
  genomeHosts,
  config,
}: StepRequest): Omit<WantedGenome, 'signal' | 'log'> {
  return { root: references, name: config.genome!, url: config.genome_tar_url, hosts: genomeHosts };
}

/** What fetches is loaded only where a run names an address: it would be half of what a step loads. */
async function findGenome(request: StepRequest): Promise<Reference | undefined> {
  const { references, config } = request;
  if (config.genome_tar_url === null) return findReference(references, config.genome!);
  const { findOrAllow } = await import('../references/fetch.js');
  return findOrAllow(wantedGenome(request));
}

function programsOf(step: Step, reference: Reference | undefined): ProgramName[] {
  return [...step.programs, ...((reference && step.programsFor?.(reference)) ?? [])];
}

/**
 * Whether a step can start now.
 *
 * @throws GTK_STEP_SETTING, GTK_STEP_INPUT, GTK_NO_GENOME, GTK_GENOME_URL, GTK_MISSING_TOOL
 */
export async function checkStep(request: StepRequest): Promise<StepReadiness> {
  const { task, config } = request;
  const workspace = new Workspace(request.workspace);
  const step = await findStep(task);
  const setting =
    step.notConfigured?.(config) ?? (step.needsReference && !config.genome ? 'genome' : undefined);
  if (setting) {
    const { summary } = columns.find(({ name }) => name === setting)!;
    throw gtkError('GTK_STEP_SETTING', { step: task, setting, summary });
  }
  const reads = chooseReads(workspace, task, request.input);
  const inputs = [...(reads ? [reads.r1, reads.r2] : []), ...(step.inputs?.(workspace) ?? [])];
  const reference = step.needsReference ? await findGenome(request) : undefined;
  requirePrograms(programsOf(step, reference));
  return { step, ...(reads && { reads }), ...(reference && { reference }), inputs };
}

/**
 * Works the step; `print` takes what belongs in its log, `onFailure` what a failed step did.
 *
 * @throws as {@link checkStep}, GTK_STEP_FAILED, GTK_NOT_WRITABLE, and what is wrong with the data
 */
export async function performStep(
  request: StepRequest,
  print: (text: Uint8Array) => void,
  onFailure?: (account: StepAccount) => void,
): Promise<StepRecord> {
  const workspace = new Workspace(request.workspace);
  const { task, config, threads } = request;
  workspace.create();
  const { step, reads, inputs, ...ready } = await checkStep(request);
  const reference = step.needsReference && (ready.reference ?? (await fetchGenome(request, print)));
  if (reference) requirePrograms(programsOf(step, reference));
  const startedAt = new Date().toISOString();
  const states = inputs.map((file) => fileState(workspace, file));
  removeOutputs(workspace, task);
  const scratch = new Workspace(mkdtempSync(path.join(workspace.tmp, `${task}-`)));
  const runner = new StepRunner(task, { workspace, scratch, ...(reference && { reference }) }, print);
  const hashed = hashInputs(workspace, states);
  hashed.catch(() => {});
  try {
    for (const folder of [...taskFolders[task], 'tmp']) makeFolder(scratch.resolve(folder));
    if (reference) linkReference(reference, scratch);
    if (reads) runner.log(`reads: ${reads.source}`);
    const summary = await step.run({
      workspace,
      config,
      ...(reads && { reads }),
      ...(reference && { reference }),
      threads,
      scratch,
      log: (line) => runner.log(line),
      run: (invocations, options) => runner.run(invocations, options),
      tellVersion: (program, version) => runner.tellVersion(program, version),
      version: (program) => runner.version(program),
      invalid: (program, reason) => runner.invalid(program, reason),
    });
    const record: StepRecord = {
      task,
      ...(reads && { source: reads.source }),
      inputs: await hashed,
      argv: runner.argv,
      toolVersions: await runner.toolVersions(),
      threads,
      config,
      startedAt,
      completedAt: new Date().toISOString(),
      summary,
    };
    await publishOutputs(workspace, scratch, record);
    return record;
  } catch (error) {
    const toolVersions = await runner.toolVersions().catch(() => ({}));
    onFailure?.({ inputs: states, argv: runner.argv, toolVersions });
    throw error;
  } finally {
    rmSync(scratch.root, { recursive: true, force: true });
  }
}

/** The genome, however long it takes to fetch: whoever ends the step ends the process. */
async function fetchGenome(request: StepRequest, print: (text: Uint8Array) => void): Promise<Reference> {
  const { ensureReference } = await import('../references/fetch.js');
  const log = (line: string) => print(logLine(line));
  return ensureReference({ ...wantedGenome(request), signal: new AbortController().signal, log });
}

/** So that programs can be given a path of the genome that tells nothing of the machine. */
function linkReference(reference: Reference, scratch: Workspace): void {
  makeFolder(scratch.resolve('reference'));
  symlinkSync(reference.folder, scratch.resolve('reference', reference.name));
}

/** The record comes with the last folder: until then, what stands counts for nothing. */
async function publishOutputs(workspace: Workspace, scratch: Workspace, record: StepRecord): Promise<void> {
  const folders = taskFolders[record.task];
  await Promise.all(folders.flatMap((folder) => flushFiles(scratch.resolve(folder))));
  const file = scratch.resolve(folders.at(-1)!, RECORD);
  writeFileAtomically(file, `${JSON.stringify(record, null, 2)}\n`, true);
  for (const folder of folders) {
    try {
      // Over the empty folder that stands there.
      renameSync(scratch.resolve(folder), workspace.resolve(folder));
    } catch (error) {
      const reason = (error as Error).message;
      throw gtkError('GTK_NOT_WRITABLE', { path: workspace.resolve(folder), reason }, error);
    }
  }
}

/** Waits until the content of a folder is on the disk: after a power cut a record must not stand beside lost outputs. */
async function flushFiles(folder: string): Promise<void> {
  await Promise.all(readdirSync(folder).map((name) => flushToDisk(path.join(folder, name))));
  await flushToDisk(folder);
}

/** Removes what a task left, its record first, and leaves its folders empty. */
export function removeOutputs(workspace: Workspace, task: TaskName): void {
  const folders = taskFolders[task];
  rmSync(workspace.resolve(folders.at(-1)!, RECORD), { force: true });
  for (const folder of folders) {
    rmSync(workspace.resolve(folder), { recursive: true, force: true });
    makeFolder(workspace.resolve(folder));
  }
}

/** Removes what killed steps left: scratch folders, and outputs without a record. Nobody may work there. */
export function removeUnfinished(workspace: Workspace): void {
  rmSync(workspace.tmp, { recursive: true, force: true });
  workspace.create();
  for (const task of taskNames)
    if (!readRecord(workspace, task as TaskName)) removeOutputs(workspace, task as TaskName);
}
