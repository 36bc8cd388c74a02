/** All indices of codon use of a record, or of many records. */

import { indexTermsKernel } from '../../kernels/index-terms/index.js';
import { putTerms } from '../../kernels/index-terms/reference.js';
import type { AdaptationModel } from '../adaptation-model.js';
import type { GeneticCode } from '../genetic-code.js';
import { adaptationGroup } from './adaptation.js';
import { type IndexName, indexColumns, lengthColumns, slots } from './columns.js';
import { compositionGroup } from './composition.js';
import { encFamilies } from './enc.js';
import { encSunFamilies } from './enc-sun.js';
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

/** Records whose terms are held at once: they stay in the cache. */
const blockRecords = 512;

/** Sets up the computation, so that a record costs one to two microseconds and no memory. */
export function createIndexer(code: GeneticCode, model: AdaptationModel): Indexer {
  const groups = [compositionGroup(code), adaptationGroup(code, model), proteinGroup(code)];
  const tables = {
    weights: Float64Array.from(groups.flatMap((group) => group.weights.flatMap((table) => [...table]))),
    wright: encFamilies(code),
    sun: encSunFamilies(code),
  };
  const width = tables.weights.length / 64 + 2;
  const row = new Float64Array(indexColumns.length);

  /** The row of the record whose terms begin at `first`. */
  function fillRow(terms: Float64Array, first: number): void {
    let at = first;
    for (const group of groups) {
      group.fill(terms, at, row);
      at += group.weights.length;
    }
    row[slots.enc] = terms[at]!;
    row[slots.enc_sun] = row[slots.l_sym] === 0 ? Number.NaN : terms[at + 1]!;
  }

  return {
    compute(counts, offset = 0) {
      // Not by the kernel: the counts of a whole run may exceed 32 bits.
      const record = Float64Array.from({ length: 64 }, (_, codon) => counts[offset + codon]!);
      const terms = new Float64Array(width);
      putTerms(terms, 0, record, tables);
      fillRow(terms, 0);
      const entries = indexColumns.map((name, slot) => [name, Number.isNaN(row[slot]!) ? null : row[slot]!]);
      return Object.fromEntries(entries) as IndexValues;
    },
    computeColumns(counts) {
      const records = counts.length / 64;
      const isLength = (name: IndexName) => (lengthColumns as readonly IndexName[]).includes(name);
      // All in one array of doubles: a loop over arrays of two types takes several times as long.
      const values = new Float64Array(records * row.length);
      const integers = counts instanceof Uint32Array ? counts : Uint32Array.from(counts);
      for (let from = 0; from < records; from += blockRecords) {
        const block = integers.subarray(64 * from, 64 * (from + blockRecords));
        const terms = indexTermsKernel().terms(block, tables);
        for (let i = 0; 64 * i < block.length; i++) {
          fillRow(terms, width * i);
          for (let slot = 0; slot < row.length; slot++) values[slot * records + from + i] = row[slot]!;
        }
      }
      const columns = indexColumns.map((name, slot) => {
        const column = values.subarray(slot * records, (slot + 1) * records);
        return [name, isLength(name) ? new Uint32Array(column) : column];
      });
      return Object.fromEntries(columns) as IndexColumns;
    },
  };
}
