import { type CheckedColumn, checkedColumn, checkValidity, fault, ofLength } from './columns.js';
import { type UsedDictionary, usedDictionary } from './parquet-dictionary.js';
import type {
  BooleanData,
  ColumnData,
  ColumnSpec,
  Int64Data,
  ParquetChunk,
  ParquetColumnData,
  ParquetColumnSpec,
  ParquetSchema,
  TextStretches,
  Utf8Data,
} from './table.js';

/** A column whose values are known to fit the schema of a Parquet file, in one form a type. */
export type ParquetColumn =
  | Exclude<CheckedColumn, { type: 'uint32list' }>
  | { type: 'dictionary'; spec: ParquetColumnSpec; data: UsedDictionary }
  | { type: 'int64'; spec: ParquetColumnSpec; data: Int64Data }
  | { type: 'boolean'; spec: ParquetColumnSpec; data: BooleanData };

/** A column whose text comes in stretches. */
export interface StretchedColumn {
  type: 'stretches';
  spec: ParquetColumnSpec;
  data: TextStretches;
}

/**
 * Holds a chunk against its schema.
 *
 * @throws GTK_INTERNAL if a column is missing, of another type or length, or has a null or a value that the
 *   schema excludes
 */
export function parquetColumns(
  schema: ParquetSchema,
  chunk: ParquetChunk,
): (ParquetColumn | StretchedColumn)[] {
  if (chunk.columns.length !== schema.length) {
    throw fault('the chunk', `${chunk.columns.length} columns`, `${schema.length}`);
  }
  return schema.map((spec, i) => parquetColumn(spec, chunk.columns[i]!, chunk.rows));
}

function parquetColumn(
  spec: ParquetColumnSpec,
  data: ParquetColumnData,
  rows: number,
): ParquetColumn | StretchedColumn {
  const column = `column ${spec.name}`;
  if (spec.type === 'utf8' && 'codes' in data) {
    ofLength(column, data.codes.length, rows);
    const used = usedDictionary(spec, data);
    if (used.values.offsets.length > 1) return { type: 'dictionary', spec, data: used };
    return { type: 'utf8', spec: spec as ColumnSpec, data: textOfNulls(rows) };
  }
  if (spec.type === 'utf8' && 'stretches' in data) {
    if (spec.nullable || spec.bounds !== false)
      throw fault(column, 'stretches', 'a column without nulls and bounds');
    return { type: 'stretches', spec, data };
  }
  if (spec.type !== 'int64' && spec.type !== 'boolean') {
    return checkedColumn(spec as ColumnSpec, data as ColumnData, rows) as ParquetColumn;
  }
  const values = 'values' in data ? data.values : undefined;
  if (spec.type === 'int64' && values instanceof BigInt64Array) {
    checkRows(spec, data as Int64Data, rows);
    return { type: 'int64', spec, data: data as Int64Data };
  }
  if (spec.type === 'boolean' && values instanceof Uint8Array) {
    checkRows(spec, data as BooleanData, rows);
    const odd = values.findIndex((value) => value > 1);
    if (odd >= 0) throw fault(column, `${values[odd]} in row ${odd}`, '0 or 1');
    return { type: 'boolean', spec, data: data as BooleanData };
  }
  throw fault(column, 'values of another type', `values of type ${spec.type}`);
}

function checkRows(spec: ParquetColumnSpec, { values, validity }: Int64Data | BooleanData, rows: number) {
  ofLength(`column ${spec.name}`, values.length, rows);
  checkValidity(spec, validity, rows);
}

/** A column of nulls as text without a dictionary: not every reader expects one without values. */
function textOfNulls(rows: number): Utf8Data {
  const validity = new Uint8Array((rows + 7) >> 3);
  return { bytes: new Uint8Array(0), offsets: new Uint32Array(rows + 1), validity };
}

/** The stretches of a column as columns, one after another. Throws GTK_INTERNAL unless they have so many rows. */
export function* stretchColumns(
  { spec, data }: StretchedColumn,
  rows: number,
): Generator<{ column: ParquetColumn; rows: number }> {
  let found = 0;
  for (const stretch of data.stretches) {
    const length = stretch.offsets.length - 1;
    found += length;
    yield { column: checkedColumn(spec as ColumnSpec, stretch, length) as ParquetColumn, rows: length };
  }
  ofLength(`column ${spec.name}`, found, rows);
}
