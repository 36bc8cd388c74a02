/** The status of species as text and as JSON. */

import type { FailureReason } from '../failure.js';
import { remedies } from '../failure.js';
import { shownBytes } from '../print.js';
import type { Session } from './journal-state.js';
import { type RunStatus, runStates, type SpeciesStatus, type StateCounts } from './run-status.js';

/** What is said of a species and its runs; of every run with `listsRuns`. */
export function statusText(all: readonly SpeciesStatus[], listsRuns: boolean): string {
  return all.map((status) => `${ofSpecies(status, listsRuns).join('\n')}\n`).join('\n');
}

function ofSpecies(status: SpeciesStatus, listsRuns: boolean): string[] {
  const { name, out, runs, species, counts, free } = status;
  const failed = runs.filter(({ state }) => state === 'failed');
  return [
    `${name}: ${out}`,
    `  ${runs.length} runs: ${countsText(counts)}`,
    ...(species.size > 1 ? [...species].map(([name, own]) => `  ${name}: ${countsText(own)}`) : []),
    `  ${free === undefined ? 'free space unknown' : `${shownBytes(free)} free`}; ${activity(status)}`,
    ...failed.map((run) => `  failed ${run.run}: ${failureText(run)}`),
    ...(listsRuns ? runs.map((run) => `  ${runLine(run)}`) : []),
  ];
}

function countsText(counts: StateCounts): string {
  const named = runStates.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${state}`);
  return named.join(', ') || 'none';
}

function activity({ holder, state }: SpeciesStatus): string {
  const session = state.sessions.at(-1);
  if (holder) return `gtk works there, process ${holder.pid} on ${holder.host} since ${holder.since}`;
  return session ? `last: gtk ${session.command}, ${endOf(session)}` : 'gtk never worked there';
}

function endOf({ status, last }: Session): string {
  const at = new Date(last).toISOString();
  return status === undefined ? `interrupted about ${at}` : `ended ${at} with status ${status}`;
}

function failureText({ reason, record, retries }: RunStatus): string {
  const { stage, problem } = record ?? {};
  const again = retries > 0 ? `, tried again ${retries === 1 ? 'once' : `${retries} times`}` : '';
  return `${[stage, reason].filter(Boolean).join(', ')}${problem ? `: ${problem}` : ''}${again}`;
}

function runLine(run: RunStatus): string {
  const { state, doing, reason, readsProcessed, pPseudoaligned } = run;
  const parts = [
    run.run,
    run.species,
    state === 'working' ? doing! : state,
    ...(state !== 'done' && reason !== undefined ? [reason] : []),
    ...(readsProcessed === undefined ? [] : [`${readsProcessed} reads`, `${pPseudoaligned} %`]),
  ];
  return parts.join('\t');
}

/** The same for programs. */
export function statusJson(all: readonly SpeciesStatus[], listsRuns: boolean): object {
  return {
    species: all.map(({ name, out, runs, species, counts, free, holder, state }) => {
      const session = state.sessions.at(-1);
      return {
        name,
        out,
        total: runs.length,
        ...counts,
        by_species: Object.fromEntries([...species].map(([name, own]) => [name, own])),
        free_bytes: free ?? null,
        bytes_freed: state.bytesFreed,
        working: holder ? { pid: holder.pid, host: holder.host, since: holder.since } : null,
        last_activity: state.last > 0 ? new Date(state.last).toISOString() : null,
        last_command: session ? { command: session.command, status: session.status ?? null } : null,
        failures: runs.filter(({ state }) => state === 'failed').map(failureJson),
        ...(listsRuns && { runs: runs.map(runJson) }),
      };
    }),
  };
}

function failureJson({ run, species, reason, record, retries }: RunStatus) {
  const { stage = null, problem = null, attempt = null } = record ?? {};
  const remedy = remedies[reason as FailureReason] ?? null;
  return { run, species, stage, reason: reason ?? null, problem, attempt, retries, remedy };
}

function runJson({ run, species, state, doing, reason, record, ...result }: RunStatus) {
  return {
    run,
    species,
    state,
    ...(doing && { doing }),
    ...(reason !== undefined && { reason }),
    ...(result.readsProcessed !== undefined && {
      reads_processed: result.readsProcessed,
      p_pseudoaligned: result.pPseudoaligned,
    }),
    ...(record?.source !== undefined && { source: record.source }),
    ...(record && { seconds: record.seconds }),
  };
}
