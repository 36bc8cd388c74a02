/** Work on one species from the moment that its folders are taken to that in which they are given back. */
import type { OptionValues } from '../../engine/command.js';
import type { Live } from '../../engine/live.js';
import { GIGABYTE } from '../disk.js';
import { logEvents } from '../log.js';
import { type Bounds, openWorkshop } from '../open-workshop.js';
import { transferRules } from '../sources/endpoints.js';
import type { SpeciesConfig } from '../species.js';
import type { WorkRules } from '../workshop.js';
import { type OpenSpecies, openSpecies } from './open-species.js';
import type { WorkWatch } from './watch-work.js';

/** What the work has to keep to, and who watches it. */
export interface SpeciesOrder {
  /** Without `gtk`. */
  command: string;
  config: SpeciesConfig;
  values: OptionValues;
  rules: WorkRules;
  bounds: Bounds;
  live: Live;
  watch: WorkWatch;
}

/** Throws GTK_USAGE for options of transfers; GTK_RUN_LOCKED; GTK_NOT_WRITABLE; what the work throws. */
export async function withSpecies<T>(
  { command, config, values, rules, bounds, live, watch }: SpeciesOrder,
  act: (species: OpenSpecies) => Promise<T>,
): Promise<T> {
  const shop = openWorkshop({
    signal: live.signal,
    bounds,
    rules,
    transfers: transferRules(values, config, command),
    received: (bytes) => {
      watch.received += bytes;
    },
  });
  try {
    const log = logEvents(live);
    const species = await openSpecies({
      config,
      shop,
      floor: ((values.minFreeGb as number | undefined) ?? 0) * GIGABYTE,
      margin: 0,
      listener: (layout) => {
        const follow = watch.listener(layout);
        return (event) => {
          log(event);
          follow(event);
        };
      },
    });
    try {
      return await act(species);
    } finally {
      species.close();
    }
  } finally {
    await shop.counting.end();
  }
}
