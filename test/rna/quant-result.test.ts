import { mkdirSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Layout } from '../../src/rna/layout.js';
import { abundanceColumns, checkAbundance } from '../../src/rna/quant/abundance-table.js';
import { findResult, resultStamp, validateResult } from '../../src/rna/quant/result.js';
import { temporaryFolder } from '../run-gtk.js';
import { failureOf } from './quant-setup.js';

const header = abundanceColumns.join('\t');
const rows = ['a\t10\t5.5\t3\t12.5', 'b;1\t20\t15\t0\t0', 'c\t31\t1.5e+01\t8.00241e-05\t1e-9'];
const text = (...lines: string[]) => `${lines.join('\n')}\n`;
const goodTable = text(header, ...rows);
const info = (different: object = {}) =>
  JSON.stringify({
    n_targets: 3,
    n_processed: 100,
    n_pseudoaligned: 40,
    p_pseudoaligned: 40.0,
    ...different,
  });

/** A result folder with these two files, under the names of run R or as kallisto names them. */
function result(table: string | Buffer, runInfo: string, prefix = 'R_'): string {
  const folder = path.join(temporaryFolder(), 'quant ü', 'R');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${prefix}abundance.tsv`), table);
  writeFileSync(path.join(folder, `${prefix}run_info.json`), runInfo);
  return folder;
}

/** The same rules, one after another on strings. */
function slowly(table: string): { targets: number; hasCounts: boolean } | undefined {
  const lines = table.split('\n');
  if (lines.pop() !== '' || lines.length === 0) return undefined;
  const columns = lines[0]!.split('\t');
  if ([...columns].sort().join('\t') !== [...abundanceColumns].sort().join('\t')) return undefined;
  const seen: string[] = [];
  let sum = 0;
  for (const line of lines.slice(1)) {
    const fields = line.split('\t');
    if (fields.length !== 5) return undefined;
    for (const [i, name] of columns.entries()) {
      const field = fields[i]!;
      if (name === 'target_id') {
        if (field === '' || seen.includes(field)) return undefined;
        seen.push(field);
        continue;
      }
      if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(field)) return undefined;
      if (!(Number(field) >= 0 && Number(field) < Number.POSITIVE_INFINITY)) return undefined;
      if (name === 'est_counts') sum += Number(field);
    }
  }
  return { targets: seen.length, hasCounts: sum > 0 };
}

function quickly(table: string) {
  try {
    return checkAbundance(Buffer.from(table, 'latin1'));
  } catch {
    return undefined;
  }
}

describe('the check of tables', () => {
  const number = fc.oneof(
    fc.double({ min: 0, max: 1e9, noNaN: true }).map(String),
    fc.nat().map(String),
    fc.constantFrom('0', '0.0', '-0', '+1', '.5', '5.', '1e400', '9'.repeat(310), '1e-400', '00'),
    fc.constantFrom('-nan', 'nan', 'inf', '-1', '', '.', '1.2.3', '1,5', '0x10', '1e', ' 1', '1\r'),
  );
  const good = fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }).map(String), fc.nat().map(String));
  const table = (cell: fc.Arbitrary<string>) =>
    fc
      .record({
        columns: fc.shuffledSubarray([...abundanceColumns], { minLength: 5 }),
        names: fc.array(fc.constantFrom('a', 'b', 'c;d', 'e f', 'ü', '', 'g', 'h')),
        cells: fc.infiniteStream(cell),
      })
      .map(({ columns, names, cells }) => {
        const next = () => cells.next().value as string;
        const lines = names.map((name) =>
          columns.map((column) => (column === 'target_id' ? name : next())).join('\t'),
        );
        return text(columns.join('\t'), ...lines);
      });

  test('finds what the plain definition finds', () => {
    let valid = 0;
    const agree = (given: string) => {
      const expected = slowly(given);
      if (expected) valid += 1;
      expect(quickly(given)).toEqual(expected);
    };
    fc.assert(fc.property(table(good), agree));
    fc.assert(fc.property(table(fc.oneof({ weight: 9, arbitrary: good }, number)), agree), { numRuns: 400 });
    expect(valid).toBeGreaterThan(20);
  });

  test('finds the same in a good table with any bytes changed, added or cut off', () => {
    const edit = fc.record({
      at: fc.nat(goodTable.length),
      remove: fc.nat(3),
      add: fc.string({ unit: fc.constantFrom('\t', '\n', '0', 'a', '.', '-', 'e', '\r', '"'), maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 2 }), fc.nat(goodTable.length * 3), (edits, end) => {
        let edited = goodTable;
        for (const { at, remove, add } of edits)
          edited = edited.slice(0, at) + add + edited.slice(at + remove);
        edited = edited.slice(0, end);
        expect(quickly(edited)).toEqual(slowly(edited));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a result', () => {
  test('is valid under both names, and tells what its run information tells', () => {
    for (const prefix of ['R_', '']) {
      const { stamp, ...facts } = validateResult(result(goodTable, info(), prefix), 'R');
      expect(facts).toEqual({ readsProcessed: 100, pPseudoaligned: 40, targets: 3 });
      expect(stamp).not.toBe('');
    }
  });

  test('is none where it lacks anything that makes one', async () => {
    const [a, b, c] = rows as [string, string, string];
    const cases: [string, string | Buffer, string, RegExp][] = [
      ['no rows', text(header), info(), /has 0 targets, expected 3/],
      ['a missing row', text(header, a, b), info(), /has 2 targets, expected 3/],
      ['a missing end', goodTable.slice(0, -1), info(), /cut off in its last line/],
      ['another header', text(header.replace('tpm', 'TPM'), ...rows), info(), /line 1 is 'target_id/],
      ['a column less', text('target_id\tlength', 'a\t1'), info(), /line 1/],
      ['no table', '', info(), /line 1 is ''/],
      ['-nan', text(header, 'a\t10\t5.5\t0\t-nan', b, c), info(), /line 2 has '-nan' as tpm/],
      ['a negative number', text(header, a, 'b\t2\t-1\t3\t4', c), info(), /line 3 has '-1' as eff_length/],
      ['a name that repeats', text(header, a, b, b), info(), /line 4 has target b;1 again/],
      ['a name that is empty', text(header, a, '\t1\t1\t1\t1', c), info(), /line 3 has no target_id/],
      ['a field less', text(header, a, 'b\t1\t1\t1', c), info(), /line 3 has fewer fields/],
      ['a field more', text(header, a, `${b}\t1`, c), info(), /line 3 has more fields/],
      ['no counts', text(header, 'a\t1\t1\t0\t1'), info({ n_targets: 1 }), /no target has counts/],
      ['no run information', goodTable, '', /it is empty/],
      ['half of it', goodTable, info().slice(0, 30), /not whole JSON/],
      ['another thing', goodTable, 'null', /no JSON object/],
      ['no percentage', goodTable, info({ p_pseudoaligned: undefined }), /p_pseudoaligned is undefined/],
      [
        'more than all',
        goodTable,
        info({ p_pseudoaligned: 100.1 }),
        /p_pseudoaligned is 100.1, expected 0 to/,
      ],
      ['words for numbers', goodTable, info({ n_targets: '3' }), /n_targets is "3"/],
    ];
    for (const [what, table, runInfo, problem] of cases) {
      const failure = await failureOf(() => validateResult(result(table, runInfo), 'R'));
      expect([what, failure.stage, failure.reason]).toEqual([what, 'validate', 'invalid-result']);
      expect(failure.message).toMatch(problem);
    }
  });

  test('is never made of a file of each kind of name', async () => {
    const folder = result(goodTable, info());
    renameSync(path.join(folder, 'R_run_info.json'), path.join(folder, 'run_info.json'));
    expect(resultStamp(folder, 'R')).toBeUndefined();
    expect((await failureOf(() => validateResult(folder, 'R'))).message).toContain(folder);
  });

  test('cut off anywhere is not valid', async () => {
    const folder = result(goodTable, info());
    const file = path.join(folder, 'R_abundance.tsv');
    for (let length = goodTable.length - 1; length >= 0; length -= 1) {
      truncateSync(file, length);
      expect((await failureOf(() => validateResult(folder, 'R'))).reason).toBe('invalid-result');
    }
  });
});

describe('looking for results', () => {
  /** An OUT with a valid result of R in that folder below it. */
  function layoutWith(place: string, prefix = 'R_'): { layout: Layout; folder: string } {
    const out = temporaryFolder();
    const folder = path.join(out, place);
    mkdirSync(path.dirname(folder), { recursive: true });
    renameSync(result(goodTable, info(), prefix), folder);
    return { layout: new Layout(out), folder };
  }

  test('finds them where earlier tools left them', () => {
    for (const place of ['quant/R', 'quant/quant/R', 'work/quant/R']) {
      const { layout, folder } = layoutWith(place, '');
      expect(findResult(layout, 'R')).toMatchObject({
        folder,
        abundance: path.join(folder, 'abundance.tsv'),
        runInfo: path.join(folder, 'run_info.json'),
        readsProcessed: 100,
        pPseudoaligned: 40,
        stamp: resultStamp(folder, 'R'),
      });
      expect(findResult(layout, 'R1')).toBeUndefined();
    }
  });

  test('passes over those that are not valid', () => {
    const { layout } = layoutWith('work/quant/R');
    mkdirSync(layout.quantFolder('R'), { recursive: true });
    writeFileSync(layout.abundance('R'), text(header));
    writeFileSync(layout.runInfo('R'), info());
    expect(findResult(layout, 'R')?.folder).toBe(path.join(layout.out, 'work/quant/R'));
    rmSync(path.join(layout.out, 'work'), { recursive: true });
    expect(findResult(layout, 'R')).toBeUndefined();
  });

  test('believes the journal as long as sizes and times are what they were', () => {
    const { layout } = layoutWith('quant/R');
    const table = layout.abundance('R');
    const mtime = new Date('2024-05-06T07:08:09Z');
    utimesSync(table, mtime, mtime);
    const { stamp } = findResult(layout, 'R')!;
    const known = new Map([['R', { stamp, readsProcessed: 7, pPseudoaligned: 8 }]]);
    // Bytes that are wrong, under the same stamp: they are not read.
    writeFileSync(table, goodTable.replaceAll('\t', '!'));
    utimesSync(table, mtime, mtime);
    expect(resultStamp(layout.quantFolder('R'), 'R')).toBe(stamp);
    expect(findResult(layout, 'R', known)).toMatchObject({ readsProcessed: 7, pPseudoaligned: 8 });
    expect(findResult(layout, 'R')).toBeUndefined();
    utimesSync(table, mtime, new Date(mtime.getTime() + 1000));
    expect(findResult(layout, 'R', known)).toBeUndefined();
  });

  test('survives a folder where a file should be', () => {
    const { layout } = layoutWith('quant/R');

    rmSync(layout.runInfo('R'));
    mkdirSync(layout.runInfo('R'));
    expect(findResult(layout, 'R')).toBeUndefined();
  });
});
