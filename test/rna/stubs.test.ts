import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { validateResult } from '../../src/rna/quant/result.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder, testData } from '../run-gtk.js';
import { stubKallisto } from './stubs/kallisto.js';

const folder = temporaryFolder();

test('the stand-in for kallisto leaves a valid result, and keeps count', () => {
  const stub = stubKallisto(folder, 4);
  const stage = path.join(folder, 'stage with blanks');
  const args = ['quant', '-t', '1', '-i', 'index', '-o', stage, 'R1', 'R2'];
  execFileSync(stub.program, args);
  expect(validateResult(stage, 'SRR1')).toMatchObject({ readsProcessed: 4, pPseudoaligned: 50, targets: 2 });
  expect(stub.calls()).toEqual([args.join(' ')]);
});

const real = requireTool('kallisto');
test.skipIf(!real)('the stand-in for kallisto has the real one make its index', () => {
  mkdirSync(path.join(folder, 'index'));
  const { program } = stubKallisto(path.join(folder, 'index'), 1);
  const fasta = testData('rna/kallisto-examples/transcripts.fasta.gz');
  const index = (kallisto: string, name: string) => {
    const file = path.join(folder, name);
    execFileSync(kallisto, ['index', '-i', file, fasta], { stdio: 'ignore' });
    return readFileSync(file);
  };
  expect(index(program, 'a.idx').equals(index(real!, 'b.idx'))).toBe(true);
});
