/** The species to work on: their configurations, tables of runs and plans. */
import { type ErrorRecord, gtkError, toErrorRecord } from '../../errors.js';
import { clashes, findConfigs } from '../config/discover.js';
import { loadSpeciesConfig } from '../config/load.js';
import { Layout } from '../layout.js';
import { type Metadata, readMetadata } from '../metadata/read.js';
import { type BatchPlan, planBatches } from '../plan.js';
import { findResult } from '../quant/result.js';
import type { SpeciesConfig } from '../species.js';
import { readState } from '../status/journal-state.js';

/** A species that may have something left to do. */
export interface PlannedSpecies {
  config: SpeciesConfig;
  metadata: Metadata;
  plan: BatchPlan;
}

/** All species of a folder, and those that cannot be worked on. */
export interface FoundSpecies {
  planned: PlannedSpecies[];
  failures: ErrorRecord[];
}

/**
 * Finds all species, in the order of the names of their files.
 *
 * @throws GTK_RNA_CLASH; what is wrong with the folder. A species that cannot be read fails alone
 */
export function findSpecies(options: {
  configDir: string | undefined;
  root: string;
  redo: boolean;
  maxSpecies: number | undefined;
}): FoundSpecies {
  const { root, configDir, redo, maxSpecies = Number.POSITIVE_INFINITY } = options;
  const failures: ErrorRecord[] = [];
  const alone = <T>(act: () => T): T[] => {
    try {
      return [act()];
    } catch (error) {
      failures.push(toErrorRecord(error));
      return [];
    }
  };
  const files = findConfigs(configDir, root);
  const configs = files.flatMap((file) => alone(() => loadSpeciesConfig(file, { root, env: process.env })));
  const [clash] = clashes(configs);
  if (clash) throw gtkError('GTK_RNA_CLASH', { first: clash.a.file, second: clash.b.file, what: clash.what });
  const all = configs.flatMap((config) =>
    alone(() => {
      const metadata = readMetadata(config.metadata, { requireTissue: config.requireTissue, root });
      return { config, metadata, plan: planOf(config, metadata, redo) };
    }),
  );
  const unfinished = all.filter(({ plan }) => plan.batches.length > 0).slice(0, maxSpecies);
  return {
    planned: all.filter((one) => one.plan.batches.length === 0 || unfinished.includes(one)),
    failures,
  };
}

function planOf(config: SpeciesConfig, { samples }: Metadata, redo: boolean): BatchPlan {
  const layout = new Layout(config.out, config.roots);
  const { valid } = readState(layout.journal);
  const isDone = ({ run }: { run: string }) =>
    !redo && !config.redo && findResult(layout, run, valid) !== undefined;
  return planBatches(samples, isDone, { batchSize: 1 });
}
