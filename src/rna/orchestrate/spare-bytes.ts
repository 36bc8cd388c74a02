/** Deletes what a species can spare: nothing that is in use, nothing that gtk did not download. */
import { executeCleanup } from '../cleanup/execute-cleanup.js';
import { planCleanup } from '../cleanup/plan-cleanup.js';
import { readState } from '../status/journal-state.js';
import type { Lane } from './lane.js';

/** Returns the bytes that were freed. */
export function spareBytes({ species, metadata: { samples }, inFlight }: Lane): number {
  const { layout, shop } = species.work;
  const state = readState(layout.journal);
  const keepsReads = shop.rules.keepFastq;
  const plan = planCleanup({ layout, samples, state, inFlight, now: Date.now(), keepsReads });
  const { freed, runs, warnings } = executeCleanup(plan, layout);
  for (const [run, bytes] of runs) shop.tell({ type: 'freed', run, bytes });
  for (const problem of warnings) shop.tell({ type: 'warning', problem });
  return freed;
}
