/** The files that bwa and bwa-mem2 index a genome with, and whether they are whole and of that genome. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import type { Contig } from './fasta-cleaner.js';
import type { ReferenceManifest } from './reference.js';

export type Aligner = ReferenceManifest['index']['program'];

/** Endings of the index files, behind the name of the FASTA. */
export const indexEndings: Readonly<Record<Aligner, readonly string[]>> = {
  bwa: ['.amb', '.ann', '.bwt', '.pac', '.sa'],
  'bwa-mem2': ['.0123', '.amb', '.ann', '.bwt.2bit.64', '.pac'],
};

const TEXT_BYTES = 1 << 28;

/** What is wrong with the index of a FASTA that has those contigs, as a clause; undefined if nothing is. */
export function indexProblem(
  fasta: string,
  aligner: Aligner,
  contigs: readonly Contig[],
): string | undefined {
  const missing = indexEndings[aligner].find((ending) => sizeOf(fasta + ending) === 0);
  if (missing) return `${missing} is missing or empty`;
  const bases = contigs.reduce((sum, { length }) => sum + length, 0);
  const sizes = aligner === 'bwa' ? bwaSizes(fasta, bases) : [['.0123', 2 * bases] as const];
  for (const [ending, expected] of [['.pac', Math.floor(bases / 4) + 2] as const, ...sizes]) {
    const found = sizeOf(fasta + ending);
    if (found !== expected) return `${ending} has ${found} bytes where ${expected} belong to that FASTA`;
  }
  // Both strands; bwa-mem2 counts the end mark too.
  const [ending, at, length] =
    aligner === 'bwa' ? ['.bwt', 32, 2 * bases] : ['.bwt.2bit.64', 0, 2 * bases + 1];
  if (numberAt(`${fasta}${ending}`, at as number) !== length) return `${ending} is of another sequence`;
  return contigProblem(fasta, contigs, bases);
}

/** Sizes as bwa 0.7 writes them: `bwt_dump_bwt` and `bwt_dump_sa`, with counts for every 128 bases. */
function bwaSizes(fasta: string, bases: number): (readonly [string, number])[] {
  const length = 2 * bases;
  const counts = Math.ceil(length / 128) + 1;
  const interval = numberAt(`${fasta}.sa`, 40);
  const samples = Math.floor((length + interval) / interval);
  return [
    ['.bwt', 40 + 4 * (Math.ceil(length / 16) + 8 * counts)],
    ['.sa', 56 + 8 * (samples - 1)],
  ];
}

/** `.ann` has a line for all, then two lines a contig; `.amb` a line for all, then one for each stretch of N. */
function contigProblem(fasta: string, contigs: readonly Contig[], bases: number): string | undefined {
  for (const ending of ['.ann', '.amb']) {
    if (sizeOf(fasta + ending) > TEXT_BYTES) return `${ending} is larger than 256 MiB`;
  }
  const [total = '', ...lines] = readFileSync(`${fasta}.ann`, 'latin1').trimEnd().split('\n');
  const [ambiguous = '', ...holes] = readFileSync(`${fasta}.amb`, 'latin1').trimEnd().split('\n');
  const counts = `${bases} ${contigs.length} `;
  if (!total.startsWith(counts) || lines.length !== 2 * contigs.length) return '.ann is of another FASTA';
  if (ambiguous !== `${counts}${holes.length}`) return '.amb is of another FASTA, or cut short';
  let offset = 0;
  let stretches = 0;
  for (const [i, { name, length }] of contigs.entries()) {
    const foundName = lines[2 * i]!.split(' ', 2)[1];
    const [foundOffset, foundLength, more] = lines[2 * i + 1]!.split(' ').map(Number);
    if (foundName !== name || foundOffset !== offset || foundLength !== length)
      return `.ann has contig ${foundName} of ${foundLength} bases where the FASTA has ${name} of ${length}`;
    offset += length;
    stretches += more ?? Number.NaN;
  }
  if (stretches !== holes.length) return '.ann and .amb do not belong together, or are cut short';
  return undefined;
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** A number of 64 bits, little-endian; NaN where the file is too short. */
function numberAt(file: string, at: number): number {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(8);
    return readSync(fd, bytes, 0, 8, at) === 8 ? Number(bytes.readBigUInt64LE()) : Number.NaN;
  } finally {
    closeSync(fd);
  }
}
