/** Runs for tests that need no table. */
import type { Sample } from '../../src/rna/sample.js';

/** A paired run of 10,000 spots, with what differs. */
export function sample(run: string, different: Partial<Sample> = {}): Sample {
  return {
    run,
    species: 'Genus_species',
    layout: 'paired',
    totalSpots: 10_000,
    totalBases: 1_360_000,
    spotLength: 136,
    fragmentLength: 200,
    size: undefined,
    experiment: '',
    links: {},
    archive: undefined,
    privateFiles: undefined,
    excluded: undefined,
    row: 0,
    ...different,
  };
}
