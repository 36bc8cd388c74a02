/** The species and the runs that the options of a command name. */
import type { OptionValues } from '../engine/command.js';
import { gtkError } from '../errors.js';
import { loadSpeciesConfig } from './config/load.js';
import { type Metadata, readMetadata } from './metadata/read.js';
import type { SpeciesConfig } from './species.js';

/** A species and its runs. */
export interface GivenSpecies {
  config: SpeciesConfig;
  metadata: Metadata;
}

/**
 * Reads the species that options name, with only those of its runs that are named, if any are.
 *
 * @throws GTK_USAGE; GTK_RNA_CONFIG; GTK_RNA_METADATA
 */
export function givenSpecies(
  values: OptionValues,
  command: string,
  runs: readonly string[] = [],
): GivenSpecies {
  const { config: file, root, out, metadata } = values as Record<string, string | undefined>;
  const threads = values.threads as number | undefined;
  const usage = (problem: string) => gtkError('GTK_USAGE', { problem, command: `gtk ${command}` });
  if (file === undefined) throw usage('Missing --config: the YAML file of the species');
  const overrides = {
    ...(out !== undefined && { out }),
    ...(metadata !== undefined && { metadata }),
    ...(threads !== undefined && { threads }),
  };
  const config = loadSpeciesConfig(file, { root: root!, env: process.env, overrides });
  const table = readMetadata(config.metadata, { requireTissue: config.requireTissue, root: root! });
  const unknown = runs.find((run) => !table.samples.some((sample) => sample.run === run));
  if (unknown !== undefined)
    throw usage(`found no run ${unknown} in ${table.file}, expected one of its runs`);
  const chosen = table.samples.filter(({ run }) => runs.length === 0 || runs.includes(run));
  return { config, metadata: { ...table, samples: chosen } };
}
