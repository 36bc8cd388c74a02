/** Runs `gtk h5ad` as a user would, and reads what it tells of each dataset. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { H5adResult } from '../../src/h5ad/aggregate.js';
import { type Ended, gtk } from '../run-gtk.js';

/** What `--json` tells of a dataset. */
export interface Told {
  name: string;
  status: 'SUCCESS' | 'FAILED' | 'SKIPPED';
  input: string;
  out: string;
  seconds: number;
  message: string;
  error?: { code: string; message: string; remedy: string; exitStatus: number };
  up_to_date?: boolean;
  outputs?: string[];
  summary?: H5adResult;
}

/** A new folder below another one, for a run whose data and logs no other test sees. */
export function newFolder(parent: string): string {
  return mkdtempSync(path.join(parent, 'run-'));
}

/** A new folder with a folder `data/input`, which is where `gtk h5ad` looks if nothing else is said. */
export function newInputFolder(parent: string): { cwd: string; input: string } {
  const cwd = newFolder(parent);
  const input = path.join(cwd, 'data/input');
  mkdirSync(input, { recursive: true });
  return { cwd, input };
}

/** Runs `gtk h5ad` in a folder, with `--json --quiet`. */
export async function h5ad(cwd: string, args: string[]): Promise<Ended & { datasets: Told[] }> {
  const ended = await gtk(['h5ad', ...args, '--json', '--quiet'], { cwd });
  const { datasets = [] } = JSON.parse(ended.stdout) as { datasets?: Told[] };
  return { ...ended, datasets };
}

/** The same where all is to go well; the error that was told is in the message if not. */
export async function h5adDone(cwd: string, args: string[]): Promise<Told[]> {
  const { status, stderr, datasets } = await h5ad(cwd, args);
  if (status !== 0 || stderr !== '') throw new Error(`status ${status}: ${stderr}`);
  return datasets;
}

/** Every name below a folder; none where it does not exist. */
export function namesBelow(folder: string): string[] {
  return existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]).sort() : [];
}

/** A line of a log. */
export type LogLine = { level: string; time: string; msg: string } & Record<string, unknown>;

/** The lines of a dataset's `pipeline.json`. */
export function logLines(cwd: string, dataset: string): LogLine[] {
  const text = readFileSync(path.join(cwd, 'logs', dataset, 'pipeline.json'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
