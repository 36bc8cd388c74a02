import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { filesBelow, gtk, temporaryFolder } from '../run-gtk.js';
import { bgzf, gz, text, zstd } from './packed-records.js';
import { refusal } from './refusal.js';

const pl = createRequire(import.meta.url)('nodejs-polars') as typeof import('nodejs-polars').default;
const folder = temporaryFolder();
const copyAgain = 'Copy or download the file again';
const protein = `>p1\n${'MKLVFWEERILQPDSTAGHYNC'.repeat(9)}\n`;

function save(name: string, content: string | Uint8Array): string {
  writeFileSync(path.join(folder, name), content);
  return name;
}

beforeAll(() => {
  save('good.fa', '>a\nATGGCCTAA\n');
  save('protein.fa', protein);
});

describe('A compressed file that is cut short', () => {
  const whole = { gzip: gz, BGZF: bgzf, zstd: zstd };
  const places = [
    ['in its head', 0],
    ['early', 0.05],
    ['in the middle', 0.5],
    ['late', 0.99],
  ] as const;
  const all = Object.entries(whole).flatMap(([format, bytes]) =>
    places.map(([place, share]) => ({
      format,
      place,
      bytes: bytes.subarray(0, Math.max(20, Math.floor(share * bytes.length))),
    })),
  );
  test.each(all)('$format cut $place is refused', async ({ format, place, bytes }) => {
    const name = save(`cut-${format}-${place.replaceAll(' ', '-')}.fa`, bytes);
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toContain(
      `${name} is cut short: the ${format} stream ends at byte ${bytes.length}`,
    );
    expect(told.remedy).toContain(copyAgain);
  });

  test('BGZF without its end block is whole blocks, and yet refused', async () => {
    const name = save('no-end.fa.gz', bgzf.subarray(0, bgzf.length - 28));
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toContain(`${name} is cut short: the BGZF stream ends at byte ${bgzf.length - 28}`);
  });

  test('standard input cut short is refused by that name', async () => {
    const input = gz.subarray(0, gz.length >> 1);
    const told = await refusal(folder, ['codon', '-', '--out', 'out'], 3, { input });
    expect(told.sentence).toContain('standard input is cut short: the gzip stream ends at byte');
  });

  test('empty standard input is refused by that name', async () => {
    const told = await refusal(folder, ['codon', '-', '--out', 'out'], 3);
    expect(told.sentence).toContain('standard input is empty');
  });
});

describe('A Parquet file that', () => {
  const parquet = (name: string, columns: Record<string, unknown[]>) => {
    pl.DataFrame(columns).writeParquet(path.join(folder, name));
    return name;
  };

  test('lacks the column sequence is refused with the columns it has', async () => {
    const name = parquet('other.parquet', { id: ['a'], bases: ['ATG'] });
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toContain('other.parquet has no string column named sequence: found id, bases');
    expect(told.remedy).toBe('Rename the column that holds the sequences to sequence.');
  });

  test('has numbers in that column is refused with their type', async () => {
    const name = parquet('numbers.parquet', { sequence: [1, 2] });
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toMatch(/no string column named sequence: found sequence of type \w+/);
  });

  test('has whole FASTA records in that column is refused with the row', async () => {
    const name = parquet('records.parquet', { sequence: ['ATG', '>b\nATG'] });
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toContain("records.parquet holds no bare sequences: row 2 begins with '>'");
  });

  test('has proteins in that column is refused with the row', async () => {
    const name = parquet('protein.parquet', { sequence: ['ATG', 'MKLVFWEERILQPDSTAGHYNC'.repeat(4)] });
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toContain('protein.parquet holds protein: row 2 has');
  });

  test('is cut short is refused', async () => {
    const bytes = readFileSync(path.join(folder, parquet('whole.parquet', { sequence: ['ATG'.repeat(50)] })));
    const name = save('cut.parquet', bytes.subarray(0, bytes.length - 9));
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toContain(
      `cut.parquet is cut short: the Parquet stream ends at byte ${bytes.length - 9}`,
    );
  });
});

describe('A file that is bad only further on', () => {
  test('a plain file is refused with the line, and what was there before is left alone', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) =>
      i % 2 === 0 ? `>gene${i / 2}` : 'ATGGCC'.repeat(9),
    );
    lines[50_001] = 'ATGGCC\0GCC';
    const name = save('late.fa', `${lines.join('\n')}\n`);
    const told = await refusal(folder, ['codon', name, '--out', 'out', '--batch-size', '1000'], 3);
    expect(told.sentence).toContain('late.fa is not text: line 50002 has byte 0x00, expected letters');
  });

  test('a compressed file is refused with the byte of its text', async () => {
    const bad = Buffer.from(text);
    bad[text.length - 9] = 0;
    const told = await refusal(folder, ['codon', save('late.fa.gz', gzipSync(bad)), '--out', 'out'], 3);
    expect(told.sentence).toContain(
      `late.fa.gz is not text: byte ${text.length - 9} of the uncompressed text has byte 0x00`,
    );
  });

  test('an output folder that was there keeps what was in it, and gets nothing new', async () => {
    mkdirSync(path.join(folder, 'kept'));
    save('kept/notes.txt', 'mine');
    save('half.fa.gz', gz.subarray(0, gz.length >> 1));
    await refusal(folder, ['codon', 'half.fa.gz', '--out', 'kept'], 3);
    await refusal(folder, ['codon', 'half.fa.gz', '--out', 'kept/deep/down'], 3);
    expect([...filesBelow(path.join(folder, 'kept'))]).toEqual([['notes.txt', Buffer.from('mine')]]);
  });

  test('a bad file among good ones fails the whole run', async () => {
    save('second.fa', '>b\nATGTTT\n');
    for (const bad of ['protein.fa', 'half.fa.gz']) {
      const told = await refusal(folder, ['codon', 'good.fa', bad, 'second.fa', '--out', 'out'], 3);
      expect(told.sentence).toContain(bad);
    }
  });

  test('a finished run of other inputs survives a refused one beside it', async () => {
    const first = await gtk(['codon', 'good.fa', '--out', 'stands', '--quiet'], { cwd: folder });
    expect(first).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const before = filesBelow(path.join(folder, 'stands'));
    const told = await refusal(folder, ['codon', 'protein.fa', '--out', 'stands'], 2);
    expect(told.sentence).toContain('was started differently');
    expect(filesBelow(path.join(folder, 'stands'))).toEqual(before);
  });
});
