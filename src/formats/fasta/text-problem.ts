import { type GtkError, gtkError } from '../../errors.js';
import type { TextProblem } from '../../kernels/codons/types.js';
import { fileChunks } from '../compression/file-chunks.js';
import type { TextFormat } from '../compression/magic.js';
import { describeByte } from './describe-byte.js';

/** Where the text in which a counter met a problem came from. */
export interface TextOrigin {
  /** `stream` for standard input and FIFOs, which cannot be read twice. */
  format: TextFormat | 'stream';
  /** Offset in the text at which the counter began. Default 0. */
  start?: number;
}

/**
 * The error for what a codon counter met. Its place is a line number where counting lines costs no
 * decompression, else a byte of the text, counted from 0.
 */
export async function problemError(
  path: string,
  problem: TextProblem,
  origin: TextOrigin,
): Promise<GtkError> {
  const offset = (origin.start ?? 0) + problem.offset;
  const place =
    origin.format === 'plain'
      ? `line ${await lineAt(path, offset)}`
      : `byte ${offset} of ${textNames[origin.format]}`;
  const found = describeByte(problem.byte);
  switch (problem.kind) {
    case 'no-header':
      return gtkError('GTK_NOT_FASTA', { path, place, found });
    case 'binary':
      return gtkError('GTK_BINARY', { path, place, found });
    case 'cr-only':
      return gtkError('GTK_LINE_ENDS', { path, place });
  }
}

const textNames = {
  gzip: 'the uncompressed text',
  bgzf: 'the uncompressed text',
  zstd: 'the uncompressed text',
  parquet: 'its sequences as FASTA',
  stream: 'the uncompressed text',
};

/** The number, from 1, of the line that holds byte `offset` of a plain file. */
export async function lineAt(path: string, offset: number): Promise<number> {
  let line = 1;
  let before = 0;
  for await (const chunk of fileChunks(path)) {
    const part = Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.length, offset - before));
    for (let at = part.indexOf(10); at !== -1; at = part.indexOf(10, at + 1)) line++;
    before += part.length;
    if (before === offset) break;
  }
  return line;
}
