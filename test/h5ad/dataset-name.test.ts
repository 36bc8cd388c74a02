import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datasetName, datasetNames, fileStem } from '../../src/h5ad/dataset-name.js';

describe('the name of a dataset', () => {
  it.each([
    ['my dataset', 'my_dataset'],
    ['dataset@special', 'dataset_special'],
    ['data  with   spaces', 'data_with_spaces'],
    ['dataset#$%^&*', 'dataset'],
    ['__a___b__', 'a_b'],
    ['10a7b3c4-7de7-4d5f-94a1-5bbd60a0b7d1', '10a7b3c4-7de7-4d5f-94a1-5bbd60a0b7d1'],
    ['v1.2-final', 'v1.2-final'],
    ['données_été', 'données_été'],
    ['donne\u0301es', 'données'],
    ['データ セット', 'データ_セット'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['a\\b:c\0d', 'a_b_c_d'],
  ])('of %j is %s', (stem, name) => {
    expect(datasetName(stem)).toBe(name);
  });

  it.each(['', '.', '..', '_', '___', '@#', ' . ', '_.._', '.gtk'])(
    'of %j, which would be no folder of its own, is dataset',
    (stem) => {
      expect(datasetName(stem)).toBe('dataset');
    },
  );

  it('names a folder of its own, and stays as it is when taken for a stem', () => {
    const odd = fc.constantFrom(
      '_',
      '.',
      '/',
      '\\',
      '\0',
      ' ',
      '@',
      'é',
      'e\u0301',
      '\ud800',
      '٣',
      '½',
      'ß',
      'a',
    );
    const stems = fc.oneof(fc.string({ unit: odd }), fc.string({ unit: 'binary' }), fc.string());
    fc.assert(
      fc.property(stems, (stem) => {
        const name = datasetName(stem);
        expect(name).not.toMatch(/^\.{0,2}$|[/\\\0\s]|__|^_|_$/);
        expect(name).toMatch(/^[\p{L}\p{Nd}_.-]+$/u);
        expect(datasetName(name)).toBe(name);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the stem of a file', () => {
  it('is its name without folder and .h5ad', () => {
    expect(fileStem('/data/my file.h5ad')).toBe('my file');
    expect(fileStem('a.b.h5ad')).toBe('a.b');
    expect(fileStem('/data/...h5ad')).toBe('..');
    expect(fileStem('.h5ad')).toBe('');
    expect(fileStem('x.h5ad.h5ad')).toBe('x.h5ad');
  });
});

describe('the names of several datasets', () => {
  it('get a number where an earlier file has the name, with a warning', () => {
    const { names, warnings } = datasetNames(['/d/a b.h5ad', '/d/a_b.h5ad', '/d/a@b.h5ad', '/d/c.h5ad']);
    expect(names).toEqual(['a_b', 'a_b_2', 'a_b_3', 'c']);
    expect(warnings).toEqual([
      '/d/a_b.h5ad becomes a_b_2: an earlier file becomes a_b',
      '/d/a@b.h5ad becomes a_b_3: an earlier file becomes a_b',
    ]);
  });

  it('differ even if a file is called like a numbered one', () => {
    expect(datasetNames(['a b.h5ad', 'a_b.h5ad', 'a_b_2.h5ad']).names).toEqual(['a_b', 'a_b_2', 'a_b_2_2']);
    expect(datasetNames(['a_b_2.h5ad', 'a b.h5ad', 'a_b.h5ad']).names).toEqual(['a_b_2', 'a_b', 'a_b_3']);
  });

  it('all differ, and the first file of a name has it unchanged', () => {
    const stems = fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '_', '2', '.'), maxLength: 4 }));
    fc.assert(
      fc.property(stems, (list) => {
        const { names, warnings } = datasetNames(list.map((stem) => `${stem}.h5ad`));
        expect(new Set(names).size).toBe(list.length);
        expect(warnings.length).toBe(names.filter((name, i) => name !== datasetName(list[i]!)).length);
        if (list.length > 0) expect(names[0]).toBe(datasetName(list[0]!));
      }),
    );
  });
});
