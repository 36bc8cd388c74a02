import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Contig, uniform } from './sequences.js';

/**
 * Alignments as mapping a qsLAM PCR run gives them, made from a seed: clones of very different sizes, single cells,
 * PCR copies, LTR bases that were clipped off, and pairs that are no fragments.
 */

export interface AlignmentWorkload {
  /** Pairs that are fragments: rows in the BED of fragments. */
  fragments: number;
  clones: number;
}

const readLength = 130;
const shortest = 40;
const longest = 700;
/** Of all molecules: cells that are in no clone. */
const singletons = 0.03;
/** Pairs that a molecule is in, on average. */
const copies = 2;
/** Of all R1: those that begin with the last five bases of the LTR. */
const tails = 0.2;
/** For each fragment, of each kind. */
const decoys = 0.01;

const flag = {
  paired: 1,
  proper: 2,
  unmapped: 4,
  mateUnmapped: 8,
  reverse: 16,
  mateReverse: 32,
  first: 64,
  second: 128,
};
const supplementary = 2048;

/** A read as it is aligned, from a 0-based position. */
interface Alignment {
  contig: Contig;
  position: number;
  isReverse: boolean;
  cigar: string;
  sequence: string;
}

interface Junction {
  contig: Contig;
  /** Between the bases before and behind it. */
  at: number;
  isReverse: boolean;
}

/** SAM in the order in which a mapper gives it, in pieces of some thousand lines; the same every time. */
export function* alignmentSam(contigs: readonly Contig[], workload: AlignmentWorkload): Generator<string> {
  yield '@HD\tVN:1.6\tSO:unsorted\n';
  for (const { name, sequence } of contigs) yield `@SQ\tSN:${name}\tLN:${sequence.length}\n`;
  const pairs = pairLines(contigs, workload.clones);
  for (let left = workload.fragments; left > 0; left -= 1000) {
    let text = '';
    for (let at = Math.min(left, 1000); at > 0; at--) text += pairs.next().value;
    yield text;
  }
}

/** The lines of a pair that is a fragment, each time, and now and then of one that is none. */
function* pairLines(contigs: readonly Contig[], clones: number): Generator<string, never> {
  const random = uniform(0x71_73_4c_41);
  const below = (limit: number) => Math.floor(random() * limit);
  const genome = new Genome(contigs);
  const junction = () => genome.junction(random(), random() < 0.5);
  const elsewhere = ({ contig }: Junction): Junction => {
    for (;;) {
      const other = junction();
      if (other.contig !== contig) return other;
    }
  };
  const sites = Array.from({ length: clones }, junction);
  const lines = new Lines(random);
  for (;;) {
    // The cube makes a few clones large and leaves most small.
    const site = random() < singletons ? junction() : sites[Math.floor(clones * random() ** 3)]!;
    const [first, second] = molecule(site, shortest + below(longest - shortest));
    do {
      let text = lines.pair(random() < tails ? clipped(first, 'TAGCA') : first, second);
      if (random() < decoys) text += lines.chimera(first, molecule(junction(), 200)[0]);
      if (random() < decoys) text += lines.pair(clipped(first, 'TAGCATAGCA'), second);
      if (random() < decoys) text += lines.withoutMate(first);
      if (random() < decoys) text += lines.pair(first, molecule(elsewhere(site), 300)[1]);
      if (random() < decoys) text += lines.pair(...molecule(site, 1000 + below(900)));
      if (random() < decoys) text += lines.pair(first, { ...second, isReverse: first.isReverse });
      yield text;
    } while (random() < 1 - 1 / copies);
  }
}

class Genome {
  /** Room for the longest molecule on both sides of a junction. */
  readonly #margin = 2000;
  readonly #contigs: readonly Contig[];
  readonly #places: number;

  constructor(contigs: readonly Contig[]) {
    this.#contigs = contigs.filter(({ sequence }) => sequence.length > 2 * this.#margin);
    this.#places = this.#contigs.reduce((sum, contig) => sum + this.#placesOn(contig), 0);
  }

  /** @param place from 0 to below 1 */
  junction(place: number, isReverse: boolean): Junction {
    let at = Math.floor(place * this.#places);
    for (const contig of this.#contigs) {
      if (at < this.#placesOn(contig)) return { contig, at: this.#margin + at, isReverse };
      at -= this.#placesOn(contig);
    }
    throw new Error(`There is no place ${place} in the genome`);
  }

  #placesOn({ sequence }: Contig): number {
    return sequence.length - 2 * this.#margin;
  }
}

/** Both reads of a molecule that goes from a junction to where it was sheared. */
function molecule({ contig, at, isReverse }: Junction, length: number): [Alignment, Alignment] {
  const start = isReverse ? at - length : at;
  const bases = Math.min(readLength, length);
  const read = (position: number, isReverse: boolean): Alignment => ({
    contig,
    position,
    isReverse,
    cigar: `${bases}M`,
    sequence: contig.sequence.slice(position, position + bases),
  });
  const [left, right] = [read(start, false), read(start + length - bases, true)];
  return isReverse ? [right, left] : [left, right];
}

/** The same read with bases before its first one that are not aligned. */
function clipped(read: Alignment, bases: string): Alignment {
  const { cigar, sequence } = read;
  const clip = `${bases.length}S`;
  return read.isReverse
    ? { ...read, cigar: cigar + clip, sequence: sequence + bases }
    : { ...read, cigar: clip + cigar, sequence: bases + sequence };
}

/** Writes alignments as SAM, each pair under a name of its own. */
class Lines {
  readonly #random: () => number;
  /** Four bins, as newer sequencers have them; each read takes a piece. */
  readonly #qualities: string;
  #names = 0;

  constructor(random: () => number) {
    this.#random = random;
    const draw = () => {
      const value = random();
      return value < 0.85 ? 'F' : value < 0.93 ? ':' : value < 0.98 ? ',' : '#';
    };
    this.#qualities = Array.from({ length: 1 << 16 }, draw).join('');
  }

  pair(first: Alignment, second: Alignment): string {
    const name = this.#name();
    return this.#line(name, flag.first, first, second) + this.#line(name, flag.second, second, first);
  }

  /** A further part of an R1 elsewhere, under the name of the pair before. */
  chimera(read: Alignment, elsewhere: Alignment): string {
    const part = { ...elsewhere, cigar: `60H${elsewhere.sequence.length}M` };
    return this.#line(this.#lastName(), flag.first | supplementary, part, read);
  }

  withoutMate(read: Alignment): string {
    const name = this.#name();
    const mate = { ...read, isReverse: false, cigar: '*' };
    return (
      this.#line(name, flag.first | flag.mateUnmapped, read, mate) +
      this.#line(name, flag.second | flag.unmapped, mate, read)
    );
  }

  #name(): string {
    this.#names++;
    return this.#lastName();
  }

  /** As Illumina names reads, the tiles one after another. */
  #lastName(): string {
    const number = this.#names;
    const tile = 1101 + Math.floor(number / 20_000);
    return `A00123:45:HGTK3DSX2:1:${tile}:${1000 + (number % 30_000)}:${1000 + ((number * 7919) % 36_000)}`;
  }

  #line(name: string, flags: number, read: Alignment, mate: Alignment): string {
    const isProper = read.contig === mate.contig && read.isReverse !== mate.isReverse;
    const all =
      flags |
      flag.paired |
      (isProper ? flag.proper : 0) |
      (read.isReverse ? flag.reverse : 0) |
      (mate.isReverse ? flag.mateReverse : 0);
    const random = this.#random();
    const quality = flags & flag.unmapped ? 0 : random < 0.9 ? 60 : Math.floor((random - 0.9) * 600);
    const from = Math.floor(random * ((1 << 16) - 200));
    const fields = [
      name,
      all,
      read.contig.name,
      read.position + 1,
      quality,
      read.cigar,
      read.contig === mate.contig ? '=' : mate.contig.name,
      mate.position + 1,
      0,
      read.sequence,
      this.#qualities.slice(from, from + read.sequence.length),
    ];
    return `${fields.join('\t')}\n`;
  }
}

/** Writes the alignments sorted by position, as BAM, with samtools. */
export async function writeAlignment(
  file: string,
  contigs: readonly Contig[],
  workload: AlignmentWorkload,
): Promise<void> {
  const args = ['sort', '-@', '1', '-O', 'bam', '-T', `${file}.part`, '-o', file, '-'];
  const child = spawn('samtools', args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(child, 'close');
  // What it could not read is told by its status.
  child.stdin.on('error', () => {});
  for (const text of alignmentSam(contigs, workload)) {
    if (!child.stdin.write(text)) await Promise.race([once(child.stdin, 'drain'), ended]);
    if (child.exitCode !== null) break;
  }
  child.stdin.end();
  const [status] = await ended;
  if (status !== 0) throw new Error(`samtools sort ended with status ${status}`);
}
