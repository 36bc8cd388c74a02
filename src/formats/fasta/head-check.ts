import { gtkError } from '../../errors.js';
import { describeByte, quoteLine } from './describe-byte.js';

/** Residues after which the head has been seen. */
const enoughResidues = 1 << 14;
/** Bytes after which it has been seen in any case. */
const enoughBytes = 1 << 20;
/** Letters that stand for amino acids alone; J, O, X and Z are as rare in proteins as slips elsewhere. */
const proteinOnly = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[EFILPQ]/i.test(String.fromCharCode(byte)) ? 1 : 0,
);
/** Share of such letters from which the text is protein: they are a third of most proteomes. */
const proteinShare = 0.1;

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const SEMICOLON = 59;
const HEADER = 62;

/** Words for a place; by default the line's number. */
export type PlaceOfLine = (line: number) => string;

/**
 * Looks at the beginning of FASTA text, in pieces of any size, and throws if it is something else: no
 * header, binary bytes, lines that end in CR alone, or protein (more than a tenth of the residues, and at
 * least two different ones, are letters that only amino acids have).
 */
export class HeadCheck {
  private state: 'line-start' | 'indent' | 'header' | 'comment' | 'sequence' = 'line-start';
  private line = 1;
  private bytes = 0;
  private records = 0;
  private afterCr = false;
  private residues = 0;
  private readonly proteinLetters = new Set<number>();
  private proteinResidues = 0;
  private firstProtein: { line: number; byte: number } | undefined;

  constructor(
    private readonly path: string,
    private readonly place: PlaceOfLine = (line) => `line ${line}`,
  ) {}

  /** True once enough was seen; more text changes nothing. */
  get done(): boolean {
    return this.residues >= enoughResidues || this.bytes >= enoughBytes;
  }

  /**
   * Looks at the next bytes.
   *
   * @throws GTK_FASTQ, GTK_NOT_FASTA, GTK_BINARY, GTK_LINE_ENDS
   */
  push(text: Uint8Array): void {
    for (let i = 0; i < text.length && !this.done; i++) {
      this.bytes++;
      this.step(text[i], text, i);
    }
  }

  /**
   * Judges what was seen; at the end of the text, or once {@link done}.
   *
   * @throws GTK_EMPTY_INPUT, GTK_PROTEIN
   */
  finish(): void {
    const { path, firstProtein } = this;
    if (this.records === 0 && !this.done) throw gtkError('GTK_EMPTY_INPUT', { path });
    const isProtein = this.proteinLetters.size >= 2 && this.proteinResidues > proteinShare * this.residues;
    if (isProtein && firstProtein) {
      const place = this.place(firstProtein.line);
      throw gtkError('GTK_PROTEIN', { path, place, found: describeByte(firstProtein.byte) });
    }
  }

  private step(byte: number, text: Uint8Array, i: number): void {
    if (this.state === 'header' && this.afterCr && byte !== LF) {
      throw gtkError('GTK_LINE_ENDS', { path: this.path, place: this.place(this.line) });
    }
    this.afterCr = byte === CR;
    if (byte === LF) {
      this.line++;
      this.state = 'line-start';
      return;
    }
    if (this.state === 'header' || this.state === 'comment') return;
    if (this.state === 'line-start' && (byte === HEADER || byte === SEMICOLON)) {
      this.state = byte === HEADER ? 'header' : 'comment';
      if (byte === HEADER) this.records++;
      return;
    }
    const firstOfLine = this.state !== 'sequence';
    // Vertical tab and form feed stand between tab and CR, and count as white space too.
    if (byte === SPACE || (byte >= TAB && byte <= CR)) {
      if (firstOfLine) this.state = 'indent';
      return;
    }
    if (byte < SPACE || byte > 0x7e) {
      const { path, line } = this;
      throw gtkError('GTK_BINARY', { path, place: this.place(line), found: describeByte(byte) });
    }
    if (this.records === 0) throw this.notFasta(text, i);
    this.state = 'sequence';
    this.residues++;
    if (proteinOnly[byte] === 1) {
      this.proteinResidues++;
      this.proteinLetters.add(byte & 0xdf);
      this.firstProtein ??= { line: this.line, byte };
    }
  }

  private notFasta(text: Uint8Array, i: number) {
    const { path, line } = this;
    const found = quoteLine(text, i);
    // SAM headers begin with '@', two capitals and a tab.
    const isFastq = line === 1 && found[1] === '@' && text[i + 3] !== TAB;
    return isFastq
      ? gtkError('GTK_FASTQ', { path })
      : gtkError('GTK_NOT_FASTA', { path, place: this.place(line), found });
  }
}
