import { gzipSync } from 'node:zlib';
import { LINKER, LTR_PRIMER } from '../src/pcr/config/columns.js';
import { type Contig, fastqRecord, reverseComplement, uniform } from './sequences.js';

/** Pairs as a sequencer gives them, made from a seed: primer and genome, linker and genome, 150 bases each. */

const readLength = 150;
const shortest = 100;
const longest = 600;
const clones = 500;

/** Pairs in one gzip member, which is what is held in memory as text. */
const memberPairs = 50_000;

/** Both mates as gzip, the same every time. */
export function makeReads(contigs: readonly Contig[], pairs: number): [Buffer, Buffer] {
  const random = uniform(0x4c_54_52_31);
  const below = (limit: number) => Math.floor(random() * limit);
  const long = contigs.filter(({ sequence }) => sequence.length > 10 * longest);
  const sites = Array.from({ length: clones }, () => {
    const { sequence } = long[below(long.length)]!;
    return { sequence, at: longest + below(sequence.length - 2 * longest), isReverse: random() < 0.5 };
  });
  const mates: [Buffer[], Buffer[]] = [[], []];
  for (let made = 0; made < pairs; ) {
    const texts: [string, string] = ['', ''];
    for (const end = Math.min(made + memberPairs, pairs); made < end; made++) {
      const { sequence, at, isReverse } = sites[Math.floor(clones * random() ** 2)]!;
      const length = shortest + below(longest - shortest);
      const forward = sequence.slice(isReverse ? at - length : at, isReverse ? at : at + length);
      const insert = isReverse ? reverseComplement(forward) : forward;
      const name = `A00123:45:HGTK3DSX2:1:${1101 + Math.floor(made / 20_000)}:${1000 + (made % 20_000)}:1000`;
      const molecule = LTR_PRIMER + insert + reverseComplement(LINKER);
      const reverse = reverseComplement(molecule);
      texts[0] += fastqRecord(`${name} 1:N:0:ACGTACGT`, molecule.slice(0, readLength), random);
      texts[1] += fastqRecord(`${name} 2:N:0:ACGTACGT`, reverse.slice(0, readLength), random);
    }
    for (const [mate, text] of texts.entries()) mates[mate]!.push(gzipSync(text, { level: 4 }));
  }
  return [Buffer.concat(mates[0]), Buffer.concat(mates[1])];
}
