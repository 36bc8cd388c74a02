import type { Addon } from '../addon.js';
import type { RowColumn, RowStyle, RowTextKernel } from './types.js';

const escapings: readonly RowStyle['escaping'][] = ['spaces', 'quotes', 'json'];
/** Kinds of columns as the addon counts them. */
const kinds = { uint32: 0, uint64: 1, float64: 2, nullableFloat64: 3, utf8: 4 };
const noBytes = new Uint8Array(0);

/** The text of rows from the addon. */
export function nativeRowText(addon: Addon): RowTextKernel {
  return {
    name: 'native',
    encode: (style, columns, rows) =>
      addon.rowText(
        rows,
        escapings.indexOf(style.escaping),
        style.nonFinite,
        [style.after, style.nothing, ...style.before],
        Uint8Array.from(columns, kindOf),
        columns.flatMap(arraysOf),
      ),
  };
}

function kindOf(column: RowColumn): number {
  return column.type === 'float64' && column.nullable ? kinds.nullableFloat64 : kinds[column.type];
}

/** Text is three arrays; no validity means that every row has a value. */
function arraysOf(column: RowColumn): ArrayBufferView[] {
  if (column.type !== 'utf8') return [column.data];
  const { bytes, offsets, validity } = column.data;
  return [bytes, offsets, validity ?? noBytes];
}
