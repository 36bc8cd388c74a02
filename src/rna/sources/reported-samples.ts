/** Runs that ENA names for an accession, for work that needs no more than their files. */
import type { Sample } from '../sample.js';
import type { TransferRules } from '../workshop.js';
import { fetchRunReport } from './ena-report.js';

/**
 * All runs of an accession; none if ENA does not know it.
 *
 * @throws NetworkFailure; the signal's reason
 */
export async function reportedSamples(
  accession: string,
  { endpoints, retry }: TransferRules,
  signal: AbortSignal,
): Promise<Sample[]> {
  const fields = ['scientific_name', 'experiment_accession'];
  const rows = await fetchRunReport(accession, { endpoint: endpoints.enaPortal, retry, signal, fields });
  return rows.map((row, index) => ({
    run: row.run,
    species: (row.fields.scientific_name || 'unknown').trim().replaceAll(/\s+/g, '_'),
    layout: row.layout ?? 'single',
    totalSpots: row.readCount ?? 0,
    totalBases: row.baseCount,
    spotLength: row.readCount ? Math.round((row.baseCount ?? 0) / row.readCount) : 0,
    fragmentLength: 200,
    size: row.sra?.bytes,
    experiment: row.fields.experiment_accession ?? '',
    links: {},
    archive: row.archive,
    privateFiles: undefined,
    excluded: undefined,
    row: index,
  }));
}
