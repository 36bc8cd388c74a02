/** How a step's process tells how its step ended, to whoever looks, even after a restart of the server. */
import { readFileSync } from 'node:fs';
import { writeFileAtomically } from '../../engine/atomic.js';
import type { ErrorRecord } from '../../errors.js';
import type { StepAccount, StepRecord } from './record.js';

export type ExitRecord = { completedAt: string } & (
  | { record: StepRecord }
  | { error: ErrorRecord; account?: StepAccount }
);

export function writeExitRecord(file: string, record: ExitRecord): void {
  writeFileAtomically(file, JSON.stringify(record), true);
}

/** Undefined as long as the step has not ended by itself. */
export function readExitRecord(file: string): ExitRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ExitRecord;
  } catch {
    return undefined;
  }
}
