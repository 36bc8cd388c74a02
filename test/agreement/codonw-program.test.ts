import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../run-gtk.js';
import { type CodonRun, runCodon, type TsvRow, uncompressed } from './codon-run.js';
import { requireTool } from './tools.js';

const codonw = requireTool('codonw');

/** The columns of codonW's table of indices, as gtk names them. */
const columns: Record<string, string> = {
  T3s: 't3s',
  C3s: 'c3s',
  A3s: 'a3s',
  G3s: 'g3s',
  CAI: 'cai',
  CBI: 'cbi',
  Fop: 'fop',
  Nc: 'enc',
  GC3s: 'gc3s',
  GC: 'gc',
  L_sym: 'l_sym',
  L_aa: 'l_aa',
  Gravy: 'gravy',
  Aromo: 'aromo',
};

/** Half a unit of the last decimal printed, and what single precision, in which codonW computes, adds. */
function tolerance(printed: string): number {
  const decimals = printed.split('.')[1]?.length ?? 0;
  if (decimals === 0) return 0;
  return 0.5 * 10 ** -decimals + (decimals === 6 ? 1e-6 : 5e-6);
}

/** Runs codonW with one kind of bulk output; returns the lines of its indices and of that output. */
function runCodonw(input: string, code: number, ...options: string[]): { indices: string[]; bulk: string[] } {
  const [indices, bulk] = [`${input}.indices`, `${input}.bulk`];
  const quiet = ['-nomenu', '-silent', '-nowarn', '-machine'];
  execFileSync(codonw!, [input, indices, bulk, '-code', String(code), ...options, ...quiet], {
    cwd: path.dirname(input),
    stdio: 'ignore',
  });
  const lines = (file: string) => readFileSync(file, 'latin1').trimEnd().split('\n');
  return { indices: lines(indices), bulk: lines(bulk) };
}

function indexRows(lines: string[]): TsvRow[] {
  const [names, ...rows] = lines.map((line) =>
    line
      .trimEnd()
      .split(/[\t ]+/)
      .map((cell) => cell.trim()),
  );
  expect(names).toEqual(['title', ...Object.keys(columns)]);
  return rows.map((cells) => {
    expect(cells.length).toBe(names!.length);
    return Object.fromEntries(names!.map((name, place) => [name, cells[place]!]));
  });
}

/** How ours differ from codonW's row; a value of ours that is undefined is the empty text. */
function differences(theirs: TsvRow, ours: (column: string) => string): string[] {
  return Object.entries(columns).flatMap(([name, column]) => {
    const [printed, value] = [theirs[name]!, ours(column)];
    const agrees =
      value === ''
        ? column === 'enc' && printed === '*****'
        : Math.abs(Number(value) - Number(printed)) <= tolerance(printed);
    return agrees ? [] : [`${theirs.title} ${name}: codonW ${printed}, gtk ${value || 'nothing'}`];
  });
}

/** Numbers in codonW's order of codons: first, third and second base, each through T, C, A, G. */
function byCodon(lines: string[]): Record<string, number> {
  const numbers = lines
    .slice(0, 4)
    .flatMap((line) => line.trim().split(/\s+/).slice(0, 16))
    .map(Number);
  expect(numbers.length).toBe(64);
  const codons = [...'TCAG'].flatMap((first) =>
    [...'TCAG'].flatMap((third) => [...'TCAG'].map((second) => first + second + third)),
  );
  return Object.fromEntries(codons.map((codon, place) => [codon, numbers[place]!]));
}

describe.skipIf(!codonw).each([
  { name: 'yeast_cds.fa.gz', geneticCode: 1, code: 0, records: 6600, codons: 2_920_667, shortForNc: 51 },
  { name: 'human_mt_cds.fa', geneticCode: 2, code: 1, records: 13, codons: 3796, shortForNc: 0 },
])('codonW agrees with the files written for $name', ({ name, geneticCode, code, records, ...expected }) => {
  const folder = temporaryFolder();
  const input = uncompressed(folder, name);
  const options = ['--genetic-code', String(geneticCode), '--cai-set', 'ecoli', '--fop-set', 'ecoli'];
  let run: CodonRun;

  beforeAll(async () => {
    // Batches of another size than the default, so that rows come from many parts.
    const batches = ['--batch-size', '250'];
    run = await runCodon(
      folder,
      input,
      ...options,
      ...batches,
      '--rscu',
      '--per-sequence',
      '--min-count',
      '0',
    );
  });

  it('in every index of every gene, in order', () => {
    const { sequences } = run;
    const theirs = indexRows(runCodonw(input, code, '-all_indices').indices);
    expect(theirs.length).toBe(records);
    expect(sequences.map(({ id }) => id)).toEqual(theirs.map(({ title }) => title));
    const found = theirs.flatMap((row, place) => differences(row, (column) => sequences[place]![column]!));
    expect(found).toEqual([]);
    expect(sequences.filter(({ enc }) => enc === '').length).toBe(expected.shortForNc);
  });

  it('in every index of all genes together', () => {
    const { summary } = run;
    const theirs = indexRows(runCodonw(input, code, '-all_indices', '-totals').indices);
    expect(theirs.length).toBe(1);
    expect(differences(theirs[0]!, (column) => String(summary[column] ?? ''))).toEqual([]);
  });

  it('in the counts and the RSCU of all genes together', () => {
    const { usage } = run;
    expect(usage.length).toBe(64);
    const counts = byCodon(runCodonw(input, code, '-cutot').bulk);
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(expected.codons);
    const rscu = byCodon(runCodonw(input, code, '-rscu', '-totals').bulk);
    for (const row of usage) {
      expect(Number(row.count), row.codon).toBe(counts[row.codon!]);
      // Three decimals are printed.
      expect(Math.abs(Number(row.rscu) - rscu[row.codon!]!), row.codon).toBeLessThanOrEqual(0.000505);
    }
  });

  it('in the counts of every gene', () => {
    const { sequences } = run;
    const theirs = runCodonw(input, code, '-cu').bulk;
    expect(theirs.length).toBe(4 * records);
    for (const [place, row] of sequences.entries()) {
      const counts = byCodon(theirs.slice(4 * place, 4 * place + 4));
      const ours = Object.keys(counts).map((codon) => [codon, Number(row[codon])]);
      expect(Object.fromEntries(ours), row.id).toEqual(counts);
    }
  });
});
