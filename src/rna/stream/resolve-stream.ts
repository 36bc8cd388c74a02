/** Whether a run can be streamed, and from where. */
import { SampleFailure } from '../failure.js';
import type { ArchiveFiles, LibraryLayout, Sample } from '../sample.js';
import { enaAddress } from '../sources/addresses.js';
import { chooseFastq } from '../sources/choose-fastq.js';
import { fetchRunReport } from '../sources/ena-report.js';
import { transferFailure } from '../sources/transfer-failure.js';
import type { Workshop } from '../workshop.js';
import type { StreamFile } from './feed.js';

/** Files that can be streamed, or why the run has to be fetched into files: one clause. */
export type Streamable =
  | { files: StreamFile[]; layoutUsed: LibraryLayout; withoutOrphans: boolean }
  | { fallback: string };

/**
 * Looks for FASTQ of a run at ENA: in its metadata, else in ENA's report. Archives of other formats can only be
 * unpacked from a file.
 *
 * @throws SampleFailure if ENA cannot be asked; the signal's reason
 */
export async function resolveStream(sample: Sample, shop: Workshop): Promise<Streamable> {
  const { run } = sample;
  if (sample.privateFiles) return { fallback: 'its reads are files already' };
  if (!shop.transfers.sources.includes('ena')) {
    return { fallback: 'ENA, which alone has FASTQ, is not among the sources' };
  }
  const archive = sample.archive ?? (await askEna(run, shop));
  if (!archive) return { fallback: 'ENA has no FASTQ of it' };
  try {
    const chosen = chooseFastq(sample, archive);
    const files = chosen.map(({ address, localName, md5s, bytes }) => {
      return { url: enaAddress(address, shop.transfers), name: localName, md5s, bytes };
    });
    const layoutUsed = files.length > 1 ? 'paired' : 'single';
    return { files, layoutUsed, withoutOrphans: archive.files.length > files.length };
  } catch (thrown) {
    if (thrown instanceof SampleFailure) return { fallback: `of its FASTQ at ENA, ${thrown.message}` };
    throw thrown;
  }
}

async function askEna(run: string, shop: Workshop): Promise<ArchiveFiles | undefined> {
  const { signal, transfers, tell } = shop;
  const endpoint = transfers.endpoints.enaPortal;
  const what = `file report from ${endpoint.host}`;
  try {
    const rows = await fetchRunReport(run, {
      endpoint,
      retry: transfers.retry,
      signal,
      onRetry: (reason, pauseMs) => {
        const problem = `${what}: ${reason}`;
        tell({ type: 'retry', run, attempt: 1, problem, pauseSeconds: pauseMs / 1000 });
      },
    });
    return rows.find((row) => row.run === run)?.archive;
  } catch (thrown) {
    signal.throwIfAborted();
    throw transferFailure(thrown, what);
  }
}
