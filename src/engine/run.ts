/** A run from first to last: lock, resume or start over, drive, and clean up. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { ExitStatus, GtkError } from '../errors.js';
import { Driver, type RunSettings } from './driver.js';
import { missingFolders } from './folders.js';
import { checkLeftOut, checkSameRun } from './identity.js';
import type { PlanFailure } from './job.js';
import { takeLock } from './lock.js';
import { finishPublishing, outputsStand } from './publish.js';
import { type FinishedRun, RunFolder, type RunRecord } from './run-folder.js';

/** How a run ended. */
export interface RunOutcome {
  /** What the job's last pass returned; JSON. */
  result: unknown;
  outputs: string[];
  failures: readonly PlanFailure[];
  /** True when an earlier run with the same command already stood. */
  upToDate: boolean;
}

/**
 * Runs the job, or what is left of it.
 *
 * @returns undefined if only a plan was wanted
 * @throws GtkError; after bad input nothing of the run is left, after anything else it can be resumed
 */
export async function runJob(settings: RunSettings): Promise<RunOutcome | undefined> {
  const folder = new RunFolder(settings.out);
  const created = missingFolders(settings.out);
  const release = takeLock(folder.lockFile, settings.out);
  try {
    const { run, resumed } = openRun(folder, settings);
    const standing = run.finished ?? (await finishPublishing(folder, run, settings.job));
    if (standing) {
      checkLeftOut(settings.out, settings.keepGoing, standing.failures);
      if (outputsStand(folder, standing)) return finish(folder, settings, standing, true);
      delete run.finished;
      folder.writeRun(run);
      rmSync(folder.publishFile, { force: true });
    }
    const driver = new Driver(settings, folder, run, resumed);
    if (!settings.planOnly) return finish(folder, settings, await driver.run(), false);
    await driver.planOnly();
    return undefined;
  } catch (error) {
    if (leavesNothing(error) && !settings.keepInterim) folder.remove();
    throw error;
  } finally {
    release();
    folder.removeEmpty(created);
  }
}

const leavesNothing = (error: unknown) =>
  error instanceof GtkError && error.exitStatus === ExitStatus.badInput && error.code !== 'GTK_INPUT_CHANGED';

/** Reads or writes `run.json`; refuses if the folder belongs to another run. */
function openRun(folder: RunFolder, settings: RunSettings): { run: RunRecord; resumed: boolean } {
  const { identity, fresh, out } = settings;
  const found = folder.readRun();
  const earlier = fresh ? undefined : found;
  const repeatable = !identity.inputs.some((input) => input.once);
  if (earlier) checkSameRun(out, earlier, identity);
  if (earlier && repeatable) {
    folder.create();
    return { run: earlier, resumed: true };
  }
  // The earlier record stands until this one takes its place: only it tells which files are to go.
  rmSync(folder.publishFile, { force: true });
  folder.removeInterim();
  folder.create();
  const replaces = found?.finished?.outputs.map(({ file }) => file) ?? found?.replaces;
  const run: RunRecord = { format: 1, ...identity, ...(replaces && { replaces }) };
  folder.writeRun(run);
  return { run, resumed: false };
}

function finish(
  folder: RunFolder,
  settings: RunSettings,
  finished: FinishedRun,
  upToDate: boolean,
): RunOutcome {
  folder.removeTemporary();
  // Still there if a process was killed just behind the record that the files stand.
  rmSync(folder.publishFile, { force: true });
  if (!settings.keepInterim) folder.removeInterim();
  const outputs = finished.outputs.map(({ file }) => path.join(settings.out, file));
  return { result: finished.result, outputs, failures: finished.failures, upToDate };
}
