/** How the rows of a batch wait in its interim file. */
import type { PartSchema, TableChunk, Utf8Data } from '../formats/table/table.js';
import type { SequenceRows } from '../kernels/codons/types.js';

/** Columns of an interim file. */
export const partSchema: PartSchema = [
  { name: 'header', type: 'utf8', nullable: false },
  { name: 'length', type: 'uint64', nullable: false },
  { name: 'codons', type: 'uint64', nullable: false },
  { name: 'ambiguous', type: 'uint64', nullable: false },
  { name: 'counts', type: 'uint32list', width: 64, nullable: false },
];

/** Rows of the counter as a chunk of an interim file. */
export function partChunk(rows: SequenceRows): TableChunk {
  const header: Utf8Data = { bytes: rows.headers, offsets: rows.headerOffsets };
  return {
    rows: rows.lengths.length,
    columns: [header, rows.lengths, rows.codons, rows.ambiguous, rows.counts],
  };
}
