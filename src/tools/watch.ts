/** Whether a program that says nothing still works. */
import { readdirSync, statSync } from 'node:fs';
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

/** Bytes of a file, or of all files in a folder and the folders below it; 0 if there is none. */
export function bytesBelow(place: string): number {
  const stat = statSync(place, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.size ?? 0;
  let names: string[];
  try {
    names = readdirSync(place);
  } catch {
    return 0;
  }
  return names.reduce((sum, name) => sum + bytesBelow(path.join(place, name)), 0);
}
