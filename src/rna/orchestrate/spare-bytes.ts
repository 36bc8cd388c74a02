/** Deletes what a species can spare: nothing that is in flight, nothing that gtk did not download. */
import { executeCleanup, planCleanup } from '../cleanup/plan.js';
import { readState } from '../status/journal-state.js';
import type { Lane } from './lane.js';

/** Returns the bytes that were freed. */
export function spareBytes(lane: Lane): number {
  const { work } = lane.species;
  const { layout } = work;
  const state = readState(layout.journal);
  const plan = planCleanup({
    layout,
    samples: lane.samples,
    state,
    inFlight: lane.inFlight,
    now: Date.now(),
  });
  return executeCleanup(plan).freed;
}
