/** The reads of `qslam_clean`, trimmed and mapped by the programs themselves. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { requireTool } from '../../agreement/tools.js';
import { testData } from '../../run-gtk.js';
import { unpackedYeast } from '../reference.js';

/** Whether the programs are there that {@link mapReads} starts. */
export const canMap = ['cutadapt', 'bwa', 'samtools'].every((name) => requireTool(name));

const LTR = 'ATCCCTCAGACCCTTTTAGTCAGTGTGGAAAATCTC';
const LTR_REVERSED = 'GAGATTTTCCACACTGACTAAAAGGGTCTGAGGGAT';
const LINKER = 'GACTGCGTATCAGT';
const LINKER_REVERSED = 'ACTGATACGCAGTC';

/** Runs a program; `input` goes to its standard input. */
export function run(program: string, args: string[], input?: string | Buffer): Buffer {
  return execFileSync(program, args, {
    input: input ?? '',
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C' },
  });
}

/** Two BAM files sorted by coordinate: with what reads have of the other end's adapter cut off, and without. */
export async function mapReads(folder: string): Promise<{ trimmed: string; untrimmed: string }> {
  const file = (name: string) => path.join(folder, name);
  const raw = [1, 2].map((mate) => testData(`pcr/qslam_clean/R${mate}.fastq.gz`));
  const cut = (args: string[], input: string[], output: string) => {
    const pair = [1, 2].map((mate) => file(`${output}_${mate}.fastq`));
    run('cutadapt', [...args, '-m', '30', '-j', '2', '-o', pair[0]!, '-p', pair[1]!, ...input]);
    return pair;
  };
  const both = ['--pair-filter', 'both'];
  const ltr = cut(['-e', '0.3', '--cut', '0', '-g', `${LTR};min_overlap=5`, ...both], raw, 'ltr');
  const linker = cut(['-e', '0.1', '-U', '0', '-G', `${LINKER};min_overlap=10`, ...both], ltr, 'linker');
  const ends = ['-a', `${LINKER_REVERSED};min_overlap=6`, '-A', `${LTR_REVERSED};min_overlap=6`];
  const ended = cut(['-e', '0.1', ...ends, '--pair-filter', 'any'], linker, 'ended');
  const fasta = await unpackedYeast();
  const map = (pair: string[], name: string) => {
    const sam = run('bwa', ['mem', '-t', '2', fasta, ...pair]);
    run('samtools', ['sort', '-o', file(name), '-'], sam);
    return file(name);
  };
  return { trimmed: map(ended, 'trimmed.bam'), untrimmed: map(linker, 'untrimmed.bam') };
}
