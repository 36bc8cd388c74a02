/** Runs a program that makes reads out of reads, and says in the terms of a run why it failed. */

import type { ProgramName } from '../../tools/catalogue.js';
import { runProgram } from '../../tools/run-program.js';
import { freeBytes } from '../disk.js';
import { type FailureReason, SampleFailure, type Stage } from '../failure.js';
import { journalled, type Workshop } from '../workshop.js';

/** What to run. */
export interface Step {
  run: string;
  stage: Stage;
  program: ProgramName;
  args: readonly string[];
  /** Folder that it writes into, if it does: growth is a sign of life. */
  folder?: string;
  /** Why the run failed if the program did. */
  reason: FailureReason;
}

/** A run of several hundred gigabytes is unpacked in a day. */
const HOURS = 48;

/** With less space than this left, a program that failed most likely failed for want of it. */
const FULL_BYTES = 100 * 2 ** 20;

/** Lines of its output that are told when a program failed. */
const TOLD_LINES = 3;

/**
 * Runs a program to its end.
 *
 * @returns the end of its output
 * @throws SampleFailure; the signal's reason
 */
export async function runStep(
  step: Step,
  shop: Pick<Workshop, 'signal' | 'rules' | 'tell' | 'program'>,
): Promise<string> {
  const { run, stage, program, args, folder } = step;
  const { silentSeconds } = shop.rules;
  const { status, endedBy, stopped, output } = await runProgram({
    program: shop.program(program),
    args,
    signal: shop.signal,
    seconds: HOURS * 3600,
    life: { silentSeconds, grows: folder === undefined ? [] : [folder] },
    onProcess: journalled(shop, run, program),
  });
  if (stopped === 'time')
    throw new SampleFailure(stage, 'timeout', `${program} took more than ${HOURS} hours`);
  if (stopped === 'silence') {
    throw new SampleFailure(
      stage,
      'hung',
      `${program} showed no sign of life for ${silentSeconds} seconds`,
      true,
    );
  }
  if (status === 0) return output;
  const last = output.trim().split('\n').slice(-TOLD_LINES).join(' / ');
  throw failureOf(step, `${program} ended with ${endedBy ?? `status ${status}`}: ${last}`);
}

/** The failure of a step; a full disk is the reason where it may be. */
export function failureOf(
  { stage, reason, folder }: Pick<Step, 'stage' | 'reason' | 'folder'>,
  problem: string,
) {
  const isFull = folder !== undefined && (freeBytes(folder) < FULL_BYTES || FULL.test(problem));
  return new SampleFailure(stage, isFull ? 'disk-full' : reason, problem, isFull);
}

/** As libc has it, and as fasterq-dump 3.0.3 spells it. */
const FULL = /No space left|disk-limit exeeded/i;
