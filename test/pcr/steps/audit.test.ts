/** What steps tell of what they read and called, also when they fail. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { performStep } from '../../../src/pcr/steps/perform.js';
import type { StepAccount } from '../../../src/pcr/steps/record.js';
import type { Workspace } from '../../../src/pcr/workspace.js';
import { requireTool } from '../../agreement/tools.js';
import { stepRequest, workStep, workspaceWith } from '../step-workspace.js';

const cutadapt = requireTool('cutadapt');
const fastq = (name: string, bases: string) => `@${name}\n${bases}\n+\n${'I'.repeat(bases.length)}\n`;

/** Works a step that fails; what it did until then. */
async function failing(workspace: Workspace, task: 'cutadapt' | 'readlen'): Promise<StepAccount> {
  let account: StepAccount | undefined;
  const input = task === 'readlen' ? 'cutadapt' : 'raw';
  const done = performStep(
    stepRequest(workspace, task, { input }),
    () => {},
    (told) => {
      account = told;
    },
  );
  await expect(done).rejects.toThrow();
  return account!;
}

/** Reads that a step before would have left. */
function addTrimmed(workspace: Workspace, r1: Uint8Array, r2: Uint8Array): void {
  const trimmed = workspace.reads('cutPrimer');
  writeFileSync(trimmed.r1, r1);
  writeFileSync(trimmed.r2, r2);
  writeFileSync(workspace.resolve('cutPrimer/step.json'), '{}');
}

test('a product that is read is told by its SHA-256, as sha256sum has it', async () => {
  const workspace = workspaceWith('', '');
  addTrimmed(workspace, gzipSync(fastq('a', 'ACGTACGT')), gzipSync(fastq('a', 'AC')));
  const { record } = await workStep(workspace, 'readlen', { input: 'cutadapt' });
  const files = record.inputs.map(({ path }) => path);
  expect(files).toEqual(['cutPrimer/R1.fastq.gz', 'cutPrimer/R2.fastq.gz']);
  const sums = execFileSync('sha256sum', Object.values(workspace.reads('cutPrimer')), { encoding: 'utf8' });
  expect(record.inputs.map(({ sha256 }) => sha256)).toEqual(sums.match(/^[0-9a-f]{64}/gm));
});

test('a step that fails tells what it read', async () => {
  const workspace = workspaceWith('', '');
  addTrimmed(workspace, Buffer.from('no gzip'), gzipSync(fastq('a', 'AC')));
  const account = await failing(workspace, 'readlen');
  expect(account.inputs).toMatchObject([{ bytes: 7 }, { path: 'cutPrimer/R2.fastq.gz' }]);
  expect(account.argv).toEqual([]);
});

describe.skipIf(!cutadapt)('a program that fails', () => {
  test('is told with its version', async () => {
    const account = await failing(workspaceWith('no FASTQ\n', 'no FASTQ\n'), 'cutadapt');
    expect(account.argv.map(([program]) => program)).toEqual(['cutadapt']);
    const version = execFileSync(cutadapt!, ['--version'], { encoding: 'utf8' }).trim();
    expect(account.toolVersions).toEqual({ cutadapt: version });
    // The hash of raw reads is known since they came.
    expect(account.inputs.map(({ path, sha256 }) => [path, sha256])).toEqual([
      ['rawdata/R1.fastq.gz', undefined],
      ['rawdata/R2.fastq.gz', undefined],
    ]);
  });
});
