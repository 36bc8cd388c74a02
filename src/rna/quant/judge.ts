/** From how a quantification ended, and what it left, to a result or to the reason why there is none. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProgramEnd } from '../../tools/run-program.js';
import { freeBytes } from '../disk.js';
import { type FailureReason, SampleFailure } from '../failure.js';
import type { QuantInput, QuantResult } from './quantify.js';
import { validateResult } from './result.js';
import { parseRunInfo, type RunInfo } from './run-info.js';

/** A result without what may be said of it. */
export type Judged = Omit<QuantResult, 'warnings'>;

/** With less space than this left, a result that is not valid was most likely cut off by the disk's end. */
const FULL_BYTES = 100 * 2 ** 20;

/** Part of the archive's count of reads below which they count as incomplete. */
export const WHOLE = 0.99;

const failure = (reason: FailureReason, problem: string, retryable = false) =>
  new SampleFailure('quantify', reason, problem, retryable);

/** What ended the program before its end, if anything did: then its output says nothing. */
export function failureOfProgram(end: ProgramEnd, { index, shop }: QuantInput): SampleFailure | undefined {
  const { engine, quantHours, silentSeconds } = shop.rules;
  const { stopped, endedBy, output } = end;
  if (stopped === 'time') return failure('timeout', `${engine} took more than ${quantHours} hours`);
  if (stopped === 'silence') {
    return failure('hung', `${engine} showed no sign of life for ${silentSeconds} seconds`, true);
  }
  if (endedBy === 'SIGKILL' || /std::bad_alloc/.test(output)) {
    return failure('too-large', `${engine} was ended for want of memory (${endedBy ?? 'bad_alloc'})`);
  }
  // kallisto 0.48 breaks down on an index that is cut off; one of another version it refuses.
  if (
    endedBy === 'SIGSEGV' ||
    endedBy === 'SIGABRT' ||
    /incompatible indices|index file not found/i.test(output)
  ) {
    return failure('bad-index', `${engine} cannot use ${index}: ${endedBy ?? complaint(output)}`);
  }
  if (endedBy) return failure('quant-failed', `${engine} was ended by ${endedBy}`, true);
  return undefined;
}

/**
 * Judges what a program that ran to its end left in the stage.
 *
 * @param counted reads, or pairs, that the files hold, if they were counted
 * @throws SampleFailure
 */
export function judgeResult(end: ProgramEnd, input: QuantInput, counted: number | undefined): Judged {
  const { sample, reads, stage, shop } = input;
  const { engine } = shop.rules;
  const info = readRunInfo(stage);
  if (info) {
    const { processed, pseudoaligned, pPseudoaligned } = info;
    if (counted === 0 || (counted === undefined && processed === 0)) {
      throw failure('no-reads', `${input.files.join(', ')} hold no reads`);
    }
    if (counted !== undefined && processed !== counted) {
      throw failure('truncated-input', `${engine} processed ${processed} reads, the files hold ${counted}`);
    }
    if (!reads?.filtered && processed < WHOLE * sample.totalSpots) {
      const { totalSpots } = sample;
      throw failure('truncated-input', `${engine} processed ${processed} reads, the run has ${totalSpots}`);
    }
    if (pseudoaligned === 0 || pPseudoaligned === 0) {
      const found = pseudoaligned ?? 'none';
      throw failure('zero-aligned', `${found} of ${processed} reads could be aligned (${pPseudoaligned} %)`);
    }
  }
  const isFull = () => freeBytes(stage) < FULL_BYTES;
  const full = () => failure('disk-full', `${stage} has too little space for the result`, true);
  if (end.status !== 0) {
    if (isFull()) throw full();
    throw failure('quant-failed', `${engine} ended with status ${end.status}: ${complaint(end.output)}`);
  }
  try {
    const { readsProcessed, pPseudoaligned, targets } = validateResult(stage, sample.run);
    return { readsProcessed, pPseudoaligned, targets };
  } catch (error) {
    throw error instanceof SampleFailure && isFull() ? full() : error;
  }
}

/** Undefined where there is none that can be read, which {@link validateResult} then tells. */
function readRunInfo(stage: string): RunInfo | undefined {
  const file = path.join(stage, 'run_info.json');
  try {
    return existsSync(file) ? parseRunInfo(readFileSync(file, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** The line that tells what went wrong: the last that speaks of an error, else the last. */
function complaint(output: string): string {
  const lines = output.split(/[\r\n]+/).filter((line) => /\w/.test(line));
  const line = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'no output';
  return line.trim().slice(0, 300);
}
