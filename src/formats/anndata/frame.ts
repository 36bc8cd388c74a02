/** The tables of an AnnData file: `obs` describes the cells, `var` the genes. */

/** A table of named columns behind an index. */
export interface Frame {
  readonly rows: number;
  /** What the file calls the index column. */
  readonly indexName: string;
  /** Without the index: those of the attribute `column-order` first, then the others by name. */
  readonly columns: readonly FrameColumnInfo[];
  /** Columns of a form that is not read, with the form's name. */
  readonly unreadable: readonly { name: string; encoding: string }[];
  /** The index of the rows `start` to `end`, by default all: numbers as text, missing ones empty. */
  readIndex(start?: number, end?: number): string[];
  /** The rows `start` to `end`, by default all, of a column that {@link has} knows. */
  read(name: string, start?: number, end?: number): FrameColumn;
  /** Whether there is such a column and it can be read. */
  has(name: string): boolean;
}

export interface FrameColumnInfo {
  name: string;
  type: FrameColumn['type'];
}

/** Values of a column. Validity is a bitmap as in Arrow: bit i, lowest first, is 0 where a value is missing. */
export type FrameColumn =
  | { type: 'text'; values: (string | null)[] }
  /** Code -1 is a missing value. `categories` is the same array at every call. */
  | { type: 'categorical'; categories: string[]; codes: Int32Array }
  | { type: 'boolean'; values: Uint8Array; validity: Uint8Array | undefined }
  | { type: 'integer'; values: BigInt64Array; validity: Uint8Array | undefined }
  /** NaN is a missing value. */
  | { type: 'float'; values: Float64Array };

/** A column of a file, to be read in ranges. */
export interface ColumnReader {
  readonly type: FrameColumn['type'];
  readonly rows: number;
  read(start: number, end: number): FrameColumn;
}

/** Values as Python would print them, missing ones empty. */
export function columnTexts(column: FrameColumn): string[] {
  switch (column.type) {
    case 'text':
      return column.values.map((value) => value ?? '');
    case 'categorical':
      return Array.from(column.codes, (code) => column.categories[code] ?? '');
    case 'boolean':
      return Array.from(column.values, (value, i) => present(column.validity, i, value ? 'True' : 'False'));
    case 'integer':
      return Array.from(column.values, (value, i) => present(column.validity, i, String(value)));
    case 'float':
      return Array.from(column.values, floatText);
  }
}

function present(validity: Uint8Array | undefined, row: number, text: string): string {
  return validity && !(validity[row >> 3]! & (1 << (row & 7))) ? '' : text;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '';
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value);
}
