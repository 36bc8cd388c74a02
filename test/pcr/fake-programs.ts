/** Programs that do as a test says, under the names of real ones. */
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach } from 'vitest';
import { temporaryFolder } from '../run-gtk.js';

const real = process.env.PATH;

/**
 * Makes the PATH one folder with these programs, until the end of the test.
 *
 * @param bodies of JavaScript by the name of the program; or the absolute path of the program that is to be run
 */
export function fakePrograms(bodies: Record<string, string>): void {
  const folder = temporaryFolder();
  for (const [name, body] of Object.entries(bodies)) {
    const file = path.join(folder, name);
    if (path.isAbsolute(body)) symlinkSync(body, file);
    else writeFileSync(file, `#!${process.execPath}\n${body}\n`, { mode: 0o755 });
  }
  process.env.PATH = folder;
}

afterEach(() => {
  process.env.PATH = real;
});
