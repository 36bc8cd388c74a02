import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenTable } from '../../src/h5ad/token-table.js';

const unpack = ({ bytes, offsets }: ReturnType<typeof tokenTable>) =>
  Array.from({ length: offsets.length - 1 }, (_, column) =>
    Buffer.from(bytes.subarray(offsets[column], offsets[column + 1])).toString('utf8'),
  );

describe('a table of tokens', () => {
  it('holds the UTF-8 of all tokens with their places', () => {
    const table = tokenTable(['CD4', '', 'β-actin', 'CD8A']);
    expect(Buffer.from(table.bytes).toString('utf8')).toBe('CD4β-actinCD8A');
    expect([...table.offsets]).toEqual([0, 3, 3, 11, 15]);
  });

  it('numbers tokens only where one repeats; columns without a token repeat none', () => {
    expect(tokenTable(['A', 'B', 'C']).groups).toBeUndefined();
    expect(tokenTable(['A', '', '', 'B']).groups).toBeUndefined();
    expect([...tokenTable(['A', 'B', 'A', '', 'C', 'B']).groups!]).toEqual([0, 1, 0, 2, 3, 1]);
  });

  it('may be empty', () => {
    expect([...tokenTable([]).offsets]).toEqual([0]);
  });

  it('gives back every token, and one number exactly to equal ones', () => {
    const token = fc.oneof(fc.constantFrom('A', 'B', ''), fc.string({ unit: 'grapheme' }));
    let repeats = 0;
    fc.assert(
      fc.property(fc.array(token), (tokens) => {
        const table = tokenTable(tokens);
        expect(unpack(table)).toEqual(tokens);
        const used = tokens.filter((text) => text !== '');
        expect(table.groups !== undefined).toBe(new Set(used).size < used.length);
        if (!table.groups) return;
        repeats++;
        for (const [i, a] of tokens.entries()) {
          expect(table.groups[i]).toBeLessThan(tokens.length);
          for (const [k, b] of tokens.entries()) expect(table.groups[i] === table.groups[k]).toBe(a === b);
        }
      }),
    );
    expect(repeats).toBeGreaterThan(0);
  });
});
