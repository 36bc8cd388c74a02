/** The options of a codon run as they are frozen in its folder: all that can change the result. */
import type { Sniffed } from '../formats/fasta/sniff.js';
import type { TableFormat } from '../formats/table/table.js';
import type { CaiFamily, CaiZero } from './adaptation-model.js';
import type { RecordDistributionsJson } from './distributions.js';
import type { CaiSetName, FopSetName } from './reference-sets.js';

export interface CodonOptions {
  batchSize: number;
  frame: number;
  geneticCode: number;
  rscu: boolean;
  perSequence: boolean;
  /** Absolute path of the genes that CAI, CBI and Fop refer to. */
  reference?: string;
  /** Absolute path of an annotation; then only its coding sequences are counted. */
  gff?: string;
  ambiguous: 'skip' | 'keep';
  skipStops: boolean;
  minCount: number;
  /** Codon numbers read from `--optimal FILE`. */
  optimal?: number[];
  caiSet?: CaiSetName;
  fopSet?: FopSetName;
  caiZero: CaiZero;
  caiFamily: CaiFamily;
  format: TableFormat[];
  report: boolean;
}

/** What a record counts for: the result, or the reference of `--reference`. */
export type Role = 'count' | 'reference';

/** A file, and what its head tells. */
export interface SniffedFile {
  path: string;
  sniffed: Sniffed;
}

/** What a task reads. */
export type CodonPayload =
  /** Bytes `start` to `end` of a plain file: the records of one batch. */
  | { kind: 'range'; role: Role; start: number; end: number }
  /** A whole input that can only be read from its start; it is cut into batches as it passes. */
  | { kind: 'stream'; role: Role; sniffed: Sniffed }
  /** Standard input or a FIFO, which can be read once. */
  | { kind: 'pipe'; role: Role }
  /** The coding sequences of an annotation, spliced out of all inputs. */
  | { kind: 'spliced'; gff: string; genomes: SniffedFile[] };

/** A batch's own numbers, kept in its marker. All whole numbers are exact. */
export interface CodonSummary {
  role: Role;
  input: number;
  sequences: number;
  bases: number;
  codons: number;
  ambiguous: number;
  partial: number;
  /** 64 counts by codon number. */
  counts: number[];
  ambiguousCodons: [codon: string, count: number][];
  distributions?: RecordDistributionsJson;
}
