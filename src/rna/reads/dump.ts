/** From an SRA archive to plain or compressed FASTQ in a scratch folder, with what it holds told by the archive. */
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { SampleFailure } from '../failure.js';
import type { Workshop } from '../workshop.js';
import { failureOf, runStep } from './run-step.js';

/** What an archive says of itself. */
export interface ArchiveCounts {
  spots: number;
  bases: number;
}

export type DumpShop = Pick<Workshop, 'signal' | 'rules' | 'tell' | 'program'>;

/**
 * Checks an archive, and asks it what it holds.
 *
 * @param sra absolute; of ASCII letters without blanks
 * @throws SampleFailure `bad-archive`
 */
export async function inspectArchive(run: string, sra: string, shop: DumpShop): Promise<ArchiveCounts> {
  const step = { run, stage: 'extract', reason: 'bad-archive' } as const;
  await runStep({ ...step, program: 'vdb-validate', args: [sra] }, shop);
  const output = await runStep({ ...step, program: 'sra-stat', args: ['--quick', sra] }, shop);
  const counts = archiveCounts(output);
  if (!counts) throw failureOf(step, `sra-stat says nothing of the spots in ${sra}`);
  if (counts.spots === 0) throw new SampleFailure('extract', 'no-reads', `${sra} holds no spot`);
  return counts;
}

/** The sums of what sra-stat prints for each read group: `PATH|GROUP|SPOTS:BASES:...`. */
export function archiveCounts(output: string): ArchiveCounts | undefined {
  const groups = [...output.matchAll(/^.*\|[^|\n]*\|(\d+):(\d+):/gm)];
  if (groups.length === 0) return undefined;
  const sum = (at: number) => groups.reduce((total, group) => total + Number(group[at]), 0);
  return { spots: sum(1), bases: sum(2) };
}

/** FASTQ files in the scratch folder; absolute. */
export interface Dumped {
  /** Mates in order, or single reads. */
  files: string[];
  /** Reads whose mates were lost, beside mates. */
  orphans: string | undefined;
}

/** How an archive is unpacked. */
export interface DumpOptions {
  run: string;
  sra: string;
  /** Scratch folder, empty; of ASCII letters without blanks. */
  folder: string;
  threads: number;
  /** With parallel-fastq-dump, which compresses as well. */
  parallel: boolean;
}

/** Shorter reads are left out, as amalgkit does: few of their k-mers are whole. */
const LEAST_BASES = '25';

/**
 * Unpacks an archive. Mates are told from reads that have lost theirs (`--split-3`); with `--split-files` those would
 * shift all pairs behind them.
 *
 * @throws SampleFailure
 */
export async function dumpArchive(
  options: DumpOptions,
  counts: ArchiveCounts,
  shop: DumpShop,
): Promise<Dumped> {
  const { run, sra, folder, threads, parallel } = options;
  const [out, scratch] = [path.join(folder, 'out'), path.join(folder, 'tmp')];
  for (const made of [out, scratch]) mkdirSync(made);
  const places = ['-O', out, parallel ? '--tmpdir' : '-t', scratch];
  const args = parallel
    ? [
        '-s',
        sra,
        '-t',
        `${threads}`,
        ...places,
        '--split-3',
        '--gzip',
        '--skip-technical',
        '--clip',
        '--minReadLen',
        LEAST_BASES,
      ]
    : [
        '--split-3',
        '--skip-technical',
        '--min-read-len',
        LEAST_BASES,
        '-e',
        `${threads}`,
        ...places,
        '-f',
        sra,
      ];
  const program = parallel ? 'parallel-fastq-dump' : 'fasterq-dump';
  const step = { run, stage: 'extract', reason: 'extract-failed', folder } as const;
  const output = await runStep({ ...step, program, args }, shop);
  const read = spotsRead(output);
  if (read !== counts.spots) {
    throw failureOf(
      step,
      `${program} read ${read ?? 'an unknown number'} of the ${counts.spots} spots of ${run}`,
    );
  }
  return dumped(out, run);
}

/** Spots that a program says it read: fasterq-dump all at once, fastq-dump one stretch after another. */
export function spotsRead(output: string): number | undefined {
  const lines = [...output.matchAll(/^(?:spots read\s*:|Read)\s*([\d,]+)(?: spots for |\s*$)/gm)];
  if (lines.length === 0) return undefined;
  return lines.reduce((sum, [, digits]) => sum + Number(digits!.replaceAll(',', '')), 0);
}

function dumped(out: string, run: string): Dumped {
  const names = readdirSync(out).filter((name) => /\.fastq(\.gz)?$/.test(name));
  const at = (pattern: RegExp) =>
    names.filter((name) => pattern.test(name)).map((name) => path.join(out, name));
  const [first, second, others] = [at(/_1\.fastq/), at(/_2\.fastq/), at(/^(?!.*_[12]\.fastq)/)];
  if (first.length === 1 && second.length === 1)
    return { files: [first[0]!, second[0]!], orphans: others[0] };
  const single = [...first, ...second, ...others];
  if (single.length === 1) return { files: single, orphans: undefined };
  const problem =
    names.length === 0 ? 'no read of 25 bases or more' : `files that belong to no run: ${names.join(', ')}`;
  throw new SampleFailure(
    'extract',
    names.length === 0 ? 'no-reads' : 'extract-failed',
    `${run} gave ${problem}`,
  );
}
