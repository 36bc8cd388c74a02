import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { bgzf, gz, zstd } from './packed-records.js';
import { complaint, refusal } from './refusal.js';

const folder = temporaryFolder();

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
    says: ['damaged', 'gzip data at byte'],
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
