/** Reads that are in nobody's way to a result, to be listed or deleted. */
import type { OptionValues } from '../engine/command.js';
import type { Answer } from '../engine/job.js';
import { lockHolder, takeLock } from '../engine/lock.js';
import { toErrorRecord } from '../errors.js';
import { executeCleanup } from './cleanup/execute-cleanup.js';
import { type CleanupView, type Deletion, judgeReads, type Kept } from './cleanup/plan-cleanup.js';
import { Journal } from './journal.js';
import { shownBytes } from './print.js';
import { readState } from './status/journal-state.js';
import { givenPlaces, type Place } from './status/places.js';

/** What is found, and done, in one place. */
interface Cleanup {
  out: string;
  deletions: Deletion[];
  kept: Kept[];
  freed: number;
  warnings: string[];
}

/**
 * Lists the reads that can be deleted, or deletes them.
 *
 * @throws GTK_USAGE; GTK_RUN_LOCKED; GTK_INPUT_MISSING; GTK_RNA_CONFIG; GTK_RNA_METADATA
 */
export async function cleanUp(values: OptionValues, positionals: string[]): Promise<Answer> {
  const { places, failures } = givenPlaces(values, positionals, 'rna cleanup');
  const idleMs = (values.idleMinutes as number) * 60_000;
  const isExecuted = values.execute as boolean;
  const cleanups: Cleanup[] = [];
  for (const place of places) {
    try {
      cleanups.push(isExecuted ? execute(place, idleMs) : look(place, idleMs, inFlightAt(place)));
    } catch (error) {
      // Another gtk at work on one species does not keep the others from being cleaned.
      if (places.length === 1) throw error;
      failures.push(toErrorRecord(error));
    }
  }
  return { text: asText(cleanups, isExecuted), json: asJson(cleanups, isExecuted), failures };
}

type Runs = CleanupView['inFlight'];
const noRun: Runs = new Set();
const everyRun: Runs = { has: () => true };

/** What a living gtk has queued is known to itself alone. */
function inFlightAt({ layout }: Place): Runs {
  return lockHolder(layout.lock) ? everyRun : noRun;
}

function look({ layout, samples, keepsReads }: Place, idleMs: number, inFlight: Runs): Cleanup {
  const state = readState(layout.journal);
  const keeps = keepsReads || wasToldToKeep(state.sessions.at(-1)?.options);
  const view = { layout, samples, state, inFlight, now: Date.now(), idleMs, keepsReads: keeps };
  return { out: layout.out, ...judgeReads(view), freed: 0, warnings: [] };
}

/** @throws GTK_RUN_LOCKED */
function execute(place: Place, idleMs: number): Cleanup {
  const { layout } = place;
  const before = look(place, idleMs, noRun);
  // Taking the lock would leave a folder where gtk never was.
  if (before.deletions.length === 0) return before;
  const unlock = takeLock(layout.lock, layout.out);
  try {
    const plan = look(place, idleMs, noRun);
    const { freed, runs, warnings } = executeCleanup(plan.deletions, layout);
    const journal = new Journal(layout.journal);
    for (const [run, bytes] of runs) journal.append({ type: 'freed', run, bytes });
    journal.close();
    return { ...plan, freed, warnings };
  } finally {
    unlock();
  }
}

/** Whether the last gtk was to keep the reads of finished runs, by its options. */
function wasToldToKeep(options: unknown): boolean {
  return (options as { keepFastq?: unknown } | undefined)?.keepFastq === true;
}

const sumOf = (reads: readonly { bytes: number }[]) => reads.reduce((sum, { bytes }) => sum + bytes, 0);

const means: Record<Deletion['why'], string> = {
  done: 'has a valid result',
  failed: 'failed',
  excluded: 'is excluded',
  partial: 'unfinished download',
};

function asText(cleanups: readonly Cleanup[], isExecuted: boolean): string {
  const lines = cleanups.flatMap(({ out, deletions, kept, freed, warnings }) => [
    `${out}: ${isExecuted ? `${shownBytes(freed)} freed` : `${shownBytes(sumOf(deletions))} can be freed`}`,
    ...deletions.map(
      ({ run, why, bytes, files }) =>
        `  ${run}: ${means[why]}, ${shownBytes(bytes)} in ${files.length} file${files.length === 1 ? '' : 's'}`,
    ),
    ...keptLines(kept),
    ...warnings.map((warning) => `  warning: ${warning}`),
  ]);
  if (!isExecuted && cleanups.some(({ deletions }) => deletions.length > 0))
    lines.push('Nothing was deleted; add --execute to do so.');
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}

function keptLines(kept: readonly Kept[]): string[] {
  const reasons = [...new Set(kept.map(({ keptFor }) => keptFor))];
  return reasons.map((reason) => {
    const reads = kept.filter(({ keptFor }) => keptFor === reason);
    const count = `${reads.length} folder${reads.length === 1 ? '' : 's'}`;
    return `  kept, ${reason}: ${count}, ${shownBytes(sumOf(reads))}`;
  });
}

function asJson(cleanups: readonly Cleanup[], isExecuted: boolean) {
  return {
    executed: isExecuted,
    bytes_freed: cleanups.reduce((sum, { freed }) => sum + freed, 0),
    folders: cleanups.map(({ out, deletions, kept, freed, warnings }) => ({
      out,
      bytes: sumOf(deletions),
      bytes_freed: freed,
      deletions: deletions.map(({ run, folder, why, bytes, files }) => ({
        run,
        folder,
        why,
        bytes,
        files: files.map(({ path }) => path),
      })),
      kept: kept.map(({ run, folder, keptFor, bytes }) => ({ run, folder, kept_for: keptFor, bytes })),
      warnings,
    })),
  };
}
