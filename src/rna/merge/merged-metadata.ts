/** `merge/metadata.tsv`: the rows of the metadata with what is known of their reads and results. */
import { metadataText } from '../metadata/columns.js';
import type { Metadata } from '../metadata/read.js';
import { tableRows } from '../metadata/table-rows.js';
import type { RunFacts } from './run-facts.js';

/** Columns that amalgkit writes even where they are empty. */
const always = ['fastp_duplication_rate', 'fastp_insert_size_peak'];

/**
 * All rows with the figures of filters and `mapping_rate`, the percentage of pseudoaligned reads. Columns of these
 * names that the metadata has already are replaced.
 *
 * @param facts of the rows, in their order
 */
export function mergedMetadata(metadata: Metadata, facts: readonly RunFacts[]): string {
  const [header, ...rows] = tableRows(metadata.textOf(metadata.samples.map(({ row }) => row)));
  const added = new Set(always);
  for (const { filter } of facts) for (const name of filter.columns.keys()) added.add(name);
  added.add('mapping_rate');
  const names = header!.cells.map((name) => name.trim());
  const kept = names.filter((name, i) => !added.has(name) && names.indexOf(name) === i);
  const records = rows.map(({ cells }, i) => {
    const { filter, info } = facts[i]!;
    const record: Record<string, string> = {};
    for (const name of kept) record[name] = cells[names.indexOf(name)] ?? '';
    for (const [name, value] of filter.columns) record[name] = value;
    if (info) record.mapping_rate = String(info.pPseudoaligned);
    return record;
  });
  return metadataText([...kept, ...added], records);
}
