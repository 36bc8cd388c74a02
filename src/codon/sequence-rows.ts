/** The table of sequences: its columns, and the rows of interim files encoded as rows of it. */
import { openPart } from '../formats/table/arrow-part.js';
import { concatChunks } from '../formats/table/chunks.js';
import { matrixColumns } from '../formats/table/columns.js';
import { encodeChunk } from '../formats/table/encode.js';
import type { EncodedChunk, TableChunk, TableFormat, TableSchema, Utf8Data } from '../formats/table/table.js';
import type { AdaptationModel } from './adaptation-model.js';
import { codonNames, geneticCode } from './genetic-code.js';
import { createIndexer, indexColumns, lengthColumns } from './indices/index.js';
import { partSchema } from './sequence-part.js';

const isLength = (name: string) => (lengthColumns as readonly string[]).includes(name);

/** Columns of `sequences.*`. */
export const sequenceSchema: TableSchema = [
  { name: 'id', type: 'utf8', nullable: false },
  { name: 'description', type: 'utf8', nullable: false },
  { name: 'length', type: 'uint64', nullable: false },
  { name: 'codons', type: 'uint64', nullable: false },
  { name: 'ambiguous', type: 'uint64', nullable: false },
  ...indexColumns.map((name) =>
    isLength(name)
      ? ({ name, type: 'uint32', nullable: false } as const)
      : ({ name, type: 'float64', nullable: true } as const),
  ),
  ...codonNames.map((name) => ({ name, type: 'uint32', nullable: false }) as const),
];

/** Some consecutive rows of the final table, and where they wait. */
export interface SequencePiece {
  parts: { path: string; start: number; end: number }[];
  geneticCode: number;
  model: AdaptationModel;
  formats: TableFormat[];
}

/** Reads the rows of a piece, computes their indices and encodes them, once for each format. */
export async function encodeSequences(piece: SequencePiece): Promise<EncodedChunk[]> {
  const chunks = piece.parts.flatMap(({ path, start, end }) => readRows(path, start, end));
  const { rows, columns } = concatChunks(partSchema, chunks);
  const [header, length, codons, ambiguous, counts] = columns as [
    Utf8Data,
    BigUint64Array,
    BigUint64Array,
    BigUint64Array,
    Uint32Array,
  ];
  const indices = createIndexer(geneticCode(piece.geneticCode), piece.model).computeColumns(counts);
  const { id, description } = splitHeaders(header, rows);
  const chunk: TableChunk = {
    rows,
    columns: [
      id,
      description,
      length,
      codons,
      ambiguous,
      ...indexColumns.map((name) => indices[name]),
      ...matrixColumns(counts, rows, 64),
    ],
  };
  const encoded: EncodedChunk[] = [];
  for (const format of piece.formats) encoded.push(await encodeChunk(format, sequenceSchema, chunk));
  return encoded;
}

function readRows(path: string, start: number, end: number): TableChunk[] {
  const part = openPart(path, partSchema);
  try {
    const chunks: TableChunk[] = [];
    let first = 0;
    for (let i = 0; i < part.chunks && first < end; i += 1) {
      const rows = part.rows(i);
      const [from, to] = [Math.max(start - first, 0), Math.min(end - first, rows)];
      if (from < to) chunks.push(part.read(i, from, to));
      first += rows;
    }
    return chunks;
  } finally {
    part.close();
  }
}

/** The first word of each header, which blanks may precede, and what follows it after white space. */
function splitHeaders(header: Utf8Data, rows: number): { id: Utf8Data; description: Utf8Data } {
  const { bytes, offsets } = header;
  const id = new TextColumn(bytes.length, rows);
  const description = new TextColumn(bytes.length, rows);
  for (let row = 0; row < rows; row += 1) {
    const end = offsets[row + 1]!;
    const start = skipBlanks(bytes, offsets[row]!, end);
    let space = start;
    while (space < end && !isBlank(bytes[space]!)) space += 1;
    id.add(bytes, start, space);
    description.add(bytes, skipBlanks(bytes, space, end), end);
  }
  return { id: id.data, description: description.data };
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at]!)) at += 1;
  return at;
}

const isBlank = (byte: number) => byte === 0x20 || byte === 0x09;

/** Text gathered row by row into one block. */
class TextColumn {
  readonly #bytes: Uint8Array;
  readonly #offsets: Uint32Array;
  #rows = 0;

  constructor(capacity: number, rows: number) {
    this.#bytes = new Uint8Array(capacity);
    this.#offsets = new Uint32Array(rows + 1);
  }

  add(from: Uint8Array, start: number, end: number): void {
    const at = this.#offsets[this.#rows]!;
    for (let i = start; i < end; i += 1) this.#bytes[at + i - start] = from[i]!;
    this.#rows += 1;
    this.#offsets[this.#rows] = at + end - start;
  }

  get data(): Utf8Data {
    return { bytes: this.#bytes, offsets: this.#offsets };
  }
}
