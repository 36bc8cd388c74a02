/**
 * ENA's file report: which runs an accession has and where their files are.
 *
 * ENA Portal API, https://www.ebi.ac.uk/ena/portal/api/doc: `filereport` answers for runs, experiments, samples
 * and studies alike, a line a run.
 */
import { isTemporary, NetworkFailure } from '../../net/failure.js';
import { type Reply, request } from '../../net/request.js';
import { pause, type RetryPolicy } from '../../net/retry.js';
import type { ArchiveFile, ArchiveFiles, LibraryLayout } from '../sample.js';
import { archiveFiles, countOf } from './archive-files.js';

/** How to ask. */
export interface ReportOptions {
  /** Origin of the portal. */
  endpoint: URL;
  retry: RetryPolicy;
  signal: AbortSignal;
  /** Called before each pause. */
  onRetry?: (reason: string, pauseMs: number) => void;
  /** Fields besides those that downloads need. */
  fields?: readonly string[];
}

/** One run. */
export interface ReportRow {
  run: string;
  /** FASTQ that ENA made; undefined where it has none. */
  archive: ArchiveFiles | undefined;
  /** ENA's copy of the SRA object. */
  sra: Pick<ArchiveFile, 'address' | 'md5' | 'bytes'> | undefined;
  /** Reads, or read pairs. */
  readCount: number | undefined;
  baseCount: number | undefined;
  layout: LibraryLayout | undefined;
  /** All fields as they came, by name. */
  fields: Readonly<Record<string, string>>;
}

const neededFields = [
  'run_accession',
  'fastq_ftp',
  'fastq_md5',
  'fastq_bytes',
  'library_layout',
  'read_count',
  'base_count',
  'sra_ftp',
  'sra_md5',
  'sra_bytes',
];

/** Projects have up to some 100,000 runs. */
const LARGEST_REPORT = 1 << 28;

/**
 * Asks for the runs of an accession (run, experiment, sample, study or project). None: ENA does not know it.
 *
 * @throws NetworkFailure, whose address is that of the portal; the signal's reason
 */
export async function fetchRunReport(accession: string, options: ReportOptions): Promise<ReportRow[]> {
  const { fields = [] } = options;
  const reply = await ask(accession, [...new Set([...neededFields, ...fields])], options);
  if (reply.status === 204) return [];
  if (reply.status === 200) return parseReport(reply.body.toString());
  // ENA retires fields now and then, and refuses the whole request of whoever still asks for them.
  const refused = refusedFields(reply, fields);
  if (refused.length === 0) throw refusal(reply);
  return fetchRunReport(accession, { ...options, fields: fields.filter((name) => !refused.includes(name)) });
}

async function ask(accession: string, fields: string[], options: ReportOptions): Promise<Reply> {
  const { endpoint, retry, signal, onRetry } = options;
  const url = new URL('/ena/portal/api/filereport', endpoint);
  const parameters = { accession, result: 'read_run', fields: fields.join(','), format: 'tsv' };
  url.search = new URLSearchParams(parameters).toString();
  await turn(signal);
  return request(url.href, {
    repeatable: true,
    retry,
    signal,
    limit: LARGEST_REPORT,
    allows: (next) => next.host === endpoint.host,
    ...(onRetry && { onRetry }),
  });
}

function refusedFields({ status, body }: Reply, fields: readonly string[]): string[] {
  const [, list = ''] =
    /Invalid field\w*\(?s?\)? supplied:([\w, ]+)/i.exec(body.toString('utf8', 0, 4096)) ?? [];
  const names = list.split(/[, ]+/);
  return status === 400 ? fields.filter((name) => names.includes(name)) : [];
}

const PER_SECOND = 5;
const lately: number[] = [];

/** Waits until fewer requests than allowed were sent within the last second: ENA throttles whoever asks more. */
async function turn(signal: AbortSignal): Promise<void> {
  const now = performance.now();
  const at = lately.length < PER_SECOND ? now : Math.max(now, lately.shift()! + 1000);
  lately.push(at);
  if (at > now) await pause(at - now, signal);
}

function refusal({ status, headers, body }: Reply): NetworkFailure {
  const isText = !/html/.test(headers['content-type'] ?? '');
  const words = isText ? body.toString().replace(/\s+/g, ' ').trim().slice(0, 200) : '';
  return new NetworkFailure(`it answers HTTP ${status}${words && `: ${words}`}`, isTemporary(status));
}

/**
 * Reads a report. Columns are found by their names: their order is not guaranteed.
 *
 * @throws NetworkFailure if the text is no report
 */
export function parseReport(text: string): ReportRow[] {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const names = header.split('\t');
  if (header === '') return [];
  if (!names.includes('run_accession')) {
    const found = JSON.stringify(header.slice(0, 60));
    throw garbage(`it begins with ${found}, expected names of columns, among them run_accession`);
  }
  return lines.map((line, i) => {
    const cells = line.split('\t');
    const place = `line ${i + 2}`;
    if (cells.length > names.length)
      throw garbage(`${place} has ${cells.length} columns, expected ${names.length}`);
    try {
      return rowOf(Object.fromEntries(names.map((name, column) => [name, cells[column] ?? ''])));
    } catch (error) {
      throw garbage(`${place}: ${(error as Error).message}`);
    }
  });
}

const garbage = (found: string) => new NetworkFailure(`the reply is no file report: ${found}`, false);

/** @throws Error, one clause */
function rowOf(fields: Record<string, string>): ReportRow {
  const run = fields.run_accession!;
  if (!/^[SED]RR\d+$/.test(run))
    throw new Error(`found ${JSON.stringify(run.slice(0, 40))}, expected the accession of a run`);
  const layout = fields.library_layout?.toLowerCase();
  return {
    run,
    archive: archiveFiles(fields),
    sra: sraOf(fields),
    readCount: countOf(fields.read_count),
    baseCount: countOf(fields.base_count),
    layout: layout === 'paired' || layout === 'single' ? layout : undefined,
    fields,
  };
}

function sraOf(fields: Record<string, string>): ReportRow['sra'] {
  const objects = archiveFiles({
    fastq_ftp: fields.sra_ftp,
    fastq_md5: fields.sra_md5,
    fastq_bytes: fields.sra_bytes,
  });
  return objects?.files[0];
}
