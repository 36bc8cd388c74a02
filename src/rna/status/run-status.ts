/** In which states runs are, and how a species stands as a whole. */
import type { Holder } from '../../engine/lock.js';
import type { ActiveState, SampleRecord } from '../events.js';
import type { JournalState } from './journal-state.js';

/**
 * States of a run, each in exactly one: `working` while a gtk is at it; `ready` with all reads on the disk,
 * `partial` with some, `pending` without any.
 */
export const runStates = ['done', 'failed', 'excluded', 'working', 'ready', 'partial', 'pending'] as const;

export type RunStateName = (typeof runStates)[number];

export interface RunStatus {
  run: string;
  species: string;
  state: RunStateName;
  /** What is being done, where a gtk is at it. */
  doing?: ActiveState;
  /** Why it is excluded, or failed. */
  reason?: string;
  /** What the journal tells of its last end. */
  record?: SampleRecord;
  retries: number;
  readsProcessed?: number;
  pPseudoaligned?: number;
}

/** Number of runs in each state. */
export type StateCounts = Record<RunStateName, number>;

export function noCounts(): StateCounts {
  return { done: 0, failed: 0, excluded: 0, working: 0, ready: 0, partial: 0, pending: 0 };
}

/** One OUT. */
export interface SpeciesStatus {
  /** As the configuration names it, or the folder. */
  name: string;
  out: string;
  runs: RunStatus[];
  /** By species folder, in order of first appearance. */
  species: Map<string, StateCounts>;
  counts: StateCounts;
  /** Bytes free on the disk of the reads; undefined where the system does not tell. */
  free: number | undefined;
  /** The gtk that works there. */
  holder: Holder | undefined;
  state: JournalState;
}
