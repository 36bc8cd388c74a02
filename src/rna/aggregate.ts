/** Records of runs to the statistics of the whole. Pure. */
import { ExitStatus } from '../errors.js';
import type { SampleRecord } from './events.js';

/** What became of all rows of the metadata: total = processed + skipped + failed + excluded + pending. */
export interface Statistics {
  total_samples: number;
  processed: number;
  /** Had a valid result before. */
  skipped: number;
  failed: number;
  excluded: number;
  /** Not come to, because the work was interrupted. */
  pending: number;
  /** In which at least one run was attempted. */
  batches: number;
  batches_planned: number;
  failed_runs: { run: string; stage: string; reason: string }[];
  bytes_downloaded: number;
  bytes_freed: number;
  seconds: number;
}

/** Counts records; every row has at most one. */
export function statistics(
  records: readonly SampleRecord[],
  whole: { total: number; batchesPlanned: number; bytesDownloaded: number; seconds: number },
): Statistics {
  const count = (state: SampleRecord['state']) => records.filter((record) => record.state === state).length;
  const failed = records.filter(({ state }) => state === 'failed');
  const attempted = records.filter(({ state }) => state === 'done' || state === 'failed');
  return {
    total_samples: whole.total,
    processed: count('done'),
    skipped: count('skipped'),
    failed: failed.length,
    excluded: count('excluded'),
    pending: whole.total - records.length,
    batches: new Set(attempted.map(({ batch }) => batch)).size,
    batches_planned: whole.batchesPlanned,
    failed_runs: failed.map(({ run, stage = '', reason = '' }) => ({ run, stage, reason })),
    bytes_downloaded: whole.bytesDownloaded,
    bytes_freed: records.reduce((sum, { bytesFreed }) => sum + bytesFreed, 0),
    seconds: Math.round(whole.seconds * 1000) / 1000,
  };
}

/** Exit status of work with so many failures, or that a signal ended. */
export function endStatus(failures: number, signal: AbortSignal): number {
  if (signal.aborted) return signal.reason === 'SIGTERM' ? ExitStatus.terminated : ExitStatus.interrupted;
  return failures > 0 ? ExitStatus.someFailed : ExitStatus.done;
}

/** An {@link endStatus} in a word. */
export function endWord(status: number): string {
  if (status === ExitStatus.done) return 'done';
  return status === ExitStatus.someFailed ? 'some failed' : 'interrupted';
}
