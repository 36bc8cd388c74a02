import { isBgzf } from './bgzf-block.js';

/** The forms in which FASTA arrives. `bgzf` is gzip in blocks; `parquet` holds sequences in a column. */
export type TextFormat = 'plain' | 'gzip' | 'bgzf' | 'zstd' | 'parquet';

/** Bytes that are enough to tell every format. */
export const magicBytes = 512;

/** First bytes of files that are no text, with the words for them. */
const binaryMagics: [name: string, magic: string | number[], offset?: number][] = [
  ['xz data', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ['bzip2 data', 'BZh'],
  ['a zip archive', 'PK\x03\x04'],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['lz4 data', [0x04, 0x22, 0x4d, 0x18]],
  ['a tar archive', 'ustar', 257],
  ['HDF5 data', [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['BAM data', 'BAM\x01'],
  ['CRAM data', 'CRAM'],
  ['BCF data', 'BCF\x02'],
  ['SRA data', 'NCBI.sra'],
  ['2bit data', [0x43, 0x27, 0x41, 0x1a]],
  ['Arrow data', 'ARROW1'],
  ['encrypted Parquet', 'PARE'],
  ['a PDF document', '%PDF-'],
  ['an ELF program', '\x7fELF'],
  ['UTF-16 text', [0xff, 0xfe]],
  ['UTF-16 text', [0xfe, 0xff]],
  ['UTF-16 text', '>\0'],
  ['UTF-16 text', '\0>'],
];

function has(head: Uint8Array, magic: string | number[], offset = 0): boolean {
  const bytes = typeof magic === 'string' ? Buffer.from(magic, 'latin1') : magic;
  return head.length >= offset + bytes.length && bytes.every((byte, i) => head[offset + i] === byte);
}

/** The form that the first bytes of a file tell; `plain` if they tell none. */
export function textFormat(head: Uint8Array): TextFormat {
  if (has(head, [0x1f, 0x8b])) return isBgzf(head) ? 'bgzf' : 'gzip';
  if (has(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd';
  // A zstd file may begin with a skippable frame, whose magic number has 16 values.
  if (has(head, [0x2a, 0x4d, 0x18], 1) && (head[0] & 0xf0) === 0x50) return 'zstd';
  return has(head, 'PAR1') ? 'parquet' : 'plain';
}

/** The words for a format that is no text, if the first bytes tell one. */
export function binaryFormat(head: Uint8Array): string | undefined {
  return binaryMagics.find(([, magic, offset]) => has(head, magic, offset))?.[0];
}
