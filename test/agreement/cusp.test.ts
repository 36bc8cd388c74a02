import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../run-gtk.js';
import { countsOf, runCodon, uncompressed } from './codon-run.js';
import { requireTool } from './tools.js';

const cusp = requireTool('cusp');

/** What EMBOSS cusp counts: lines of codon, amino acid, fraction, frequency per thousand, number. */
function runCusp(input: string): Record<string, { aminoAcid: string; perThousand: number; count: number }> {
  const table = `${input}.cusp`;
  execFileSync(cusp!, ['-sequence', input, '-outfile', table, '-auto'], {
    cwd: path.dirname(input),
    stdio: 'ignore',
  });
  const rows = readFileSync(table, 'latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/));
  return Object.fromEntries(
    rows.map(([codon, aminoAcid, , frequency, number]) => [
      codon!,
      { aminoAcid: aminoAcid!, perThousand: Number(frequency), count: Number(number) },
    ]),
  );
}

describe.skipIf(!cusp)('EMBOSS cusp agrees with the count of every codon', () => {
  const folder = temporaryFolder();

  it.each([
    ['yeast_cds.fa.gz', 2_920_667],
    ['human_mt_cds.fa', 3796],
  ])('of %s', async (name, codons) => {
    const input = uncompressed(folder, name);
    const theirs = runCusp(input);
    const { usage, summary } = await runCodon(folder, input, '--min-count', '0');
    const counts = Object.entries(theirs).map(([codon, { count }]) => [codon, count]);
    expect(counts.length).toBe(64);
    expect(countsOf(usage)).toEqual(Object.fromEntries(counts));
    expect(usage.reduce((sum, { count }) => sum + Number(count), 0)).toBe(codons);
    expect(summary.codons).toBe(codons);
    for (const { codon, amino_acid: aminoAcid, per_thousand: perThousand } of usage) {
      expect(aminoAcid, codon).toBe(theirs[codon!]!.aminoAcid);
      // Three decimals are printed.
      expect(Math.abs(Number(perThousand) - theirs[codon!]!.perThousand), codon).toBeLessThanOrEqual(
        0.000505,
      );
    }
  });
});
