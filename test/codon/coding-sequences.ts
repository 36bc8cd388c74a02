/** The coding sequences of test/data/codon, and a slow count of their codons. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { codonNames } from '../../src/codon/genetic-code.js';

export interface CodingSequence {
  id: string;
  sequence: string;
}

export function codingSequences(file: 'yeast_cds.fa.gz' | 'human_mt_cds.fa'): CodingSequence[] {
  const bytes = readFileSync(new URL(`../data/codon/${file}`, import.meta.url));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
  return text
    .split('>')
    .slice(1)
    .map((record) => {
      const [header, ...lines] = record.split('\n');
      return { id: header!.split(/\s/)[0]!, sequence: lines.join('').replace(/\s/g, '') };
    });
}

/** 64 counts, AAA … TTT, of the complete codons from the first base on. */
export function countCodons(...sequences: string[]): number[] {
  const byName = new Map<string, number>(codonNames.map((name) => [name, 0]));
  for (const sequence of sequences) {
    for (const codon of sequence.toUpperCase().match(/.../g) ?? []) {
      const count = byName.get(codon);
      if (count !== undefined) byName.set(codon, count + 1);
    }
  }
  return [...byName.values()];
}

/** 64 counts from words such as `AGA 9, AAG 6`. */
export function countsOf(list: string): number[] {
  return countCodons(
    ...list.split(', ').map((entry) => {
      const [codon, count] = entry.split(' ');
      return codon!.repeat(Number(count));
    }),
  );
}
