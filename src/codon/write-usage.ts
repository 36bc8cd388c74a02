/** `codon_usage.*`: the table of codons. */
import type { AggregateContext } from '../engine/job.js';
import { encodeChunk } from '../formats/table/encode.js';
import type { TableChunk, TableSchema } from '../formats/table/table.js';
import { createTableWriter } from '../formats/table/writer.js';
import type { CodonOptions } from './options.js';
import type { UsageRow } from './usage.js';

/** Writes the table in every format asked for. Null is undefined: a frequency or RSCU of nothing. */
export async function writeUsage(
  context: AggregateContext<CodonOptions>,
  rows: readonly UsageRow[],
): Promise<void> {
  const { rscu, format } = context.options;
  const numbers = (value: (row: UsageRow) => number | null) =>
    Float64Array.from(rows, (row) => value(row) ?? Number.NaN);
  const schema: TableSchema = [
    { name: 'codon', type: 'utf8', nullable: false },
    { name: 'amino_acid', type: 'utf8', nullable: false },
    { name: 'count', type: 'uint64', nullable: false },
    { name: 'frequency', type: 'float64', nullable: true },
    { name: 'per_thousand', type: 'float64', nullable: true },
    ...(rscu ? [{ name: 'rscu', type: 'float64', nullable: true } as const] : []),
  ];
  const chunk: TableChunk = {
    rows: rows.length,
    columns: [
      rows.map((row) => row.codon),
      rows.map((row) => row.aminoAcid),
      numbers((row) => row.count),
      numbers((row) => row.frequency),
      numbers((row) => row.perThousand),
      ...(rscu ? [numbers((row) => row.rscu)] : []),
    ],
  };
  for (const name of format) {
    // Publishing brings all final files to the disk together.
    const writer = await createTableWriter(name, schema, context.outputPath(`codon_usage.${name}`), {
      sync: false,
    });
    await writer.append(await encodeChunk(name, schema, chunk));
    await writer.finish();
  }
}
