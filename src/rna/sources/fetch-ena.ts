/** A run from ENA: the FASTQ that it made of it, else its copy of the SRA object. */
import { SampleFailure } from '../failure.js';
import type { ArchiveFiles } from '../sample.js';
import { enaAddress, objectAddress } from './addresses.js';
import { chooseFastq } from './choose-fastq.js';
import { fetchRunReport, type ReportRow } from './ena-report.js';
import { type FileOrder, fetchFile, type RunFetch } from './fetch-file.js';
import { failed, mostTelling, transferFailure } from './transfer-failure.js';

/** Files of a run as one source gave them. */
export interface SourceFiles {
  kind: 'fastq' | 'sra';
  /** Absolute paths; mates in order. */
  files: string[];
  /** Reads, or read pairs, as the source counts them. */
  reads: number | undefined;
  /** Whether checksums said that the content is right. */
  verified: boolean;
}

/**
 * Fetches a run from ENA. Where the files that the metadata list are not there any more or are others by now, ENA is
 * asked for those it has.
 *
 * @throws SampleFailure; GTK_NOT_WRITABLE; the signal's reason
 */
export async function fetchFromEna(job: RunFetch): Promise<SourceFiles> {
  const { run, archive } = job.sample;
  const failures: SampleFailure[] = [];
  /** Undefined if other files of the same archive may be better. */
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof SampleFailure)) throw thrown;
      failures.push(thrown);
      if (!['checksum', 'not-found', 'mate-missing'].includes(thrown.reason)) throw mostTelling(failures);
      return undefined;
    }
  };
  const listed = archive && (await attempt(() => fetchFastq(archive, undefined, job)));
  if (listed) return listed;
  let row: ReportRow | undefined;
  const asked = await attempt(async () => {
    row = await askFor(run, job);
    const found = row?.archive;
    if (!found || (archive && isSame(found, archive))) return undefined;
    return fetchFastq(found, row?.readCount, job);
  });
  if (asked) return asked;
  const found = await attempt(() => fetchObject(row, job));
  if (found) return found;
  if (failures.length > 0) throw mostTelling(failures);
  throw row
    ? failed('no-source', `ENA has no file of ${run}`)
    : failed('not-found', `ENA does not know ${run}`);
}

const isSame = (one: ArchiveFiles, other: ArchiveFiles) =>
  JSON.stringify([one.md5s, one.files]) === JSON.stringify([other.md5s, other.files]);

async function askFor(run: string, { shop }: RunFetch): Promise<ReportRow | undefined> {
  const { endpoints, retry } = shop.transfers;
  let attempt = 0;
  try {
    const rows = await fetchRunReport(run, {
      endpoint: endpoints.enaPortal,
      retry,
      signal: shop.signal,
      onRetry: (reason, pauseMs) => {
        attempt += 1;
        const problem = `file report from ${endpoints.enaPortal.host}: ${reason}`;
        shop.tell({ type: 'retry', run, attempt, problem, pauseSeconds: pauseMs / 1000 });
      },
    });
    return rows.find((row) => row.run === run);
  } catch (thrown) {
    shop.signal.throwIfAborted();
    throw transferFailure(thrown, `file report from ${endpoints.enaPortal.host}`);
  }
}

/** Fetches all files at once. When one fails, the others stop: what has come of them stays for later. */
async function fetchFastq(
  archive: ArchiveFiles,
  reads: number | undefined,
  job: RunFetch,
): Promise<SourceFiles> {
  const { sample, shop } = job;
  const orders = chooseFastq(sample, archive).map(({ address, localName, bytes, md5s }): FileOrder => {
    return { url: enaAddress(address, shop.transfers), name: localName, bytes, md5s, form: 'gzip' };
  });
  const together = new AbortController();
  const stop = () => together.abort(shop.signal.reason);
  shop.signal.addEventListener('abort', stop);
  try {
    shop.signal.throwIfAborted();
    const ends = await Promise.allSettled(
      orders.map((order) =>
        fetchFile(order, job, together.signal).catch((thrown: unknown) => {
          together.abort(thrown);
          throw thrown;
        }),
      ),
    );
    const files = ends.map((end) => {
      if (end.status === 'rejected') throw together.signal.reason;
      return end.value;
    });
    return { kind: 'fastq', files, reads, verified: true };
  } finally {
    shop.signal.removeEventListener('abort', stop);
  }
}

/** The copy of the SRA object that the report lists, or else the metadata link to. */
async function fetchObject(row: ReportRow | undefined, job: RunFetch): Promise<SourceFiles | undefined> {
  const { sample, shop } = job;
  const { address, md5, bytes } = row?.sra ?? {};
  const url = address ? enaAddress(address, shop.transfers) : objectAddress(sample, 'ena', shop.transfers);
  if (!url) return undefined;
  const md5s = md5 === undefined ? [] : [md5];
  const order: FileOrder = { url, name: `${sample.run}.sra`, bytes, md5s, form: 'sra' };
  const file = await fetchFile(order, job, shop.signal);
  return { kind: 'sra', files: [file], reads: row?.readCount, verified: md5s.length > 0 };
}
