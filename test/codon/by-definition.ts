/**
 * The indices written down from their papers in the plainest way: words instead of numbers, proportions
 * instead of integer sums, each definition on its own. Slow, and an independent check of the fast ones.
 */

export interface Definition {
  /** Count by codon. */
  counts: ReadonlyMap<string, number>;
  /** Amino acid by codon, `*` for stops. */
  letters: ReadonlyMap<string, string>;
}

type Groups = Map<string, string[]>;

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole);

function groupBy({ letters }: Definition, key: (codon: string, letter: string) => string): Groups {
  const groups: Groups = new Map();
  for (const [codon, letter] of letters) {
    if (letter === '*') continue;
    groups.set(key(codon, letter), [...(groups.get(key(codon, letter)) ?? []), codon]);
  }
  return groups;
}

const byAminoAcid = (given: Definition) => groupBy(given, (_, letter) => letter);
const byPrefix = (given: Definition) => groupBy(given, (codon, letter) => letter + codon.slice(0, 2));
const several = (groups: Groups) => [...groups.values()].filter((group) => group.length > 1);

export function composition(given: Definition): Record<string, number | null> {
  const times = (codons: string[]) =>
    codons.flatMap((codon) => Array<string>(given.counts.get(codon)!).fill(codon));
  const sense = times([...byAminoAcid(given).values()].flat());
  const synonymous = times(several(byAminoAcid(given)).flat());
  const fourfold = times(
    several(byPrefix(given))
      .filter((group) => group.length === 4)
      .flat(),
  );
  const strong = (text: string) => (text.match(/[GC]/g) ?? []).length;
  const thirds = (codons: string[]) => codons.map((codon) => codon[2]).join('');
  const ending = (base: string) => {
    const owners = several(byAminoAcid(given)).filter((family) =>
      family.some((codon) => codon.endsWith(base)),
    );
    return ratio(synonymous.filter((codon) => codon.endsWith(base)).length, times(owners.flat()).length);
  };
  return {
    l_aa: sense.length,
    l_sym: synonymous.length,
    gc: ratio(strong(sense.join('')), 3 * sense.length),
    gc3: ratio(strong(thirds(sense)), sense.length),
    gc3s: ratio(strong(thirds(synonymous)), synonymous.length),
    gc4d: ratio(strong(thirds(fourfold)), fourfold.length),
    t3s: ending('T'),
    c3s: ending('C'),
    a3s: ending('A'),
    g3s: ending('G'),
  };
}

export function enc(given: Definition): number | null {
  const all = [...byAminoAcid(given).values()];
  const ofSize = (size: number) => all.filter((family) => family.length === size);
  const mean = (size: number): number | undefined => {
    const usable = ofSize(size)
      .map((family) => family.map((codon) => given.counts.get(codon)!))
      .filter((counts) => sum(counts) >= 2)
      .map((counts) => {
        const n = sum(counts);
        return (n * sum(counts.map((count) => (count / n) ** 2)) - 1) / (n - 1);
      })
      .filter((homozygosity) => homozygosity > 0.0000001);
    return usable.length === 0 ? undefined : sum(usable) / usable.length;
  };
  let value = ofSize(1).length;
  for (const size of [2, 3, 4, 5, 6, 7, 8]) {
    if (ofSize(size).length === 0) continue;
    let average = mean(size);
    if (average === undefined && size === 3 && ofSize(3).length === 1) {
      const [two, four] = [mean(2), mean(4)];
      if (two !== undefined && four !== undefined) average = (two + four) / 2;
    }
    if (average === undefined) return null;
    value += ofSize(size).length / average;
  }
  return Math.min(61, value);
}

export function encSun(given: Definition): number | null {
  if (composition(given).l_sym === 0) return null;
  const all = [...byPrefix(given).values()];
  let value = all.filter((group) => group.length === 1).length;
  for (const size of [2, 3, 4, 5, 6, 7, 8]) {
    const groups = all
      .filter((group) => group.length === size)
      .map((group) => group.map((codon) => given.counts.get(codon)!));
    const used = sum(groups.map(sum));
    const weighted = sum(
      groups.map((counts) => {
        const smoothed = counts.map((count) => (count + 1) / (sum(counts) + size));
        return sum(counts) * sum(smoothed.map((share) => share ** 2));
      }),
    );
    value += used === 0 ? groups.length * size : (groups.length * used) / weighted;
  }
  return value;
}

/** CAI against reference counts. */
export function cai(
  given: Definition,
  reference: ReadonlyMap<string, number>,
  zero: 'half' | '0.01' | 'plus1',
  family: 'aa' | 'subfamily',
): number | null {
  const logarithms: number[] = [];
  for (const group of several(family === 'aa' ? byAminoAcid(given) : byPrefix(given))) {
    const missing = group.every((codon) => reference.get(codon) === 0);
    const adjusted = new Map(
      group.map((codon) => {
        const count = reference.get(codon)!;
        if (zero === 'plus1') return [codon, count + 1];
        return [codon, count === 0 && zero === 'half' && !missing ? 0.5 : count];
      }),
    );
    const most = Math.max(...adjusted.values());
    for (const codon of group) {
      let weight = missing ? 1 : adjusted.get(codon)! / most;
      if (weight === 0) weight = 0.01;
      for (let n = 0; n < given.counts.get(codon)!; n++) logarithms.push(Math.log(weight));
    }
  }
  return logarithms.length === 0 ? null : Math.exp(sum(logarithms) / logarithms.length);
}

/** Fop and CBI for a set of optimal codons. */
export function optimality(
  given: Definition,
  optimal: ReadonlySet<string>,
): { fop: number | null; cbi: number | null } {
  let used = 0;
  let total = 0;
  let random = 0;
  let allOptimal = true;
  for (const family of several(byAminoAcid(given))) {
    const best = family.filter((codon) => optimal.has(codon));
    if (best.length === 0) continue;
    const n = sum(family.map((codon) => given.counts.get(codon)!));
    used += sum(best.map((codon) => given.counts.get(codon)!));
    total += n;
    random += n * (best.length / family.length);
    if (n > 0 && best.length < family.length) allOptimal = false;
  }
  return { fop: ratio(used, total), cbi: allOptimal ? null : (used - random) / (total - random) };
}

/** Kyte & Doolittle 1982, table 2. */
const hydropathy: Record<string, number> = {
  ...{ I: 4.5, V: 4.2, L: 3.8, F: 2.8, C: 2.5, M: 1.9, A: 1.8, G: -0.4, T: -0.7, S: -0.8 },
  ...{ W: -0.9, Y: -1.3, P: -1.6, H: -3.2, E: -3.5, Q: -3.5, D: -3.5, N: -3.5, K: -3.9, R: -4.5 },
};

export function protein({ counts, letters }: Definition): { gravy: number | null; aromo: number | null } {
  const residues = [...letters]
    .filter(([, letter]) => letter !== '*')
    .flatMap(([codon, letter]) => Array<string>(counts.get(codon)!).fill(letter));
  return {
    gravy: ratio(sum(residues.map((letter) => hydropathy[letter]!)), residues.length),
    aromo: ratio(residues.filter((letter) => ['F', 'W', 'Y'].includes(letter)).length, residues.length),
  };
}
