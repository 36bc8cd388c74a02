/** Takes hold of a species' folders: one gtk at a time, and nothing left running from an earlier one. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { takeLock } from '../../engine/lock.js';
import { killGroup } from '../../tools/kill-group.js';
import { DiskPromises } from '../disk.js';
import type { RnaListener } from '../events.js';
import { Journal } from '../journal.js';
import { Layout } from '../layout.js';
import { Manifest } from '../manifest.js';
import type { SharedWorkshop } from '../open-workshop.js';
import type { SpeciesConfig } from '../species.js';
import { type JournalState, readState } from '../status/journal-state.js';
import type { SpeciesWork } from './species-work.js';

/** How a species is opened. */
export interface OpenOptions {
  config: SpeciesConfig;
  shop: SharedWorkshop;
  /** Whoever is told of events, besides the journal. */
  listener: (layout: Layout) => RnaListener;
  /** Bytes that are to stay free on its disk; where they did not, work goes on once so many more are. */
  floor: number;
  margin: number;
  /** Called when space is short, to delete what may be deleted. */
  onLow?: (work: SpeciesWork) => void;
}

/** A species in hand. */
export interface OpenSpecies {
  work: SpeciesWork;
  /** What the journal of earlier runs of gtk tells. */
  state: JournalState;
  /** From now on, work is also told to the manifest, with these versions of the programs. */
  keepManifest(versions: Readonly<Record<string, string>>): void;
  close(): void;
}

/**
 * Locks a species' folder, ends programs that a killed gtk left running there, and opens the journal.
 *
 * @throws GTK_RUN_LOCKED; GTK_NOT_WRITABLE
 */
export async function openSpecies(options: OpenOptions): Promise<OpenSpecies> {
  const { config, listener, floor, margin, onLow } = options;
  const { disks, ...shop } = options.shop;
  const layout = new Layout(config.out, config.roots);
  const unlock = takeLock(layout.lock, config.out);
  try {
    const state = readState(layout.journal);
    // What they would still write must not be taken for the work of this process.
    await Promise.all(state.running.map((process) => killGroup(process)));
    rmSync(layout.staging, { recursive: true, force: true });
    const journal = new Journal(layout.journal);
    const own = new Set<string>();
    const listen = listener(layout);
    let manifest: Manifest | undefined;
    const tell: RnaListener = (event) => {
      if (event.type === 'file') own.add(event.path);
      journal.append(event);
      manifest?.tell(event);
      listen(event);
    };
    const folder = path.dirname(layout.runFolder('run'));
    const disk = new DiskPromises({
      folder,
      use: disks(folder),
      floor,
      margin,
      ...(onLow && { onLow: () => onLow(work) }),
    });
    const work: SpeciesWork = {
      config,
      layout,
      wrote: (file) => own.has(file) || state.files.has(file),
      shop: { ...shop, tell, disk },
      owner: config.code,
    };
    const keepManifest: OpenSpecies['keepManifest'] = (versions) => {
      manifest = new Manifest(config, layout, versions);
    };
    const close = () => {
      manifest?.close();
      journal.close();
      unlock();
    };
    return { work, state, keepManifest, close };
  } catch (error) {
    unlock();
    throw error;
  }
}
