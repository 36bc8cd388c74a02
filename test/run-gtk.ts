/** Runs the built program as a user would, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The program that `npm run build` makes. */
export const program = path.join(root, 'dist/cli/main.js');

/** A file that the repository carries, by its name under `test/data`. */
export const testData = (name: string) => path.join(root, 'test/data', name);

/** How a run of the program ended. */
export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Bytes for standard input; nothing unless given. */
  input?: string | Uint8Array;
  /** Called with the process once it is started. */
  started?: (child: ChildProcess) => void;
}

/** Runs `gtk` with these arguments to its end. */
export function gtk(args: string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    // A program that refuses its input may be gone before it has read it.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, ...output }));
    options.started?.(child);
  });
}

/** Calls `act` once when the program has written that much to standard error. */
export function onceWritten(child: ChildProcess, text: string, act: () => void): void {
  let written = '';
  let acted = false;
  child.stderr!.on('data', (chunk) => {
    written += chunk;
    if (acted || !written.includes(text)) return;
    acted = true;
    act();
  });
}

/** A new empty folder, removed after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gtk-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Content of every file below a folder by relative path, without the run's own `.gtk`. */
export function filesBelow(folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    const file = path.join(folder, name);
    if (!name.split(path.sep).includes('.gtk') && statSync(file).isFile())
      files.set(name, readFileSync(file));
  }
  return files;
}
