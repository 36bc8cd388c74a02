/** FASTA that is right, and written in every way that is hard to read. */

/** Whole numbers from 0 to below the argument, always the same row of them. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

/** Residues by how a record is written: the more often a letter stands here, the more often it is drawn. */
const alphabets = [
  'ACGT',
  'acgt',
  'ACGUacgu',
  'ACGTACGTACGTNacgtn',
  'ACGTRYSWKMBDHVN',
  'ACGTACGT-',
  'AUGC-.*N',
];

/**
 * Records of every length from none to some hundreds of bases, in DNA, RNA and both cases, with IUPAC letters
 * and gaps; lines of any width, ended by LF, CRLF or both in turn, blank lines between them, headers without
 * a word, with many and with letters beyond ASCII; no end of the last line.
 */
export function nastyFasta(records: number, seed: number): string {
  const random = randomNumbers(seed);
  const pick = <T>(choices: ArrayLike<T>) => choices[random(choices.length)]!;
  let text = '';
  for (let i = 0; i < records; i++) {
    const end = pick([() => '\n', () => '\r\n', () => pick(['\n', '\r\n'])]);
    const description = pick([
      '',
      '',
      ' gene=cox1',
      '\tfrom a tab',
      '  "quoted", with  commas; and = signs',
      ' β-Galactosidase ☃',
    ]);
    text += `>${random(40) === 0 ? '' : `${pick(['', '', '', ' ', '\t '])}record_${i}|x.${random(9)}${description}`}${end()}`;
    const alphabet = pick(alphabets);
    const width = pick([1, 2, 3, 7, 31, 60, 61, 1000]);
    const length = pick([() => random(7), () => random(100), () => random(900)])();
    for (let at = 0; at < length; at += width) {
      const line = Array.from({ length: Math.min(width, length - at) }, () => pick(alphabet)).join('');
      text += `${line}${end()}${random(15) === 0 ? end() : ''}`;
    }
    if (random(9) === 0) text += `${end()}${end()}`;
  }
  return `${text}>last\nATGAAATA`;
}
