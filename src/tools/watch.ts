/** Whether a program that says nothing still works. */
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { groupProcessorTicks } from './process-identity.js';

/** What counts as a sign of life. fasterq-dump, for one, prints nothing for hours. */
export interface SignsOfLife {
  /** Ended after so many seconds without any sign. */
  silentSeconds: number;
  /** Files and folders that it writes: growth of any is a sign. Processor time always is. */
  grows: readonly string[];
}

/** Calls `onSilence` once if the process group shows no sign of life for too long; returns what ends the watch. */
export function watchForLife(group: number, life: SignsOfLife, onSilence: () => void): () => void {
  const { silentSeconds, grows } = life;
  let last = '';
  let lastSign = performance.now();
  const look = () => {
    const now = `${groupProcessorTicks(group)} ${grows.map(bytesBelow).join(' ')}`;
    if (now !== last) lastSign = performance.now();
    else if (performance.now() - lastSign > silentSeconds * 1000) {
      clearInterval(timer);
      onSilence();
    }
    last = now;
  };
  const timer = setInterval(look, Math.max(50, Math.min(30_000, silentSeconds * 250)));
  timer.unref();
  return () => clearInterval(timer);
}

/** Bytes of a file, or of all files in a folder and the folders below it, links left out; 0 if there is none. */
export function bytesBelow(place: string): number {
  try {
    return bytesOf(place, statSync(place));
  } catch {
    return 0;
  }
}

function bytesOf(place: string, stat: Stats): number {
  if (!stat.isDirectory()) return stat.isFile() ? stat.size : 0;
  return readdirSync(place).reduce((sum, name) => {
    const below = path.join(place, name);
    try {
      return sum + bytesOf(below, lstatSync(below));
    } catch {
      // Gone meanwhile, or not to be looked into.
      return sum;
    }
  }, 0);
}
