import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { geneTokens, idColumns, symbolColumns, type VarColumn } from '../../src/h5ad/gene-tokens.js';

const hgnc = new Map([
  ['ENSG00000141510', 'TP53'],
  ['ENSG00000143632', 'ACTA1'],
  ['ENSG00000002586', 'CD99'],
]);

const token = (name: string, var_: Record<string, string | null> = {}, table?: Map<string, string>) =>
  geneTokens(
    [name],
    Object.entries(var_).map(([column, value]) => ({ name: column, values: [value] })),
    table,
  ).tokens[0];

describe('the gene token of a column', () => {
  it('is the HGNC symbol of the Ensembl id in the index, before every other name', () => {
    expect(token('ENSG00000141510', { feature_name: 'P53' }, hgnc)).toBe('TP53');
    expect(token('ENSG00000141510', { gene_ids: 'ENSG00000143632' }, hgnc)).toBe('TP53');
  });

  it('is found by ids with a version and those of the pseudoautosomal region of Y', () => {
    expect(token('ENSG00000141510.18', {}, hgnc)).toBe('TP53');
    expect(token('ENSG00000002586.20_PAR_Y', {}, hgnc)).toBe('CD99');
    expect(token('ENSG00000002586_PAR_Y', {}, hgnc)).toBe('CD99');
    expect(token('ENSG00000002586_PAR_X', {}, hgnc)).toBe('ENSG00000002586_PAR_X');
  });

  it('is found by the columns of ids in their order, where HGNC does not have the index', () => {
    expect(idColumns).toEqual(['gene_ids', 'ensembl_id', 'gene_id']);
    expect(token('TP53-old', { gene_ids: 'ENSG00000141510' }, hgnc)).toBe('TP53');
    const both = { gene_id: 'ENSG00000143632', ensembl_id: 'ENSG00000141510', gene_ids: 'ENSG00000000000' };
    expect(token('ENSG99999999999', both, hgnc)).toBe('TP53');
    expect(token('ENSG99999999999', { gene_ids: null, feature_name: 'X1' }, hgnc)).toBe('X1');
  });

  it('is the first usable symbol of var, in the order of the columns, where HGNC has none', () => {
    const order = [
      'feature_name',
      'gene_symbols',
      'gene_symbol',
      'gene_short_name',
      'gene_name',
      'symbol',
    ] as const;
    expect(symbolColumns).toEqual(order);
    for (const [place, column] of order.entries()) {
      const unusable = ['', null, 'two words', 'ENSMUSG00000000001', 'ENSDARG00000000002.3'];
      const before = order.slice(0, place).map((name, i) => [name, unusable[i % unusable.length]!]);
      const after = order.slice(place + 1).map((name) => [name, 'LATER']);
      const columns = Object.fromEntries([...after, [column, 'GENE'], ...before]);
      expect(token('INDEX', columns), column).toBe('GENE');
    }
    expect(token('INDEX', { names: 'OTHER' })).toBe('INDEX');
  });

  it('is never an Ensembl id of any kind or species', () => {
    const ids = [
      'ENSG00000141510',
      'ENSG00000141510.18',
      'ENSG00000002586.20_PAR_Y',
      'ENST00000269305',
      'ENSP00000269305',
      'ENSE00001146308',
      'ENSMUSG00000059552',
      'ENSDARG00000035559',
    ];
    expect(geneTokens(ids, [{ name: 'feature_name', values: ids }], undefined).tokens).toEqual(
      ids.map(() => ''),
    );
  });

  it('may begin with ENS where it is a symbol, or be a spike-in', () => {
    for (const name of ['ENSA', 'ENSAP1', 'ENSAP2', 'ENSAP3', 'ENSG0000014151', 'ERCC-00002', 'HLA-DRA']) {
      expect(token(name)).toBe(name);
    }
  });

  it('has no white space of any kind', () => {
    for (const space of [' ', '\t', '\n', '\r', '\v', '\f', '\x1c', '\x1f', '\x85', '\u00a0', '\u2028']) {
      expect(token(`A${space}B`)).toBe('');
      expect(token(`${space}A`)).toBe('');
    }
  });

  it('is not an HGNC symbol that is not usable', () => {
    const odd = new Map([['ENSG00000000001', 'not one word']]);
    expect(token('ENSG00000000001', { feature_name: 'ONE' }, odd)).toBe('ONE');
    expect(token('ENSG00000000001', {}, odd)).toBe('');
  });
});

/** Spelled-out reading of one column: all candidates in order, then the first that passes. */
function byCandidates(column: number, names: string[], columns: VarColumn[], table?: Map<string, string>) {
  const cell = (name: string) => columns.find((c) => c.name === name)?.values[column] ?? '';
  const isId = (text: string) => {
    const [id, ...more] = text.replace(/_PAR_Y$/, '').split('.');
    const species = id!.slice(3, -12);
    return (
      id!.startsWith('ENS') &&
      id!.length >= 15 &&
      'EGTP'.includes(id!.at(-12)!) &&
      [...id!.slice(-11)].every((digit) => digit >= '0' && digit <= '9') &&
      [...species].every((letter) => letter >= 'A' && letter <= 'Z') &&
      more.length <= 1 &&
      more.every((version) => version !== '' && [...version].every((digit) => digit >= '0' && digit <= '9'))
    );
  };
  const bare = (text: string) => text.replace(/_PAR_Y$/, '').split('.')[0]!;
  const byId = [names[column]!, cell('gene_ids'), cell('ensembl_id'), cell('gene_id')]
    .filter(isId)
    .map((id) => table?.get(bare(id)))
    .find((symbol) => symbol !== undefined);
  const candidates: [string, string][] = [
    ['hgnc', byId ?? ''],
    ...symbolColumns.map((name): [string, string] => ['symbol', cell(name)]),
    ['index', names[column]!],
  ];
  const usable = ([, text]: [string, string]) => text !== '' && text.split(/\s/).length === 1 && !isId(text);
  return candidates.find(usable) ?? ['leftOut', ''];
}

describe('the gene tokens of a file', () => {
  const word = fc.constantFrom(
    ...['', ' ', 'A', 'B', 'TP53', 'ENSA', 'ERCC-00002', 'a b', 'ENSG00000141510', 'ENSG00000141510.2'],
    ...[
      'ENSG00000002586.1_PAR_Y',
      'ENSMUSG00000059552',
      'ENSG00000143632.',
      'ENSG0000014363',
      'XENSG00000143632',
    ],
  );
  const columnName = fc.constantFrom(...symbolColumns, ...idColumns, 'other');

  it('are what the candidates in their order give, and the counts tell from where', () => {
    const sources = new Set<string>();
    const file = fc.integer({ min: 1, max: 8 }).chain((length) => {
      const values = fc.array(fc.option(word), { minLength: length, maxLength: length });
      return fc.record({
        names: fc.array(word, { minLength: length, maxLength: length }),
        columns: fc.uniqueArray(fc.record({ name: columnName, values }), { selector: ({ name }) => name }),
        table: fc.option(fc.constant(hgnc), { nil: undefined }),
      });
    });
    fc.assert(
      fc.property(file, ({ names, columns, table }) => {
        const { tokens, counts } = geneTokens(names, columns, table);
        const expected = names.map((_, column) => byCandidates(column, names, columns, table));
        for (const [source] of expected) sources.add(source!);
        expect(tokens).toEqual(expected.map(([, text]) => text));
        const from = (source: string) => expected.filter(([name]) => name === source).length;
        const used = tokens.filter((text) => text !== '');
        expect(counts).toEqual({
          total: names.length,
          hgnc: from('hgnc'),
          symbol: from('symbol'),
          index: from('index'),
          leftOut: from('leftOut'),
          repeated: used.filter((text, i) => used.indexOf(text) < i).length,
        });
      }),
      { numRuns: 1000 },
    );
    expect([...sources].toSorted()).toEqual(['hgnc', 'index', 'leftOut', 'symbol']);
  });
});
