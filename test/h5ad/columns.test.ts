import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicationColumns } from '../../src/h5ad/collections.js';
import { type GeneratedColumns, type ObsColumn, outputColumns } from '../../src/h5ad/columns.js';

const none: GeneratedColumns = { age: false, geneLists: [], datasetId: false, publication: false };
const all: GeneratedColumns = { age: true, geneLists: ['b', 'a'], datasetId: true, publication: true };
const text = (...names: string[]): ObsColumn[] => names.map((name) => ({ name, type: 'text' }));
const names = (obs: ObsColumn[], generated: GeneratedColumns) =>
  outputColumns(obs, generated).columns.map(({ name }) => name);

describe('the columns of the output', () => {
  it('are the generated ones, then those of obs in their order', () => {
    expect(names(text('z', 'a'), all)).toEqual([
      'cell_id',
      'cell_sentence',
      'age',
      'gene_sentence_b',
      'gene_sentence_a',
      'dataset_id',
      'collection_id',
      'publication_title',
      'publication_doi',
      'publication_description',
      'publication_contact_name',
      'publication_contact_email',
      'z',
      'a',
    ]);
    expect(names(text('z'), none)).toEqual(['cell_id', 'cell_sentence', 'z']);
  });

  it('have the types of their source, and only the sentences and ids always a value', () => {
    const types = ['text', 'categorical', 'boolean', 'integer', 'float'] as const;
    const { columns } = outputColumns(
      types.map((type) => ({ name: type, type })),
      all,
    );
    const types_ = Object.fromEntries(columns.map(({ name, type }) => [name, type]));
    expect(types_).toMatchObject({ text: 'utf8', categorical: 'utf8', boolean: 'boolean', integer: 'int64' });
    expect(types_).toMatchObject({
      float: 'float64',
      age: 'float64',
      cell_sentence: 'utf8',
      dataset_id: 'utf8',
    });
    expect(columns.filter(({ nullable }) => !nullable).map(({ name }) => name)).toEqual([
      'cell_id',
      'cell_sentence',
      'gene_sentence_b',
      'gene_sentence_a',
      'dataset_id',
    ]);
  });

  it('say where they come from', () => {
    const { columns } = outputColumns(text('age', 'tissue'), all);
    const source = (name: string) => columns.find((column) => column.name === name)?.source;
    expect(source('age')).toEqual({ kind: 'generated', what: 'age' });
    expect(source('age_original')).toEqual({ kind: 'obs', column: 'age' });
    expect(source('tissue')).toEqual({ kind: 'obs', column: 'tissue' });
    expect(source('gene_sentence_a')).toEqual({ kind: 'generated', what: 'gene_list' });
    for (const name of publicationColumns)
      expect(source(name)).toEqual({ kind: 'generated', what: 'publication' });
  });
});

describe('a column of obs whose name is taken', () => {
  it('is called original, and told of', () => {
    const { columns, renamed } = outputColumns(text('age', 'cell_id', 'donor_id'), all);
    expect(columns.slice(-3).map(({ name }) => name)).toEqual([
      'age_original',
      'cell_id_original',
      'donor_id',
    ]);
    expect(renamed).toEqual([
      { from: 'age', to: 'age_original' },
      { from: 'cell_id', to: 'cell_id_original' },
    ]);
  });

  it('gets a number if obs has the original as well, before or after it', () => {
    const after = text('age', 'age_original', 'age_original_2');
    expect(names(after, none).slice(2)).toEqual(['age_original_3', 'age_original', 'age_original_2']);
    expect(names(text('age_original', 'age'), none).slice(2)).toEqual(['age_original', 'age_original_2']);
  });

  it('is any of those that this output generates, and age in every one', () => {
    const obs = text('age', 'dataset_id', 'gene_sentence_a', 'publication_doi', 'gene_sentence_x');
    const kept = (generated: GeneratedColumns) => names(obs, generated).slice(-5);
    expect(kept(none)).toEqual(['age_original', ...obs.slice(1).map(({ name }) => name)]);
    expect(kept(all)).toEqual([
      'age_original',
      'dataset_id_original',
      'gene_sentence_a_original',
      'publication_doi_original',
      'gene_sentence_x',
    ]);
  });

  it('never makes two columns of one name, nor loses one', () => {
    const name = fc.constantFrom(
      ...['age', 'age_original', 'age_original_2', 'cell_id', 'cell_id_original', 'cell_sentence', 'tissue'],
      ...[
        'dataset_id',
        'collection_id',
        'collection_id_original',
        'gene_sentence_a',
        '__proto__',
        'constructor',
      ],
    );
    const obs = fc.uniqueArray(name).map((list) => text(...list));
    let renames = 0;
    fc.assert(
      fc.property(obs, fc.constantFrom(all, none), (list, generated) => {
        const { columns, renamed } = outputColumns(list, generated);
        expect(new Set(columns.map((column) => column.name)).size).toBe(columns.length);
        const ofObs = columns.flatMap(({ source }) => (source.kind === 'obs' ? source.column : []));
        expect(ofObs).toEqual(list.map((column) => column.name));
        renames += renamed.length;
        for (const { from, to } of renamed) expect(to).toMatch(new RegExp(`^${from}_original(_\\d+)?$`));
      }),
    );
    expect(renames).toBeGreaterThan(0);
  });
});
