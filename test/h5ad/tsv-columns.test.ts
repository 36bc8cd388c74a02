import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tsvColumns } from '../../src/h5ad/tsv-columns.js';

const read = (text: string, ...names: string[]) => Object.fromEntries(tsvColumns(text, () => names));

describe('columns of tab-separated text', () => {
  it('are those that were chosen, by all the names that there are', () => {
    const offered: string[][] = [];
    const columns = tsvColumns('a\t"b c"\t\n1\t2\t3\n', (names) => {
      offered.push(names);
      return ['b c'];
    });
    expect(offered).toEqual([['a', 'b c', '']]);
    expect([...columns]).toEqual([['b c', ['2']]]);
  });

  it('tell a value that is empty from one that the row does not reach', () => {
    expect(read('a\tb\tc\n1\n\t\t\n1\t\n1\t2\t3\t4\n', 'a', 'b', 'c')).toEqual({
      a: ['1', null, '1', '1'],
      b: [undefined, null, null, '2'],
      c: [undefined, null, undefined, '3'],
    });
  });

  it('have quotes around a value left out, and no others', () => {
    const values = ['"x"', '""', '"', '"a""b"', 'a"b', '"open', '"""q"""'];
    expect(read(`v\n${values.join('\n')}`, 'v').v).toEqual(['x', null, '"', 'a"b', 'a"b', '"open', '"q"']);
  });

  it('have LF or CR LF, and blank lines are no rows', () => {
    expect(read('a\tb\r\n1\t2\r\n\r\n\n3\t4', 'a', 'b')).toEqual({ a: ['1', '3'], b: ['2', '4'] });
    expect(read('a', 'a')).toEqual({ a: [] });
  });

  it('of one name are the first', () => {
    expect(read('a\tb\ta\n1\t2\t3\n', 'a')).toEqual({ a: ['1'] });
  });

  it('give back what was written, whichever are chosen', () => {
    const value = fc.string({ unit: fc.constantFrom('x', 'é', ' ', '7', ','), maxLength: 3 });
    const table = fc.integer({ min: 1, max: 5 }).chain((width) =>
      fc.record({
        rows: fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 8 }),
        chosen: fc.subarray(Array.from({ length: width }, (_, i) => `c${i}`)),
        lineEnd: fc.constantFrom('\n', '\r\n'),
      }),
    );
    let compared = 0;
    fc.assert(
      fc.property(table, ({ rows, chosen, lineEnd }) => {
        // A row of one empty value is a blank line.
        const kept = rows.filter((row) => row.length > 1 || row[0] !== '');
        const header = Array.from({ length: rows[0]?.length ?? 5 }, (_, i) => `c${i}`);
        const text = [header, ...rows].map((fields) => fields.join('\t') + lineEnd).join('');
        const column = (name: string) => kept.map((row) => row[header.indexOf(name)] || null);
        const wanted = chosen.filter((name) => header.includes(name));
        expect(read(text, ...wanted)).toEqual(Object.fromEntries(wanted.map((name) => [name, column(name)])));
        compared += kept.length * wanted.length;
      }),
    );
    expect(compared).toBeGreaterThan(100);
  });
});
