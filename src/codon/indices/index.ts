/** All indices of codon use of a record, or of many records. */

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
   * @param counts n × 64 counts, record by record
   */
  computeColumns(counts: ArrayLike<number>): IndexColumns;
}

/** Sets up the computation, so that a record costs one to two microseconds and no memory. */
export function createIndexer(code: GeneticCode, model: AdaptationModel): Indexer {
  const groups = [
    compositionGroup(code),
    encGroup(code),
    encSunGroup(code),
    adaptationGroup(code, model),
    proteinGroup(code),
  ];
  const record = new Float64Array(64);
  const row = new Float64Array(indexColumns.length);

  function fillRow(counts: ArrayLike<number>, offset: number): void {
    // One type of array for the loops inside, whatever the caller has: they run several times faster.
    for (let codon = 0; codon < 64; codon++) record[codon] = counts[offset + codon]!;
    for (const group of groups) group(record, row);
  }

  return {
    compute(counts, offset = 0) {
      fillRow(counts, offset);
      const entries = indexColumns.map((name, slot) => [name, Number.isNaN(row[slot]!) ? null : row[slot]!]);
      return Object.fromEntries(entries) as IndexValues;
    },
    computeColumns(counts) {
      const records = counts.length / 64;
      const isLength = (name: IndexName) => (lengthColumns as readonly IndexName[]).includes(name);
      const columns = indexColumns.map((name) =>
        isLength(name) ? new Uint32Array(records) : new Float64Array(records),
      );
      for (let index = 0; index < records; index++) {
        fillRow(counts, 64 * index);
        for (let slot = 0; slot < row.length; slot++) columns[slot]![index] = row[slot]!;
      }
      return Object.fromEntries(indexColumns.map((name, slot) => [name, columns[slot]])) as IndexColumns;
    },
  };
}
