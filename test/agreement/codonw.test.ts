import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdaptationModel, adaptationModel } from '../../src/codon/adaptation-model.js';
import { codonNumber, type GeneticCode, geneticCode } from '../../src/codon/genetic-code.js';
import { createIndexer, type IndexName } from '../../src/codon/indices/index.js';
import type { CaiSetName, FopSetName } from '../../src/codon/reference-sets.js';
import { type CodingSequence, codingSequences, countCodons } from '../codon/coding-sequences.js';
import { requireTool } from './tools.js';

const codonw = requireTool('codonw');

/** NCBI tables in the order of codonW's `-code` 0 to 7. */
const codes = [1, 2, 3, 4, 5, 6, 10, 9];
/** Sets in the order of codonW's `-c_type` and `-f_type`. */
const weightSets: CaiSetName[] = ['ecoli', 'bsub', 'scer'];
const optimalSets: FopSetName[] = ['ecoli', 'bsub', 'ddis', 'anid', 'scer', 'dmel', 'cele', 'ncra'];

/**
 * codonW's columns, and how far a right value may be from the printed one: half a unit of the last decimal
 * and what single precision, in which codonW computes, adds to it.
 */
const columns: Record<string, [index: IndexName, tolerance: number]> = {
  T3s: ['t3s', 0.00005 + 5e-6],
  C3s: ['c3s', 0.00005 + 5e-6],
  A3s: ['a3s', 0.00005 + 5e-6],
  G3s: ['g3s', 0.00005 + 5e-6],
  CAI: ['cai', 0.0005 + 5e-6],
  CBI: ['cbi', 0.0005 + 5e-6],
  Fop: ['fop', 0.0005 + 5e-6],
  Nc: ['enc', 0.005 + 5e-6],
  GC3s: ['gc3s', 0.0005 + 5e-6],
  GC: ['gc', 0.0005 + 5e-6],
  L_sym: ['l_sym', 0],
  L_aa: ['l_aa', 0],
  Gravy: ['gravy', 1.5e-6],
  Aromo: ['aromo', 1.5e-6],
  GC3: ['gc3', 0.0005 + 5e-6],
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gtk-codonw-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** codonW's table for some records: a map from column to printed value, by record. */
function runCodonw(records: CodingSequence[], options: string[]): Map<string, string>[] {
  const input = join(folder, 'genes.fa');
  const [indices, base] = [join(folder, 'indices'), join(folder, 'base')];
  // Identifiers alone: codonW reads what a header has beyond 200 characters as sequence.
  writeFileSync(input, records.map(({ id, sequence }) => `>${id}\n${sequence}\n`).join(''));
  const quiet = ['-nomenu', '-silent', '-nowarn'];
  const run = (bulk: string, ...more: string[]) =>
    execFileSync(codonw!, [input, indices, bulk, ...more, ...options, ...quiet], {
      cwd: folder,
      stdio: 'ignore',
    });
  run(base, '-base', '-machine');
  const gc3 = tableOf(base, ' ').map((row) => row.get('GC3')!);
  run(join(folder, 'bulk'), '-all_indices');
  const rows = tableOf(indices, '\t');
  expect(rows.length).toBe(records.length);
  expect(gc3.length).toBe(records.length);
  return rows.map((row, index) => row.set('GC3', gc3[index]!));
}

function tableOf(path: string, separator: string): Map<string, string>[] {
  const [header, ...rows] = readFileSync(path, 'latin1')
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .trimEnd()
        .split(separator)
        .map((field) => field.trim()),
    );
  return rows.map((fields) => {
    // A record without synonymous codons would lack some columns and shift the others.
    expect(fields.length).toBe(header!.length);
    return new Map(header!.map((name, place) => [name, fields[place]!]));
  });
}

/** Compares every index of every record; returns how many values were compared, and how many of them were null. */
function compare(
  records: CodingSequence[],
  code: GeneticCode,
  model: AdaptationModel,
  options: string[],
): { compared: number; nulls: number } {
  const indexer = createIndexer(code, model);
  const rows = runCodonw(records, ['-code', String(codes.indexOf(code.id)), ...options]);
  const failures: string[] = [];
  let compared = 0;
  let nulls = 0;
  for (const [place, { id, sequence }] of records.entries()) {
    const values = indexer.compute(countCodons(sequence));
    expect(rows[place]!.get('title')).toBe(id);
    for (const [column, [index, tolerance]] of Object.entries(columns)) {
      const printed = rows[place]!.get(column)!;
      const value = values[index];
      compared++;
      if (value === null) nulls++;
      const agrees =
        value === null ? printed === noValue(index) : Math.abs(value - Number(printed)) <= tolerance;
      if (!agrees) failures.push(`${id} ${column}: codonW ${printed}, gtk ${value}`);
    }
  }
  expect(failures).toEqual([]);
  return { compared, nulls };
}

/** What codonW prints for an undefined value. */
function noValue(index: IndexName): string {
  return index === 'enc' ? '*****' : index === 'fop' || index === 'cbi' ? '0.000' : 'nothing known';
}

/** 64 numbers in the order of codonW's files: by first, third and second base, each through T, C, A, G. */
function codonwFile(name: string, value: (codon: number) => string): string {
  const numbers = [...'TCAG'].flatMap((first) =>
    [...'TCAG'].flatMap((third) => [...'TCAG'].map((second) => value(codonNumber(first + second + third)!))),
  );
  const path = join(folder, name);
  writeFileSync(path, `${numbers.join('\n')}\n`);
  return path;
}

describe.skipIf(codonw === undefined)('codonW agrees with every index of every gene', () => {
  const yeast = codingSequences('yeast_cds.fa.gz');
  const human = codingSequences('human_mt_cds.fa');
  const someYeast = yeast.filter((_, place) => place % 11 === 0);
  const withSet = (id: number) => adaptationModel(geneticCode(id), { set: 'ecoli' }, { set: 'ecoli' });

  it('of yeast', () => {
    const { compared, nulls } = compare(yeast, geneticCode(1), withSet(1), []);
    expect(compared).toBe(6600 * 15);
    // The 51 genes that are too short for Nc.
    expect(nulls).toBe(51);
  });

  it('of human mitochondria, in their own code', () => {
    expect(compare(human, geneticCode(2), withSet(2), [])).toEqual({ compared: 13 * 15, nulls: 0 });
  });

  it.each(codes)('of some yeast and all human mitochondrial genes, in table %i', (id) => {
    const { compared } = compare([...someYeast, ...human], geneticCode(id), withSet(id), []);
    expect(compared).toBe(613 * 15);
  });

  it.each([...optimalSets.entries()])('with its optimal codons number %i, %s', (type, set) => {
    const code = geneticCode(1);
    const weightType = type % weightSets.length;
    const model = adaptationModel(code, { set: weightSets[weightType]! }, { set });
    const options = ['-f_type', String(type), '-c_type', String(weightType)];
    expect(compare(someYeast, code, model, options).compared).toBe(600 * 15);
  });

  it.each([1, 2, 5])('with weights and optimal codons from a reference, in table %i', (id) => {
    const code = geneticCode(id);
    const counts = countCodons(...yeast.slice(0, 3).map((record) => record.sequence));
    const model = adaptationModel(code, { counts, zero: 'half', family: 'aa' }, { counts });
    const weights = codonwFile('weights', (codon) => (model.weights[codon]! || 1).toFixed(7));
    const optimal = codonwFile('optimal', (codon) => (model.optimal.includes(codon) ? '3' : '2'));
    const options = ['-cai_file', weights, '-fop_file', optimal, '-cbi_file', optimal];
    expect(compare(someYeast, code, model, options).compared).toBe(600 * 15);
  });
});
