import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { codonNames, geneticCode, geneticCodeIds } from '../../src/codon/genetic-code.js';
import { temporaryFolder } from '../run-gtk.js';
import { countsOf, runCodon } from './codon-run.js';
import { nastyFasta } from './nasty-fasta.js';

/** Debian's own Python, for which its package of Biopython is; another one may come first on the PATH. */
const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('biopython-counts.py', import.meta.url));

function hasBiopython(): boolean {
  try {
    execFileSync(python, ['-c', 'import Bio'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env.CI) throw new Error(`${python} has no Biopython; in CI the agreement tests must run`);
    return false;
  }
}

function biopython<Result>(...args: string[]): Result {
  return JSON.parse(execFileSync(python, [script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

interface Counted {
  records: {
    id: string;
    description: string;
    length: number;
    codons: number;
    ambiguous: number;
    partial: boolean;
    counts: Record<string, number>;
  }[];
  ambiguous: Record<string, number>;
}

const sum = <T>(items: T[], value: (item: T) => number) =>
  items.reduce((total, item) => total + value(item), 0);

describe.skipIf(!hasBiopython())('Biopython agrees', () => {
  const folder = temporaryFolder();
  const input = path.join(folder, 'nasty.fa');
  let codes: Record<string, Record<string, string>>;

  beforeAll(() => {
    writeFileSync(input, nastyFasta(700, 11));
    codes = biopython('codes');
  });

  it('with the amino acid of every codon in every genetic code', () => {
    expect(geneticCodeIds.length).toBe(27);
    expect(Object.keys(codes).map(Number)).toEqual(geneticCodeIds);
    for (const id of geneticCodeIds) {
      const { aminoAcids } = geneticCode(id);
      const ours = codonNames.map((codon, number) => [codon, aminoAcids[number]]);
      expect(Object.fromEntries(ours), `genetic code ${id}`).toEqual(codes[id]);
    }
  });

  it.each([
    [0, 1, 5000],
    [1, 27, 64],
    [2, 2, 1],
  ])('with the counts of every record in frame %i, genetic code %i', async (frame, code, batch) => {
    const theirs = biopython<Counted>('count', input, String(frame));
    const { records } = theirs;
    const options = ['--frame', frame, '--genetic-code', code, '--batch-size', batch].map(String);
    const { usage, sequences, summary } = await runCodon(
      folder,
      input,
      ...options,
      ...['--ambiguous', 'keep', '--per-sequence', '--min-count', '0'],
    );

    expect(records.length).toBe(701);
    expect(sequences.length).toBe(records.length);
    for (const [place, record] of records.entries()) {
      const { id, description, length, codons, ambiguous, ...counts } = sequences[place]!;
      expect({ id, description: description }).toEqual({
        id: record.id,
        // A tab would end the cell.
        description: record.description.replaceAll('\t', ' '),
      });
      expect([length, codons, ambiguous].map(Number), id).toEqual([
        record.length,
        record.codons,
        record.ambiguous,
      ]);
      const ours = codonNames.map((codon) => [codon, Number(counts[codon])]);
      expect(Object.fromEntries(ours), id).toEqual(record.counts);
    }

    expect(summary).toMatchObject({
      sequences: records.length,
      bases: sum(records, (record) => record.length),
      codons: sum(records, (record) => record.codons),
      ambiguous: sum(records, (record) => record.ambiguous),
      partial: records.filter((record) => record.partial).length,
    });
    const totals = codonNames.map((codon) => [codon, sum(records, (record) => record.counts[codon]!)]);
    expect(countsOf(usage)).toEqual({ ...Object.fromEntries(totals), ...theirs.ambiguous });
    expect(Object.keys(theirs.ambiguous).length).toBeGreaterThan(500);
    for (const { codon, amino_acid: aminoAcid } of usage) {
      expect(aminoAcid, codon).toBe(codon! in theirs.ambiguous ? 'X' : codes[code]![codon!]);
    }
  });
});
