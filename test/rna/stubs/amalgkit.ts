/** A stand-in for the amalgkit client on the PATH, and what it was told. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is to go wrong; runs by their names. */
export interface AmalgkitFaults {
  /** It ends at once, doing nothing. */
  breaks?: boolean;
  /** getfastq leaves nothing. */
  noReads?: string[];
  /** quant leaves nothing. */
  noResult?: string[];
  /** quant leaves a table of -nan. */
  nothingAligned?: string[];
  /** Only half of the spots are processed. */
  half?: string[];
  /** merge leaves them out of its tables. */
  notMerged?: string[];
  /** quant starts a program that never ends. */
  hangs?: boolean;
}

export interface StubAmalgkit {
  /** To be put in front of the PATH. */
  folder: string;
  program: string;
  /** Its arguments, call by call. */
  calls(): string[][];
  /** The tables of runs that it was given. */
  tables(): string[];
}

const client = fileURLToPath(new URL('amalgkit-client.mjs', import.meta.url));

/** Puts the stand-in into a new folder `client` there. */
export function stubAmalgkit(folder: string, faults: AmalgkitFaults = {}): StubAmalgkit {
  const place = path.join(folder, 'client');
  const program = path.join(place, 'amalgkit');
  const log = path.join(place, 'calls.jsonl');
  mkdirSync(place);
  writeFileSync(log, '');
  writeFileSync(path.join(place, 'faults.json'), JSON.stringify(faults));
  const script = `#!/bin/sh\nexec '${process.execPath}' '${client}' '${place}' "$@"\n`;
  writeFileSync(program, script, { mode: 0o755 });
  const lines = () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return {
    folder: place,
    program,
    calls: () => lines().map(({ args }) => args),
    tables: () => lines().map(({ table }) => table),
  };
}
