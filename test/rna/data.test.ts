import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testData } from '../run-gtk.js';

const folder = testData('rna');

test('test/data/rna holds exactly the files whose sums its README lists', () => {
  const lines = readFileSync(path.join(folder, 'README.md'), 'utf8').matchAll(
    /^ {4}([0-9a-f]{32}) {2}(\S+)$/gm,
  );
  const listed = Object.fromEntries([...lines].map(([, sum, name]) => [name, sum]));
  const names = (readdirSync(folder, { recursive: true }) as string[]).filter(
    (name) => name !== 'README.md' && statSync(path.join(folder, name)).isFile(),
  );
  const sums = names.map((name) => {
    const bytes = readFileSync(path.join(folder, name));
    return [name, createHash('md5').update(bytes).digest('hex')];
  });
  expect(sums.length).toBeGreaterThan(15);
  expect(Object.fromEntries(sums)).toEqual(listed);
});

test('the whole of test/data stays below 25 MB', () => {
  const data = testData('');
  const sizes = (readdirSync(data, { recursive: true }) as string[]).map(
    (name) => statSync(path.join(data, name)).size,
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(25e6);
});
