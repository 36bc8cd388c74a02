/** Between rows as they are stored and as the server knows them: SQLite has no booleans. */
import { columns, type RunConfig } from '../../pcr/config/columns.js';
import type { RunRow } from './types.js';

/** Columns of `runs` that are a run's configuration. */
export const configColumns: readonly string[] = columns.map(({ name }) => name);

const booleans = columns.filter(({ kind }) => kind === 'boolean').map(({ name }) => name);

export type StoredRow = Record<string, string | number | null>;

export function toRun(row: StoredRow): RunRow {
  const run: Record<string, unknown> = { ...row };
  for (const name of booleans) run[name] = row[name] === 1;
  return run as unknown as RunRow;
}

/** Values as SQLite takes them. */
export function toStored(values: object): StoredRow {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value]),
  );
}

/** The configuration in a run's row. */
export function configOf(run: RunRow): RunConfig {
  return Object.fromEntries(columns.map(({ name }) => [name, run[name]])) as unknown as RunConfig;
}
