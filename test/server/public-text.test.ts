import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logTail } from '../../src/server/jobs/log-tail.js';
import { publicText } from '../../src/server/jobs/public-text.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const places = { dataDir: '/srv/my data', genomeDir: '/mnt/genomes' };
const run = '3f2b1c00-0000-4000-8000-000000000000';

test.each([
  [`/srv/my data/runs/${run}/bwa/aligned.bam`, 'bwa/aligned.bam'],
  ['cannot open /srv/my data/qslam.db', 'cannot open qslam.db'],
  ['-x /mnt/genomes/yeast/yeast.fa', '-x reference/yeast/yeast.fa'],
  ['/usr/bin/bwa: not found', 'bwa: not found'],
  ['(at /srv/x/y.js:1:2) "/etc/passwd"', '(at y.js:1:2) "passwd"'],
  ['see https://example.org/a/b and reads/second, 3/4', 'see https://example.org/a/b and reads/second, 3/4'],
  ['\u001b[1;31mred\u001b[0m\u0007\u0000\u009b', 'red'],
  ['a\tb\nc', 'a\tb\nc'],
])('%j is shown as %j', (text, shown) => {
  expect(publicText(text, places)).toBe(shown);
});

test('no place of the server is shown, whatever stands around it', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...Object.values(places),
      '/',
      ' ',
      'runs',
      run,
      '"',
      '\n',
      '-o',
      '=',
      '/home/me/secret/x',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const shown = publicText(pieces.join(''), places);
      expect(shown).not.toContain(`${places.dataDir}/`);
      expect(shown).not.toContain(places.genomeDir);
    }),
  );
});

describe('the end of a log', () => {
  const tailOf = (text: string) => {
    const file = path.join(folder, 'log');
    writeFileSync(file, text);
    return logTail(file);
  };

  test('is the last ten lines that say anything', () => {
    const lines = Array.from({ length: 30_000 }, (_, line) => `line ${line}`);
    expect(tailOf(`${lines.join('\n\n \t\n')}\n\n`)).toEqual(lines.slice(-10));
    expect(tailOf('one\n\ntwo')).toEqual(['one', 'two']);
    expect(tailOf('')).toEqual([]);
    expect(logTail(path.join(folder, 'missing'))).toEqual([]);
  });

  test('has no line without end', () => {
    expect(tailOf('x'.repeat(1 << 20))).toEqual([`${'x'.repeat(500)}…`]);
    expect(tailOf('0%\r50%\r100%\r\ndone\r\n')).toEqual(['100%', 'done']);
  });
});
