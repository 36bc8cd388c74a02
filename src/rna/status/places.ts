/** Which species a command looks at: one OUT, one configuration, or a folder of configurations. */
import path from 'node:path';
import type { OptionValues } from '../../engine/command.js';
import { type ErrorRecord, gtkError, toErrorRecord } from '../../errors.js';
import { findConfigs } from '../config/discover.js';
import { loadSpeciesConfig } from '../config/load.js';
import { Layout } from '../layout.js';
import { readMetadata } from '../metadata/read.js';
import type { Sample } from '../sample.js';

/** A species as it lies on the disk. */
export interface Place {
  name: string;
  layout: Layout;
  samples: readonly Sample[];
  /** Its configuration has the reads of finished runs stay. */
  keepsReads: boolean;
}

/**
 * Finds what is asked for. Of several species, one that cannot be read fails alone.
 *
 * @throws GTK_USAGE; GTK_INPUT_MISSING; GTK_RNA_CONFIG; GTK_RNA_METADATA
 */
export function givenPlaces(
  values: OptionValues,
  [out]: readonly string[],
  command: string,
): { places: Place[]; failures: ErrorRecord[] } {
  const { config, configDir, metadata, root } = values as Record<string, string | undefined>;
  const usage = (problem: string) => gtkError('GTK_USAGE', { problem, command: `gtk ${command}` });
  const ways = [out && 'OUT', config && '--config', configDir && '--config-dir'].filter(Boolean);
  if (ways.length > 1) throw usage(`Found ${ways.join(' and ')}, expected one of them`);
  if (out !== undefined) return { places: [ofFolder(path.resolve(out), metadata, root!)], failures: [] };
  if (config !== undefined) return { places: [ofConfig(config, metadata, root!)], failures: [] };
  if (metadata !== undefined) throw usage('--metadata needs OUT or --config: it is of one species');
  const places: Place[] = [];
  const failures: ErrorRecord[] = [];
  for (const file of findConfigs(configDir, root!)) {
    try {
      places.push(ofConfig(file, undefined, root!));
    } catch (error) {
      failures.push(toErrorRecord(error));
    }
  }
  return { places, failures };
}

function ofFolder(out: string, metadata: string | undefined, root: string): Place {
  const layout = new Layout(out);
  const { samples } = readMetadata(metadata ?? layout.metadata, { root });
  return { name: path.basename(out), layout, samples, keepsReads: false };
}

function ofConfig(file: string, metadata: string | undefined, root: string): Place {
  const overrides = metadata === undefined ? {} : { metadata };
  const config = loadSpeciesConfig(file, { root, env: process.env, overrides });
  const { samples } = readMetadata(config.metadata, { requireTissue: config.requireTissue, root });
  const { name, keepFastq } = config;
  return { name, layout: new Layout(config.out, config.roots), samples, keepsReads: keepFastq };
}
