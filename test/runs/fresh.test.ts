import path from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, gtk, temporaryFolder, testData } from '../run-gtk.js';

const folder = temporaryFolder();
const genes = testData('codon/human_mt_cds.fa');

test('--fresh takes away the files of the run that it replaces, and no others', async () => {
  const out = path.join(folder, 'out');
  await gtk(['codon', genes, '--per-sequence', '--report', '--out', out]);
  expect([...filesBelow(out).keys()]).toContain('sequences.parquet');
  const { status } = await gtk(['codon', genes, '--format', 'csv', '--fresh', '--out', out]);
  expect(status).toBe(0);
  expect([...filesBelow(out).keys()].sort()).toEqual(['codon_usage.csv', 'summary.json']);
});

test('the files of the replaced run stand until the new ones do', async () => {
  const out = path.join(folder, 'kept');
  await gtk(['codon', genes, '--out', out]);
  const before = filesBelow(out);
  const { status } = await gtk(['codon', testData('codon/README.md'), '--fresh', '--out', out]);
  expect(status).toBe(3);
  expect(filesBelow(out)).toEqual(before);
  expect(before.size).toBe(3);
});
