/** Walking over the contigs of a genome in FASTA text that arrives in pieces of any size. */
import { gtkError } from '../errors.js';

/** What becomes of the contigs that a {@link ContigScanner} meets. */
export interface ContigVisitor {
  /**
   * A contig begins.
   *
   * @param name first word of its header
   * @returns whether its bases are wanted
   */
  begin(name: string): boolean;
  /**
   * The next bases of the contig: bytes `from` to `to` of a piece of text that is valid during the call. Most
   * are of no use, so no view of them is made.
   *
   * @returns whether more are wanted; if not, the rest of the contig is passed over
   */
  bases(text: Buffer, from: number, to: number): boolean;
  /** The contig is over. */
  end(): void;
}

const LF = 10;
const CR = 13;
const GREATER = 62;
const SEMICOLON = 59;
/** Tab, vertical tab, form feed, carriage return, space. */
const whiteSpace = [9, 11, 12, CR, 32];

/** What the text at hand belongs to. `passing`: sequence that nobody wants. */
type State = 'line-start' | 'header' | 'comment' | 'sequence' | 'passing';

/**
 * Hands the bases of FASTA text to a visitor without ever holding a line: a contig of any length may be one line.
 * White space within sequence lines and lines that begin with `;` are left out.
 */
export class ContigScanner {
  readonly #path: string;
  readonly #visitor: ContigVisitor;
  #state: State = 'line-start';
  #header: Buffer[] = [];
  #inContig = false;
  #wanted = false;
  /** Last byte of the piece before. */
  #previous = LF;

  /** @param path named in errors */
  constructor(path: string, visitor: ContigVisitor) {
    this.#path = path;
    this.#visitor = visitor;
  }

  /** @throws GTK_NOT_FASTA, GTK_LINE_ENDS */
  push(piece: Uint8Array): void {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const white = new WhiteSpaceFinder(bytes);
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'passing') {
        at = this.#nextRecord(bytes, at);
        continue;
      }
      if (this.#state === 'line-start') this.#state = this.#beginLine(bytes[at]!);
      const lineFeed = bytes.indexOf(LF, at);
      const end = lineFeed === -1 ? bytes.length : lineFeed;
      if (this.#state === 'sequence') this.#sequence(bytes, at, end, white);
      else if (this.#state === 'header') this.#addHeader(bytes.subarray(at, end));
      if (lineFeed !== -1) this.#endLine();
      at = end + 1;
    }
    if (bytes.length > 0) this.#previous = bytes[bytes.length - 1]!;
  }

  /** Call after the last piece. */
  finish(): void {
    if (this.#state === 'header') this.#endLine();
    if (this.#inContig) this.#visitor.end();
    this.#inContig = false;
  }

  /** Where the next line that begins with `>` stands, at or after `at`. */
  #nextRecord(bytes: Buffer, at: number): number {
    for (let found = bytes.indexOf(GREATER, at); found !== -1; found = bytes.indexOf(GREATER, found + 1)) {
      if ((found === 0 ? this.#previous : bytes[found - 1]) === LF) {
        this.#state = 'line-start';
        return found;
      }
    }
    return bytes.length;
  }

  #beginLine(byte: number): State {
    if (byte === GREATER) return 'header';
    if (byte === SEMICOLON) return 'comment';
    if (byte !== LF && !this.#inContig && !whiteSpace.includes(byte)) {
      const found =
        byte > 32 && byte < 127 ? `'${String.fromCharCode(byte)}'` : `byte 0x${byte.toString(16)}`;
      throw gtkError('GTK_NOT_FASTA', { path: this.#path, place: 'its first line', found });
    }
    return this.#inContig && !this.#wanted ? 'passing' : 'sequence';
  }

  /** @throws GTK_LINE_ENDS before a file of CR alone is taken for one header */
  #addHeader(bytes: Buffer): void {
    const afterCr = this.#header.at(-1)?.at(-1) === CR && bytes.length > 0;
    const cr = bytes.indexOf(CR);
    if (afterCr || (cr !== -1 && cr < bytes.length - 1)) {
      const start = Buffer.concat([...this.#header, bytes]).toString('utf8', 0, 40);
      throw gtkError('GTK_LINE_ENDS', { path: this.#path, place: `header ${JSON.stringify(start)}` });
    }
    this.#header.push(Buffer.from(bytes));
  }

  #endLine(): void {
    if (this.#state === 'header') {
      if (this.#inContig) this.#visitor.end();
      const header = Buffer.concat(this.#header).toString('utf8', 1);
      this.#header = [];
      this.#inContig = true;
      this.#wanted = this.#visitor.begin(/^\s*(\S*)/.exec(header)![1]!);
    }
    this.#state = 'line-start';
  }

  #sequence(bytes: Buffer, start: number, lineEnd: number, white: WhiteSpaceFinder): void {
    const end = bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    for (let from = start; from < end && this.#wanted; ) {
      const to = white.next(from, end);
      if (to > from) this.#wanted = this.#visitor.bases(bytes, from, to);
      from = to + 1;
    }
  }
}

/** Finds white space in a piece of text at the speed of memory where, as almost always, there is little. */
class WhiteSpaceFinder {
  readonly #bytes: Buffer;
  /** The next occurrence of each character, as far as known. */
  readonly #next = whiteSpace.map(() => -1);

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The first white space from `from` on, which must not go down from call to call; `end` if that comes first. */
  next(from: number, end: number): number {
    let first = end;
    for (let i = 0; i < whiteSpace.length; i++) {
      if (this.#next[i]! < from) {
        const found = this.#bytes.indexOf(whiteSpace[i]!, from);
        this.#next[i] = found === -1 ? Number.POSITIVE_INFINITY : found;
      }
      if (this.#next[i]! < first) first = this.#next[i]!;
    }
    return first;
  }
}
