import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CardFacts, datasetCard } from '../../../src/h5ad/hub/card.js';

const facts: CardFacts = {
  name: 'pbmc',
  source: '/home/me/secret place/pbmc.h5ad',
  license: 'cc-by-4.0',
  version: '0.1.0',
  options: [
    { name: '--seed', value: '42' },
    { name: '--hgnc', value: '/home/me/secret place/hgnc.tsv' },
    { name: '--gene-lists-dir', value: '/a/one,~/b/two, file:///c/three,d/four' },
  ],
  genes: 2000,
  topGenes: 1000,
  columns: [
    { name: 'cell_id', type: 'string', description: 'index of the cell in the source' },
    { name: 'age', type: 'float64', description: 'years' },
    { name: 'n', type: 'int64', description: '' },
    { name: 'is_primary|`data`', type: 'bool', description: 'a | b <script>' },
  ],
  splits: [
    {
      name: 'train',
      files: ['train/chunk_0000.parquet', 'train/chunk_0001.parquet'],
      cells: 900,
      bytes: 5000,
      donors: 9,
      ages: { cells: 800, min: 1 / 3, median: 22.5, max: 80 },
    },
    { name: 'test', files: ['test/chunk_0000.parquet'], cells: 100, bytes: 700, donors: 1 },
  ],
};

/** The header as a reader of YAML sees it, and the text below it. */
function divide(card: string, version: '1.1' | '1.2' = '1.1') {
  const [, header, body] = /^---\n(.*?\n)---\n\n(.*)$/s.exec(card)!;
  return { header: parse(header!, { version }), body: body! };
}

const card = (changed: Partial<CardFacts> = {}) => datasetCard({ ...facts, ...changed });

describe('the header of a dataset card', () => {
  it('makes the splits loadable and describes them', async () => {
    expect(divide(await card()).header).toEqual({
      pretty_name: 'pbmc',
      license: 'cc-by-4.0',
      tags: ['biology', 'single-cell', 'transcriptomics', 'cell2sentence'],
      size_categories: ['1K<n<10K'],
      configs: [
        {
          config_name: 'default',
          data_files: [
            { split: 'train', path: 'train/*.parquet' },
            { split: 'test', path: 'test/*.parquet' },
          ],
        },
      ],
      dataset_info: {
        features: [
          { name: 'cell_id', dtype: 'string' },
          { name: 'age', dtype: 'float64' },
          { name: 'n', dtype: 'int64' },
          { name: 'is_primary|`data`', dtype: 'bool' },
        ],
        splits: [
          { name: 'train', num_examples: 900 },
          { name: 'test', num_examples: 100 },
        ],
        download_size: 5700,
      },
    });
  });

  it('takes the places of the files as they are, and leaves out what is not there', async () => {
    const unsplit = [{ name: 'train', files: ['data/a.parquet', 'data/b.parquet'], cells: 5, bytes: 1 }];
    const empty = { name: 'test', files: [], cells: 0, bytes: 0 };
    const { header } = divide(await card({ license: undefined, splits: [...unsplit, empty] }));
    expect(header.configs[0].data_files).toEqual([{ split: 'train', path: 'data/*.parquet' }]);
    expect(header.dataset_info.splits).toEqual([{ name: 'train', num_examples: 5 }]);
    expect(header).not.toHaveProperty('license');
    const scattered = [{ name: 'train', files: ['a/1.parquet', 'b/2.parquet'], cells: 5, bytes: 1 }];
    expect(divide(await card({ splits: scattered })).header.configs[0].data_files).toEqual([
      { split: 'train', path: ['a/1.parquet', 'b/2.parquet'] },
    ]);
  });

  it.each([
    [1, 'n<1K'],
    [999, 'n<1K'],
    [1000, '1K<n<10K'],
    [50_000, '10K<n<100K'],
    [999_999, '100K<n<1M'],
    [2e6, '1M<n<10M'],
    [5e7, '10M<n<100M'],
    [5e8, '100M<n<1B'],
    [1e12, 'n>1T'],
  ])('puts %i cells into the bucket %s', async (cells, bucket) => {
    const { header } = divide(await card({ splits: [{ ...facts.splits[0]!, cells }] }));
    expect(header.size_categories).toEqual([bucket]);
  });

  it('gives back any name, whichever version of YAML it is read as', async () => {
    const odd = [
      'yes',
      'No',
      'null',
      '~',
      '1e3',
      '0x1F',
      '012',
      '1:30',
      '2024-01-01',
      '- a',
      '#',
      '---',
      'a: b',
      '"',
      "'",
      '=',
      '<<',
      '\x7f\x85\x9f',
    ];
    const text = fc.oneof(fc.constantFrom(...odd), fc.string(), fc.string({ unit: 'grapheme' }));
    await fc.assert(
      fc.asyncProperty(text, text, async (name, column) => {
        const columns = [{ name: column, type: 'string' as const, description: '' }];
        for (const version of ['1.1', '1.2'] as const) {
          const { header } = divide(await card({ name, columns }), version);
          expect(header.pretty_name).toBe(name);
          expect(header.dataset_info.features).toEqual([{ name: column, dtype: 'string' }]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the text of a dataset card', () => {
  it('tells what the dataset is and how it was made, without folders of the machine', async () => {
    const { body } = divide(await card());
    expect(body).toContain('# pbmc\n');
    expect(body).toContain('- Source: `pbmc.h5ad`\n- Cells: 1000\n- Genes in the source: 2000\n');
    expect(body).toContain('| `train` | 900 | 9 | 800 | 0.33 / 22.5 / 80 |\n| `test` | 100 | 1 | 0 |  |\n');
    expect(body).toContain(
      '| `cell_id` | string | index of the cell in the source |\n| `age` | float64 | years |\n',
    );
    expect(body).toContain('With gtk 0.1.0 and these options:\n\n- `--seed`: `42`\n- `--hgnc`: `hgnc.tsv`\n');
    expect(body).toContain('- `--gene-lists-dir`: `one,two,three,d/four`\n');
    expect(body).toContain('at most 1000');
    expect(body).not.toMatch(/home|secret/);
    expect(divide(await card({ topGenes: 0, options: [] })).body).not.toMatch(/at most|these options/);
  });

  it('shows the text of others as it is', async () => {
    const { body } = divide(await card({ name: '*a* [b](http://c) <d>\n# e' }));
    expect(body).toContain('# \\*a\\* \\[b\\](http://c) \\<d\\> \\# e\n');
    // A bar would end the cell of a table, even in a code span; a backtick the span.
    expect(body).toContain('| `` is_primary\\|`data` `` |');
    expect(body).toContain('| bool | a \\| b \\<script\\> |');
  });

  it('is the same for the same facts', async () => {
    expect(await card()).toBe(await card());
  });
});
