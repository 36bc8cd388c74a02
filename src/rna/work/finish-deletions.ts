/** Deletes reads of finished runs that a killed gtk had no time to delete. */
import { deleteReads } from '../reads/delete-reads.js';
import type { Sample } from '../sample.js';
import type { JournalState } from '../status/journal-state.js';
import type { SpeciesWork } from './species-work.js';

/** Runs with a valid result on which an earlier gtk was still working when it ended. */
export function finishDeletions(done: readonly Sample[], state: JournalState, work: SpeciesWork): void {
  const { shop, layout } = work;
  if (shop.rules.keepFastq) return;
  for (const sample of done) {
    if (state.runs.get(sample.run)?.active === undefined) continue;
    const { freed, warnings } = deleteReads(layout, sample, layout.runFolder(sample.run));
    if (freed > 0) shop.tell({ type: 'freed', run: sample.run, bytes: freed });
    for (const problem of warnings) shop.tell({ type: 'warning', run: sample.run, problem });
  }
}
