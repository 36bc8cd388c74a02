/** Runs kallisto or salmon on the reads of one run, and judges what comes of it: exit status 0 proves nothing. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../engine/folders.js';
import { type ProgramEnd, runProgram } from '../../tools/run-program.js';
import type { LibraryLayout, Sample } from '../sample.js';
import { journalled, type Workshop } from '../workshop.js';
import { kallistoArguments, salmonArguments } from './arguments.js';
import { failureOfProgram, type Judged, judgeResult, WHOLE } from './judge.js';
import { convertSalmon } from './salmon-result.js';

/** What is to be quantified. */
export interface QuantInput {
  sample: Sample;
  /** Absolute paths, of pairs mate by mate: L1_1, L1_2, L2_1, L2_2. Named pipes serve as well. */
  files: readonly string[];
  layoutUsed: LibraryLayout;
  index: string;
  threads: number;
  /** Folder for the result, made anew; the result is `abundance.tsv` and `run_info.json` in it. */
  stage: string;
  /** All output of the program is appended to it. */
  logFile: string;
  shop: Workshop;
  /** What is known of the reads, found out meanwhile. */
  reads?: {
    /** Reads, or pairs, of all files; rejects if they are damaged, and then the result is void. */
    counted: Promise<{ reads: number }>;
    /** Fewer than the archive counts are right: a filter ran, or spots without a mate were left out. */
    filtered: boolean;
  };
}

/** What a quantification tells. */
export interface QuantResult {
  /** Reads, or pairs. */
  readsProcessed: number;
  /** Percentage of them. */
  pPseudoaligned: number;
  targets: number;
  /** Clauses. */
  warnings: string[];
}

/**
 * Quantifies a run. The stage then holds a valid result; after a failure it is gone.
 *
 * @throws SampleFailure; what `reads.counted` rejects with; the signal's reason
 */
export async function quantify(input: QuantInput): Promise<QuantResult> {
  const { stage, reads, shop } = input;
  const damaged = new AbortController();
  // On some damaged gzip files kallisto 0.48 never ends, and is busy all the while.
  reads?.counted.catch((thrown: unknown) => damaged.abort(thrown));
  const signal = AbortSignal.any([shop.signal, damaged.signal]);
  rmSync(stage, { recursive: true, force: true });
  makeFolder(path.dirname(stage));
  makeFolder(path.dirname(input.logFile));
  try {
    const end = await runQuantifier({ ...input, shop: { ...shop, signal } });
    const early = failureOfProgram(end, input);
    if (early) throw early;
    const counted = await reads?.counted;
    const judged = judgeResult(end, input, counted?.reads);
    return { ...judged, warnings: warningsOn(judged, input) };
  } catch (error) {
    rmSync(stage, { recursive: true, force: true });
    throw error;
  }
}

async function runQuantifier(input: QuantInput): Promise<ProgramEnd> {
  const { sample, shop, stage, logFile } = input;
  const { engine, quantHours, silentSeconds } = shop.rules;
  const isSalmon = engine === 'salmon';
  const raw = isSalmon ? path.join(stage, 'salmon') : stage;
  if (isSalmon) makeFolder(stage);
  const order = { ...input, stage: raw, fragmentLength: sample.fragmentLength };
  const args = isSalmon ? salmonArguments(order) : kallistoArguments(order);
  const end = await runProgram({
    program: shop.program(engine),
    args,
    signal: shop.signal,
    seconds: quantHours * 3600,
    logFile,
    life: { silentSeconds, grows: [stage, logFile] },
    onProcess: journalled(shop, sample.run, engine),
  });
  if (!isSalmon) return end;
  try {
    convertSalmon(raw, stage, args);
  } catch {
    // What is missing or cut off is found when the result is judged.
  }
  rmSync(raw, { recursive: true, force: true });
  return end;
}

function warningsOn({ readsProcessed, pPseudoaligned }: Judged, { sample, shop }: QuantInput): string[] {
  const { run, totalSpots } = sample;
  const least = shop.rules.minMappedPercent;
  const warnings = [];
  if (readsProcessed < WHOLE * totalSpots)
    warnings.push(`${run}: ${readsProcessed} reads were there of ${totalSpots} that the metadata count`);
  if (pPseudoaligned < least)
    warnings.push(`${run}: ${pPseudoaligned} % of the reads are pseudoaligned, fewer than ${least} %`);
  return warnings;
}
