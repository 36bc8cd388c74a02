import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Contents, compress, contents, makeFasta, workloads } from './make-inputs.js';
import type { Program } from './measure.js';
import { claim, type Group, type Suite } from './suite.js';

/**
 * The comparisons of `gtk codon`: with the programs that a user would pick instead, and with a floor that
 * does less (counts lines, measures lengths, only decompresses). Each has a goal, met or missed in the open.
 */

/** Most memory that gtk may take on any input here, in bytes. */
const memoryLimit = 250e6;

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const biopython = fileURLToPath(new URL('codon_biopython.py', import.meta.url));

/** gtk itself; the warm-up run must have counted the records and bases that the workload holds. */
function gtk(name: string, file: string, expected: Contents, options: string[] = []): Program {
  return {
    name,
    memoryLimit,
    command: (scratch) => [
      process.execPath,
      main,
      'codon',
      file,
      '--out',
      path.join(scratch, 'out'),
      '--quiet',
      ...options,
    ],
    check(scratch) {
      const summary = JSON.parse(readFileSync(path.join(scratch, 'out/summary.json'), 'utf8'));
      if (summary.sequences !== expected.records || summary.bases !== expected.bases) {
        throw new Error(
          `gtk counted ${summary.sequences} sequences and ${summary.bases} bases in ${file}, ` +
            `expected ${expected.records} and ${expected.bases}`,
        );
      }
    },
  };
}

function other(name: string, command: string[], scale = 1): Program {
  return { name, scale, command: () => command };
}

async function plain(slow: boolean): Promise<Group[]> {
  const one = await makeFasta(workloads.organelle);
  const ten = await makeFasta(workloads.organelle10);
  const single = contents(workloads.organelle);
  const tenfold = contents(workloads.organelle10);
  // A tenth of the input, timed ten-fold: both loops take time in proportion to bases.
  const slowInput = slow ? ten : one;
  const scale = slow ? 1 : tenfold.bases / single.bases;
  return [
    {
      title: '1.45 GB of FASTA',
      inputs: [ten, slowInput],
      programs: [
        gtk('gtk codon', ten, tenfold),
        other('wc -l', ['wc', '-l', ten]),
        other('cusp', ['cusp', '-auto', '-sequence', slowInput, '-outfile', '/dev/null'], scale),
        other('Biopython loop', ['/usr/bin/python3', biopython, slowInput], scale),
      ],
      claims: [
        claim('gtk codon', 'at most', 2.5, 'wc -l'),
        claim('cusp', 'at least', 50, 'gtk codon'),
        claim('Biopython loop', 'at least', 100, 'gtk codon'),
      ],
    },
    {
      title: 'Organelle set, 145 MB of FASTA',
      inputs: [one],
      programs: [
        gtk('gtk codon', one, single),
        gtk('gtk codon --per-sequence', one, single, ['--per-sequence']),
        other('seqkit stats -j 2', ['seqkit', 'stats', '-j', '2', one]),
      ],
      claims: [
        claim('gtk codon', 'at most', 3, 'seqkit stats -j 2'),
        claim('gtk codon --per-sequence', 'at most', 2, 'gtk codon'),
      ],
    },
    {
      title: 'From once to ten times the work',
      inputs: [one, ten],
      programs: [
        gtk('gtk codon, 145 MB', one, single),
        gtk('gtk codon, 1.45 GB', ten, tenfold),
        gtk('gtk codon --per-sequence, 1.45 GB', ten, tenfold, ['--per-sequence']),
      ],
      claims: [
        claim('gtk codon, 1.45 GB', 'at most', 10, 'gtk codon, 145 MB'),
        claim('gtk codon --per-sequence, 1.45 GB', 'at most', 2, 'gtk codon, 1.45 GB'),
      ],
    },
  ];
}

async function compressed(): Promise<Group[]> {
  const one = await makeFasta(workloads.organelle);
  const ten = await makeFasta(workloads.organelle10);
  const single = contents(workloads.organelle);
  const tenfold = contents(workloads.organelle10);
  const gz = await compress(one, 'gz');
  const zst = await compress(one, 'zst');
  const bgzf = await compress(one, 'bgzf.gz');
  const bgzf10 = await compress(ten, 'bgzf.gz');
  const workers = (title: string, file: string, expected: Contents): Group => ({
    title,
    inputs: [file],
    programs: [
      gtk('gtk codon --workers 1', file, expected, ['--workers', '1']),
      gtk('gtk codon --workers 2', file, expected, ['--workers', '2']),
      other('bgzip -@ 2 -dc', ['bgzip', '-@', '2', '-dc', file]),
    ],
    claims: [
      claim('gtk codon --workers 1', 'at least', 1.7, 'gtk codon --workers 2'),
      claim('gtk codon --workers 2', 'none', 0, 'bgzip -@ 2 -dc'),
    ],
  });
  return [
    {
      title: 'Organelle set, one gzip stream',
      inputs: [gz],
      programs: [gtk('gtk codon', gz, single), other('gzip -dc', ['gzip', '-dc', gz])],
      claims: [claim('gtk codon', 'at most', 0.6, 'gzip -dc')],
    },
    workers('Organelle set, BGZF', bgzf, single),
    workers('BGZF of 1.45 GB', bgzf10, tenfold),
    {
      title: 'Organelle set, zstd',
      inputs: [zst],
      programs: [gtk('gtk codon', zst, single), other('zstd -dc', ['zstd', '-q', '-dc', zst])],
      claims: [claim('gtk codon', 'none', 0, 'zstd -dc')],
    },
  ];
}

async function huge(): Promise<Group> {
  const file = await makeFasta(workloads.huge);
  return {
    title: 'One record of 3 Gbp',
    inputs: [file],
    programs: [gtk('gtk codon', file, contents(workloads.huge)), other('wc -l', ['wc', '-l', file])],
    claims: [claim('gtk codon', 'at most', 2.5, 'wc -l')],
  };
}

function startUp(): Group {
  const node = process.execPath;
  return {
    title: 'Start-up',
    inputs: [],
    runs: 21,
    programs: [
      other('gtk --version', [node, main, '--version']),
      other('gtk codon --help', [node, main, 'codon', '--help']),
      other('node -e 0', [node, '-e', '0']),
    ],
    claims: [
      claim('gtk --version', 'at most', 2.5, 'node -e 0'),
      claim('gtk codon --help', 'at most', 2.5, 'node -e 0'),
    ],
  };
}

/** Flags, groups and tools of `npm run bench -- codon`; makes the inputs that are not there yet. */
export const codonSuite: Suite = {
  flags: {
    huge: 'the one-record file of 3 Gbp as well (makes a file of 3 GB)',
    slow: 'the slow programs on the whole 1.45 GB, not on a tenth of it',
  },
  groups: async (given) => [
    ...(await plain(given.has('slow'))),
    ...(await compressed()),
    ...(given.has('huge') ? [await huge()] : []),
    startUp(),
  ],
  tools: {
    wc: ['wc', '--version'],
    seqkit: ['seqkit', 'version'],
    EMBOSS: ['cusp', '-version'],
    Biopython: ['/usr/bin/python3', '-c', 'import Bio; print(Bio.__version__)'],
    gzip: ['gzip', '--version'],
    bgzip: ['bgzip', '--version'],
    zstd: ['zstd', '--version'],
  },
};
