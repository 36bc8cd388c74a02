import type { CodonBatch, CounterOptions, SequenceRows } from './types.js';

/** 0 to 3 for A C G T U in either case, 4 for anything else. */
const BASE_CODE = new Uint8Array(256).fill(4);
for (const [letters, code] of [
  ['Aa', 0],
  ['Cc', 1],
  ['Gg', 2],
  ['TtUu', 3],
] as const) {
  for (const letter of letters) BASE_CODE[letter.charCodeAt(0)] = code;
}

/** Counts what the text is made of: records, their header bytes, their residues. */
export class RecordTally {
  /** Records begun since the last {@link take}. */
  sequences = 0;
  /** Whether residues have a record to belong to. */
  open = false;
  readonly #options: CounterOptions;
  #length = 0;
  /** Residues of the codon being read. */
  readonly #codon: number[] = [];
  #bases = 0;
  #partial = 0;
  #ambiguous = 0;
  #counts = new Float64Array(64);
  #letters = new Map<string, number>();
  #rows: Row[] = [];

  constructor(options: CounterOptions) {
    if (!Number.isInteger(options.frame)) throw new TypeError('frame must be a whole number');
    if (options.frame < 0 || options.frame > 2) throw new RangeError('frame must be 0, 1 or 2');
    this.#options = options;
  }

  /** Begins a record, which ends the one before. */
  begin(): void {
    this.#close();
    this.open = true;
    this.sequences++;
    if (this.#options.rows)
      this.#rows.push({ header: [], length: 0, ambiguous: 0, counts: new Uint32Array(64) });
  }

  /** A byte of the open record's header. */
  header(byte: number): void {
    this.#rows.at(-1)?.header.push(byte);
  }

  /** A residue of the open record. */
  residue(byte: number): void {
    this.#length++;
    if (this.#length <= this.#options.frame) return;
    this.#codon.push(byte);
    if (this.#codon.length === 3) this.#count();
  }

  #count(): void {
    const [a, b, c] = this.#codon.map((residue) => BASE_CODE[residue]!) as [number, number, number];
    const row = this.#rows.at(-1);
    if (a < 4 && b < 4 && c < 4) {
      const index = 16 * a + 4 * b + c;
      this.#counts[index]!++;
      if (row) row.counts[index]!++;
    } else {
      this.#ambiguous++;
      if (row) row.ambiguous++;
      if (this.#options.keepAmbiguous) {
        const letters = String.fromCharCode(...this.#codon)
          .toUpperCase()
          .replaceAll('U', 'T');
        this.#letters.set(letters, (this.#letters.get(letters) ?? 0) + 1);
      }
    }
    this.#codon.length = 0;
  }

  #close(): void {
    if (!this.open) return;
    this.open = false;
    if (this.#codon.length > 0) this.#partial++;
    this.#codon.length = 0;
    this.#bases += this.#length;
    const row = this.#rows.at(-1);
    if (row) row.length = this.#length;
    this.#length = 0;
  }

  /** Ends the open record and gives the results since the last call. */
  take(): CodonBatch {
    this.#close();
    const batch: CodonBatch = {
      sequences: this.sequences,
      bases: this.#bases,
      codons: this.#counts.reduce((sum, count) => sum + count, 0),
      ambiguous: this.#ambiguous,
      partial: this.#partial,
      counts: this.#counts,
      ambiguousCodons: [...this.#letters].sort(([p], [q]) => (p < q ? -1 : 1)),
      rows: this.#options.rows ? columns(this.#rows) : undefined,
    };
    this.sequences = 0;
    this.#bases = 0;
    this.#partial = 0;
    this.#ambiguous = 0;
    this.#counts = new Float64Array(64);
    this.#letters = new Map();
    this.#rows = [];
    return batch;
  }
}

interface Row {
  header: number[];
  length: number;
  ambiguous: number;
  counts: Uint32Array;
}

function columns(rows: Row[]): SequenceRows {
  const headerOffsets = new Uint32Array(rows.length + 1);
  const counts = new Uint32Array(rows.length * 64);
  rows.forEach((row, i) => {
    headerOffsets[i + 1] = headerOffsets[i]! + row.header.length;
    counts.set(row.counts, i * 64);
  });
  return {
    headers: Uint8Array.from(rows.flatMap((row) => row.header)),
    headerOffsets,
    lengths: Float64Array.from(rows, (row) => row.length),
    codons: Float64Array.from(rows, (row) => row.counts.reduce((sum, count) => sum + count, 0)),
    ambiguous: Float64Array.from(rows, (row) => row.ambiguous),
    counts,
  };
}
