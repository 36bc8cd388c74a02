import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { bytesBelow } from '../../src/tools/watch.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();

test('bytesBelow counts files and not what links lead to', () => {
  const place = path.join(folder, 'place');
  mkdirSync(path.join(place, 'a/b'), { recursive: true });
  writeFileSync(path.join(folder, 'elsewhere'), Buffer.alloc(1000));
  writeFileSync(path.join(place, 'one'), Buffer.alloc(10));
  writeFileSync(path.join(place, 'a/b/two'), Buffer.alloc(200));
  symlinkSync(place, path.join(place, 'a/round'));
  symlinkSync(path.join(folder, 'elsewhere'), path.join(place, 'link'));
  symlinkSync('loop', path.join(place, 'loop'));
  expect(bytesBelow(place)).toBe(210);
  expect(bytesBelow(path.join(place, 'one'))).toBe(10);
  for (const name of ['no-such', 'place/one/below', 'place/loop']) {
    expect(bytesBelow(path.join(folder, name))).toBe(0);
  }
});

test('bytesBelow follows the place itself', () => {
  mkdirSync(path.join(folder, 'disk'));
  writeFileSync(path.join(folder, 'disk/file'), Buffer.alloc(7));
  symlinkSync(path.join(folder, 'disk'), path.join(folder, 'out'));
  expect(bytesBelow(path.join(folder, 'out'))).toBe(7);
});
