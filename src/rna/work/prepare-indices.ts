/** Indices before any run starts, each built once. */
import { type ErrorRecord, toErrorRecord } from '../../errors.js';
import { indexError, SampleFailure } from '../failure.js';
import { ensureIndex } from '../reference/ensure-index.js';
import type { Sample } from '../sample.js';
import type { SpeciesWork } from './species-work.js';

/**
 * Makes sure of the index of every species among these runs, as many at once as there are processors. One that
 * fails is met again by its own runs, which it fails.
 *
 * @returns what was wrong, by species
 * @throws the signal's reason
 */
export async function prepareIndices(
  samples: readonly Sample[],
  { config, shop }: SpeciesWork,
): Promise<Map<string, ErrorRecord>> {
  const all = [...new Set(samples.map(({ species }) => species))];
  const ends = await Promise.allSettled(
    all.map((species) => ensureIndex(species, config, shop.rules.engine, shop)),
  );
  shop.signal.throwIfAborted();
  const wrong = new Map<string, ErrorRecord>();
  ends.forEach((end, i) => {
    if (end.status === 'fulfilled') return;
    const [species, thrown] = [all[i]!, end.reason];
    const error = toErrorRecord(thrown instanceof SampleFailure ? indexError(species, thrown) : thrown);
    shop.tell({ type: 'warning', problem: error.message });
    wrong.set(species, error);
  });
  return wrong;
}
