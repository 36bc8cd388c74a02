import type { DecodedArray } from 'hyparquet';
import { gtkError } from '../../errors.js';

const LF = 10;
const CR = 13;
const SPACE = 32;
const HEADER = 62;
const SEMICOLON = 59;
const chunkBytes = 1 << 20;

/**
 * Writes rows of a table as FASTA text in chunks of 1 MiB. Whatever a value holds, a row is one record:
 * line breaks in identifiers become spaces, those in sequences go.
 */
export class FastaWriter {
  private chunk = Buffer.allocUnsafeSlow(chunkBytes);
  private filled = 0;

  /** @param path for messages */
  constructor(private readonly path: string) {}

  /**
   * The text of some rows, but for what does not fill a chunk yet.
   *
   * @param first number of the first row, from 1
   * @throws GTK_NOT_BASES if a sequence begins with what would start a record or a comment
   */
  *rows(first: number, sequences: DecodedArray, ids: DecodedArray | undefined): Generator<Uint8Array> {
    for (let i = 0; i < sequences.length; i++) {
      const row = first + i;
      yield* this.write(header(ids?.[i] ?? row));
      yield* this.write(this.bases(sequences[i], row));
      yield* this.write(lineEnd);
    }
  }

  /** What is left. */
  *end(): Generator<Uint8Array> {
    if (this.filled > 0) yield this.chunk.subarray(0, this.filled);
    this.filled = 0;
  }

  private bases(value: unknown, row: number): Uint8Array {
    if (value === null || value === undefined) return nothing;
    const bytes = asBytes(value);
    const line = bytes.includes(LF) || bytes.includes(CR) ? bytes.filter((b) => b !== LF && b !== CR) : bytes;
    if (line[0] === HEADER || line[0] === SEMICOLON) {
      const found = `'${String.fromCharCode(line[0])}'`;
      throw gtkError('GTK_NOT_BASES', { path: this.path, row, found });
    }
    return line;
  }

  private *write(bytes: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + chunkBytes - this.filled);
      this.chunk.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled < chunkBytes) return;
      yield this.chunk;
      this.chunk = Buffer.allocUnsafeSlow(chunkBytes);
      this.filled = 0;
    }
  }
}

const lineEnd = Uint8Array.of(LF);
const nothing = new Uint8Array(0);

function header(id: unknown): Uint8Array {
  const bytes = asBytes(id);
  const line = Buffer.allocUnsafe(bytes.length + 2);
  line[0] = HEADER;
  for (let i = 0; i < bytes.length; i++) line[i + 1] = bytes[i] === LF || bytes[i] === CR ? SPACE : bytes[i];
  line[bytes.length + 1] = LF;
  return line;
}

function asBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(String(value));
}
