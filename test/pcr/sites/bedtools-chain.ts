/** The published way from an alignment to peaks, with samtools, bedtools and sort. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ClipFilter } from '../../../src/pcr/config/columns.js';
import { run } from './mapped.js';

/** Files as text by what they hold. */
export interface ChainOutput {
  bed: string;
  rmdup: string;
  positions: string;
  /** By merge distance: peaks, and peaks with known sites. */
  peaks: { merged: string; counted: string }[];
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const joined = (rows: (string | number)[][]) => rows.map((row) => `${row.join('\t')}\n`).join('');

/** Perl's rule of the published script: the CIGAR up to its first clip is a bare number above 6. */
function passesLeft(cigar: string): boolean {
  const before = cigar.replace(/[SH].*/, '');
  return !(/^[0-9]+$/.test(before) && Number(before) > 6);
}

/** R1 must not be clipped by 7 or more where it begins. */
function passesFivePrime(flags: number, cigar: string): boolean {
  if ((flags & 64) === 0) return true;
  const clip = flags & 16 ? /(\d+)[SH]$/.exec(cigar) : /^(\d+)[SH]/.exec(cigar);
  return !(clip && Number(clip[1]) > 6);
}

/** @param distances merge distances from 0 */
export function bedtoolsChain(
  bam: string,
  clipFilter: ClipFilter,
  folder: string,
  distances: number,
  knownSites?: string,
): ChainOutput {
  const sam = lines(run('samtools', ['view', '-h', '-F', '2308', bam]).toString()).filter((line) => {
    if (line.startsWith('@')) return true;
    const [, flags, , , , cigar] = line.split('\t');
    return clipFilter === 'left' ? passesLeft(cigar!) : passesFivePrime(Number(flags), cigar!);
  });
  const byName = run('samtools', ['sort', '-n', '-'], `${sam.join('\n')}\n`);
  const bedpe = lines(run('bedtools', ['bamtobed', '-i', 'stdin', '-bedpe', '-mate1'], byName).toString());
  const fragments = bedpe.flatMap((line) => {
    const [contig1, start1, end1, contig2, start2, end2, name, quality, strand1, strand2] = line.split('\t');
    const start = Math.min(Number(start1), Number(start2));
    const end = Math.max(Number(end1), Number(end2));
    if (contig1 !== contig2 || end - start >= 1000) return [];
    if (clipFilter === 'five_prime' && strand1 === strand2) return [];
    return [[contig1!, start, end, name!, quality!, strand1!]];
  });
  const rmdup = run(
    'sort',
    ['-u'],
    joined(fragments.map(([contig, start, end, , , strand]) => [contig!, start!, end!, '.', '.', strand!])),
  ).toString();
  return {
    bed: run('sort', [], joined(fragments)).toString(),
    rmdup,
    ...peaksOf(joined(fragments), rmdup, folder, distances, knownSites),
  };
}

/** A base at each fragment's junction, without contigs of the vector. */
function cuts(bed: string): string[][] {
  const rows = lines(bed).map((line) => line.split('\t'));
  return rows
    .filter(([contig]) => !contig!.includes('vector'))
    .map(([contig, start, end, , , strand]) => {
      const position = Number(strand === '+' ? start : end);
      return [contig!, String(position), String(position + 1), '.', '.', strand!];
    });
}

function peaksOf(
  bed: string,
  rmdup: string,
  folder: string,
  distances: number,
  knownSites?: string,
): Pick<ChainOutput, 'positions' | 'peaks'> {
  const all = path.join(folder, 'cuts.bed');
  writeFileSync(all, joined(cuts(bed)));
  const counts = new Map<string, number>();
  for (const cut of cuts(rmdup)) counts.set(cut.join('\t'), (counts.get(cut.join('\t')) ?? 0) + 1);
  const rows = [...counts].map(([cut, count]) => cut.split('\t').with(4, String(count)));
  const single = run('sort', ['-k1,1', '-k2,2n', '-k6,6'], joined(rows));
  const countReads = (peaks: string | Buffer) =>
    run('bedtools', ['intersect', '-c', '-s', '-a', 'stdin', '-b', all], peaks).toString();
  const named = (text: string) => joined(lines(text).map((line) => line.split('\t').with(3, 'aligned')));
  const peaks = Array.from({ length: distances }, (_, d) => {
    const merge = ['merge', '-i', 'stdin', '-s', '-d', String(d), '-c', '5,6', '-o', 'sum,distinct'];
    // An empty input is an error to it.
    const text = single.length > 0 ? run('bedtools', merge, single).toString() : '';
    const bed6 = lines(text).map((line) => {
      const [contig, start, end, sum, strand] = line.split('\t');
      return [contig!, start!, end!, 'aligned', sum!, strand!];
    });
    const merged = bed6.length > 0 ? countReads(joined(bed6)) : '';
    const counted =
      knownSites && merged !== ''
        ? run(
            'bedtools',
            ['window', '-w', String(d), '-sm', '-c', '-a', 'stdin', '-b', knownSites],
            merged,
          ).toString()
        : joined(lines(merged).map((line) => [line, '0']));
    return { merged, counted };
  });
  return { positions: named(single.length > 0 ? countReads(single) : ''), peaks };
}
