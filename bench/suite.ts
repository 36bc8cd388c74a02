import type { Program } from './measure.js';

/** A figure of two programs of one group, and its goal. */
export interface Claim {
  of: string;
  over: string;
  /**
   * `time`: median time of `of` over that of `over`. `memory`: the same of the largest peaks.
   * `extra`: how much longer `of` takes than `over`, in milliseconds for each of `items`.
   */
  figure: 'time' | 'memory' | 'extra';
  items?: number;
  bound: 'at most' | 'at least' | 'none';
  limit: number;
}

/** Programs that run alternately, and what is claimed of them. */
export interface Group {
  title: string;
  /** What the rows are, where names do not say it; read once all is measured. */
  note?: string;
  /** Makes the inputs that are not there yet. */
  prepare?: () => Promise<void>;
  /** Ends what was started for the group. */
  finish?: () => Promise<void>;
  /** Files read; they are brought into the page cache first. */
  inputs: string[];
  programs: Program[];
  claims: Claim[];
  /** Rounds, where short processes need more than the others. */
  runs?: number;
}

/** A number that was read off a program at work, and its goal. */
export interface Figure {
  name: string;
  value: number;
  unit: 's' | 'ms' | 'MB' | '/s' | '%' | '×' | '';
  goal?: { bound: 'at most' | 'at least'; limit: number };
}

/** What cannot be told from whole processes, such as the answers of a server. */
export interface Probe {
  title: string;
  /** How it was measured. */
  note: string;
  /** @param runs rounds, where a single one would say little */
  measure: (runs: number) => Promise<Figure[]>;
}

/** The comparisons of one command of gtk. */
export interface Suite {
  /** Flags of its own, by name, with what each does. */
  flags: Record<string, string>;
  /** All groups, for the flags that are given. */
  groups: (given: ReadonlySet<string>) => Promise<Group[]> | Group[];
  probes?: (given: ReadonlySet<string>) => Probe[];
  /** Programs whose versions belong beside the figures, and how each tells its own. */
  tools: Record<string, string[]>;
}

/** A claim on the ratio of two median times. */
export function claim(of: string, bound: Claim['bound'], limit: number, over: string): Claim {
  return { of, over, figure: 'time', bound, limit };
}
