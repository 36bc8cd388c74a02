/** Starts the process that works a chain of steps, and follows it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fromErrorRecord, gtkError } from '../errors.js';
import { packageRoot } from '../root.js';
import type { ProcessRequest } from './step-process.js';
import { readExitRecord } from './steps/exit-record.js';
import type { StepRecord } from './steps/record.js';

/** The program that works steps. */
export const STEP_PROCESS = fileURLToPath(new URL('dist/pcr/step-process.js', packageRoot));

/**
 * Works the steps in a process group of their own, which ends with the caller, however that ends.
 *
 * @throws what a step throws, and GTK_STEP_FAILED if the process itself was ended
 */
export async function* workChain(steps: ProcessRequest['steps']): AsyncGenerator<StepRecord> {
  const request: ProcessRequest = { steps, endsWithCaller: true };
  const child = spawn(process.execPath, [STEP_PROCESS, JSON.stringify(request)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  try {
    let done = 0;
    for await (const _task of createInterface(child.stdout)) {
      const { exit } = steps[done]!;
      const record = readExitRecord(exit)!;
      if ('error' in record) throw fromErrorRecord(record.error);
      yield record.record;
      done += 1;
    }
    const [status, endedBy] = await exited;
    if (done === steps.length) return;
    const reason = `its process ended with ${endedBy ?? `status ${status}`}`;
    throw gtkError('GTK_STEP_FAILED', { step: steps[done]!.request.task, program: 'gtk', reason });
  } finally {
    child.stdin.destroy();
  }
}
