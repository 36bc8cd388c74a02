/** The index of a species for all of its runs, which may ask at the same time. */
import path from 'node:path';
import type { SpeciesConfig } from '../species.js';
import { journalled, type QuantEngine, type Workshop } from '../workshop.js';
import { findReference } from './find-reference.js';
import { indexPlace, provideIndex } from './provide-index.js';

const underway = new Map<string, Promise<string>>();

/**
 * Absolute path of the index of a species: what stands there if it is right, else built, once for all who ask.
 * Asking again costs a look at a few files.
 *
 * @param species `Genus_species`
 * @throws SampleFailure; GTK_MISSING_TOOL; GTK_NOT_WRITABLE; the signal's reason
 */
export function ensureIndex(
  species: string,
  config: SpeciesConfig,
  engine: QuantEngine,
  shop: Workshop,
): Promise<string> {
  const place = indexPlace(config.indexFolder, species, engine);
  const before = underway.get(place);
  if (before) return before;
  const provided = provide(place, species, config, engine, shop).finally(() => underway.delete(place));
  underway.set(place, provided);
  return provided;
}

async function provide(
  place: string,
  species: string,
  config: SpeciesConfig,
  engine: QuantEngine,
  shop: Workshop,
): Promise<string> {
  const { signal, rules, processors, tell } = shop;
  await provideIndex({
    place,
    stem: species,
    engine,
    reference: referenceFor(config, species),
    program: shop.program(engine),
    // kallisto 0.48 builds with one, whatever it is given.
    threads: engine === 'kallisto' ? 1 : processors.total,
    signal,
    silentSeconds: rules.silentSeconds,
    logFile: path.join(config.logDir, `${species}.index.log`),
    hold: async (threads) => {
      const release = await processors.take(threads, signal);
      tell({ type: 'index', species, state: 'started' });
      return () => {
        tell({ type: 'index', species, state: 'ended' });
        release();
      };
    },
    onProcess: journalled(shop, species, engine),
  });
  return place;
}

function referenceFor(config: SpeciesConfig, species: string): string | { missing: string } {
  if (!config.buildIndex) return { missing: 'the configuration forbids it (build_index: no)' };
  try {
    return findReference(config, species);
  } catch (error) {
    return { missing: (error as Error).message };
  }
}
