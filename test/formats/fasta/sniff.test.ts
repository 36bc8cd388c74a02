import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { compress } from 'zstd-napi';
import { sniff, sniffStream } from '../../../src/formats/fasta/sniff.js';
import { openText } from '../../../src/formats/fasta/text.js';
import { bgzfOf, collect, cutAt, inChunks } from '../streams.js';

const folder = mkdtempSync(path.join(tmpdir(), 'gtk-sniff-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** Writes the bytes under a name that tells nothing, or lies. */
function file(bytes: string | Uint8Array, name = `input${files++}.txt`): string {
  const at = path.join(folder, name);
  writeFileSync(at, typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  return at;
}

const wrappings: [string, (text: Buffer) => Buffer][] = [
  ['plain', (text) => text],
  ['gzip', (text) => gzipSync(text)],
  ['bgzf', (text) => bgzfOf(cutAt(text, [60_000, 120_000, 180_000]))],
  ['zstd', (text) => compress(text)],
];

const refusals: [what: string, text: string | Uint8Array, code: string, message: string][] = [
  ['a FASTQ file', '@r1\nACGT\n+\nIIII\n', 'GTK_FASTQ', "begins with '@'"],
  ['a SAM file', '@HD\tVN:1.6\n', 'GTK_NOT_FASTA', "line 1 has '@HD?VN:1.6'"],
  ['bare bases', '\n\nACGTACGT\n', 'GTK_NOT_FASTA', "line 3 has 'ACGTACGT'"],
  [
    'GenBank',
    `LOCUS       U49845       5028 bp\n`,
    'GTK_NOT_FASTA',
    "line 1 has 'LOCUS       U49845      …'",
  ],
  ['a header that is indented', '  >a\nACGT\n', 'GTK_NOT_FASTA', "line 1 has '>a'"],
  ['text behind a comment', ';note\nx\n>a\n', 'GTK_NOT_FASTA', "line 2 has 'x'"],
  ['protein', '>p1\nMKTAYIAKQR\nQISFVKSHFS\n', 'GTK_PROTEIN', "line 2 has the letter 'I'"],
  ['protein in lower case', '>p\nmsggvv\nlaadde\n', 'GTK_PROTEIN', "line 3 has the letter 'l'"],
  ['a NUL in a sequence', '>a\nAC\0T\n', 'GTK_BINARY', 'line 2 has byte 0x00'],
  ['a high byte in a sequence', '>a\nACGT\nA\xe9\n', 'GTK_BINARY', 'line 3 has byte 0xE9'],
  ['a high byte first', '\x89abc', 'GTK_BINARY', 'line 1 has byte 0x89'],
  ['UTF-16 with a mark', Buffer.from('\ufeff>a\nACGT\n', 'utf16le'), 'GTK_BINARY', 'UTF-16 text'],
  ['UTF-16 without one', Buffer.from('>a\nACGT\n', 'utf16le'), 'GTK_BINARY', 'UTF-16 text'],
  ['xz', '\xfd7zXZ\0\0\x04', 'GTK_BINARY', 'its beginning has xz data'],
  ['bzip2', 'BZh91AY&SY', 'GTK_BINARY', 'bzip2 data'],
  ['a zip archive', 'PK\x03\x04\x14\0', 'GTK_BINARY', 'a zip archive'],
  ['HDF5', '\x89HDF\r\n\x1a\n', 'GTK_BINARY', 'HDF5 data'],
  ['BAM', 'BAM\x01abcd', 'GTK_BINARY', 'BAM data'],
  ['a tar archive', `${'seq.fa'.padEnd(257, '\0')}ustar\0`, 'GTK_BINARY', 'a tar archive'],
  ['lines that end in CR', '>a\rACGT\r>b\rACGT\r', 'GTK_LINE_ENDS', 'first at line 1'],
  ['no record', '\n\n;only a comment\n', 'GTK_EMPTY_INPUT', 'found no record'],
];

describe.each(wrappings)('sniffing %s', (format, wrap) => {
  it.each(refusals)('refuses %s', async (_, text, code, message) => {
    const input = file(wrap(typeof text === 'string' ? Buffer.from(text, 'latin1') : Buffer.from(text)));
    await expect(sniff(input)).rejects.toMatchObject({
      code,
      exitStatus: 3,
      message: expect.stringContaining(message),
    });
    await expect(sniff(input)).rejects.toThrow(input);
  });

  it.each([
    ['records of any kind', '>a\nACGT\n>b\n\n>c'],
    ['lower case, gaps and IUPAC codes', '>a\nacgtun-RYSWKMBDHVN.*\n'],
    ['blank lines and comments first', '\r\n  \n;a comment\n>a\nACGT\n'],
    ['CR LF', '>a\r\nACGT\r\n'],
    ['high bytes in a header', '>caf\xe9 \xc3\xa9\nACGT\n'],
    ['one odd letter', '>a\nEEEE\n'],
    ['a tenth of odd letters', `>a\n${'ACGTACGTAE'.repeat(5)}${'ACGTACGTAL'.repeat(5)}\n`],
  ])('accepts %s', async (_, text) => {
    expect(await sniff(file(wrap(Buffer.from(text, 'latin1'))))).toEqual({ format, start: 0 });
  });

  it('tolerates a byte order mark, which is no part of the text', async () => {
    const input = file(wrap(Buffer.from('\ufeff>a\nACGT\n')));
    const sniffed = await sniff(input);
    expect(sniffed).toEqual({ format, start: 3 });
    expect((await collect(openText(input, sniffed))).toString()).toBe('>a\nACGT\n');
  });

  it('hands on a stream whole, head included, from any chunks', async () => {
    const text = Buffer.from(`\ufeff>a\n${'ACGTTGCAAC'.repeat(20_000)}\n>b\nAC\n`);
    for (const lengths of [[1, 2, 3, 500], [100_000]]) {
      const stream = await sniffStream(inChunks(wrap(text), lengths), '-');
      expect(stream.sniffed).toEqual({ format, start: 3 });
      expect((await collect(stream.text)).equals(text.subarray(3))).toBe(true);
    }
  });
});

it('does not believe names', async () => {
  expect((await sniff(file('>a\nACGT\n', 'plain.fa.gz'))).format).toBe('plain');
  expect((await sniff(file(gzipSync('>a\nACGT\n'), 'packed.fa'))).format).toBe('gzip');
});

it('refuses an empty file, and a stream that ends at once', async () => {
  await expect(sniff(file(''))).rejects.toMatchObject({ code: 'GTK_EMPTY_INPUT' });
  await expect(sniffStream(inChunks(new Uint8Array(0)), '-')).rejects.toMatchObject({
    code: 'GTK_EMPTY_INPUT',
  });
});

it('finds a short file cut', async () => {
  const whole = gzipSync('>a\nACGT\n');
  await expect(sniff(file(whole.subarray(0, 15)))).rejects.toMatchObject({ code: 'GTK_TRUNCATED' });
});

it('reports a file that is gone or a folder', async () => {
  await expect(sniff(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'GTK_UNREADABLE' });
  await expect(sniff(folder)).rejects.toThrow('it is a folder');
});

it('cannot read Parquet from a stream', async () => {
  const reading = sniffStream(inChunks(Buffer.from('PAR1 and so on')), '-');
  await expect(reading).rejects.toThrow('Parquet cannot be read from a stream');
});

it('closes a stream that it refuses, and one that is closed before its end', async () => {
  let closed = 0;
  async function* source(text: string) {
    try {
      for (;;) yield Buffer.from(text);
    } finally {
      closed++;
    }
  }
  await expect(sniffStream(source('@fastq\n'), '-')).rejects.toMatchObject({ code: 'GTK_FASTQ' });
  expect(closed).toBe(1);
  const { text } = await sniffStream(source('>a\nACGT\n'), '-');
  await text.return?.();
  expect(closed).toBe(2);
});

it('tells the yeast coding sequences from their translation', async () => {
  const packed = readFileSync(new URL('../../data/codon/yeast_cds.fa.gz', import.meta.url));
  expect((await sniff(file(packed))).format).toMatch(/gzip|bgzf/);
  const bases = gunzipSync(packed).toString('latin1').slice(0, 50_000);
  const translated = bases.replaceAll(/^[ACGT].*$/gm, (line) => 'MKLIVFEPQSTWYHCDNRGA'.slice(0, line.length));
  await expect(sniff(file(translated))).rejects.toMatchObject({ code: 'GTK_PROTEIN' });
});
