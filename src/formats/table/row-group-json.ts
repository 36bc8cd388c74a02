import type { RowGroup } from 'hyparquet';
import { fault } from './columns.js';

/**
 * What a footer says of an encoded row group as JSON, so that it can wait in a file. What JSON lacks is an
 * object of one member: `{"integer":"12"}`, `{"bytes":"base64"}`, and `{"number":"-0"}` for doubles without a
 * form in JSON.
 */

/** The `detail` of an encoded row group, for JSON.stringify. */
export function rowGroupToJson(group: RowGroup): unknown {
  return toJson(group);
}

/**
 * The row group that {@link rowGroupToJson} was given.
 *
 * @param json as JSON.parse returns it
 * @throws GTK_INTERNAL if it is none
 */
export function rowGroupFromJson(json: unknown): RowGroup {
  const group = fromJson(json) as Partial<RowGroup> | null;
  const whole =
    typeof group?.num_rows === 'bigint' &&
    typeof group.total_compressed_size === 'bigint' &&
    Array.isArray(group.columns) &&
    group.columns.every((column) => typeof column?.meta_data?.data_page_offset === 'bigint');
  if (!whole) throw fault('a row group', String(JSON.stringify(json)).slice(0, 80), 'its sizes and columns');
  return group as RowGroup;
}

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return { integer: String(value) };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { number: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (Array.isArray(value)) return value.map(toJson);
  return typeof value === 'object' && value !== null ? mapped(value, toJson) : value;
}

function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  const { integer, bytes, number } = value as { integer?: string; bytes?: string; number?: string };
  if (typeof integer === 'string' && /^-?\d+$/.test(integer)) return BigInt(integer);
  if (typeof bytes === 'string') return new Uint8Array(Buffer.from(bytes, 'base64'));
  if (typeof number === 'string') return Number(number);
  return mapped(value, fromJson);
}

function mapped(object: object, change: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
