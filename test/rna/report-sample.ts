/** Made-up species for tests of the report: their figures are known by construction. */
import type { SampleRecord } from '../../src/rna/events.js';
import type { JournalState, Session } from '../../src/rna/status/journal-state.js';
import type { RunStatus, SpeciesStatus, StateCounts } from '../../src/rna/status/run-status.js';

const start = Date.UTC(2026, 2, 1, 8);

const session: Session = {
  command: 'rna batch',
  pid: 4711,
  version: '0.9.1',
  samples: 307,
  options: { config: '/data/amalgkit_cfloridanus.yaml', batchSize: '8', keepFastq: false, memory: undefined },
  started: start,
  last: start + 3_600_000,
};

export function emptyState(changes: Partial<JournalState> = {}): JournalState {
  return {
    runs: new Map(),
    files: new Map(),
    valid: new Map(),
    running: [],
    disk: [],
    batches: [],
    sessions: [],
    warnings: [],
    bytesFreed: 0,
    last: 0,
    ...changes,
  };
}

export function statusOf(name: string, runs: RunStatus[], state = emptyState()): SpeciesStatus {
  const species = new Map<string, StateCounts>();
  const none = () => ({ done: 0, failed: 0, excluded: 0, working: 0, ready: 0, partial: 0, pending: 0 });
  const counts = none();
  for (const run of runs) {
    const own = species.get(run.species) ?? none();
    species.set(run.species, own);
    own[run.state] += 1;
    counts[run.state] += 1;
  }
  return { name, out: `/data/${name}`, runs, species, counts, free: 5e11, holder: undefined, state };
}

export function doneRun(run: string, changes: Partial<SampleRecord> = {}): RunStatus {
  const record: SampleRecord = {
    run,
    species: 'Camponotus_floridanus',
    state: 'done',
    attempt: 1,
    seconds: 12.5,
    source: 'ena',
    layoutUsed: 'paired',
    readsProcessed: 20_000_000,
    pPseudoaligned: 71.2,
    bytesDownloaded: 1_500_000_000,
    bytesFreed: 1_500_000_000,
    warnings: [],
    ...changes,
  };
  const { readsProcessed, pPseudoaligned } = record;
  return {
    run,
    species: record.species,
    state: 'done',
    retries: 0,
    record,
    readsProcessed: readsProcessed!,
    pPseudoaligned: pPseudoaligned!,
  };
}

export function failedRun(run: string, changes: Partial<SampleRecord> = {}): RunStatus {
  const { record, species } = doneRun(run);
  const { readsProcessed: _, pPseudoaligned: __, source: ___, ...rest } = record!;
  const failed = {
    ...rest,
    state: 'failed',
    stage: 'fetch',
    reason: 'checksum',
    problem: `${run}_1.fastq.gz has another MD5 than ENA announces`,
    attempt: 3,
    bytesDownloaded: 0,
    ...changes,
  } as const;
  return { run, species, state: 'failed', retries: 2, reason: failed.reason, record: failed };
}

/** A species of 307 runs in two sessions, with all states. */
export const LARGE = largeSpecies();

function largeSpecies(): SpeciesStatus {
  const runs: RunStatus[] = Array.from({ length: 240 }, (_, i) =>
    doneRun(`SRR${1000 + i}`, {
      seconds: 10 + ((i * 37) % 400),
      source: i % 5 === 0 ? 'aws' : 'ena',
      readsProcessed: Math.round(10 ** (5.5 + ((i * 13) % 100) / 45)),
      pPseudoaligned: 35 + ((i * 29) % 60),
    }),
  );
  for (let i = 0; i < 12; i += 1) {
    const changes = [
      {},
      { stage: 'quantify', reason: 'zero-aligned', problem: 'none of 10,000 reads is pseudoaligned' },
      { stage: 'fetch', reason: 'not-found', problem: 'ena: it answers HTTP 404; aws: it answers HTTP 404' },
    ] as const;
    runs.push(failedRun(`SRR${2000 + i}`, changes[i % 3]));
  }
  const others = [
    ...new Array(15).fill('excluded'),
    ...new Array(4).fill('working'),
    ...new Array(6).fill('ready'),
    'partial',
    ...new Array(29).fill('pending'),
  ] as RunStatus['state'][];
  for (const [i, state] of others.entries())
    runs.push({ run: `SRR${3000 + i}`, species: 'Camponotus_floridanus', state, retries: 0 });
  const disk = Array.from({ length: 1500 }, (_, i) => ({
    at: start + i * 6000 + (i > 900 ? 86_400_000 : 0),
    session: i > 900 ? 1 : 0,
    free: 4e11 - ((i * 7919) % 100) * 1e8,
    reads: Math.round(6e9 + 5e9 * Math.sin(i / 25) + ((i * 7919) % 100) * 1e7),
    downloading: 4,
    quantifying: 2,
  }));
  const again = { ...session, started: start + 90_000_000, last: start + 96_000_000, status: 1 };
  return statusOf(
    'Camponotus floridanus',
    runs,
    emptyState({
      disk,
      sessions: [session, again],
      last: again.last,
      warnings: [{ run: 'SRR1004', problem: 'is paired, but has one file: quantified as single' }],
    }),
  );
}
