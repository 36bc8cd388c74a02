import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Reference } from '../../../src/pcr/references/reference.js';
import { StepRunner } from '../../../src/pcr/steps/runner.js';
import { Workspace } from '../../../src/pcr/workspace.js';
import { temporaryFolder } from '../../run-gtk.js';
import { fakePrograms } from '../fake-programs.js';

const mkfifo = '/usr/bin/mkfifo';
const root = temporaryFolder();
const workspace = new Workspace(root);
const scratch = new Workspace(path.join(root, 'tmp/read_mapping-x'));
workspace.create();
scratch.create();
const manifest = { name: 'yeast' } as Reference['manifest'];
const reference = new Reference('/srv/genomes/yeast', manifest);

function newRunner() {
  const said: Uint8Array[] = [];
  const places = { workspace, scratch, reference };
  const runner = new StepRunner('read_mapping', places, (text) => void said.push(text));
  return { runner, said: () => Buffer.concat(said).toString() };
}

/** Programs that print their version when asked for it. */
const version = (words: string) =>
  `if (process.argv.length < 4) { console.log(${JSON.stringify(words)}); process.exit(); }`;

const mapping = [
  { program: 'bwa', args: ['mem', reference.fasta, workspace.raw.r1] },
  { program: 'samtools', args: ['sort', `-o=${scratch.alignment}`] },
] as const;

describe('a runner of programs', () => {
  test('tells them no path of the machine, and remembers their command lines', async () => {
    const body = `${version('Version: 1.2.3-r4')} console.error(process.argv.slice(2).join(' '), process.cwd());`;
    fakePrograms({ mkfifo, bwa: body, samtools: body });
    const { runner, said } = newRunner();
    await runner.run(mapping);
    const cwd = scratch.root;
    expect(said()).toContain(`mem reference/yeast/yeast.fa ../../rawdata/R1.fastq.gz ${cwd}\n`);
    expect(said()).toContain(`sort -o=bwa/aligned.sorted.bam ${cwd}\n`);
    expect(said()).toMatch(
      / \$ bwa mem reference\S+ rawdata\S+ \| samtools sort -o=bwa\/aligned.sorted.bam\n/,
    );
    expect(runner.argv).toEqual([
      ['bwa', 'mem', 'reference/yeast/yeast.fa', 'rawdata/R1.fastq.gz'],
      ['samtools', 'sort', '-o=bwa/aligned.sorted.bam'],
    ]);
    expect(await runner.toolVersions()).toEqual({ bwa: '1.2.3-r4', samtools: '1.2.3-r4' });
  });

  test('asks no program that has told its version', async () => {
    const asked = path.join(root, 'asked');
    const body = `if (process.argv[2] === '--version') require('fs').writeFileSync(${JSON.stringify(asked)}, '');`;
    fakePrograms({ fastqc: body, cutadapt: body });
    const { runner } = newRunner();
    await runner.run([{ program: 'fastqc', args: ['-q'] }]);
    runner.tellVersion('fastqc', '0.11.9');
    expect([await runner.toolVersions(), existsSync(asked)]).toEqual([{ fastqc: '0.11.9' }, false]);
    await runner.run([{ program: 'cutadapt', args: ['-q'] }]);
    expect([await runner.version('cutadapt'), existsSync(asked)]).toEqual(['unknown', true]);
  });

  test('blames the reader, not the writer that lost it', async () => {
    fakePrograms({
      mkfifo,
      bwa: '/usr/bin/yes',
      samtools: "require('fs').readSync(0, Buffer.alloc(9)); process.exit(3);",
    });
    const { runner } = newRunner();
    await expect(runner.run(mapping)).rejects.toMatchObject({
      code: 'GTK_STEP_FAILED',
      message: 'read_mapping failed: samtools: exit status 3',
    });
  });

  test('blames the writer, not a reader that finds its input cut short', async () => {
    const read = "process.stdin.resume().on('end', () => setTimeout(() => process.exit(1), 50));";
    fakePrograms({ mkfifo, bwa: "process.kill(process.pid, 'SIGSEGV')", samtools: read });
    const { runner } = newRunner();
    await expect(runner.run(mapping)).rejects.toMatchObject({
      message: 'read_mapping failed: bwa: ended by SIGSEGV',
    });
  });

  test('names what is missing', async () => {
    fakePrograms({ bwa: '' });
    const { runner } = newRunner();
    await expect(runner.run(mapping)).rejects.toMatchObject({
      code: 'GTK_MISSING_TOOL',
      message: 'Not found on the PATH: samtools',
    });
  });

  test('puts the output of the last one into a file', async () => {
    fakePrograms({ samtools: "console.log('counts'); console.error('noise');" });
    const { runner, said } = newRunner();
    const stdout = scratch.resolve('bwa', 'aligned.stat');
    await runner.run([{ program: 'samtools', args: ['flagstat'] }], { stdout });
    expect(readFileSync(stdout, 'utf8')).toBe('counts\n');
    expect(said()).toMatch(/^\S+ \$ samtools flagstat\nnoise\n$/);
  });
});
