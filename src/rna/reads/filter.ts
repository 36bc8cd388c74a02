/** Filters reads with fastp as amalgkit runs it, but keeps what it says of them. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { SampleFailure } from '../failure.js';
import type { Sample } from '../sample.js';
import type { Workshop } from '../workshop.js';
import { checkReads } from './check-reads.js';
import { fastqNames, filterFolder } from './file-names.js';
import { failureOf, runStep } from './run-step.js';

/** Filtered reads, and fastp's report on them; absolute paths. */
export interface FilteredReads {
  files: string[];
  json: string;
}

/** fastp 0.23 refuses to use more. */
const MOST_THREADS = 16;

/**
 * Filters the reads of a run; what an earlier call left whole is used.
 *
 * @param files absolute, mates in order
 * @param folder of the run: `RUN_1.fastp.fastq.gz` and so on, and `RUN_fastp.json` appear there
 * @throws SampleFailure, and nothing is left; the signal's reason
 */
export async function filterReads(
  { run }: Pick<Sample, 'run'>,
  files: readonly string[],
  folder: string,
  threads: number,
  shop: Pick<Workshop, 'signal' | 'rules' | 'tell' | 'program' | 'counting'>,
): Promise<FilteredReads> {
  const names = fastqNames(run, files.length, '.fastp.fastq.gz');
  const report = `${run}_fastp.json`;
  const json = path.join(folder, report);
  // The report appears last.
  if (existsSync(json) && names.every((name, mate) => files[mate] === path.join(folder, name))) {
    return { files: [...files], json };
  }
  const scratch = path.join(folder, filterFolder(run));
  rmSync(scratch, { recursive: true, force: true });
  try {
    mkdirSync(scratch);
    const made = names.map((name) => path.join(scratch, name));
    const madeReport = path.join(scratch, report);
    const step = { run, stage: 'filter', reason: 'filter-failed', folder: scratch } as const;
    // fastp ends with status 0 on reads that are cut off.
    const counting = checkReads({ run }, files, shop, 'filter');
    counting.catch(() => {});
    await runStep(
      { ...step, program: 'fastp', args: fastpArguments(files, made, madeReport, threads) },
      shop,
    );
    const given = (await counting).reads * files.length;
    const { before, after } = fastpTotals(madeReport);
    if (before !== given)
      throw failureOf(step, `fastp read ${before ?? 'an unknown number'} of ${given} reads`);
    if (after === 0)
      throw new SampleFailure('filter', 'no-reads', `fastp left none of the ${given} reads of ${run}`);
    const left = await countLeft(run, made, shop);
    if (left !== after) throw failureOf(step, `fastp left ${left} reads, its report says ${after}`);
    const results = names.map((name) => path.join(folder, name));
    rmSync(json, { force: true });
    for (const [mate, file] of results.entries()) {
      renameSync(made[mate]!, file);
      shop.tell({ type: 'file', run, path: file, bytes: statSync(file).size });
    }
    renameSync(madeReport, json);
    return { files: results, json };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function fastpArguments(
  files: readonly string[],
  made: readonly string[],
  report: string,
  threads: number,
): string[] {
  const pairs = files.flatMap((file, mate) => [`--in${mate + 1}`, file, `--out${mate + 1}`, made[mate]!]);
  const rules = ['--thread', `${Math.min(threads, MOST_THREADS)}`, '--length_required', '25'];
  return [...rules, '-j', report, '-h', '/dev/null', ...pairs];
}

/** Reads before and after, each mate counted, as a report says; undefined where it does not. */
export function fastpTotals(report: string): { before: number | undefined; after: number | undefined } {
  try {
    const { summary } = JSON.parse(readFileSync(report, 'utf8'));
    const total = (side: string) => {
      const reads: unknown = summary?.[side]?.total_reads;
      return typeof reads === 'number' ? reads : undefined;
    };
    return { before: total('before_filtering'), after: total('after_filtering') };
  } catch {
    return { before: undefined, after: undefined };
  }
}

/** Reads in what fastp wrote; a file that a full disk cut off has none that count. */
async function countLeft(run: string, made: readonly string[], shop: Pick<Workshop, 'counting' | 'signal'>) {
  try {
    return (await checkReads({ run }, made, shop, 'filter')).reads * made.length;
  } catch (error) {
    if (error instanceof SampleFailure) return `files that cannot be read (${error.message})`;
    throw error;
  }
}
