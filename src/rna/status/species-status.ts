/** How a species stands, told from its disk alone: results first, then reads, then what the journal adds. */
import { lockHolder } from '../../engine/lock.js';
import { freeBytes } from '../disk.js';
import type { Layout } from '../layout.js';
import { findResult } from '../quant/result.js';
import { findReads, type SettleRules } from '../reads/find-reads.js';
import type { Sample } from '../sample.js';
import { type JournalState, readState } from './journal-state.js';
import {
  noCounts,
  type RunStateName,
  type RunStatus,
  type SpeciesStatus,
  type StateCounts,
} from './run-status.js';

/** Looks at a species. Does not wait, and changes nothing. */
export function readStatus(name: string, layout: Layout, samples: readonly Sample[]): SpeciesStatus {
  const state = readState(layout.journal);
  const holder = lockHolder(layout.lock);
  // What was on its way in an earlier session was ended with it.
  const since = holder ? (state.sessions.at(-1)?.started ?? 0) : Number.POSITIVE_INFINITY;
  const runs = samples.map((sample) => statusOf(sample, layout, state, since));
  const species = new Map<string, StateCounts>();
  const counts = noCounts();
  for (const { species: name, state } of runs) {
    const own = species.get(name) ?? noCounts();
    species.set(name, own);
    own[state] += 1;
    counts[state] += 1;
  }
  return { name, out: layout.out, runs, species, counts, free: freeOf(layout), holder, state };
}

function statusOf(sample: Sample, layout: Layout, state: JournalState, since: number): RunStatus {
  const { run, species, excluded } = sample;
  const known = state.runs.get(run);
  const { record, retries = 0, active, at = 0 } = known ?? {};
  const told = { run, species, retries, ...(record && { record }) };
  if (excluded !== undefined) return { ...told, state: 'excluded', reason: excluded };
  if (active !== undefined && at >= since) return { ...told, state: 'working', doing: active };
  const result = findResult(layout, run, state.valid);
  if (result) {
    const { readsProcessed, pPseudoaligned } = result;
    return { ...told, state: 'done', readsProcessed, pPseudoaligned };
  }
  if (record?.state === 'failed') return { ...told, state: 'failed', reason: record.reason ?? 'internal' };
  return { ...told, state: stateOfReads(sample, layout, state) };
}

function stateOfReads(sample: Sample, layout: Layout, state: JournalState): RunStateName {
  const found = findReads(layout, sample, anyAge(state));
  if (found.kind === 'fastq' || found.kind === 'sra') return 'ready';
  return found.kind === 'partial' ? 'partial' : 'pending';
}

/** Rules by which reads are found however small or young they are. */
export function anyAge({ files }: JournalState): SettleRules {
  return {
    settleSeconds: 0,
    sraSettleSeconds: 0,
    sraMinBytes: 0,
    sraMaxBytes: Number.POSITIVE_INFINITY,
    known: (file) => files.has(file),
  };
}

function freeOf(layout: Layout): number | undefined {
  try {
    return freeBytes(layout.runFolder('run'));
  } catch {
    return undefined;
  }
}
