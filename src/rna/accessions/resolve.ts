/** From accessions to the runs that they name. */
import { type ErrorRecord, gtkError } from '../../errors.js';
import { NetworkFailure } from '../../net/failure.js';
import { fetchRunReport, type ReportOptions, type ReportRow } from '../sources/ena-report.js';
import { accessionKind } from './accession.js';

export interface Resolved {
  /** Each run once, in the order of the accessions and, within one, of the report. */
  rows: ReportRow[];
  /** Accessions that brought no run. */
  failures: ErrorRecord[];
}

/** Questions on their way at once. */
const AT_ONCE = 5;

/**
 * Asks for all accessions; one that fails does not stop the others.
 *
 * @param asked called after each
 * @throws the signal's reason
 */
export async function resolveAccessions(
  accessions: readonly string[],
  options: ReportOptions,
  asked: () => void,
): Promise<Resolved> {
  const answers: (ReportRow[] | ErrorRecord)[] = [];
  let next = 0;
  const askOn = async () => {
    for (let i = next++; i < accessions.length; i = next++) {
      answers[i] = await runsOf(accessions[i]!, options);
      asked();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOn));
  const rows = new Map<string, ReportRow>();
  const failures: ErrorRecord[] = [];
  for (const answer of answers) {
    if (!Array.isArray(answer)) failures.push(answer);
    else for (const row of answer) if (!rows.has(row.run)) rows.set(row.run, row);
  }
  return { rows: [...rows.values()], failures };
}

async function runsOf(accession: string, options: ReportOptions): Promise<ReportRow[] | ErrorRecord> {
  const failure = (problem: string, remedy: string) =>
    gtkError('GTK_RNA_ACCESSION', { accession, problem, remedy }).toJSON();
  const kind = accessionKind(accession);
  if (kind === undefined)
    return failure('it is no accession', 'Give one such as SRR6357070, SRX…, SRS…, SAMN…, SRP… or PRJNA….');
  if (kind === 'geo')
    return failure(
      'GEO has it, and the archives of reads do not know its accessions',
      "Give the BioProject (PRJNA…) or SRA accession that its page at GEO names under 'Relations'.",
    );
  try {
    const rows = await fetchRunReport(accession, options);
    if (rows.length > 0) return rows;
    return failure(
      kind === 'run' ? 'ENA does not know this run' : `ENA knows no run of this ${kind}`,
      'Check the spelling; new data reach ENA some days after NCBI, and some are withdrawn.',
    );
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    return failure(
      `${options.endpoint.origin}: ${error.message}`,
      error.temporary ? 'Run the same command again later.' : 'Check the accession and the connection.',
    );
  }
}
