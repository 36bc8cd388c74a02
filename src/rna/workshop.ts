/** What all work on runs shares: bounds, programs, endpoints, and whoever is told of events. */
import type { RetryPolicy } from '../net/retry.js';
import type { ProgramName } from '../tools/catalogue.js';
import type { ProcessIdentity } from '../tools/process-identity.js';
import type { DiskPromises } from './disk.js';
import type { RnaListener } from './events.js';
import type { CountingThreads } from './reads/counting-threads.js';
import type { Slots } from './slots.js';
import type { Endpoints } from './sources/endpoints.js';
import type { SourceName } from './sources/names.js';

export type QuantEngine = 'kallisto' | 'salmon';

/** How transfers behave. */
export interface TransferRules {
  /** Sources in the order in which they are tried. */
  sources: readonly SourceName[];
  endpoints: Endpoints;
  /** Hosts that redirects may lead to, besides those of the endpoints and the known archives. */
  allowHosts: readonly string[];
  /** Project that pays for requests to GCP; without one, GCP is left out. */
  gcpProject: string | undefined;
  retry: RetryPolicy;
  /** A transfer without a byte for so long is cut and resumed. */
  stallSeconds: number;
  /** A transfer is given up after so long. */
  limitSeconds: number;
}

/** How reads are found, filtered and quantified. */
export interface WorkRules {
  engine: QuantEngine;
  /**
   * Threads of a quantification, told by the options alone: kallisto 0.48 comes to slightly other numbers with
   * one thread than with several where runs are large, so they must not depend on what else is going on.
   */
  runThreads: number;
  /** Seconds that local files must have been left alone before they count as whole. */
  settleSeconds: number;
  sraSettleSeconds: number;
  /** How often folders are looked at that others may still write to; undefined: nobody is waited for. */
  lookSeconds: number | undefined;
  sraMinBytes: number;
  sraMaxBytes: number;
  keepFastq: boolean;
  deleteOnFailure: boolean;
  redo: boolean;
  skipDownload: boolean;
  /** Warn of runs with a lower percentage of pseudoaligned reads; 0 is off. */
  minMappedPercent: number;
  /** Hours that a quantification may take. */
  quantHours: number;
  /** A program without a sign of life for so long is ended. */
  silentSeconds: number;
  /** How often the work on a run is begun, the first time included. */
  attempts: number;
  /** Reads go from the network into kallisto, without a file. */
  stream: boolean;
}

/** Shared by all runs that are worked on at once. */
export interface Workshop {
  signal: AbortSignal;
  transfers: TransferRules;
  rules: WorkRules;
  /** Transfers at once. */
  downloads: Slots;
  /** Runs that are fetched at once. */
  fetching: Slots;
  /** Processors that programs keep busy at once. */
  processors: Slots;
  /** Quantifications at once. */
  quantifiers: Slots;
  /** Bytes of memory that programs hold at once. */
  memory: Slots;
  /** Space on the disk of the reads. */
  disk: DiskPromises;
  counting: CountingThreads;
  tell: RnaListener;
  /** Called as bytes come from the network. */
  received: (bytes: number) => void;
  /** Absolute path of a program. Throws GTK_MISSING_TOOL. */
  program: (name: ProgramName) => string;
}

/** What {@link runProgram} is to call, so that the journal knows the program as long as it runs. */
export function journalled(shop: Pick<Workshop, 'tell'>, run: string, program: string) {
  return (process: ProcessIdentity, state: 'started' | 'ended') =>
    shop.tell(
      state === 'started'
        ? { type: 'process-started', run, program, process }
        : { type: 'process-ended', run, process },
    );
}
