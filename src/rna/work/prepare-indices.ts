/** Indices before any run starts, each built once. */
import { type ErrorRecord, gtkError, toErrorRecord } from '../../errors.js';
import { remedies, SampleFailure } from '../failure.js';
import { ensureIndex } from '../reference/ensure-index.js';
import type { Sample } from '../sample.js';
import type { SpeciesWork } from './species-work.js';

/**
 * Makes sure of the index of every species among these runs. One that fails is met again by its own runs,
 * which it fails.
 *
 * @returns what was wrong, by species
 * @throws the signal's reason
 */
export async function prepareIndices(
  samples: readonly Sample[],
  { config, shop }: SpeciesWork,
): Promise<Map<string, ErrorRecord>> {
  const wrong = new Map<string, ErrorRecord>();
  for (const species of new Set(samples.map((sample) => sample.species))) {
    try {
      await ensureIndex(species, config, shop.rules.engine, shop);
    } catch (thrown) {
      shop.signal.throwIfAborted();
      const error = toErrorRecord(thrown instanceof SampleFailure ? asError(species, thrown) : thrown);
      shop.tell({ type: 'warning', problem: error.message });
      wrong.set(species, error);
    }
  }
  return wrong;
}

function asError(species: string, { reason, message }: SampleFailure) {
  return gtkError('GTK_RNA_INDEX', { species, reason, problem: message, remedy: remedies[reason] });
}
