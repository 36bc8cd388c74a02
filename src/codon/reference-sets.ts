/** Published reference sets: weights for CAI, and optimal codons for Fop and CBI, as codonW 1.4.4 has them. */

import { codonNames, codonNumber } from './genetic-code.js';

/** A set of weights or of optimal codons. */
interface Published {
  readonly organism: string;
  readonly source: string;
}

/** The weights known by name, in the order of the columns of {@link weightTable}. */
export const caiSets = {
  ecoli: { organism: 'Escherichia coli', source: 'Sharp & Li 1987, Nucleic Acids Res 15:1281' },
  bsub: { organism: 'Bacillus subtilis', source: 'codonW 1.4.4' },
  scer: { organism: 'Saccharomyces cerevisiae', source: 'Sharp & Cowe 1991, Yeast 7:657' },
} as const satisfies Record<string, Published>;

export type CaiSetName = keyof typeof caiSets;

/** Relative adaptiveness of each codon: E. coli, B. subtilis, S. cerevisiae. */
const weightTable = `
TTT 0.296 0.571 0.113
TTC 1.000 1.000 1.000
TTA 0.020 1.000 0.117
TTG 0.020 0.036 1.000
TCT 1.000 1.000 1.000
TCC 0.744 0.021 0.693
TCA 0.077 0.458 0.036
TCG 0.017 0.021 0.005
TAT 0.239 0.500 0.071
TAC 1.000 1.000 1.000
TGT 0.500 1.000 1.000
TGC 1.000 1.000 0.077
CTT 0.042 0.857 0.006
CTC 0.037 0.143 0.003
CTA 0.007 0.500 0.039
CTG 1.000 0.071 0.003
CCT 0.070 1.000 0.047
CCC 0.012 0.071 0.009
CCA 0.135 0.714 1.000
CCG 1.000 0.143 0.002
CAT 0.291 1.000 0.245
CAC 1.000 0.083 1.000
CAA 0.124 1.000 1.000
CAG 1.000 0.214 0.007
CGT 1.000 1.000 0.137
CGC 0.356 0.609 0.002
CGA 0.004 0.022 0.002
CGG 0.004 0.043 0.002
ATT 0.185 0.500 0.823
ATC 1.000 1.000 1.000
ATA 0.003 0.071 0.003
ACT 0.965 1.000 0.921
ACC 1.000 0.033 1.000
ACA 0.076 0.867 0.012
ACG 0.099 0.200 0.006
AAT 0.051 0.417 0.053
AAC 1.000 1.000 1.000
AAA 1.000 1.000 0.135
AAG 0.253 0.097 1.000
AGT 0.085 0.125 0.021
AGC 0.410 0.208 0.031
AGA 0.004 0.435 1.000
AGG 0.002 0.022 0.003
GTT 1.000 1.000 1.000
GTC 0.066 0.188 0.831
GTA 0.495 0.750 0.002
GTG 0.221 0.438 0.018
GCT 1.000 1.000 1.000
GCC 0.122 0.025 0.316
GCA 0.586 0.275 0.015
GCG 0.424 0.125 0.001
GAT 0.434 0.417 0.554
GAC 1.000 1.000 1.000
GAA 1.000 1.000 1.000
GAG 0.259 0.412 0.016
GGT 1.000 0.955 1.000
GGC 0.724 0.773 0.020
GGA 0.010 1.000 0.002
GGG 0.019 0.045 0.004
`;

/** What codonW gives the codons that are no part of the table: they matter where a code makes them synonymous. */
const unlistedWeights: Readonly<Record<string, number>> = { ATG: 1, TGG: 1, TAA: 0.01, TAG: 0.01, TGA: 0.01 };

/** Weights of a published set: 64 by codon number, each above 0 and at most 1. */
export function caiSetWeights(set: CaiSetName): Float64Array {
  const column = Object.keys(caiSets).indexOf(set) + 1;
  const listed = new Map(
    weightTable
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map((fields) => [fields[0]!, Number(fields[column])]),
  );
  return Float64Array.from(codonNames, (codon) => listed.get(codon) ?? unlistedWeights[codon]!);
}

/** The sets of optimal codons known by name. */
export const fopSets = {
  ecoli: {
    organism: 'Escherichia coli',
    source: 'Ikemura 1985, Mol Biol Evol 2:13',
    codons: 'TTC TCT TCC TAC TGC CTG CCG CAC CAG CGT CGC ATC ACT ACC AAC AAA AGC GTT GCT GCG GAC GAA GGT GGC',
  },
  bsub: {
    organism: 'Bacillus subtilis',
    source: 'Sharp et al. 1990',
    codons: 'TTC TCT TAC CTT CCT CCA CAA CGT CGC ATC ACT AAC AAA GTT GTA GCT GAC GAA GGT',
  },
  ddis: {
    organism: 'Dictyostelium discoideum',
    source: 'Sharp & Devine 1989',
    codons: 'TTC TAC CTC CCA CAC CAA CGT ATC ACC AAC AAG GTC GCC GAA GGT',
  },
  anid: {
    organism: 'Aspergillus nidulans',
    source: 'Lloyd & Sharp 1991',
    codons: 'TTC TCC TAC CTC CCC CAC CAG CGT CGC ATC ACC AAC AAG GTC GCT GCC GAC GAG GGT',
  },
  scer: {
    organism: 'Saccharomyces cerevisiae',
    source: 'Sharp & Cowe 1991, Yeast 7:657',
    codons: 'TTC TTG TCT TCC TAC TGT CCA CAC CAA ATT ATC ACT ACC AAC AAG AGA GTT GTC GCT GAC GAA GGT',
  },
  dmel: {
    organism: 'Drosophila melanogaster',
    source: 'Shields et al. 1988',
    codons: 'TTC TCC TAC TGC CTG CCC CAC CAG CGT CGC ATC ACC AAC AAG GTC GTG GCC GAC GAG GGC',
  },
  cele: {
    organism: 'Caenorhabditis elegans',
    source: 'Stenico et al. 1994, Nucleic Acids Res 22:2437',
    codons: 'TTC TCC TAC TGC CTT CTC CCA CAC CGT CGC ATC ACC AAC AAG GTC GCT GCC GAC GAG GGA',
  },
  ncra: {
    organism: 'Neurospora crassa',
    source: 'Lloyd & Sharp 1993',
    codons: 'TTC TCT TCC TAC TGC CTC CCC CAC CAG CGT CGC ATC ACT ACC AAC AAG GTC GCC GAC GAG GGT GGC',
  },
} as const satisfies Record<string, Published & { codons: string }>;

export type FopSetName = keyof typeof fopSets;

/** Codon numbers of a published set of optimal codons. */
export function fopSetCodons(set: FopSetName): number[] {
  return fopSets[set].codons.split(' ').map((codon) => codonNumber(codon)!);
}
