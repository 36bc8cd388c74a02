/** All indices of codon use of a record, or of many records. */

import { weightedSumsKernel } from '../../kernels/weighted-sums/index.js';
import { weightedSum } from '../../kernels/weighted-sums/reference.js';
import type { AdaptationModel } from '../adaptation-model.js';
import type { GeneticCode } from '../genetic-code.js';
import { adaptationGroup } from './adaptation.js';
import { type IndexName, indexColumns, lengthColumns } from './columns.js';
import { compositionGroup } from './composition.js';
import { encGroup } from './enc.js';
import { encSunGroup } from './enc-sun.js';
import { proteinGroup } from './protein.js';

export { type IndexName, indexColumns, lengthColumns } from './columns.js';
export { expectedEnc } from './enc.js';

/** The indices of one set of counts; null where an index is undefined. */
export type IndexValues = Record<IndexName, number | null>;

/** The indices of n records as columns. Lengths are whole numbers; NaN stands for null in the others. */
export type IndexColumns = Record<(typeof lengthColumns)[number], Uint32Array> &
  Record<Exclude<IndexName, (typeof lengthColumns)[number]>, Float64Array>;

/** Computes every index for one genetic code and one model of adaptation. Each value depends on the 64 counts alone. */
export interface Indexer {
  /**
   * The indices of 64 counts by codon number.
   *
   * @param offset place of the first count, 0 if left out
   */
  compute(counts: ArrayLike<number>, offset?: number): IndexValues;
  /**
   * The indices of consecutive records.
   *
   * @param counts n × 64 counts below 2^32, record by record
   */
  computeColumns(counts: ArrayLike<number>): IndexColumns;
}

/** Records whose sums are held at once: they stay in the cache. */
const blockRecords = 512;

/** Sets up the computation, so that a record costs one to two microseconds and no memory. */
export function createIndexer(code: GeneticCode, model: AdaptationModel): Indexer {
  const groups = [
    compositionGroup(code),
    encGroup(code),
    encSunGroup(code),
    adaptationGroup(code, model),
    proteinGroup(code),
  ];
  const weights = Float64Array.from(groups.flatMap((group) => group.weights.flatMap((table) => [...table])));
  const tables = weights.length / 64;
  const record = new Float64Array(64);
  const row = new Float64Array(indexColumns.length);

  /** The row of the counts in `record`, whose sums begin at `first`. */
  function fillRow(sums: Float64Array, first: number): void {
    for (const group of groups) {
      group.fill(record, sums, first, row);
      first += group.weights.length;
    }
  }

  return {
    compute(counts, offset = 0) {
      for (let codon = 0; codon < 64; codon++) record[codon] = counts[offset + codon]!;
      // Not by the kernel: the counts of a whole run may exceed 32 bits.
      const sums = Float64Array.from({ length: tables }, (_, i) => weightedSum(record, weights, 64 * i));
      fillRow(sums, 0);
      const entries = indexColumns.map((name, slot) => [name, Number.isNaN(row[slot]!) ? null : row[slot]!]);
      return Object.fromEntries(entries) as IndexValues;
    },
    computeColumns(counts) {
      const records = counts.length / 64;
      const isLength = (name: IndexName) => (lengthColumns as readonly IndexName[]).includes(name);
      const columns = indexColumns.map((name) =>
        isLength(name) ? new Uint32Array(records) : new Float64Array(records),
      );
      const integers = counts instanceof Uint32Array ? counts : Uint32Array.from(counts);
      const kernel = weightedSumsKernel();
      for (let from = 0; from < records; from += blockRecords) {
        const block = integers.subarray(64 * from, 64 * (from + blockRecords));
        const sums = kernel.sums(block, weights);
        for (let i = 0; 64 * i < block.length; i++) {
          // Doubles, so that squares don't overflow.
          for (let codon = 0; codon < 64; codon++) record[codon] = block[64 * i + codon]!;
          fillRow(sums, tables * i);
          for (let slot = 0; slot < row.length; slot++) columns[slot]![from + i] = row[slot]!;
        }
      }
      return Object.fromEntries(indexColumns.map((name, slot) => [name, columns[slot]])) as IndexColumns;
    },
  };
}
