/** The step `cutadapt`: cuts the LTR primer off R1, the linker off R2, and what a read has of the other end. */
import path from 'node:path';
import type { RunConfig } from '../config/columns.js';
import { type CutadaptCounts, readCutadaptReport } from '../reports/cutadapt-report.js';
import { isGzip } from '../reports/gzip-head.js';
import type { ReadFiles } from '../workspace.js';
import type { Step, StepContext } from './step.js';
import type { CutadaptPass, CutadaptSummary } from './summaries.js';

/** One run of cutadapt. */
interface Pass {
  cuts: CutadaptPass['cuts'];
  args: readonly string[];
}

/** Where a mate's sequence reads into the other end's: what must be found of it, and how well. */
const READTHROUGH_OVERLAP = 6;
const READTHROUGH_ERROR_RATE = 0.1;

export const cutadaptStep: Step = {
  programs: ['cutadapt'],
  notConfigured: ({ r1_seq, r2_seq }) =>
    r1_seq === null ? 'r1_seq' : r2_seq === null ? 'r2_seq' : undefined,

  async run(context): Promise<CutadaptSummary> {
    const { config, scratch, log, invalid } = context;
    const passes = passesOf(config);
    const done: CutadaptPass[] = [];
    let from: ReadFiles = context.reads!;
    for (const [at, pass] of passes.entries()) {
      const isLast = at === passes.length - 1;
      const to = isLast ? scratch.reads('cutPrimer') : between(scratch.tmp, at);
      // Lightly compressed, a pair takes a fifth of the space of plain text, and cutadapt a tenth more time.
      const args = isLast ? pass.args : [...pass.args, '-Z'];
      const counts = await runPass(context, { ...pass, args }, at, from, to);
      const expected = done.at(-1)?.pairs_out ?? counts.pairs_in;
      if (counts.pairs_in !== expected) {
        const found = `pass ${at + 1} read ${counts.pairs_in} pairs`;
        throw invalid('cutadapt', `${found}, expected the ${expected} that pass ${at} wrote`);
      }
      done.push({ cuts: pass.cuts, ...counts });
      from = to;
    }
    const [pairsIn, pairsOut] = [done[0]!.pairs_in, done.at(-1)!.pairs_out];
    log(`${pairsOut} of ${pairsIn} pairs are left`);
    if (pairsOut === 0) log('warning: no pairs are left; are r1_seq and r2_seq those of this library?');
    return { passes: done, pairs_in: pairsIn, pairs_out: pairsOut };
  },
};

/** The pair between two passes. */
function between(folder: string, at: number): ReadFiles {
  const file = (mate: string) => path.join(folder, `pass${at + 1}_${mate}.fastq.gz`);
  return { r1: file('R1'), r2: file('R2') };
}

async function runPass(
  { threads, scratch, run, tellVersion, invalid }: StepContext,
  { cuts, args }: Pass,
  at: number,
  from: ReadFiles,
  to: ReadFiles,
): Promise<CutadaptCounts> {
  const report = scratch.resolve('cutPrimer', `cutadapt_step${at + 1}.json`);
  const files = [`--json=${report}`, `--output=${to.r1}`, `--paired-output=${to.r2}`, '--', from.r1, from.r2];
  await run([{ program: 'cutadapt', args: [...args, `--cores=${threads}`, ...files] }]);
  const refuse = (reason: string) => invalid('cutadapt', `${reason} (${cuts})`);
  const { version, counts } = readCutadaptReport(report, refuse);
  for (const file of [to.r1, to.r2])
    if (!isGzip(file)) throw refuse(`${path.basename(file)} is no gzip file`);
  tellVersion('cutadapt', version);
  return counts;
}

/**
 * The passes of a configuration. The forms with `=`, or with the value joined to its option, let no value be taken
 * for an option; sequences have been held to nucleotide codes, since cutadapt would read `file:` and others.
 */
function passesOf(config: RunConfig): Pass[] {
  const ltr = `${config.r1_seq}${config.ltr_tail ?? ''}`;
  const linker = config.r2_seq!;
  const passes: Pass[] = [
    {
      cuts: 'ltr',
      args: [
        `--error-rate=${config.r1_error_rate}`,
        `--cut=${config.r1_trim_leading_trailing}`,
        `-g${fivePrime(ltr, config.r1_anchored, config.r1_min_overlap)}`,
        `--pair-filter=${config.r1_pair_filter}`,
        `--minimum-length=${config.r1_minimum_length_of_read}`,
        // With adapters for R1 alone, cutadapt leaves the pair filter aside here: R1 decides.
        ...(config.require_ltr ? ['--discard-untrimmed'] : []),
      ],
    },
    {
      cuts: 'linker',
      args: [
        `--error-rate=${config.r2_error_rate}`,
        `-U${config.r2_trim_leading_trailing}`,
        `-G${fivePrime(linker, config.r2_anchored, config.r2_min_overlap)}`,
        `--pair-filter=${config.r2_pair_filter}`,
        `--minimum-length=${config.r2_minimum_length_of_read}`,
      ],
    },
  ];
  if (!config.trim_readthrough) return passes;
  passes.push({
    cuts: 'readthrough',
    args: [
      `--error-rate=${READTHROUGH_ERROR_RATE}`,
      `-a${overlapping(reverseComplement(linker), READTHROUGH_OVERLAP)}`,
      `-A${overlapping(reverseComplement(ltr), READTHROUGH_OVERLAP)}`,
      '--pair-filter=any',
      `--minimum-length=${config.r1_minimum_length_of_read}:${config.r2_minimum_length_of_read}`,
    ],
  });
  return passes;
}

/** cutadapt refuses a minimum overlap for an anchored adapter, which is found whole or not at all. */
function fivePrime(sequence: string, isAnchored: boolean, overlap: number): string {
  return isAnchored ? `^${sequence}` : overlapping(sequence, overlap);
}

/** Of a sequence that is shorter, all must be found: cutadapt would end with an error. */
function overlapping(sequence: string, overlap: number): string {
  return `${sequence};min_overlap=${Math.min(overlap, sequence.length)}`;
}

const bases = 'ACGTRYSWKMBDHVN';
const complements = 'TGCAYRSWMKVHDBN';

function reverseComplement(sequence: string): string {
  return [...sequence]
    .reverse()
    .map((base) => complements[bases.indexOf(base)])
    .join('');
}
