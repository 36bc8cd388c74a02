/** Opens what all species of one process share. */
import { memoryBudget, workerCount } from '../engine/resources.js';
import type { ProgramName } from '../tools/catalogue.js';
import { requirePrograms } from '../tools/find.js';
import { type DiskUse, diskUses } from './disk.js';
import { CountingThreads } from './reads/counting-threads.js';
import { Slots } from './slots.js';
import type { TransferRules, WorkRules, Workshop } from './workshop.js';

/** Bounds on what runs at once. */
export interface Bounds {
  /** Transfers. */
  downloads: number;
  /** Processors; more than there are count as all of them. */
  processors: number | undefined;
  /** Quantifications. */
  quantifiers: number;
  /** Bytes. */
  memory: number | undefined;
}

/** Processors to keep busy, of so many that are wanted; undefined is all that there are. */
export function processorsOf(wanted: number | undefined): number {
  const there = workerCount(undefined);
  return Math.min(wanted ?? there, there);
}

/** A workshop without what belongs to one species. */
export type SharedWorkshop = Omit<Workshop, 'tell' | 'disk'> & {
  /** What the disk of a folder is used for by all species. */
  disks: (folder: string) => DiskUse;
};

/** Opens it; `counting` is to be ended with it. */
export function openWorkshop(options: {
  signal: AbortSignal;
  bounds: Bounds;
  rules: WorkRules;
  transfers: TransferRules;
  received: (bytes: number) => void;
}): SharedWorkshop {
  const { bounds, ...rest } = options;
  const processors = new Slots(processorsOf(bounds.processors));
  const found = new Map<ProgramName, string>();
  return {
    ...rest,
    downloads: new Slots(bounds.downloads),
    fetching: new Slots(bounds.downloads),
    processors,
    quantifiers: new Slots(bounds.quantifiers),
    disks: diskUses(),
    memory: new Slots(memoryBudget(bounds.memory)),
    counting: new CountingThreads(processors.total),
    program: (name) => {
      const file = found.get(name) ?? requirePrograms([name])[name];
      found.set(name, file);
      return file;
    },
  };
}
