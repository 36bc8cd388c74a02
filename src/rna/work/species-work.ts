/** One species as it is being worked on: its configuration, its folders, and what the journal knows. */
import type { Layout } from '../layout.js';
import type { SpeciesConfig } from '../species.js';
import type { Workshop } from '../workshop.js';

export interface SpeciesWork {
  config: SpeciesConfig;
  layout: Layout;
  /** Whether gtk itself wrote that file, which then is whole. */
  wrote: (file: string) => boolean;
  /** Its workshop: all species share slots and programs, each has its own journal. */
  shop: Workshop;
  /** In whose share of the slots its transfers count. */
  owner: string;
}
