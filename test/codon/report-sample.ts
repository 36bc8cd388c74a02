/** Data for the tests of the codon report. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { RecordDistributions } from '../../src/codon/distributions.js';
import { expectedEnc } from '../../src/codon/indices/enc.js';
import type { CodonReportData } from '../../src/codon/report.js';
import type { UsageRow } from '../../src/codon/usage.js';

/** NCBI table 1 in the order TTT, TTC, TTA, TTG, TCT … GGG. */
const STANDARD = 'FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG';
/** All codons in the order of printed genetic codes. */
export const CODONS = [...'TCAG'].flatMap((a) =>
  [...'TCAG'].flatMap((b) => [...'TCAG'].map((c) => a + b + c)),
);

/** The usage table of 64 counts in that order, by genetic code 1. */
export function usageOf(counts: readonly number[]): UsageRow[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return CODONS.map((codon, i) => {
    const family = counts.filter((_, j) => STANDARD[j] === STANDARD[i]);
    const total = family.reduce((sum, count) => sum + count, 0);
    const count = counts[i]!;
    return {
      codon,
      aminoAcid: STANDARD[i]!,
      count,
      frequency: all ? count / all : null,
      perThousand: all ? (1000 * count) / all : null,
      rscu: total ? (count * family.length) / total : null,
    };
  });
}

/** Counts of the yeast coding sequences by the plainest loop there is. */
export function countYeast(): CodonReportData {
  const file = new URL('../data/codon/yeast_cds.fa.gz', import.meta.url);
  const records = gunzipSync(readFileSync(file)).toString('latin1').split('>').slice(1);
  const position = new Map(CODONS.map((codon, i) => [codon, i]));
  const counts = new Array<number>(64).fill(0);
  const distributions = new RecordDistributions();
  let bases = 0;
  for (const record of records) {
    const sequence = record.slice(record.indexOf('\n')).replaceAll('\n', '');
    let gc = 0;
    let gc3 = 0;
    for (let i = 0; i < sequence.length; i += 3) {
      const codon = sequence.slice(i, i + 3);
      counts[position.get(codon)!]! += 1;
      for (let j = 0; j < 3; j += 1) if ('GC'.includes(codon[j]!)) gc += 1;
      if ('GC'.includes(codon[2]!)) gc3 += 1;
    }
    bases += sequence.length;
    const gc3s = (3 * gc3) / sequence.length;
    // Not Nc itself, which has its own tests, but points below the curve as real genes are.
    const enc = Math.max(20, expectedEnc(gc3s) - (sequence.length % 200) / 10);
    distributions.add(sequence.length, gc / sequence.length, gc3s, enc);
  }
  return {
    ...SMALL,
    inputs: [{ path: 'yeast_cds.fa.gz', bytes: 3_000_000, sequences: records.length }],
    totals: { sequences: records.length, bases, codons: bases / 3, ambiguous: 0, partial: 0 },
    usage: usageOf(counts),
    distributions,
  };
}

let counted: CodonReportData | undefined;
/** The same, counted once. */
export const yeast = () => {
  counted ??= countYeast();
  return counted;
};

/** Codon i (T, C, A, G by first, second and third base) counted i times. */
export const SMALL: CodonReportData = {
  version: '1.2.3',
  command: 'gtk codon --report genes.fa',
  inputs: [{ path: 'genes.fa', bytes: 1234, sequences: 2 }],
  options: [{ name: '--batch-size', value: '5000' }],
  geneticCode: { id: 1, name: 'Standard' },
  frame: 0,
  totals: { sequences: 2, bases: 6051, codons: 2016, ambiguous: 1, partial: 1 },
  indices: { gc: 0.397, gc3s: 0.3615, enc: 51.92, cai: null, later: 0.5 },
  usage: usageOf(CODONS.map((_, i) => i)),
  distributions: new RecordDistributions(),
};

/** The sections of a report from top to bottom. */
export const SECTIONS = [
  ...['codons', 'rscu', 'nc', 'lengths', 'gc'],
  ...['indices', 'usage', 'totals', 'provenance', 'definitions'],
];
