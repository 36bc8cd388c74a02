import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { GtkError } from '../../src/errors.js';
import { isUuid, type Publication, publicationColumns, readCollections } from '../../src/h5ad/collections.js';
import { duckdb } from '../agreement/table-readers.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();

function file(name: string, content: string | Uint8Array): string {
  const where = path.join(folder, name);
  writeFileSync(where, content);
  return where;
}

async function refusal(where: string): Promise<GtkError> {
  const error = await readCollections(where).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(GtkError);
  return error;
}

const ids = ['b3e2c6e3-9b05-4da9-8f42-da38a664b45b', '1b350d0a-4535-4879-beb6-1142f3f94947'];
const rows = [
  {
    dataset_id: ids[0]!,
    collection_id: 'c-1',
    title: 'Aging: an "atlas"',
    doi: '10.1/x',
    description: 'Cells; all of them',
    contact_name: 'Ä. Author',
    contact_email: 'a@example.org',
  },
  {
    dataset_id: ids[1]!,
    collection_id: 'c-2',
    title: 'Second',
    doi: null,
    description: '',
    contact_name: null,
    contact_email: null,
  },
];
const first = {
  collection_id: 'c-1',
  publication_title: 'Aging: an "atlas"',
  publication_doi: '10.1/x',
  publication_description: 'Cells; all of them',
  publication_contact_name: 'Ä. Author',
  publication_contact_email: 'a@example.org',
};
const second = {
  collection_id: 'c-2',
  publication_title: 'Second',
  publication_doi: null,
  publication_description: null,
  publication_contact_name: null,
  publication_contact_email: null,
};
const both = new Map<string, Publication>([
  [ids[0]!, first],
  [ids[1]!, second],
]);

const names = Object.keys(rows[0]!) as (keyof (typeof rows)[number])[];
const tsv = (header: string[] = names) => {
  const lines = [header, ...rows.map((row) => names.map((name) => row[name] ?? ''))];
  return lines.map((fields) => `${fields.join('\t')}\n`).join('');
};

describe('a table of collections', () => {
  it('may be JSON: a list, or one in an object', async () => {
    expect(await readCollections(file('list.json', JSON.stringify(rows)))).toEqual(both);
    const object = `\n ${JSON.stringify({ collections: rows }, undefined, 2)}`;
    expect(await readCollections(file('object.any', object))).toEqual(both);
    expect(await readCollections(file('list.json.gz', gzipSync(JSON.stringify(rows))))).toEqual(both);
  });

  it('may be JSON of collections with their datasets, as the curation service of CELLxGENE gives it', async () => {
    const collections = rows.map(({ dataset_id, title, ...collection }, i) => ({
      ...collection,
      name: title,
      datasets: [{ dataset_id, title: 'of the dataset' }, { dataset_id: `other-${i}` }],
    }));
    const found = await readCollections(file('nested.json', JSON.stringify(collections)));
    expect([...found.keys()]).toEqual([ids[0], 'other-0', ids[1], 'other-1']);
    expect(found.get(ids[0]!)).toEqual(first);
    expect(found.get('other-1')).toEqual(second);
  });

  it('may be TSV or Parquet, with either kind of names', async () => {
    expect(await readCollections(file('table.tsv', tsv()))).toEqual(both);
    const long = names.map((name, i) => (i < 2 ? name : `publication_${name}`));
    const table = file('long.tsv', tsv(long));
    expect(await readCollections(table)).toEqual(both);
    const parquet = path.join(folder, 'table.parquet');
    await duckdb(
      `COPY (SELECT * REPLACE (nullif(publication_doi, '') AS publication_doi), [1] AS nested, 7 AS cells
        FROM read_csv('${table}', delim = '\t', quote = '', all_varchar = true)) TO '${parquet}' (FORMAT parquet)`,
    );
    expect(await readCollections(parquet)).toEqual(both);
  });

  it('may lack columns, and the first row of a dataset counts', async () => {
    const found = await readCollections(
      file('few.tsv', 'doi\tdataset_id\n10.1/a\tx\n10.1/b\tx\n\ty\n10.1/c\t\n'),
    );
    expect([...found.keys()]).toEqual(['x', 'y']);
    const empty = Object.fromEntries(publicationColumns.map((name) => [name, null]));
    expect(found.get('x')).toEqual({ ...empty, publication_doi: '10.1/a' });
    expect(found.get('y')).toEqual(empty);
  });

  it('is refused if it is none', async () => {
    const found = async (name: string, content: string) => {
      const error = await refusal(file(name, content));
      expect(error.code).toBe('GTK_COLLECTIONS');
      return error.message;
    };
    expect(await found('empty.json', '')).toContain('found an empty file');
    expect(await found('broken.json', '[{"dataset_id": 1')).toContain('found what is no JSON (');
    expect(await found('object.json', '{"items": []}')).toContain('without a list named collections');
    expect(await found('numbers.json', '[{"dataset_id": "x"}, 5]')).toContain(
      'JSON whose item 2 is no object',
    );
    expect(await found('none.json', '[{"id": "x", "datasets": [null]}]')).toContain('found no dataset_id');
    expect(await found('other.tsv', 'id\ttitle\n1\t2\n')).toContain('found the columns id, title, expected');
    expect(await found('alone.tsv', 'dataset_id\ncells\n')).toContain(
      'found the columns dataset_id, expected',
    );
    const broken = 'dataset_id\tdescription\tdoi\nx\tfirst line\nsecond line\t10.1/x\n';
    expect(await found('broken.tsv', broken)).toContain('found row 1 that ends before its column doi');
  });
});

describe('the name of a file of CELLxGENE', () => {
  it('is a UUID', () => {
    for (const id of [...ids, ids[0]!.toUpperCase()]) expect(isUuid(id)).toBe(true);
    for (const name of [
      '',
      'pbmc3k',
      `${ids[0]}_2`,
      ` ${ids[0]}`,
      ids[0]!.replaceAll('-', ''),
      `${ids[0]}\n`,
    ]) {
      expect(isUuid(name), name).toBe(false);
    }
  });
});
