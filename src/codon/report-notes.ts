/** What the figures of a codon report mean and where their definitions come from. */

/** An index of `summary.json` as the report names it. */
export interface IndexNote {
  name: string;
  meaning: string;
  source: string;
  decimals: number;
}

/** By key, in the order in which the report lists them. */
export const INDEX_NOTES: Readonly<Record<string, IndexNote>> = {
  gc: {
    name: 'GC',
    meaning: 'share of G and C in the three positions of all sense codons',
    source: 'Peden 1999',
    decimals: 4,
  },
  gc3: {
    name: 'GC3',
    meaning: 'share of sense codons that end in G or C',
    source: 'Peden 1999',
    decimals: 4,
  },
  gc3s: {
    name: 'GC3s',
    meaning: 'the same among synonymous codons: those of amino acids with two codons or more',
    source: 'Peden 1999',
    decimals: 4,
  },
  gc4d: {
    name: 'GC4d',
    meaning: 'share of G and C at four-fold degenerate third positions',
    source: '',
    decimals: 4,
  },
  t3s: thirdBase('T'),
  c3s: thirdBase('C'),
  a3s: thirdBase('A'),
  g3s: thirdBase('G'),
  enc: {
    name: 'Nc',
    meaning: 'effective number of codons: 20 if each amino acid uses one codon, 61 if all are used alike',
    source: 'Wright 1990',
    decimals: 2,
  },
  enc_sun: {
    name: 'Nc (Sun)',
    meaning: 'effective number of codons by subfamilies, with pseudo-counts',
    source: 'Sun, Yang & Xia 2013',
    decimals: 2,
  },
  cai: {
    name: 'CAI',
    meaning: 'codon adaptation index relative to the reference set, or to all records if none is given',
    source: 'Sharp & Li 1987',
    decimals: 4,
  },
  cbi: {
    name: 'CBI',
    meaning: 'codon bias index: 1 if only optimal codons are used, 0 if at random',
    source: 'Bennetzen & Hall 1982',
    decimals: 4,
  },
  fop: {
    name: 'Fop',
    meaning: 'frequency of optimal codons',
    source: 'Ikemura 1981',
    decimals: 4,
  },
  gravy: {
    name: 'Gravy',
    meaning: 'mean hydropathy of the encoded amino acids',
    source: 'Kyte & Doolittle 1982',
    decimals: 4,
  },
  aromo: {
    name: 'Aromo',
    meaning: 'share of aromatic amino acids (Phe, Trp, Tyr)',
    source: 'Lobry & Gautier 1994',
    decimals: 4,
  },
  l_aa: { name: 'L_aa', meaning: 'sense codons', source: 'Peden 1999', decimals: 0 },
  l_sym: { name: 'L_sym', meaning: 'synonymous codons', source: 'Peden 1999', decimals: 0 },
};

function thirdBase(base: string): IndexNote {
  const meaning = `codons that end in ${base}, of those whose amino acid has a choice that includes ${base}`;
  return { name: `${base}3s`, meaning, source: 'Peden 1999', decimals: 4 };
}

/** The publications that the report cites. */
export const REFERENCES: readonly string[] = [
  'Bennetzen JL, Hall BD (1982) Codon selection in yeast. J Biol Chem 257:3026–3031.',
  'Ikemura T (1981) Correlation between the abundance of Escherichia coli transfer RNAs and the occurrence of the respective codons in its protein genes. J Mol Biol 151:389–409.',
  'Kyte J, Doolittle RF (1982) A simple method for displaying the hydropathic character of a protein. J Mol Biol 157:105–132.',
  'Lobry JR, Gautier C (1994) Hydrophobicity, expressivity and aromaticity are the major trends of amino-acid usage in 999 Escherichia coli chromosome-encoded genes. Nucleic Acids Res 22:3174–3180.',
  'Peden JF (1999) Analysis of codon usage. PhD thesis, University of Nottingham.',
  'Sharp PM, Li WH (1987) The codon adaptation index: a measure of directional synonymous codon usage bias, and its potential applications. Nucleic Acids Res 15:1281–1295.',
  'Sun X, Yang Q, Xia X (2013) An improved implementation of effective number of codons (Nc). Mol Biol Evol 30:191–196.',
  'Wright F (1990) The ‘effective number of codons’ used in a gene. Gene 87:23–29.',
];
