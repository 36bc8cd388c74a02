/** What a journal tells as a whole: the state that its lines add up to, read in one pass. */
import type { ProcessIdentity } from '../../tools/process-identity.js';
import type { ActiveState, JournalLine, SampleRecord } from '../events.js';
import { readJournal } from '../journal.js';
import { type DiskSample, DiskTimeLine } from './disk-time-line.js';

/** What is known of one run. */
export interface RunState {
  /** How it ended last; undefined as long as it never did. */
  record?: SampleRecord;
  /** Where it was on its way, if it has not ended since: also in an earlier session, which then was killed. */
  active?: ActiveState;
  /** Attempts that were followed by another one. */
  retries: number;
  /** Time of its last line, in milliseconds since 1970. */
  at: number;
}

/** A file that gtk downloaded or made. */
export interface OwnFile {
  run: string;
  bytes: number;
  md5?: string;
  /** When it was whole, in milliseconds since 1970: it was not written to by gtk after that. */
  at: number;
}

/** A result that was found to be valid, as long as its files have that stamp. */
export interface KnownResult {
  stamp: string;
  readsProcessed: number;
  pPseudoaligned: number;
}

/** One start of gtk on this species. */
export interface Session {
  command: string;
  pid: number;
  version: string;
  samples: number;
  options: unknown;
  /** In milliseconds since 1970; `last` is that of its last line. */
  started: number;
  last: number;
  /** Exit status; undefined if it was killed, or still works. */
  status?: number;
}

export interface BatchEnd {
  batch: number;
  runs: string[];
  done: number;
  failed: number;
  seconds: number;
}

/** A journal, folded. */
export interface JournalState {
  runs: Map<string, RunState>;
  /** By absolute path. Some may have been deleted since. */
  files: Map<string, OwnFile>;
  /** By run. */
  valid: Map<string, KnownResult>;
  /** Programs that were started and, as far as the journal tells, never ended. */
  running: ProcessIdentity[];
  /** At most 2,000 of them, the peaks among them. */
  disk: DiskSample[];
  batches: BatchEnd[];
  sessions: Session[];
  /** What was said of no run in particular, or of a run while it was worked on. */
  warnings: { run?: string; problem: string }[];
  /** Bytes that deleted reads had. */
  bytesFreed: number;
  /** Time of the last line in milliseconds since 1970; 0 if there is none. */
  last: number;
}

/** Reads a journal; one that is missing or empty tells nothing. Damaged lines are passed over. */
export function readState(journalFile: string): JournalState {
  const fold = new Fold();
  for (const line of readJournal(journalFile)) fold.add(line);
  return fold.state();
}

/** More warnings than this are not kept, so that a folder without a quiet minute costs no memory. */
const KEPT_WARNINGS = 1000;

class Fold {
  readonly #runs = new Map<string, RunState>();
  readonly #files = new Map<string, OwnFile>();
  readonly #valid = new Map<string, KnownResult>();
  readonly #running = new Map<string, ProcessIdentity>();
  readonly #disk = new DiskTimeLine();
  readonly #batches: BatchEnd[] = [];
  readonly #sessions: Session[] = [];
  readonly #warnings: JournalState['warnings'] = [];
  #bytesFreed = 0;
  #last = 0;

  add(line: JournalLine): void {
    const at = Date.parse(line.at);
    if (Number.isNaN(at)) return;
    this.#last = at;
    const session = this.#sessions.at(-1);
    if (session) session.last = at;
    switch (line.type) {
      case 'start': {
        const { command, pid, version, samples, options } = line;
        this.#sessions.push({ command, pid, version, samples, options, started: at, last: at });
        return;
      }
      case 'finish':
        if (session) session.status = line.status;
        return;
      case 'state':
        this.#run(line.run, at).active = line.state;
        return;
      case 'end':
        if (typeof line.record?.run === 'string') this.#end(line.record, at);
        return;
      case 'retry':
        this.#run(line.run, at).retries += 1;
        return;
      case 'file': {
        const { run, path, bytes, md5 } = line;
        this.#files.set(path, { run, bytes, ...(md5 !== undefined && { md5 }), at });
        return;
      }
      case 'freed':
        this.#bytesFreed += line.bytes;
        return;
      case 'valid': {
        const { stamp, readsProcessed, pPseudoaligned } = line;
        this.#valid.set(line.run, { stamp, readsProcessed, pPseudoaligned });
        return;
      }
      case 'process-started':
        // Whoever ends what runs kills the process group of that number: 0 and 1 would mean everything.
        if (Number.isSafeInteger(line.process?.pid) && line.process.pid > 1)
          this.#running.set(keyOf(line.process), line.process);
        return;
      case 'process-ended':
        if (line.process) this.#running.delete(keyOf(line.process));
        return;
      case 'batch': {
        const { batch, runs, done, failed, seconds } = line;
        this.#batches.push({ batch, runs, done, failed, seconds });
        return;
      }
      case 'disk': {
        const { free, reads, downloading, quantifying } = line;
        const session = Math.max(0, this.#sessions.length - 1);
        this.#disk.add({ at, session, free, reads, downloading, quantifying });
        return;
      }
      case 'warning': {
        const { run, problem } = line;
        if (this.#warnings.length < KEPT_WARNINGS)
          this.#warnings.push({ ...(run !== undefined && { run }), problem });
      }
    }
  }

  #run(run: string, at: number): RunState {
    let state = this.#runs.get(run);
    if (!state) {
      state = { retries: 0, at };
      this.#runs.set(run, state);
    }
    state.at = at;
    return state;
  }

  #end(record: SampleRecord, at: number): void {
    const state = this.#run(record.run, at);
    delete state.active;
    // That a run was skipped since it is done says less than how it was done.
    if (record.state !== 'skipped' || state.record?.state !== 'done') state.record = record;
  }

  state(): JournalState {
    return {
      runs: this.#runs,
      files: this.#files,
      valid: this.#valid,
      running: [...this.#running.values()],
      disk: this.#disk.samples,
      batches: this.#batches,
      sessions: this.#sessions,
      warnings: this.#warnings,
      bytesFreed: this.#bytesFreed,
      last: this.#last,
    };
  }
}

const keyOf = ({ pid, started }: ProcessIdentity) => `${pid} ${started}`;
