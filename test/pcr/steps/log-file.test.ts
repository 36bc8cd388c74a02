import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LogFile } from '../../../src/pcr/steps/log-file.js';
import { temporaryFolder } from '../../run-gtk.js';

const folder = temporaryFolder();

test('a log steers no terminal', () => {
  const file = path.join(folder, 'steers');
  const log = new LogFile(file);
  log.write(Buffer.from('50 %\r100 %\n\x1b[2Jgone\0\x07\x7f\tä\n'));
  log.close();
  expect(readFileSync(file, 'utf8')).toBe('50 %\n100 %\n?[2Jgone???\tä\n');
});

test('a log is cut off where it becomes too long', () => {
  const file = path.join(folder, 'long');
  const log = new LogFile(file);
  log.write(Buffer.alloc(40 << 20, 'x'));
  log.write(Buffer.alloc(40 << 20, 'x'));
  log.close();
  const end = '\n(the log is cut off here)\n';
  expect(statSync(file).size).toBe((64 << 20) + end.length);
  expect(readFileSync(file).subarray(-end.length).toString()).toBe(end);
});
