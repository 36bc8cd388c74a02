/** What a plan finds out about a dataset. Plain JSON; each is also a line of the dataset's log. */
import type { ParquetSchema } from '../formats/table/table.js';
import type { Origin } from './completion.js';
import type { Side } from './options.js';

export interface FileFacts {
  name: 'file';
  path: string;
  bytes: number;
  mtimeMs: number;
  cells: number;
  /** Of the matrix, if there is one: chunks of an earlier run have none. */
  genes?: number;
  matrix?: string;
  encoding?: 'csr' | 'csc' | 'dense';
  value_type?: string;
  stored_values?: number;
  has_raw?: boolean;
  organism?: string;
  /** The run whose chunks these are. */
  origin?: Origin;
  /** Columns of `obs` that are of no known kind, and so left out. */
  unreadable: { name: string; encoding: string }[];
  /** The columns of the table that the cells become. */
  schema: ParquetSchema;
  /** Columns of `obs` whose names were taken. */
  renamed: { from: string; to: string }[];
}

export interface AgeFacts {
  name: 'ages';
  /** The column that ages were read from, if it is there. */
  column?: string;
  with_age: number;
  without_age: number;
  /** Cells left out for want of an age. */
  dropped: number;
  /** Labels that gave no age, by the number of their cells, the first few. */
  without: { label: string; cells: number }[];
}

export interface SideFacts {
  side: Side;
  cells: number;
  /** Donors; of cells without a donor nothing is counted. */
  donors: number;
  /** Cells by age in years, rounded to 0.1; null where there is none. */
  ages: { age: number | null; cells: number }[];
}

export interface SplitFacts {
  name: 'split';
  /** The column that tells the donors, if there is one. */
  column?: string;
  donors: number;
  cells_without_donor: number;
  sides: SideFacts[];
  /** Share of the kept cells that are in test. */
  test_share?: number;
  warnings: string[];
}

export interface DatasetFacts {
  file: FileFacts;
  ages: AgeFacts;
  split: SplitFacts;
}

/** The facts of a plan by their names. */
export function datasetFacts(facts: readonly unknown[]): DatasetFacts {
  const named = (facts as { name: string }[]).map((fact) => [fact.name, fact]);
  return Object.fromEntries(named) as unknown as DatasetFacts;
}
