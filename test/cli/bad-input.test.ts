import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { compress } from 'zstd-napi';
import { bgzfOf } from '../formats/streams.js';
import { filesBelow, gtk, temporaryFolder } from '../run-gtk.js';
import { complaint, refusal } from './refusal.js';

const pl = createRequire(import.meta.url)('nodejs-polars') as typeof import('nodejs-polars').default;
const folder = temporaryFolder();

/** 3,000 records without pattern enough to be compressed away. */
const records = Array.from({ length: 3000 }, (_, i) => {
  const bases = Array.from(
    { length: 60 },
    (_, j) => 'ACGT'[(i * 31 + j * j * (i % 17) + ((i * j) >> 3)) & 3],
  );
  return `>gene${i}\n${bases.join('')}\n`;
});
const text = Buffer.from(records.join(''));
const blocks = [0, 1, 2, 3].map((i) => text.subarray((i * text.length) >> 2, ((i + 1) * text.length) >> 2));
const gz = gzipSync(text);
const bgzf = bgzfOf(blocks);
const zstd = compress(text, { checksumFlag: true });

function save(name: string, content: string | Uint8Array): string {
  writeFileSync(path.join(folder, name), content);
  return name;
}

const flipped = (bytes: Uint8Array, at: number) => {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0x55;
  return copy;
};

beforeAll(() => {
  save('good.fa', '>a\nATGGCCTAA\n');
});

interface Case {
  name: string;
  content: string | Uint8Array;
  /** In the sentence, behind the file's name. */
  says: string[];
  remedy: string;
}

const nucleotides = 'Give nucleotide FASTA';
const copyAgain = 'Copy or download the file again';
const protein = `>p1\n${'MKLVFWEERILQPDSTAGHYNC'.repeat(9)}\n`;

const cases: Case[] = [
  {
    name: 'notes.fa',
    content: 'Dear reader,\nno sequences here.\n',
    says: ['line 1', "'Dear reader,'", "'>'"],
    remedy: nucleotides,
  },
  {
    name: 'headless.fa',
    content: '; made by hand\n\nATGGCCTAA\n>a\nATG\n',
    says: ['line 3', "'ATGGCCTAA'", "'>'"],
    remedy: nucleotides,
  },
  {
    name: 'table.fa',
    content: 'gene\tlength\na\t5\n',
    says: ['line 1', "'gene?length'"],
    remedy: nucleotides,
  },
  {
    name: 'reads.fa',
    content: '@r1\nACGT\n+\nIIII\n',
    says: ['FASTQ', 'line 1', "'@'", "'>'"],
    remedy: 'seqkit fq2fa',
  },
  {
    name: 'reads.fa.gz',
    content: gzipSync('@r1\nACGT\n+\nIIII\n'),
    says: ['FASTQ', 'line 1'],
    remedy: 'seqkit fq2fa',
  },
  {
    name: 'protein.fa',
    content: protein,
    says: ['protein', 'line 2', "the letter 'L'", 'nucleotides'],
    remedy: 'CDS',
  },
  {
    name: 'zeros.fa',
    content: Buffer.concat([Buffer.from('>a\nATG'), Buffer.alloc(64)]),
    says: ['not text', 'line 2', 'byte 0x00'],
    remedy: 'damaged',
  },
  {
    name: 'program.fa',
    content: Buffer.from('\x7fELF\x02\x01\x01\0\0\0', 'latin1'),
    says: ['not text', 'its beginning', 'an ELF program'],
    remedy: 'FASTA',
  },
  {
    name: 'archive.fa.gz',
    content: Buffer.from('PK\x03\x04\x14\0\0\0', 'latin1'),
    says: ['a zip archive'],
    remedy: 'FASTA',
  },
  {
    name: 'squeezed.fa.bz2',
    content: Buffer.from('BZh91AY&SY\0\0', 'latin1'),
    says: ['bzip2 data'],
    remedy: 'FASTA',
  },
  {
    name: 'umlaut.fa',
    content: Buffer.from('>a\nATGÄCC\n'),
    says: ['line 2', 'byte 0xC3'],
    remedy: 'damaged',
  },
  {
    name: 'utf16.fa',
    content: Buffer.from('\ufeff>a\nATG\n', 'utf16le'),
    says: ['UTF-16 text'],
    remedy: 'FASTA',
  },
  {
    name: 'utf16-bare.fa',
    content: Buffer.from('>a\nATG\n', 'utf16le'),
    says: ['UTF-16 text'],
    remedy: 'FASTA',
  },
  {
    name: 'mac.fa',
    content: '>a\rATG\r>b\rATG\r',
    says: ['CR alone', 'line 1', 'expected LF or CR LF'],
    remedy: 'mac2unix',
  },
  { name: 'empty.fa', content: '', says: ['is empty', 'at least one'], remedy: 'leave it out' },
  { name: 'empty.fa.gz', content: gzipSync(''), says: ['is empty'], remedy: 'leave it out' },
  { name: 'blank.fa', content: '\n\n; nothing\n', says: ['is empty'], remedy: 'leave it out' },
  {
    name: 'corrupt.fa.gz',
    content: flipped(gz, gz.length >> 1),
    says: ['damaged', 'gzip data at byte'],
    remedy: copyAgain,
  },
  {
    name: 'checksum.fa.gz',
    content: flipped(gz, gz.length - 6),
    says: ['damaged', 'gzip data at byte', 'check'],
    remedy: copyAgain,
  },
  {
    name: 'tail.fa.gz',
    content: Buffer.concat([gz, Buffer.from('tail')]),
    says: [`byte ${gz.length}`, 'expected the end of the file'],
    remedy: copyAgain,
  },
  {
    name: 'corrupt-bgzf.fa.gz',
    content: flipped(bgzf, bgzf.length >> 1),
    says: ['damaged', 'BGZF data at byte'],
    remedy: copyAgain,
  },
  {
    name: 'corrupt.fa.zst',
    content: flipped(zstd, zstd.length >> 1),
    says: ['damaged', 'zstd data at byte'],
    remedy: copyAgain,
  },
  {
    name: 'corrupt.parquet',
    content: Buffer.concat([
      Buffer.from('PAR1'),
      Buffer.alloc(64, 7),
      Buffer.from([9, 0, 0, 0]),
      Buffer.from('PAR1'),
    ]),
    says: ['damaged', 'Parquet data at the footer'],
    remedy: copyAgain,
  },
];

describe('A file that is no nucleotide FASTA', () => {
  test.each(cases)(
    '$name is refused with its place, and nothing is left',
    async ({ name, content, says, remedy }) => {
      save(name, content);
      const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
      for (const words of [name, ...says]) expect(told.sentence).toContain(words);
      expect(told.remedy).toContain(remedy);
    },
  );
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

describe('A path that cannot be read', () => {
  test('a missing file is a mistake of the command line', async () => {
    const told = await refusal(folder, ['codon', 'nowhere.fa', '--out', 'out'], 2);
    expect(told.sentence).toBe('No such file or folder: nowhere.fa');
    expect(told.remedy).toContain('spelling');
  });

  test('a missing file among good ones is named before any work', async () => {
    const told = await refusal(folder, ['codon', 'good.fa', 'nowhere.fa', '--out', 'out'], 2);
    expect(told.sentence).toBe('No such file or folder: nowhere.fa');
    expect(told.log).toEqual([]);
  });

  test('links in a circle are named as such', async () => {
    symlinkSync('circle.fa', path.join(folder, 'circle.fa'));
    const told = await refusal(folder, ['codon', 'circle.fa', '--out', 'out'], 3);
    expect(told.sentence).toMatch(/circle\.fa cannot be read: its symbolic links go in a circle/);
  });

  test('a socket is no file', async () => {
    const server = createServer().listen(path.join(folder, 'socket.fa'));
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const told = await refusal(folder, ['codon', 'socket.fa', '--out', 'out'], 3);
      expect(told.sentence).toMatch(/socket\.fa cannot be read: it is a socket, expected a file/);
    } finally {
      server.close();
    }
  });

  test('a folder without FASTA says which endings it looked for', async () => {
    mkdirSync(path.join(folder, 'papers'));
    save('papers/readme.txt', '>a\nATG\n');
    const told = await refusal(folder, ['codon', 'papers', '--out', 'out'], 3);
    expect(told.sentence).toMatch(/papers holds no input: .*\.fasta .*\.parquet/);
  });

  test('one file given twice is refused, by whatever names', async () => {
    symlinkSync('good.fa', path.join(folder, 'alias.fa'));
    const told = await refusal(folder, ['codon', 'good.fa', 'alias.fa', '--out', 'out'], 2);
    expect(told.sentence).toBe('alias.fa is given twice, before as good.fa');
  });
});

describe('A Parquet file', () => {
  const parquet = (name: string, columns: Record<string, unknown[]>) => {
    pl.DataFrame(columns).writeParquet(path.join(folder, name));
    return name;
  };

  test('without the column sequence is refused with the columns it has', async () => {
    const name = parquet('other.parquet', { id: ['a'], bases: ['ATG'] });
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toContain('other.parquet has no string column named sequence: found id, bases');
    expect(told.remedy).toBe('Rename the column that holds the sequences to sequence.');
  });

  test('with numbers in that column is refused with their type', async () => {
    const name = parquet('numbers.parquet', { sequence: [1, 2] });
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toMatch(/no string column named sequence: found sequence of type \w+/);
  });

  test('with whole FASTA records in that column is refused with the row', async () => {
    const name = parquet('records.parquet', { sequence: ['ATG', '>b\nATG'] });
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toContain("records.parquet holds no bare sequences: row 2 begins with '>'");
  });

  test('with proteins in that column is refused with the row', async () => {
    const name = parquet('protein.parquet', { sequence: ['ATG', 'MKLVFWEERILQPDSTAGHYNC'.repeat(4)] });
    const told = await refusal(folder, ['codon', name, '--out', 'out'], 3);
    expect(told.sentence).toContain('protein.parquet holds protein: row 2 has');
  });

  test('cut short is refused', async () => {
    const bytes = filesBelow(folder).get(parquet('whole.parquet', { sequence: ['ATG'.repeat(50)] }))!;
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

describe('--json', () => {
  test('tells a refusal as one JSON object on standard output as well', async () => {
    const ended = await gtk(['codon', 'nowhere.fa', '--json'], { cwd: folder });
    const { sentence, remedy } = complaint(ended.stderr);
    expect(JSON.parse(ended.stdout)).toEqual({
      status: 'failed',
      exit_status: 2,
      error: { code: 'GTK_INPUT_MISSING', message: sentence, remedy, exitStatus: 2 },
    });
  });
});
