import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Dump, type DumpedColumn, dump } from '../formats/anndata/dump.js';
import { duckSchema } from '../h5ad/duck-query.js';
import { hasH5py, writeH5ads } from '../h5ad/h5ad-files.js';
import { chunkPaths, duckRows, type Row } from '../h5ad/read-output.js';
import { h5adDone, newFolder, newInputFolder, type Told } from '../h5ad/run-h5ad.js';
import { sample } from '../h5ad/samples.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const uuid = '3f50314f-bdc9-40c6-8e4a-b0901ebfbe4c';

const types = {
  text: 'VARCHAR',
  categorical: 'VARCHAR',
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
  float: 'DOUBLE',
};

/** What h5py reads of a column, as DuckDB should read it: null for what is missing. */
function valuesOf(column: DumpedColumn): unknown[] {
  if (column.type === 'categorical') return column.codes.map((code) => column.categories[code] ?? null);
  return column.values.map((value) => {
    if (value === null || value === 'NaN') return null;
    return column.type === 'integer'
      ? BigInt(value as string)
      : column.type === 'float'
        ? Number(value)
        : value;
  });
}

/** All rows of a dataset's one folder; every file in it has the one schema. */
async function table(out: string): Promise<{ schema: [string, string][]; rows: Row[] }> {
  const files = chunkPaths(path.join(out, 'chunks'));
  const schemas = await Promise.all(files.map(duckSchema));
  for (const schema of schemas) expect(schema).toEqual(schemas[0]);
  return { schema: schemas[0]!, rows: await duckRows(files) };
}

/** The columns of obs behind the generated ones are those that h5py reads, by these names. */
function expectObs(
  { schema, rows }: Awaited<ReturnType<typeof table>>,
  { obs }: Dump,
  generated: string[],
  renamed: Record<string, string> = {},
) {
  const name = (column: DumpedColumn) => renamed[column.name] ?? column.name;
  expect(schema.map(([name]) => name)).toEqual([...generated, ...obs.columns.map(name)]);
  expect(rows.map((row) => row.cell_id)).toEqual(obs.index);
  for (const column of obs.columns) {
    expect(schema.find(([found]) => found === name(column))![1]).toBe(types[column.type]);
    expect(rows.map((row) => row[name(column)])).toEqual(valuesOf(column));
  }
}

const everyKind = `
cells = 11
several = lambda *values: [values[i % len(values)] for i in range(cells)]
obs = {
    'zebra': categorical(several('b', None, 'a')),
    'never': categorical([None] * cells, []),
    'late': categorical([None] * 8 + ['x', None, 'y']),
    'is_primary': np.array(several(True, False, False)),
    'perhaps': nullable(several(True, None, False), bool, 'nullable-boolean'),
    'number': nullable(several(2**53 + 1, None, -2**63), 'i8', 'nullable-integer'),
    'small': np.array(several(-1, 2), 'i1'),
    'share': np.array(several(0.1, np.nan, np.inf, -0.0), 'f4'),
    'exact': several(0.1, 1e300),
    'note': several('', 'Ünï \\n tab\\t', 'nan'),
    'maybe': nullable(several('', None, 'nan'), TEXT, 'nullable-string-array'),
    'age': several(4, 5),
    'age_original': several('old', 'new'),
    'cell_id': several('p', 'q'),
    'dataset_id': several('own'),
    'development_stage': categorical(several('30-year-old stage', None, '6-month-old stage')),
}
for name in ['plain', 'kinds']:
    with h5ad(name + '.h5ad', cells, obs=obs) as file:
        file['obs'].attrs['column-order'] = np.array(list(obs)[::-1][3:], dtype=TEXT)
        # An array of two dimensions is no column.
        if name == 'kinds': file['obs/embedding'] = np.zeros((cells, 2))
h5ad('${uuid}.h5ad', obs={'dataset_id': ['own'] * 6, 'publication_doi': ['here'] * 6}).close()
`;

beforeAll(() => {
  if (hasH5py) writeH5ads(folder, everyKind);
});

describe.skipIf(!hasH5py)('The columns of a table', () => {
  let told: Told;
  const { cwd, input } = newInputFolder(folder);
  const out = (name: string) => path.join(cwd, 'data/output', name);
  const real = {
    anndatar_100x200_nullable: {},
    cxg_labels_320x143_oldcat: {},
    scp_mouse_150x123_ensmusg: { age: 'age_original' },
    scp_mouse_238x187_dense_oldcat: {},
  };
  beforeAll(async () => {
    copyFileSync(path.join(folder, `${uuid}.h5ad`), path.join(input, `${uuid}.h5ad`));
    for (const name of Object.keys(real))
      copyFileSync(sample(`${name}.h5ad`), path.join(input, `${name}.h5ad`));
    const all = ['--no-age-filter', '--skip-train-test-split', '--chunk-size'];
    [told] = (await h5adDone(cwd, [path.join(folder, 'kinds.h5ad'), ...all, '4'])) as [Told];
    await h5adDone(cwd, [...all, '80']);
  });

  test('hold every kind of value as h5py reads it, with nulls for what is missing', async () => {
    const found = await table(out('kinds'));
    expect(chunkPaths(path.join(out('kinds'), 'chunks'))).toHaveLength(3);
    const read = dump(path.join(folder, 'plain.h5ad'));
    const renamed = { age: 'age_original_2', cell_id: 'cell_id_original' };
    expectObs(found, read, ['cell_id', 'cell_sentence', 'age'], renamed);
    expect(found.rows.slice(0, 4).map(({ age }) => age)).toEqual([30, null, 0.5, 30]);
    expect(new Set(found.rows.map(({ never }) => never))).toEqual(new Set([null]));
    expect(found.rows.map(({ late }) => late).slice(-3)).toEqual(['x', null, 'y']);
  });

  test('are told to the user where they have another name or are left out', () => {
    const { summary } = told;
    expect(summary!.warnings).toEqual([
      'column age of obs is kept as age_original_2',
      'column cell_id of obs is kept as cell_id_original',
      'column embedding of obs is left out: an array of shape (11, 2) is no kind of column that is known',
    ]);
    expect(summary!.columns.map(({ name, type }) => `${name} ${type}`)).toEqual(
      expect.arrayContaining(['number int64', 'perhaps boolean', 'exact float64', 'never utf8']),
    );
  });

  test.each(Object.entries(real))('of the real file %s are those that h5py reads', async (name, renamed) => {
    const read = dump(path.join(input, `${name}.h5ad`));
    expect(read.obs.columns.length).toBeGreaterThan(0);
    expectObs(await table(out(name)), read, ['cell_id', 'cell_sentence', 'age'], renamed);
  });

  test('have the id of the dataset where the file is named by one', async () => {
    const { schema, rows } = await table(out(uuid));
    expect(schema.map(([name]) => name).slice(0, 5)).toEqual([
      ...['cell_id', 'cell_sentence', 'age', 'dataset_id', 'dataset_id_original'],
    ]);
    for (const row of rows) expect([row.dataset_id, row.dataset_id_original]).toEqual([uuid, 'own']);
  });
});

const publication = ['collection_id', 'publication_title', 'publication_doi', 'publication_description'];
const contact = ['publication_contact_name', 'publication_contact_email'];

describe.skipIf(!hasH5py)('The columns of a publication', () => {
  const collection = {
    collection_id: 'c1',
    name: 'A title, "quoted"',
    doi: '10.1/x',
    description: 'Two\nlines',
  };
  const kinds = [
    {
      kind: 'JSON of the service',
      content: JSON.stringify([
        { ...collection, contact_name: 'Ada', datasets: [{ dataset_id: uuid }, { dataset_id: 'other' }] },
      ]),
      values: ['c1', 'A title, "quoted"', '10.1/x', 'Two\nlines', 'Ada', null],
    },
    {
      kind: 'TSV',
      content: `dataset_id\tcollection_id\ttitle\tdoi\tdescription\tcontact_email\nother\tc0\tx\tx\tx\tx\n${uuid}\tc1\tA title\t\tOne line\ta@b.c\n`,
      values: ['c1', 'A title', null, 'One line', null, 'a@b.c'],
    },
    {
      kind: 'TSV without this dataset',
      content: 'dataset_id\ttitle\nother\tx\n',
      values: Array(6).fill(null),
    },
  ];
  test.each(kinds)('come from $kind', async ({ content, values }) => {
    const cwd = newFolder(folder);
    writeFileSync(path.join(cwd, 'collections'), content);
    const file = path.join(folder, `${uuid}.h5ad`);
    await h5adDone(cwd, [file, '--collections', 'collections', '--skip-train-test-split', '--no-age-filter']);
    const { schema, rows } = await table(path.join(cwd, 'data/output', uuid));
    expect(schema.map(([name]) => name)).toEqual([
      ...['cell_id', 'cell_sentence', 'age', 'dataset_id', ...publication, ...contact],
      ...['dataset_id_original', 'publication_doi_original'],
    ]);
    expect(rows).toHaveLength(6);
    for (const row of rows) {
      expect([...publication, ...contact].map((name) => row[name])).toEqual(values);
      expect([row.dataset_id, row.dataset_id_original, row.publication_doi_original]).toEqual([
        uuid,
        'own',
        'here',
      ]);
    }
    expect(schema.slice(4, 10).map(([, type]) => type)).toEqual(Array(6).fill('VARCHAR'));
  });
});
