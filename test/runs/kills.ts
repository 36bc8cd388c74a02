/** Killing runs: when, and what must be true of whatever is left. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, type FSWatcher, mkdirSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { filesBelow, gtk, onceWritten } from '../run-gtk.js';
import { atStep, type Step } from './at-step.js';
import { namesIn, temporaryFiles, wholeMarkers } from './run-state.js';

/** Numbers in [0, 1) that are the same in every run of the tests (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How a process is made to die. */
export interface Killer {
  env?: Record<string, string>;
  /** Called with the started process; what it returns is called at the process's end. */
  started?(child: ChildProcess): () => void;
}

export function afterMilliseconds(delay: number): Killer {
  return {
    started: (child) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), delay);
      return () => clearTimeout(timer);
    },
  };
}

/** Kills so long after the run has said that it starts. */
export function afterStart(delay: number): Killer {
  return {
    started: (child) => {
      let stop = () => {};
      onceWritten(child, '"msg":"start"', () => {
        stop = afterMilliseconds(delay).started!(child);
      });
      return () => stop();
    },
  };
}

/** Kills when the n-th file that matches appears in a folder of the run. */
export function whenAppears(watched: string, pattern: RegExp, n: number): Killer {
  return {
    started: (child) => {
      mkdirSync(watched, { recursive: true });
      let seen = 0;
      const watcher: FSWatcher = watch(watched, (_event, name) => {
        if (pattern.test(name ?? '') && ++seen >= n) child.kill('SIGKILL');
      });
      return () => watcher.close();
    },
  };
}

/** Kills just before the n-th time that the process does that to a file that matches. */
export function beforeStep(step: Step['step'], file: RegExp, nth = 1): Killer {
  return { env: atStep({ step, file, nth }, 'SIGKILL') };
}

/** A command that is killed, and given again. */
export interface Subject {
  args: string[];
  /** Output folders of its runs. */
  outs: string[];
  /** What all undisturbed runs agree in, looked at now. */
  files(): unknown;
  /** The same of one that was not killed. */
  expected: unknown;
  /** How long that took. */
  milliseconds: number;
  /** Looks at what a killed run left; throws if it would mislead a reader. */
  inspect?(): Promise<void>;
}

/** Kills, and counts what they hit. */
export class Kills {
  /** While a run was under way. */
  hit = 0;
  /** With batches done. */
  amid = 0;
  /** With final files listed or standing, and not yet cleaned up. */
  publishing = 0;

  /** Starts the command and kills it; false if it had ended before. What it leaves must be sound. */
  async kill({ args, outs, inspect }: Subject, killer: Killer): Promise<boolean> {
    let stop = () => {};
    const ended = await gtk(args, {
      env: killer.env,
      started: (child) => {
        stop = killer.started?.(child) ?? stop;
      },
    });
    stop();
    if (ended.signal !== 'SIGKILL') {
      expect(ended).toMatchObject({ status: 0, signal: null });
      return false;
    }
    expect(ended.status).toBeNull();
    // Killed before it made its folder, it cannot have left anything wrong: such a kill does not count.
    const begun = outs.filter((out) => existsSync(path.join(out, '.gtk/run.json')));
    if (begun.length === 0) return true;
    this.hit += 1;
    // Of a finished run the interim files may be half removed.
    const markers = begun.filter((out) => !isFinished(out)).flatMap(wholeMarkers);
    if (markers.length > 0) this.amid += 1;
    if (begun.some(isPublishing)) this.publishing += 1;
    await inspect?.();
    return true;
  }
}

function isFinished(out: string): boolean {
  return 'finished' in JSON.parse(readFileSync(path.join(out, '.gtk/run.json'), 'utf8'));
}

function isPublishing(out: string): boolean {
  const state = namesIn(path.join(out, '.gtk'));
  return state.includes('publish.json') || (state.includes('parts') && filesBelow(out).size > 0);
}

/** Runs the command to its end over what a killed one left. */
export async function complete({ args, outs, files, expected }: Subject): Promise<void> {
  const ended = await gtk(args);
  expect(ended).toMatchObject({ status: 0, signal: null });
  expect(files()).toEqual(expected);
  for (const out of outs) {
    expect(temporaryFiles(out)).toEqual([]);
    expect(namesIn(path.join(out, '.gtk'))).toEqual(['run.json']);
  }
}
