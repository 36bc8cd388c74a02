/** The genetic codes, and the numbering of codons that all of gtk counts by. */

import { gtkError } from '../errors.js';

/** Bases in the order of their numbers: A 0, C 1, G 2, T 3. */
const bases = 'ACGT';

/** The 64 codons by number, 16 × first + 4 × second + third base: AAA, AAC, AAG, AAT, ACA … TTT. */
export const codonNames: readonly string[] = [...bases].flatMap((first) =>
  [...bases].flatMap((second) => [...bases].map((third) => first + second + third)),
);

const codonNumbers = new Map(codonNames.map((name, codon) => [name, codon]));

/** Number of a codon (see {@link codonNames}), in either case, U as T; undefined if it is none. */
export function codonNumber(name: string): number | undefined {
  return codonNumbers.get(name.toUpperCase().replaceAll('U', 'T'));
}

/** One NCBI translation table. */
export interface GeneticCode {
  /** NCBI's number (`transl_table`). */
  readonly id: number;
  /** NCBI's names, joined by `; `. */
  readonly name: string;
  /**
   * The amino acid of each codon by its number: 64 one-letter symbols, `*` for a stop. The codons of
   * tables 27, 28 and 31 that are stop or sense by context have the letter of their amino acid.
   */
  readonly aminoAcids: string;
  /** Numbers of the codons that are `*`, ascending; none in tables 27, 28 and 31. */
  readonly stops: readonly number[];
}

/**
 * NCBI's names and `ncbieaa` lines (https://www.ncbi.nlm.nih.gov/Taxonomy/Utils/wprintgc.cgi), with codons
 * in NCBI's order: TTT, TTC, TTA, TTG, TCT … GGG. Its gc.prt of 2017, which some programs still carry, has
 * CTG as Ala in tables 27 to 30; NCBI has since put it right.
 */
const ncbi: Record<number, [name: string, aminoAcids: string]> = {
  1: ['Standard', 'FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  2: ['Vertebrate Mitochondrial', 'FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG'],
  3: ['Yeast Mitochondrial', 'FFLLSSSSYY**CCWWTTTTPPPPHHQQRRRRIIMMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  4: [
    'Mold Mitochondrial; Protozoan Mitochondrial; Coelenterate Mitochondrial; Mycoplasma; Spiroplasma',
    'FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG',
  ],
  5: ['Invertebrate Mitochondrial', 'FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSSSSVVVVAAAADDEEGGGG'],
  6: [
    'Ciliate Nuclear; Dasycladacean Nuclear; Hexamita Nuclear',
    'FFLLSSSSYYQQCC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG',
  ],
  9: [
    'Echinoderm Mitochondrial; Flatworm Mitochondrial',
    'FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIIMTTTTNNNKSSSSVVVVAAAADDEEGGGG',
  ],
  10: ['Euplotid Nuclear', 'FFLLSSSSYY**CCCWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  11: [
    'Bacterial; Archaeal; Plant Plastid',
    'FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG',
  ],
  12: ['Alternative Yeast Nuclear', 'FFLLSSSSYY**CC*WLLLSPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  13: ['Ascidian Mitochondrial', 'FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSSGGVVVVAAAADDEEGGGG'],
  14: [
    'Alternative Flatworm Mitochondrial',
    'FFLLSSSSYYY*CCWWLLLLPPPPHHQQRRRRIIIMTTTTNNNKSSSSVVVVAAAADDEEGGGG',
  ],
  15: ['Blepharisma Macronuclear', 'FFLLSSSSYY*QCC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  16: ['Chlorophycean Mitochondrial', 'FFLLSSSSYY*LCC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  21: ['Trematode Mitochondrial', 'FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNNKSSSSVVVVAAAADDEEGGGG'],
  22: [
    'Scenedesmus obliquus Mitochondrial',
    'FFLLSS*SYY*LCC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG',
  ],
  23: ['Thraustochytrium Mitochondrial', 'FF*LSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  24: ['Pterobranchia Mitochondrial', 'FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSSKVVVVAAAADDEEGGGG'],
  25: [
    'Candidate Division SR1; Gracilibacteria',
    'FFLLSSSSYY**CCGWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG',
  ],
  26: ['Pachysolen tannophilus Nuclear', 'FFLLSSSSYY**CC*WLLLAPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  27: ['Karyorelict Nuclear', 'FFLLSSSSYYQQCCWWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  28: ['Condylostoma Nuclear', 'FFLLSSSSYYQQCCWWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  29: ['Mesodinium Nuclear', 'FFLLSSSSYYYYCC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  30: ['Peritrich Nuclear', 'FFLLSSSSYYEECC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  31: ['Blastocrithidia Nuclear', 'FFLLSSSSYYEECCWWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  32: ['Balanophoraceae Plastid', 'FFLLSSSSYY*WCC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG'],
  33: ['Cephalodiscidae Mitochondrial', 'FFLLSSSSYYY*CCWWLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSSKVVVVAAAADDEEGGGG'],
};

/** The NCBI translation tables that exist: 1–6, 9–16, 21–33. */
export const geneticCodeIds: readonly number[] = Object.keys(ncbi).map(Number);

const made = new Map<number, GeneticCode>();

/**
 * The genetic code of that number, always the same object.
 *
 * @throws GTK_NO_GENETIC_CODE if NCBI has no such table
 */
export function geneticCode(id: number): GeneticCode {
  const table = ncbi[id];
  if (table === undefined) {
    throw gtkError('GTK_NO_GENETIC_CODE', { found: String(id), expected: geneticCodeIds.join(', ') });
  }
  let code = made.get(id);
  if (code === undefined) {
    const [name, letters] = table;
    const aminoAcids = codonNames.map((codon) => letters[ncbiPosition(codon)]).join('');
    const stops = [...aminoAcids].flatMap((letter, codon) => (letter === '*' ? [codon] : []));
    code = { id, name, aminoAcids, stops };
    made.set(id, code);
  }
  return code;
}

/** Place of a codon in NCBI's order, which counts bases T, C, A, G. */
function ncbiPosition(codon: string): number {
  return [...codon].reduce((position, base) => 4 * position + 'TCAG'.indexOf(base), 0);
}
