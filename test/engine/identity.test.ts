import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkLeftOut, checkSameRun, checkUnchanged, differences } from '../../src/engine/identity.js';
import type { RunIdentity } from '../../src/engine/job.js';
import { temporaryFolder } from '../run-gtk.js';

const input = (path: string) => ({ path, bytes: 1, mtimeMs: 1 });
const run: RunIdentity = {
  command: 'codon',
  version: '1.2.3',
  options: { batchSize: 5000, rscu: true, format: ['parquet', 'tsv'] },
  inputs: [input('/a.fa'), input('/b.fa')],
};
const file = path.join(temporaryFolder(), 'a.fa');

describe('what differs between two runs', () => {
  it('is nothing between equal ones, whatever the order of their options', () => {
    const same = { ...run, options: { format: ['parquet', 'tsv'], rscu: true, batchSize: 5000 } };
    expect(differences(run, same)).toEqual([]);
  });

  it('is told as the user would type it', () => {
    const other = { ...run, options: { batchSize: 100, format: ['tsv'], reference: '/r.fa' } };
    expect(differences(run, other)).toEqual([
      '--batch-size 5000, now 100',
      '--rscu true, now not given',
      '--format ["parquet","tsv"], now ["tsv"]',
      '--reference not given, now /r.fa',
    ]);
    expect(differences(run, { ...run, command: 'h5ad' })).toEqual(['command codon, now h5ad']);
  });

  it('is told by name for inputs, and for their order alone', () => {
    expect(differences(run, { ...run, inputs: [input('/b.fa'), input('/c.fa')] })).toEqual([
      'new input /c.fa',
      'input /a.fa is gone',
    ]);
    expect(differences(run, { ...run, inputs: [...run.inputs].reverse() })).toEqual([
      'the order of the inputs',
    ]);
  });

  it('is refused as usage, another version too', () => {
    expect(() => checkSameRun('/out', run, { ...run, inputs: [] })).toThrow(
      expect.objectContaining({ code: 'GTK_RUN_DIFFERS', exitStatus: 2 }),
    );
    const bare = { ...run, inputs: [] };
    expect(() => checkSameRun('/out', bare, { ...bare, version: '2' })).toThrow(
      expect.objectContaining({ code: 'GTK_FOREIGN_RUN', exitStatus: 2 }),
    );
    expect(() => checkSameRun('/out', bare, bare)).not.toThrow();
  });

  it('is whether inputs may be left out, if some were', () => {
    const failure = { input: 0, error: { code: 'X', message: '', remedy: '', exitStatus: 3 } };
    expect(() => checkLeftOut('/out', false, [failure])).toThrow(/--keep-going, now not given/);
    expect(() => checkLeftOut('/out', true, [failure])).not.toThrow();
    expect(() => checkLeftOut('/out', false, [])).not.toThrow();
  });
});

describe('a planned input', () => {
  it('is unchanged only with its size and its time', () => {
    writeFileSync(file, 'ACGT');
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    const planned = { path: file, bytes: 4, mtimeMs: 1_700_000_000_000 };
    expect(() => checkUnchanged(planned)).not.toThrow();
    utimesSync(file, 1_700_000_000, 1_700_000_000.5);
    expect(() => checkUnchanged(planned)).toThrow(
      `${file} changed since the run was planned: found 4 bytes of 2023-11-14T22:13:20.500Z, ` +
        'expected 4 bytes of 2023-11-14T22:13:20.000Z',
    );
    writeFileSync(file, 'ACGTA');
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    expect(() => checkUnchanged(planned)).toThrow(expect.objectContaining({ code: 'GTK_INPUT_CHANGED' }));
    rmSync(file);
    expect(() => checkUnchanged(planned)).toThrow(expect.objectContaining({ code: 'GTK_INPUT_MISSING' }));
    expect(() => checkUnchanged({ ...planned, once: true })).not.toThrow();
  });
});
