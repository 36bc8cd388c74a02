import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adaptationModel, caiFamilyRules, caiZeroRules } from '../../../src/codon/adaptation-model.js';
import { codonNames, geneticCode, geneticCodeIds } from '../../../src/codon/genetic-code.js';
import { createIndexer, expectedEnc, indexColumns, lengthColumns } from '../../../src/codon/indices/index.js';
import { fopSets } from '../../../src/codon/reference-sets.js';
import { cai, composition, type Definition, enc, encSun, optimality, protein } from '../by-definition.js';

/** Counts of a record: from none at all to every codon, small ones and zeros often. */
const record = fc.oneof(
  fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(40)), { minLength: 64, maxLength: 64 }),
  fc
    .dictionary(fc.constantFrom(...codonNames), fc.nat(5), { maxKeys: 6 })
    .map((few) => codonNames.map((name) => few[name] ?? 0)),
);
const table = fc.constantFrom(...geneticCodeIds);

const named = (counts: readonly number[]) => new Map(codonNames.map((name, codon) => [name, counts[codon]!]));

function definition(counts: readonly number[], id: number): Definition {
  const { aminoAcids } = geneticCode(id);
  return {
    counts: named(counts),
    letters: new Map(codonNames.map((name, codon) => [name, aminoAcids[codon]!])),
  };
}

function indexer(id: number, reference: readonly number[]) {
  const code = geneticCode(id);
  return createIndexer(
    code,
    adaptationModel(code, { counts: reference, zero: 'half', family: 'aa' }, { counts: reference }),
  );
}

function expectClose(found: number | null, expected: number | null, what: string): void {
  if (expected === null || found === null) expect(found, what).toBe(expected);
  else expect(Math.abs(found - expected), what).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(expected)));
}

describe('every index, under every genetic code', () => {
  it('is that of its definition', () => {
    fc.assert(
      fc.property(record, table, (counts, id) => {
        const given = definition(counts, id);
        const values = indexer(id, counts).compute(counts);
        const expected = {
          ...composition(given),
          enc: enc(given),
          enc_sun: encSun(given),
          ...protein(given),
        };
        for (const [name, value] of Object.entries(expected)) {
          expectClose(values[name as keyof typeof values], value, `${name} in table ${id}`);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is that of its definition for CAI by each rule, and for Fop and CBI by each set', () => {
    fc.assert(
      fc.property(
        record,
        record,
        table,
        fc.constantFrom(...caiZeroRules),
        fc.constantFrom(...caiFamilyRules),
        fc.constantFrom(...(Object.keys(fopSets) as (keyof typeof fopSets)[])),
        (counts, reference, id, zero, family, set) => {
          const given = definition(counts, id);
          const code = geneticCode(id);
          const model = adaptationModel(code, { counts: reference, zero, family }, { set });
          const values = createIndexer(code, model).compute(counts);
          expectClose(values.cai, cai(given, named(reference), zero, family), 'cai');
          const expected = optimality(given, new Set(fopSets[set].codons.split(' ')));
          expectClose(values.fop, expected.fop, 'fop');
          expectClose(values.cbi, expected.cbi, 'cbi');
        },
      ),
      { numRuns: 400 },
    );
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(record, record, table, (counts, reference, id) => {
        const values = indexer(id, reference).compute(counts);
        const { stops, aminoAcids } = geneticCode(id);
        const shares = [
          'gc',
          'gc3',
          'gc3s',
          'gc4d',
          't3s',
          'c3s',
          'a3s',
          'g3s',
          'fop',
          'cai',
          'aromo',
        ] as const;
        for (const name of shares) {
          const value = values[name] ?? 0;
          expect(value, name).toBeGreaterThanOrEqual(0);
          expect(value, name).toBeLessThanOrEqual(1);
        }
        expect(values.enc ?? 61).toBeLessThanOrEqual(61);
        expect(values.enc ?? 61).toBeGreaterThanOrEqual(new Set(aminoAcids.replaceAll('*', '')).size - 1e-9);
        expect(values.enc_sun ?? 1).toBeLessThanOrEqual(64 - stops.length + 1e-9);
        expect(Math.abs(values.gravy ?? 0)).toBeLessThanOrEqual(4.5);
        expect(values.cbi ?? 0).toBeLessThanOrEqual(1);
        expect(values.l_sym!).toBeLessThanOrEqual(values.l_aa!);
      }),
      { numRuns: 300 },
    );
  });

  it('is null, never NaN or infinite, where it is undefined', () => {
    fc.assert(
      fc.property(record, record, table, (counts, reference, id) => {
        const values = indexer(id, reference).compute(counts);
        for (const name of indexColumns) {
          expect(values[name] === null || Number.isFinite(values[name]), name).toBe(true);
        }
        for (const name of ['gc', 'gc3', 'gravy', 'aromo'] as const) {
          expect(values[name] === null, name).toBe(values.l_aa === 0);
        }
        for (const name of ['gc3s', 'enc_sun', 'cai'] as const) {
          expect(values[name] === null, name).toBe(values.l_sym === 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has lengths of 0 and nothing else for a record without codons', () => {
    for (const id of geneticCodeIds) {
      const { l_aa, l_sym, ...others } = indexer(id, Array(64).fill(1)).compute(Array(64).fill(0));
      expect([l_aa, l_sym]).toEqual([0, 0]);
      expect(Object.keys(others).length).toBe(15);
      expect(Object.values(others).every((value) => value === null)).toBe(true);
    }
  });

  it('does not change when stops are added, and most not when the record is repeated', () => {
    fc.assert(
      fc.property(record, table, fc.integer({ min: 2, max: 1000 }), (counts, id, times) => {
        const values = indexer(id, counts).compute(counts);
        const { stops } = geneticCode(id);
        const stopped = counts.map((count, codon) => count + (stops.includes(codon) ? times : 0));
        expect(indexer(id, counts).compute(stopped)).toEqual(values);
        const repeated = indexer(id, counts).compute(counts.map((count) => count * times));
        for (const name of indexColumns) {
          if (name === 'enc' || name === 'enc_sun') continue;
          const factor = name.startsWith('l_') ? times : 1;
          expectClose(repeated[name], values[name] === null ? null : values[name] * factor, name);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is the same from columns as from single records, whatever the records beside it', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), table, (records, id) => {
        const tool = indexer(id, Array(64).fill(1));
        const flat = Uint32Array.from(records.flat());
        const columns = tool.computeColumns(flat);
        for (const [index, counts] of records.entries()) {
          const alone = tool.compute(counts);
          expect(tool.compute(flat, 64 * index)).toEqual(alone);
          for (const name of indexColumns) expect(columns[name][index]).toBe(alone[name] ?? Number.NaN);
        }
        for (const name of indexColumns) expect(columns[name].length).toBe(records.length);
        for (const name of lengthColumns) expect(columns[name]).toBeInstanceOf(Uint32Array);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the effective number of codons', () => {
  it('is 61 for even use, and the number of amino acids for one codon each', () => {
    const code = geneticCode(1);
    expect(indexer(1, []).compute(Array(64).fill(1000)).enc).toBe(61);
    const first = codonNames.map((_, codon) =>
      code.aminoAcids.indexOf(code.aminoAcids[codon]!) === codon ? 50 : 0,
    );
    expect(indexer(1, first).compute(first).enc).toBe(20);
  });

  it('is at most 61 even in a code with 63 sense codons', () => {
    expect(indexer(27, []).compute(Array(64).fill(1000)).enc).toBe(61);
    expect(indexer(27, []).compute(Array(64).fill(1000)).enc_sun).toBeCloseTo(64, 9);
  });

  it('is, by composition alone, 31 without G and C, 60.5 with half and 32 with nothing else', () => {
    expect(expectedEnc(0)).toBe(31);
    expect(expectedEnc(0.5)).toBe(60.5);
    expect(expectedEnc(1)).toBe(32);
  });
});

describe('the codon bias index', () => {
  it('falls to −2 where two codons of three are optimal and neither is used', () => {
    const code = geneticCode(1);
    const codons = ['ATT', 'ATC'].map((name) => codonNames.indexOf(name));
    const model = adaptationModel(code, { set: 'ecoli' }, { codons });
    const counts = codonNames.map((name) => (name === 'ATA' ? 7 : 0));
    expect(createIndexer(code, model).compute(counts)).toMatchObject({ cbi: -2, fop: 0 });
  });
});
