import { readFileSync } from 'node:fs';

/** What the makers of inputs share: random numbers and sequences. */

/** Marsaglia's xorshift32 ("Xorshift RNGs", J. Stat. Softw. 8:14, 2003), as numbers from 0 to below 1. */
export function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const complements: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A', N: 'N' };

export function reverseComplement(sequence: string): string {
  let reversed = '';
  for (let at = sequence.length - 1; at >= 0; at--) reversed += complements[sequence[at]!] ?? 'N';
  return reversed;
}

const substitutions = 0.004;

/** A read of such bases, with substitutions, and qualities in the four bins of newer sequencers. */
export function fastqRecord(name: string, bases: string, random: () => number): string {
  let sequence = '';
  let qualities = '';
  for (const base of bases) {
    const draw = random();
    sequence += draw < substitutions ? 'ACGT'.replace(base, '')[Math.floor(random() * 3)]! : base;
    qualities += draw > 0.15 ? 'F' : draw > 0.07 ? ':' : draw > 0.02 ? ',' : '#';
  }
  return `@${name}\n${sequence}\n+\n${qualities}\n`;
}

/** A contig of a genome, in capital letters. */
export interface Contig {
  name: string;
  sequence: string;
}

/** Reads plain FASTA. */
export function readContigs(file: string): Contig[] {
  const records = readFileSync(file, 'latin1').split('>').slice(1);
  return records.map((record) => {
    const end = record.indexOf('\n');
    const sequence = record.slice(end).replace(/\s/g, '').toUpperCase();
    return { name: record.slice(0, end).split(/\s/)[0]!, sequence };
  });
}
