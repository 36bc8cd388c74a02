/** The options of an h5ad run as they are frozen in its folder: all that can change the result. */
import type { ParquetCodec } from '../formats/table/table.js';
import type { GeneTokenCounts } from './gene-tokens.js';

interface CommonOptions {
  /** Name of the dataset: of its folder, and in its log. */
  dataset: string;
  /** Cells in a Parquet file. */
  chunkSize: number;
  compression: ParquetCodec;
  /** Whether there is a column `age`. */
  age: boolean;
  /** Whether cells without an age are left out. */
  ageFilter: boolean;
  /** Whether cells are divided into train and test. */
  split: boolean;
  testSize: number;
  seed: number;
}

/** A run that reads an h5ad file. */
export interface H5adOptions extends CommonOptions {
  source: 'h5ad';
  /** `X`, `raw` or `layer:NAME`. */
  matrix: string;
  /** Genes in a sentence at most; 0 is all. */
  topGenes: number;
  /** Absolute path of the table of approved symbols. */
  hgnc?: string;
  /** Absolute path of the table of publications. */
  collections?: string;
  /** Absolute path of the folder of gene lists. */
  geneLists?: string;
  /** Absolute path of the folder for chunks before the split, if they are kept. */
  interim?: string;
  report: boolean;
}

/** A run that goes on from the Parquet files of an earlier one. */
export interface ChunkOptions extends CommonOptions {
  source: 'chunks';
}

export type RunOptions = H5adOptions | ChunkOptions;

/** Where cells go: into train or test, or all into one. */
export type Side = 'train' | 'test' | 'all';

/** Consecutive cells of the file that are worked on together. */
export interface Block {
  start: number;
  end: number;
  /** Two bits a cell, see `sides.ts`: what becomes of it. */
  sides: string;
  /** Cells before this block that go where each code says. */
  before: [dropped: number, first: number, second: number];
}

/** What a task reads: blocks that follow one another. It leaves a batch for each. */
export interface H5adPayload {
  blocks: Block[];
}

/** Cells of one block that are in one Parquet file: a row group. */
export interface Piece {
  /** `interim`: all kept cells, before the split. */
  side: Side | 'interim';
  chunk: number;
  rows: number;
}

/** A batch's own numbers, kept in its marker. */
export interface H5adSummary {
  pieces: Piece[];
  /** Kept cells, and those of them with nothing expressed. */
  cells: number;
  empty: number;
  /** Genes expressed, over kept cells. */
  expressed: Extent;
  /** Genes in the sentences. */
  sentence: Extent;
  /** Cells by genes expressed: [bin, cells], bins of {@link GENES_BIN}. */
  histogram: [bin: number, cells: number][];
  negative: number;
  nan: number;
  /** How the genes got their names; the same in every batch. */
  genes: GeneTokenCounts;
}

/** Genes in a bin of {@link H5adSummary.histogram}. */
export const GENES_BIN = 25;

export interface Extent {
  min: number;
  sum: number;
  max: number;
}
