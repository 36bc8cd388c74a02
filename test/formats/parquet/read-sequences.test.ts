import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sniff } from '../../../src/formats/fasta/sniff.js';
import { openText, type TextOptions } from '../../../src/formats/fasta/text.js';
import { collect } from '../streams.js';

const pl = createRequire(import.meta.url)('nodejs-polars') as typeof import('nodejs-polars').default;
const folder = mkdtempSync(path.join(tmpdir(), 'gtk-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sequences = Array.from({ length: 3000 }, (_, i) =>
  i % 500 === 7 ? null : 'ACGTTGAC'.repeat((i * 7) % 40),
);
const ids = sequences.map((_, i) => `seq ${i} é`);
const fasta = (names: (string | number)[], values: (string | null)[] = sequences) =>
  values.map((value, i) => `>${names[i]}\n${value ?? ''}\n`).join('');
const numbers = sequences.map((_, i) => i + 1);

async function read(file: string, options?: TextOptions): Promise<string> {
  const sniffed = await sniff(file);
  expect(sniffed).toMatchObject({ format: 'parquet', start: 0 });
  return (await collect(openText(file, sniffed, options))).toString();
}

let files = 0;
const newFile = () => path.join(folder, `${files++}.parquet`);

function polars(columns: Record<string, unknown[]>, compression = 'zstd'): string {
  const file = newFile();
  pl.DataFrame(columns).writeParquet(file, { compression: compression as 'zstd' });
  return file;
}

let duckdb: Awaited<ReturnType<DuckDBInstance['connect']>>;
beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create()).connect();
});

async function fromSql(select: string, options = ''): Promise<string> {
  const file = newFile();
  await duckdb.run(`COPY (${select}) TO '${file}' (FORMAT parquet${options && `, ${options}`})`);
  return file;
}

describe.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])('Parquet with %s', (codec) => {
  it('from polars gives the FASTA text of its rows', async () => {
    expect(await read(polars({ seq_id: ids, sequence: sequences }, codec))).toBe(fasta(ids));
  });

  it.each(['V1', 'V2'])(
    'from DuckDB in row groups, pages %s, gives the text of its rows',
    async (version) => {
      const select = `SELECT 'r' || i AS id, repeat('ACGTGGCA', (i * 31 % 60)::INT) || (i % 7) AS sequence
      FROM range(9000) t(i)`;
      const file = await fromSql(
        select,
        `COMPRESSION ${codec}, ROW_GROUP_SIZE 2048, PARQUET_VERSION ${version}`,
      );
      const rows = Array.from(
        { length: 9000 },
        (_, i) => `>r${i}\n${'ACGTGGCA'.repeat((i * 31) % 60)}${i % 7}\n`,
      );
      expect(await read(file)).toBe(rows.join(''));
    },
  );
});

describe('the columns', () => {
  it('give the number of the row as name where none holds one', async () => {
    expect(await read(polars({ sequence: sequences, length: numbers }))).toBe(fasta(numbers));
  });

  it('may be seq_id, which goes before id, and may be numbers', async () => {
    const file = await fromSql("SELECT 'no' AS id, 7 + i AS seq_id, 'ACGT' AS sequence FROM range(2) t(i)");
    expect(await read(file)).toBe('>7\nACGT\n>8\nACGT\n');
  });

  it('may hold sequences as bytes, and names that are null', async () => {
    const file = await fromSql("SELECT NULL::VARCHAR AS id, 'ACGT'::BLOB AS sequence FROM range(2)");
    expect(await read(file)).toBe('>1\nACGT\n>2\nACGT\n');
  });

  it('may repeat values, which Parquet then stores once', async () => {
    const file = await fromSql("SELECT 'AC' || repeat('G', (i % 3)::INT) AS sequence FROM range(5000) t(i)");
    const rows = Array.from({ length: 5000 }, (_, i) => `>${i + 1}\nAC${'G'.repeat(i % 3)}\n`);
    expect(await read(file)).toBe(rows.join(''));
  });

  it.each([
    ['is missing', "SELECT 'a' AS id, 'ACGT' AS seq", 'found id, seq'],
    ['is a number', 'SELECT 5::BIGINT AS sequence', 'found sequence of type'],
    ['is a list', "SELECT ['ACGT'] AS sequence", 'found sequence of type'],
    ['is a structure', "SELECT {'sequence': 'ACGT'} AS s", 'found s'],
  ])('are refused when sequence %s', async (_, select, message) => {
    const file = await fromSql(select);
    await expect(sniff(file)).rejects.toMatchObject({ code: 'GTK_NO_COLUMN', exitStatus: 3 });
    await expect(sniff(file)).rejects.toThrow(message);
  });
});

describe('a row is one record', () => {
  it('whatever line breaks its values hold', async () => {
    const file = polars({ id: ['a\n>b', 'c\r\nd'], sequence: ['AC\n>GT\nAC', '\r\nAC\r\nGT\r'] });
    expect(await read(file)).toBe('>a >b\nAC>GTAC\n>c  d\nACGT\n');
  });

  it.each(['>x\nACGT', '\n>x', ';ACGT'])('so a sequence like %j is refused', async (sequence) => {
    const reading = read(polars({ sequence: ['ACGT', sequence] }));
    await expect(reading).rejects.toMatchObject({ code: 'GTK_NOT_BASES' });
    await expect(read(polars({ sequence: ['ACGT', sequence] }))).rejects.toThrow('row 2 begins with');
  });

  it('longer than a chunk of text as well', async () => {
    const long = 'ACGTTGCAGT'.repeat(350_000);
    expect(
      (await read(polars({ sequence: ['AC', long, 'GT'] }))) === fasta([1, 2, 3], ['AC', long, 'GT']),
    ).toBe(true);
  });
});

it('Parquet that holds protein, or no row, is refused', async () => {
  const protein = polars({ id: ['a', 'b'], sequence: ['ACGT', 'MKTAYIAKQRQISFVKSHFSRQ'] });
  await expect(read(protein)).rejects.toThrow(/holds protein: row 2 has the letter 'I'/);
  await expect(read(await fromSql("SELECT 'ACGT' AS sequence LIMIT 0"))).rejects.toMatchObject({
    code: 'GTK_EMPTY_INPUT',
  });
});

it('tells the memory of the largest row group, as DuckDB reads it from the metadata', async () => {
  const file = await fromSql(
    "SELECT repeat('ACGTGGTC', (i % 97)::INT) || i AS sequence, i AS other FROM range(9000) t(i)",
    'ROW_GROUP_SIZE 2048',
  );
  const rows = await duckdb.runAndReadAll(
    `SELECT max(bytes)::INT AS most FROM (SELECT sum(total_compressed_size + total_uncompressed_size) AS bytes
     FROM parquet_metadata('${file}') WHERE path_in_schema = 'sequence' GROUP BY row_group_id)`,
  );
  expect((await sniff(file)).rowGroupBytes).toBe(rows.getRowObjects()[0]!.most);
});

it('a row group beyond the budget is refused, one within it is read', async () => {
  const file = await fromSql(
    "SELECT repeat('ACGTGGTC', 1000) || i AS sequence FROM range(4096) t(i)",
    'ROW_GROUP_SIZE 2048',
  );
  await expect(read(file, { budgetBytes: 1 << 20 })).rejects.toMatchObject({
    code: 'GTK_TOO_LARGE',
    exitStatus: 4,
  });
  expect((await read(file, { budgetBytes: 40 << 20 })).length).toBeGreaterThan(32_000_000);
});

describe('a Parquet file that is cut', () => {
  const cut = (file: string, length: number) => {
    const other = newFile();
    writeFileSync(other, readFileSync(file).subarray(0, length));
    return other;
  };

  it('anywhere is noticed before anything is read', async () => {
    const file = polars({ id: ['a', 'b'], sequence: ['ACGT', 'GGCC'] });
    const { length } = readFileSync(file);
    expect(length).toBeGreaterThan(200);
    for (let at = 4; at < length; at += 3) {
      await expect(sniff(cut(file, at)), `cut at ${at}`).rejects.toMatchObject({ code: 'GTK_TRUNCATED' });
    }
  });
});

it('damage in a compressed page or the footer is an error of this file', async () => {
  const file = polars({ sequence: sequences });
  const whole = readFileSync(file);
  const codes = new Set<string>();
  for (let at = 4; at < whole.length; at += 97) {
    const damaged = Buffer.from(whole);
    damaged[at] ^= 0xff;
    const other = newFile();
    writeFileSync(other, damaged);
    const code = await sniff(other)
      .then((sniffed) => collect(openText(other, sniffed, { budgetBytes: 1 << 28 })))
      .then(
        () => 'read',
        (error) => error.code ?? String(error),
      );
    codes.add(code);
  }
  expect(codes).toContain('GTK_CORRUPT');
  // Pages have no checksum that every writer fills in, so some damage reads as other letters.
  const allowed = [
    'read',
    'GTK_CORRUPT',
    'GTK_TRUNCATED',
    'GTK_NO_COLUMN',
    'GTK_UNREADABLE',
    'GTK_TOO_LARGE',
    'GTK_BINARY',
  ];
  expect([...codes].filter((code) => !allowed.includes(code))).toEqual([]);
});

it('bytes read are reported, and add up to the size of the columns', async () => {
  const file = await fromSql(
    "SELECT repeat('ACGTGGTC', 100) || i AS sequence FROM range(9000) t(i)",
    'ROW_GROUP_SIZE 2048',
  );
  let bytes = 0;
  await read(file, { onBytes: (more) => (bytes += more) });
  const size = readFileSync(file).length;
  expect(bytes).toBeGreaterThan(size * 0.8);
  expect(bytes).toBeLessThan(size);
});
