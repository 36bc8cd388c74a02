/** A run through NCBI's own program, which finds out by itself where the SRA object is. */
import { renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { GtkError } from '../../errors.js';
import { type ProgramEnd, runProgram } from '../../tools/run-program.js';
import { unpackingBytes } from '../disk.js';
import type { FailureReason } from '../failure.js';
import { journalled } from '../workshop.js';
import type { SourceFiles } from './fetch-ena.js';
import type { RunFetch } from './fetch-file.js';
import { failed } from './transfer-failure.js';

/** Where prefetch works, within the folder of a run. */
export function prefetchScratch(folder: string, run: string): string {
  return path.join(folder, `${run}.prefetch.tmp`);
}

/**
 * Fetches a run with prefetch. What an interrupted one left is gone on with, by prefetch itself.
 *
 * @throws SampleFailure; the signal's reason
 */
export async function fetchWithPrefetch(job: RunFetch): Promise<SourceFiles> {
  const { sample, folder, shop, owner, space, tally } = job;
  const { run } = sample;
  const program = findPrefetch(job);
  const scratch = prefetchScratch(folder, run);
  const { limitSeconds, stallSeconds } = shop.transfers;
  await space?.take(unpackingBytes(sample), 'fetch');
  const release = await shop.downloads.take(1, shop.signal, owner);
  try {
    const end = await runProgram({
      program,
      // Larger runs than 20 GB are left out unless told otherwise.
      args: ['--max-size', 'u', '-O', scratch, run],
      signal: shop.signal,
      seconds: limitSeconds,
      life: { silentSeconds: stallSeconds, grows: [scratch] },
      onProcess: journalled(shop, run, 'prefetch'),
    });
    const file = ['sra', 'sralite'].map((ending) => path.join(scratch, run, `${run}.${ending}`)).find(sizeOf);
    // The object has its name once it is complete, even where prefetch then fails on a reference that it refers to.
    if (!file || end.stopped) throw failureOf(end, run);
    const bytes = sizeOf(file);
    const to = path.join(folder, `${run}.sra`);
    shop.tell({ type: 'file', run, path: to, bytes });
    renameSync(file, to);
    tally.bytes += bytes;
    tally.files.add(to);
    shop.received(bytes);
    return { kind: 'sra', files: [to], reads: undefined, verified: false };
  } finally {
    release();
  }
}

function findPrefetch({ shop }: RunFetch): string {
  try {
    return shop.program('prefetch');
  } catch (error) {
    if (error instanceof GtkError && error.code === 'GTK_MISSING_TOOL')
      throw failed('missing-tool', 'prefetch is not installed');
    throw error;
  }
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function failureOf({ status, endedBy, stopped, output }: ProgramEnd, run: string) {
  const said = /^\S+ prefetch\S* (?:err|int|sys|fatal): (.*)$/m.exec(output)?.[1]?.slice(0, 200);
  const how = said ?? (status === null ? `ended by ${endedBy}` : `exit status ${status} without a word why`);
  return failed(
    reasonOf({ stopped, output, said }),
    `prefetch of ${run}: ${stopped ? `no end: ${stopped}` : how}`,
  );
}

/** prefetch has one exit status for all, and says nothing at all where it reaches nobody (measured, 3.0.3). */
function reasonOf(
  end: Pick<ProgramEnd, 'output'> & { stopped: unknown; said: string | undefined },
): FailureReason {
  if (end.stopped) return 'stalled';
  if (/storage exhausted|no space left/i.test(end.output)) return 'disk-full';
  if (/\( ?40[34] ?\)|no data|cannot resolve accession/i.test(end.output)) return 'not-found';
  const hasBegun = /Downloading/.test(end.output);
  const isCut = end.said === undefined || /connect|network|time-?out|host/i.test(end.said);
  return isCut && !hasBegun ? 'offline' : 'network';
}
