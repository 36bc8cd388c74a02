/** Checks FASTA text of a genome as it passes and leaves what every aligner reads alike. */
import { gtkError } from '../../errors.js';
import { describeByte } from '../../formats/fasta/describe-byte.js';

/** A contig of a genome. */
export interface Contig {
  name: string;
  /** In bases. */
  length: number;
}

/** Names that SAM allows (SAM specification, section 1.2.1); BAM and CRAM writers refuse others. */
const NAME = /^[0-9A-Za-z!#$%&+./:;?@^_|~-][0-9A-Za-z!#$%&*+./:;=?@^_|~-]{0,249}$/;

const HEADER_BYTES = 1 << 16;
/** Positions in BAM are of 31 bits. */
const LONGEST_CONTIG = 2 ** 31 - 1;

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const SEMICOLON = 59;
const GREATER = 62;

/** Where the next byte stands. */
const LINE_START = 0;
const HEADER = 1;
const COMMENT = 2;
const SEQUENCE = 3;

/** What aligners read as bases: DNA with ambiguity codes. They take U and gaps for unknown bases. */
const isBase = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[ACGTRYSWKMBDHVN]/i.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** Text goes in in pieces of any size, {@link finish} ends it. Comments, blank lines, CR and spaces are left out. */
export class FastaCleaner {
  readonly contigs: Contig[] = [];
  readonly #names = new Set<string>();
  #state = LINE_START;
  #line = 1;
  #header: number[] = [];
  /** Bases of the contig under way; undefined before the first. */
  #length: number | undefined;
  /** Bases of the line under way. */
  #onLine = 0;

  constructor(private readonly path: string) {}

  /**
   * What the text is copied as.
   *
   * @throws GTK_GENOME_FILE, GTK_DUPLICATE_CONTIG
   */
  push(text: Uint8Array): Uint8Array {
    const out = Buffer.allocUnsafe(text.length);
    let size = 0;
    for (let i = 0; i < text.length; i++) {
      const byte = text[i]!;
      if (isBase[byte] === 1 && (this.#state === SEQUENCE || this.#state === LINE_START)) {
        this.#state = SEQUENCE;
        this.#onLine += 1;
        out[size++] = byte;
      } else if (byte === LF) {
        if (this.#state === HEADER || this.#onLine > 0) out[size++] = byte;
        this.#endLine();
      } else if (this.#state === HEADER) {
        if (this.#intoHeader(byte)) out[size++] = byte;
      } else if (this.#state === LINE_START && byte === GREATER) {
        this.#endContig();
        this.#state = HEADER;
        out[size++] = byte;
      } else if (this.#state === LINE_START && byte === SEMICOLON) this.#state = COMMENT;
      else if (this.#state !== COMMENT && byte !== CR && byte !== SPACE && byte !== TAB) {
        throw this.#wrong(describeByte(byte), 'nucleotides (A C G T N and IUPAC codes)');
      }
    }
    return out.subarray(0, size);
  }

  /** The end of the last line. Throws as {@link push}. */
  finish(): Uint8Array {
    const isOpen = this.#state === HEADER || this.#onLine > 0;
    this.#endLine();
    this.#endContig();
    return Buffer.from(isOpen ? '\n' : '');
  }

  #intoHeader(byte: number): boolean {
    if (byte === CR) return false;
    if (byte < SPACE && byte !== TAB) throw this.#wrong(describeByte(byte), 'text in the header');
    if (this.#header.length >= HEADER_BYTES) throw this.#wrong('a header of 64 KiB', 'a shorter one');
    this.#header.push(byte);
    return true;
  }

  #endLine(): void {
    if (this.#state === HEADER) this.#beginContig();
    else if (this.#onLine > 0) {
      if (this.#length === undefined) throw this.#wrong('bases', "a record that begins with '>'");
      this.#length += this.#onLine;
    }
    this.#state = LINE_START;
    this.#onLine = 0;
    this.#line += 1;
  }

  #beginContig(): void {
    const [name = ''] = Buffer.from(this.#header).toString('latin1').split(/[ \t]/, 1);
    this.#header = [];
    if (!NAME.test(name)) {
      const found = name === '' ? 'a header without a name' : `the name ${JSON.stringify(name.slice(0, 60))}`;
      throw this.#wrong(found, 'a name of up to 250 characters that SAM allows, such as chr1');
    }
    if (this.#names.has(name)) throw gtkError('GTK_DUPLICATE_CONTIG', { path: this.path, contig: name });
    this.#names.add(name);
    this.contigs.push({ name, length: 0 });
    this.#length = 0;
  }

  #endContig(): void {
    const contig = this.contigs.at(-1);
    if (!contig) return;
    contig.length = this.#length!;
    if (contig.length === 0) throw this.#wrong(`contig ${contig.name} without bases`, 'at least one');
    if (contig.length > LONGEST_CONTIG)
      throw this.#wrong(`contig ${contig.name} of ${contig.length} bases`, `at most ${LONGEST_CONTIG}`);
  }

  #wrong(found: string, expected: string) {
    return gtkError('GTK_GENOME_FILE', { path: this.path, place: `line ${this.#line}`, found, expected });
  }
}
