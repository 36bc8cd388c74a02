import { type RowColumn, type RowStyle, rowTextKernel } from '../../kernels/row-text/index.js';
import { type CheckedColumn, checkedColumns } from './columns.js';
import type { EncodedChunk, TableChunk, TableFormat, TableSchema } from './table.js';

/** Encodes a chunk in a text format of one row a line. */
export function encodeRows(
  format: TableFormat,
  style: RowStyle,
  schema: TableSchema,
  chunk: TableChunk,
): EncodedChunk {
  const columns = checkedColumns(schema, chunk).map(rowColumn);
  return { format, rows: chunk.rows, bytes: rowTextKernel().encode(style, columns, chunk.rows) };
}

function rowColumn(column: CheckedColumn): RowColumn {
  switch (column.type) {
    case 'float64':
      return { type: 'float64', data: column.data, nullable: column.spec.nullable };
    case 'uint32list':
      throw new TypeError('a table has no lists');
    default:
      return column;
  }
}
