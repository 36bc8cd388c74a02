/** What `gtk pcr run` says at its end. */
import type { PcrResult } from './aggregate.js';

/** A line a step. */
export function printResult(result: unknown): string {
  const { genome, steps } = result as PcrResult;
  const width = Math.max(...steps.map(({ task }) => task.length));
  const lines = steps.map(({ task, seconds, source }) =>
    `  ${task.padEnd(width)}  ${seconds.toFixed(1).padStart(7)} s${source ? `  on ${source} reads` : ''}`.trimEnd(),
  );
  return `Genome: ${genome}\n${lines.join('\n')}\n`;
}
