import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zipEntry } from '../../../src/pcr/reports/zip-entries.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder } from '../../run-gtk.js';

const python = requireTool('python3');

describe.skipIf(!python)('entries of a zip archive', () => {
  const file = path.join(temporaryFolder(), 'made.zip');
  const made = () => {
    const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    archive.writestr('R1_fastqc/Icons/', '')
    archive.writestr('R1_fastqc/stored.txt', 'kept as it is')
    archive.writestr('R1_fastqc/summary.txt', 'PASS\\tä\\n' * 500, zipfile.ZIP_DEFLATED)
    archive.comment = b'a comment'`;
    execFileSync(python!, ['-c', script, file]);
    return readFileSync(file);
  };

  test('are read, stored and deflated', () => {
    const zip = made();
    expect(zipEntry(zip, '/stored.txt')).toBe('kept as it is');
    expect(zipEntry(zip, '/summary.txt')).toBe('PASS\tä\n'.repeat(500));
    expect(zipEntry(zip, '/none.txt')).toBeUndefined();
  });

  test('never come out of an archive that is damaged so that they cannot be found', () => {
    const zip = made();
    expect(zipEntry(zip.subarray(0, zip.length - 40), '/summary.txt')).toBeUndefined();
    const damage = fc.tuple(fc.nat(zip.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 6 }), (places) => {
        const damaged = Buffer.from(zip);
        for (const [place, byte] of places) damaged[place] = byte;
        expect(['string', 'undefined']).toContain(typeof zipEntry(damaged, '/summary.txt'));
      }),
    );
  });
});
