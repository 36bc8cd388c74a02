/** The end of a job's log, where programs say what was wrong. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const BYTES = 1 << 16;
const LINES = 10;
/** Some programs print whole reads. */
const LONGEST_LINE = 500;

/** The last lines of a log that say anything, at most ten; none if there is no log. */
export function logTail(file: string): string[] {
  const lines = lastBytes(file).split('\n');
  return lines
    .map((line) => shown(line.trimEnd()))
    .filter((line) => line.trim() !== '')
    .slice(-LINES);
}

/** Of a line that is written over, such as a bar of progress, what is seen in the end. */
function shown(line: string): string {
  const last = line.slice(line.lastIndexOf('\r') + 1);
  return last.length > LONGEST_LINE ? `${last.slice(0, LONGEST_LINE)}…` : last;
}

function lastBytes(file: string): string {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(fd);
    const from = Math.max(0, size - BYTES);
    const buffer = Buffer.alloc(size - from);
    const text = buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, from));
    // What is left of a line that began before.
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    closeSync(fd);
  }
}
