/** `merge/qc.tsv`: how each run fared, one row a run. */
import { metadataText } from '../metadata/columns.js';
import type { RunFacts } from './run-facts.js';

const columns = [
  'run',
  'species',
  'layout',
  'spots',
  'reads_processed',
  'pseudoaligned',
  'percent_pseudoaligned',
  'percent_unique',
  'reads_before_filter',
  'reads_after_filter',
  'percent_q30_after_filter',
  'percent_duplication',
  'insert_size_peak',
  'seconds',
  'source',
  'attempts',
  'state',
  'reason',
] as const;

type Cell = string | number | undefined;

/** The table as TSV; what is not known is empty. `state` is done, failed, excluded or pending. */
export function qcTable(facts: readonly RunFacts[]): string {
  const rows = facts.map((run) => {
    const cells = Object.entries(cellsOf(run)).map(([name, cell]) => [name, cell?.toString() ?? '']);
    return Object.fromEntries(cells) as Record<(typeof columns)[number], string>;
  });
  return metadataText(columns, rows);
}

function cellsOf({ sample, result, info, filter, record }: RunFacts): Record<(typeof columns)[number], Cell> {
  const isRead = sample.excluded === undefined;
  const filtered = (name: string) => filter.columns.get(name);
  const state = result ? 'done' : !isRead ? 'excluded' : record?.state === 'failed' ? 'failed' : 'pending';
  return {
    run: sample.run,
    species: sample.species,
    // Of an excluded row nothing else was looked at.
    layout: record?.layoutUsed ?? (isRead ? sample.layout : undefined),
    spots: isRead ? sample.totalSpots : undefined,
    reads_processed: info?.processed,
    pseudoaligned: info?.pseudoaligned,
    percent_pseudoaligned: info?.pPseudoaligned,
    percent_unique: info?.pUnique,
    reads_before_filter: filtered('num_fastp_in'),
    reads_after_filter: filtered('num_fastp_out'),
    percent_q30_after_filter: filter.q30,
    percent_duplication: filtered('fastp_duplication_rate'),
    insert_size_peak: filtered('fastp_insert_size_peak'),
    seconds: record?.seconds,
    source: record?.source,
    attempts: record?.attempt,
    state,
    reason: state === 'excluded' ? sample.excluded : state === 'failed' ? record?.reason : undefined,
  };
}
