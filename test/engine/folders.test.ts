import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, missingFolders } from '../../src/engine/folders.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();

test('makes a folder and those above it, and leaves what is there', () => {
  mkdirSync(path.join(folder, 'a'));
  const deep = path.join(folder, 'a/b/c');
  expect(missingFolders(deep)).toEqual([deep, path.join(folder, 'a/b')]);
  makeFolder(deep);
  expect(existsSync(deep)).toBe(true);
  makeFolder(deep);
  expect(missingFolders(deep)).toEqual([]);
});

test.runIf(existsSync('/proc/self'))('ends with an error where the system makes no folders', () => {
  expect(() => makeFolder('/proc/gtk/out')).toThrow(expect.objectContaining({ code: 'GTK_NOT_WRITABLE' }));
});
