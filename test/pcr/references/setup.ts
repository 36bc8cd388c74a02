/** What the tests of genomes share. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { vi } from 'vitest';
import { type GtkError, toErrorRecord } from '../../../src/errors.js';
import type { Registration } from '../../../src/pcr/references/registration.js';
import { temporaryFolder, testData } from '../../run-gtk.js';

const folder = temporaryFolder();

/** A new empty folder; `temporaryFolder` removes nothing that is made while a test runs. */
export const newFolder = () => mkdtempSync(path.join(folder, 'x'));

export const lambdaFile = testData('pcr/lambda_virus.fa.gz');
export const lambdaText = gunzipSync(readFileSync(lambdaFile)).toString();
export const LAMBDA = 'gi|9626243|ref|NC_001416.1|';
export const LAMBDA_BASES = 48502;

/** A registration in a new folder, with what it logged. */
export function registration(name: string, root = newFolder()): Registration & { lines: string[] } {
  const lines: string[] = [];
  const { signal } = new AbortController();
  return { root, name, signal, log: (line) => lines.push(line), lines };
}

/** Puts a shell script in front of the program on the PATH, until `vi.unstubAllEnvs()`. */
export function stubBwa(script: string, program = 'bwa'): string {
  const folder = newFolder();
  const file = path.join(folder, program);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  vi.stubEnv('PATH', `${folder}${path.delimiter}${process.env.PATH}`);
  return folder;
}

/** The error of work that must fail. */
export async function failureOf(
  work: Promise<unknown>,
): Promise<Pick<GtkError, 'code' | 'message' | 'remedy'>> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (!outcome) throw new Error('it did not fail');
  return toErrorRecord(outcome.error);
}

/** Everything in a folder of genomes, hidden or not. */
export const contentOf = (root: string) => readdirSync(root).sort();
