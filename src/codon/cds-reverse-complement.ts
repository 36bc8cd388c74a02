/** The other strand. */

const complements = complementTable();

function complementTable(): Uint8Array {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  // IUPAC nucleotide codes (NC-IUB 1985); S, W, N, gaps and anything else stand for themselves.
  for (const [base, other] of ['AT', 'CG', 'RY', 'KM', 'BV', 'DH']) {
    for (const [from, to] of [base! + other!, other! + base!]) {
      table[from!.charCodeAt(0)] = to!.charCodeAt(0);
      table[from!.toLowerCase().charCodeAt(0)] = to!.toLowerCase().charCodeAt(0);
    }
  }
  table['U'.charCodeAt(0)] = 'A'.charCodeAt(0);
  table['u'.charCodeAt(0)] = 'a'.charCodeAt(0);
  return table;
}

/**
 * Turns bases into those of the other strand, in place: IUPAC codes to their complements, case kept, U read as T.
 *
 * @returns the same buffer
 */
export function reverseComplement(bases: Uint8Array): Uint8Array {
  bases.reverse();
  for (let i = 0; i < bases.length; i++) bases[i] = complements[bases[i]!]!;
  return bases;
}
