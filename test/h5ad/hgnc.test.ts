import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { compress } from 'zstd-napi';
import { GtkError } from '../../src/errors.js';
import { readHgnc, writeHgncCache } from '../../src/h5ad/hgnc.js';
import { duckdb } from '../agreement/table-readers.js';
import { temporaryFolder, testData } from '../run-gtk.js';

const folder = temporaryFolder();
const completeSet = testData('hgnc/hgnc_complete_set.tsv.gz');
const parquet = path.join(folder, 'hgnc.parquet');

function file(name: string, content: string | Uint8Array): string {
  const where = path.join(folder, name);
  writeFileSync(where, content);
  return where;
}

const table = (...rows: string[][]) => rows.map((row) => `${row.join('\t')}\n`).join('');

async function refusal(where: string): Promise<GtkError> {
  const error = await readHgnc(where).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(GtkError);
  return error;
}

describe('the HGNC complete set', () => {
  beforeAll(async () => {
    await duckdb(
      `COPY (SELECT hgnc_id, symbol, name, status, ensembl_gene_id FROM
        read_csv('${completeSet}', delim = '\t', header = true, quote = '', all_varchar = true))
       TO '${parquet}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 10000)`,
    );
  });

  it('gives the mapping that awk makes of it', async () => {
    const program =
      'NR > 1 && $11 != "" && $2 != "" && $6 == "Approved" && !seen[$11]++ { print $11 "\t" $2 }';
    const lines = execFileSync('awk', ['-F', '\t', program], { input: gunzipSync(readFileSync(completeSet)) })
      .toString()
      .trimEnd()
      .split('\n');
    const symbolOf = await readHgnc(completeSet);
    expect([...symbolOf].map((row) => row.join('\t'))).toEqual(lines);
    expect(symbolOf.size).toBe(41_961);
    expect(symbolOf.get('ENSG00000230417')).toBe('LINC00595');
    expect(symbolOf.get('ENSG00000143420')).toBe('ENSA');
  });

  it('gives the same mapping in every form', async () => {
    const expected = await readHgnc(completeSet);
    const text = gunzipSync(readFileSync(completeSet));
    const forms = [
      file('plain.any', text),
      file('zstd.any', compress(text)),
      file('members.any', Buffer.concat([gzipSync(text.subarray(0, 1e6)), gzipSync(text.subarray(1e6))])),
      file('windows.any', `\uFEFF${text.toString().replaceAll('\n', '\r\n')}`),
      file('no-last-line-end.any', text.subarray(0, -1)),
      parquet,
    ];
    for (const form of forms) expect(await readHgnc(form), form).toEqual(expected);
  });

  it('is kept as a small table that gives the same mapping', async () => {
    const symbolOf = await readHgnc(completeSet);
    const cache = path.join(folder, 'cache.tsv');
    writeHgncCache(symbolOf, cache);
    const written = readFileSync(cache, 'utf8');
    expect(await readHgnc(cache)).toEqual(symbolOf);
    expect(written.split('\n').slice(0, 2)).toEqual(['ensembl_gene_id\tsymbol', 'ENSG00000000003\tTSPAN6']);
    writeHgncCache(new Map([...symbolOf].reverse()), cache);
    expect(readFileSync(cache, 'utf8')).toBe(written);
  });
});

describe('a table of HGNC', () => {
  it('may have the names of older exports', async () => {
    const old = [
      'HGNC ID',
      'Approved symbol',
      'Status',
      'Ensembl gene ID',
      'Ensembl ID(supplied by Ensembl)',
    ];
    const where = file(
      'old.txt',
      table(
        old,
        ['HGNC:1', 'A', 'Approved', 'ENSG1', 'ENSG9'],
        ['HGNC:2', 'B', 'Approved', '', 'ENSG2'],
        ['HGNC:3', 'C', 'Symbol Withdrawn', 'ENSG3', 'ENSG3'],
      ),
    );
    expect([...(await readHgnc(where))]).toEqual([
      ['ENSG1', 'A'],
      ['ENSG2', 'B'],
    ]);
    const supplied = table(['Ensembl gene ID(supplied by Ensembl)', 'Approved symbol'], ['ENSG4', 'D']);
    expect([...(await readHgnc(file('supplied.txt', supplied)))]).toEqual([['ENSG4', 'D']]);
  });

  it('has quotes around values left out, and the first row of an id counts', async () => {
    const where = file(
      'quoted.tsv',
      table(
        ['"symbol"', 'status', '"ensembl_gene_id"', 'more'],
        ['"A"', '', '"ENSG1"', '"x|y"'],
        ['B', '"Approved"', 'ENSG1'],
        ['C', 'Entry Withdrawn', 'ENSG2'],
        ['', 'Approved', 'ENSG3'],
        ['D', 'Approved', ''],
        ['E'],
        [],
        ['"F""1"', 'Approved', 'ENSG4', ''],
      ),
    );
    expect([...(await readHgnc(where))]).toEqual([
      ['ENSG1', 'A'],
      ['ENSG4', 'F"1'],
    ]);
  });

  it('is refused without its columns, with those that were found', async () => {
    const error = await refusal(
      file('other.tsv', table(['gene', 'symbol', 'x'.repeat(99)], ['1', '2', '3'])),
    );
    expect(error.code).toBe('GTK_HGNC');
    expect(error.message).toContain(
      `other.tsv is no HGNC table: found the columns gene, symbol, ${'x'.repeat(30)}…, expected the columns`,
    );
    const other = path.join(folder, 'other.parquet');
    await duckdb(`COPY (SELECT 'A' AS symbol, [1] AS ensembl_gene_id) TO '${other}' (FORMAT parquet)`);
    expect((await refusal(other)).message).toContain('found the columns symbol, expected');
  });

  it('is refused if it is none', async () => {
    const found = async (name: string, content: string | Uint8Array) => {
      const error = await refusal(file(name, content));
      expect(error.code).toBe('GTK_HGNC');
      return error.message;
    };
    expect(await found('empty.tsv', '')).toContain('found an empty file');
    expect(await found('empty.gz', gzipSync(''))).toContain('found an empty file');
    expect(await found('page.tsv', '<!DOCTYPE html>\n<html>')).toContain('found the columns <!DOCTYPE html>');
    expect(await found('archive.tsv', 'PK\x03\x04....')).toContain('found a zip archive');
    expect(await found('zeros.tsv', new Uint8Array(100))).toContain('found binary data');
    expect(await found('only-header.tsv', 'symbol\tensembl_gene_id\n')).toContain('found no row with both');
  });

  it('is refused if it is damaged or cut short', async () => {
    const whole = readFileSync(completeSet);
    expect((await refusal(file('cut.gz', whole.subarray(0, 1e6)))).code).toBe('GTK_TRUNCATED');
    expect((await refusal(file('bad.gz', whole.fill(0x55, 5e5, 5e5 + 100)))).code).toBe('GTK_CORRUPT');
    expect((await refusal(file('cut.parquet', readFileSync(parquet).subarray(0, -9)))).code).toBe(
      'GTK_CORRUPT',
    );
    expect((await refusal(path.join(folder, 'none.tsv'))).code).toBe('GTK_UNREADABLE');
    expect((await refusal(folder)).code).toBe('GTK_UNREADABLE');
  });

  it('in damaged Parquet is read or refused, never more', async () => {
    const small = path.join(folder, 'small.parquet');
    await duckdb(
      `COPY (SELECT 'ENSG' || i AS ensembl_gene_id, 'S' || i % 7 AS symbol FROM range(100) t(i))
       TO '${small}' (FORMAT parquet, COMPRESSION snappy)`,
    );
    const bytes = readFileSync(small);
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1 << (at % 8);
      try {
        expect((await readHgnc(file('damaged.parquet', damaged))).size).toBeLessThanOrEqual(100);
      } catch (error) {
        expect(error).toBeInstanceOf(GtkError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('is not written where it cannot be', () => {
    const where = path.join(folder, 'no-such-folder', 'cache.tsv');
    expect(() => writeHgncCache(new Map([['ENSG1', 'A']]), where)).toThrow(GtkError);
    expect(existsSync(where)).toBe(false);
  });

  it('keeps no symbol that is no word', async () => {
    const cache = path.join(folder, 'words.tsv');
    writeHgncCache(
      new Map([
        ['ENSG1', 'A\tB'],
        ['ENSG2', 'C'],
      ]),
      cache,
    );
    expect(readFileSync(cache, 'utf8')).toBe('ensembl_gene_id\tsymbol\nENSG2\tC\n');
  });
});
