/**
 * What happens to runs, as it is appended to the journal and shown while it happens. The journal is read back
 * by resume, status, clean-up and report, so these are also its lines. Times are ISO 8601 with Z.
 */
import type { ProcessIdentity } from '../tools/process-identity.js';
import type { FailureReason, Stage } from './failure.js';

/** States of a run on its way. */
export type ActiveState = 'downloading' | 'downloaded' | 'extracting' | 'ready' | 'filtering' | 'quantifying';

/** How a run ended. */
export type EndState = 'done' | 'failed' | 'excluded' | 'skipped';

/** What is known of a run's result or failure. */
export interface SampleRecord {
  run: string;
  species: string;
  state: EndState;
  /** Why it failed or was excluded. */
  reason?: FailureReason | string;
  /** One clause about it. */
  problem?: string;
  stage?: Stage;
  attempt: number;
  batch?: number;
  seconds: number;
  /** Where the reads came from: a source, `stream`, `local` or `private`. */
  source?: string;
  layoutUsed?: 'paired' | 'single';
  /** Reads, or pairs, as kallisto counted them. */
  readsProcessed?: number;
  /** Percentage of them. */
  pPseudoaligned?: number;
  bytesDownloaded: number;
  bytesFreed: number;
  warnings?: string[];
}

/** One line of the journal. */
export type RnaEvent =
  | { type: 'start'; command: string; pid: number; version: string; samples: number; options: unknown }
  | { type: 'state'; run: string; species: string; state: ActiveState }
  | { type: 'end'; record: SampleRecord }
  /** A file that gtk itself downloaded or made, and may therefore delete. */
  | { type: 'file'; run: string; path: string; bytes: number; md5?: string }
  | { type: 'freed'; run: string; bytes: number }
  /** An index that was not there, or not right, is built. */
  | { type: 'index'; species: string; state: 'started' | 'ended' }
  | { type: 'process-started'; run: string; program: string; process: ProcessIdentity }
  | { type: 'process-ended'; run: string; process: ProcessIdentity }
  /** The result was valid when its files had these sizes and times. */
  | { type: 'valid'; run: string; stamp: string; readsProcessed: number; pPseudoaligned: number }
  | { type: 'batch'; batch: number; runs: string[]; done: number; failed: number; seconds: number }
  | { type: 'disk'; free: number; reads: number; downloading: number; quantifying: number }
  | { type: 'retry'; run: string; attempt: number; problem: string; pauseSeconds: number }
  | { type: 'warning'; run?: string; problem: string }
  | { type: 'finish'; status: number; statistics: unknown };

/** A line as it stands in the journal. */
export type JournalLine = RnaEvent & { at: string };

/** Whoever is told. */
export type RnaListener = (event: RnaEvent) => void;
