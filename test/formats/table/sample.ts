import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { encodeChunk } from '../../../src/formats/table/encode.js';
import type { TableChunk, TableFormat, TableSchema } from '../../../src/formats/table/table.js';
import { createTableWriter } from '../../../src/formats/table/writer.js';

/** One column of each type, with and without nulls. */
export const schema: TableSchema = [
  { name: 'id', type: 'utf8', nullable: false },
  { name: 'note', type: 'utf8', nullable: true },
  { name: 'length', type: 'uint64', nullable: false },
  { name: 'enc', type: 'float64', nullable: true },
  { name: 'AAA', type: 'uint32', nullable: false },
];

export type Row = [id: string, note: string | null, length: bigint, enc: number | null, count: number];

/** Values at the edges of every type. */
export const edges: Row[] = [
  ['NC_001224.1', 'Saccharomyces cerevisiae', 85_779n, 41.25, 7],
  ['', '', 0n, 0, 0],
  ['quote"s, commas', null, 2n ** 53n + 1n, null, 2 ** 31],
  ['ünï ☃ 🧬', "it's \\ back", 2n ** 64n - 1n, 0.1 + 0.2, 2 ** 32 - 1],
  ['z'.repeat(300), ' spaced ', 2n ** 53n, -1e-300, 2 ** 31 - 1],
  ['1e5', 'NA', 10n ** 10n, 1.7976931348623157e308, 1_000_000_000],
  ['12', 'null', 999_999_999n, 5e-324, 99],
];

/** Many rows made from the edges and a few running numbers. */
export function manyRows(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const [id, note, length, enc, value] = edges[i % edges.length]!;
    return [`${id}${i}`, note, length, enc === null ? null : enc / (i + 1), (value + i) % 2 ** 32];
  });
}

export function chunkOf(rows: Row[]): TableChunk {
  return {
    rows: rows.length,
    columns: [
      rows.map((row) => row[0]),
      rows.map((row) => row[1]),
      BigUint64Array.from(rows, (row) => row[2]),
      Float64Array.from(rows, (row) => row[3] ?? Number.NaN),
      Uint32Array.from(rows, (row) => row[4]),
    ],
  };
}

/** Cuts an array into runs of `size`. */
export function cut<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gtk-table-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes rows as a file, so many a chunk; every encoded chunk is cloned as between threads. */
export async function writeTable(
  format: TableFormat,
  rows: Row[],
  rowsPerChunk: number,
  file = path.join(temporaryFolder(), `table.${format}`),
): Promise<string> {
  const chunks = cut(rows, rowsPerChunk).map(chunkOf);
  await writeChunks(format, schema, chunks, file);
  return file;
}

export async function writeChunks(
  format: TableFormat,
  columns: TableSchema,
  chunks: TableChunk[],
  file: string,
) {
  const writer = await createTableWriter(format, columns, file);
  for (const chunk of chunks) await writer.append(structuredClone(await encodeChunk(format, columns, chunk)));
  await writer.finish();
}
