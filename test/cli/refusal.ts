/** What every refusal of the program has in common: one sentence, one remedy, nothing left behind. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { gtk, type RunOptions } from '../run-gtk.js';

/** The sentence and the remedy with which standard error ends, log lines left out. */
export function complaint(stderr: string): { sentence: string; remedy: string; log: unknown[] } {
  const lines = stderr.trimEnd().split('\n');
  const log = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const words = lines.filter((line) => !line.startsWith('{'));
  expect(words, stderr).toHaveLength(2);
  expect(words[0]).toMatch(/^gtk: \S/);
  expect(words[1]).toMatch(/^ {5}\S.*\.$/);
  return { sentence: words[0]!.slice(5), remedy: words[1]!.trim(), log };
}

/** Every name below a folder. */
const namesBelow = (folder: string) => (readdirSync(folder, { recursive: true }) as string[]).sort();

/**
 * Runs `gtk` in a folder and expects it to refuse: that status, nothing on standard output, no stack, and no
 * file or folder that was not there before.
 */
export async function refusal(folder: string, args: string[], status: number, options: RunOptions = {}) {
  const before = namesBelow(folder);
  const ended = await gtk(args, { cwd: folder, ...options });
  const told = complaint(ended.stderr);
  expect(ended, told.sentence).toMatchObject({ status, stdout: '' });
  expect(ended.stderr).not.toMatch(/^\s+at .*:\d+/m);
  expect(namesBelow(folder)).toEqual(before);
  expect(existsSync(path.join(folder, 'results'))).toBe(false);
  return told;
}
