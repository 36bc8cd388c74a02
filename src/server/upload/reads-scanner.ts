/** Checks FASTQ text that comes in chunks, and takes down which reads are in it, in what order. */
import { plainReadsKernel } from '../../kernels/plain-reads/index.js';
import { DIGEST_START, digestWith, shownName, stemOf } from './read-names.js';

/** Reads whose names have one digest together. */
export const BLOCK_READS = 4096;

/** Bytes that a line may have: longer reads do not exist. */
const MAX_LINE = 1_000_000;

/** What is wrong with reads. */
export class ReadsFault extends Error {
  constructor(
    readonly code: 'bad_reads' | 'unpaired',
    message: string,
  ) {
    super(message);
  }
}

/** Reads of a whole text. */
export interface ReadsCount {
  reads: number;
  bases: number;
  /** Digest of the names of each {@link BLOCK_READS} reads, in order. */
  blocks: Uint32Array;
}

export type Mate = 'R1' | 'R2';

const LF = 10;
const CR = 13;
const SPACE = 32;
const PLUS = 43;
const AT = 64;

/** IUPAC codes in either case, and what stands for no call. */
const isBase = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[ACGTUNRYSWKMBDHV.*-]/i.test(String.fromCharCode(byte)) ? 1 : 0,
);
/** Whatever can be read: no control characters but the tab. */
const isText = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 9 || (byte >= SPACE && byte !== 127) ? 1 : 0,
);
/** Qualities are the printable ASCII characters from `!` on. */
const FIRST_QUALITY = 33;
const QUALITIES = 94;

/** Places in the state of a scan, which kernels share. */
const READS = 0;
const BASES = 1;
const DIGEST = 2;

/**
 * A scan of one text. Records have four lines: a name after `@`, bases, a line with `+`, and one quality a base.
 * Lines end in LF or CR LF; blank ones may follow the last record.
 *
 * Digests have 32 bits and depend on the order, so names that differ in one block only are missed once in four
 * billion times.
 */
export class ReadsScanner {
  readonly #mate: Mate;
  /** The record under way, and one byte to spare, which ends every loop. */
  #text = new Uint8Array(1 << 16);
  #end = 0;
  /** Where the LF stands that {@link finish} added. */
  #addedEnd = -1;
  #isBlank = false;
  readonly #state = Float64Array.of(0, 0, DIGEST_START);
  readonly #blocks: number[] = [];
  readonly #keepFrom: number;
  /** Names of the reads in the block that was asked for, as they are compared. */
  readonly names: string[] = [];

  /**
   * @param block whose names are kept, if any
   * @param kernel for the records that need no closer look
   */
  constructor(
    mate: Mate,
    block?: number,
    private readonly kernel = plainReadsKernel(),
  ) {
    this.#mate = mate;
    this.#keepFrom = block === undefined ? Number.POSITIVE_INFINITY : block * BLOCK_READS;
  }

  /** Whether the names that were asked for are there. */
  get isDone(): boolean {
    return this.#reads >= this.#keepFrom + BLOCK_READS;
  }

  /** Looks at the next chunk. Throws {@link ReadsFault}. */
  push(chunk: Uint8Array): void {
    const length = this.#end + chunk.length;
    if (this.#text.length <= length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#text.subarray(0, this.#end));
      this.#text = larger;
    }
    this.#text.set(chunk, this.#end);
    this.#end = length;
    this.#text[length] = 0;
    let at = 0;
    for (let next = this.#skip(at); next !== -1; next = this.#record(at)) at = this.#skip(next);
    this.#text.copyWithin(0, at, length);
    this.#end = length - at;
  }

  /** The text ends here. Throws {@link ReadsFault}. */
  finish(): ReadsCount {
    if (this.#end > 0) {
      // No LF need end the last line.
      this.#addedEnd = this.#end;
      this.push(Uint8Array.of(LF));
      if (this.#end > 0) throw this.#cutShort();
    }
    if (this.#reads === 0) throw this.#fault('there are no reads in it');
    if (this.#reads % BLOCK_READS !== 0) this.#blocks.push(this.#state[DIGEST]!);
    return { reads: this.#reads, bases: this.#state[BASES]!, blocks: Uint32Array.from(this.#blocks) };
  }

  /** The place behind the record that begins at `at`; -1 if it is not whole yet. */
  #record(at: number): number {
    const text = this.#text;
    if (at === this.#end) return -1;
    if (text[at] !== AT) return this.#noHeader(at);
    if (this.#isBlank) throw this.#fault('a blank line stands before it');

    let i = at + 1;
    while (isText[text[i]!] && text[i]! > SPACE) i += 1;
    const nameEnd = i;
    while (isText[text[i]!]) i += 1;
    const bases = this.#lineEnd(at, i, 'the name');
    if (bases === -1) return -1;

    for (i = bases; isBase[text[i]!]; ) i += 1;
    const count = i - bases;
    const plus = this.#lineEnd(bases, i, 'the bases');
    if (plus === -1) return -1;

    i = plus;
    if (text[i] !== PLUS && i !== this.#end) {
      if (i === this.#addedEnd) throw this.#cutShort();
      throw this.#fault(`its third line begins with ${this.#found(i)}, expected '+'`);
    }
    while (isText[text[i]!]) i += 1;
    const qualities = this.#lineEnd(plus, i, "the line with '+'");
    if (qualities === -1) return -1;

    for (i = qualities; (text[i]! - FIRST_QUALITY) >>> 0 < QUALITIES; ) i += 1;
    const next = this.#lineEnd(qualities, i, 'the qualities');
    if (i - qualities > count || (next !== -1 && i - qualities !== count)) {
      if (i === this.#addedEnd) throw this.#cutShort();
      throw this.#fault(`it has ${count} bases and ${i - qualities} qualities, expected one a base`);
    }
    if (next === -1) return -1;
    this.#count(at + 1, nameEnd, count);
    return next;
  }

  /** The place behind the end of a line whose text, from `start`, ends at `at`; -1 if it is not there yet. */
  #lineEnd(start: number, at: number, what: string): number {
    const text = this.#text;
    if (at - start > MAX_LINE) throw this.#fault(`${what} has a line of more than ${MAX_LINE} bytes`);
    if (text[at] === LF) return at + 1;
    if (at === this.#end) return -1;
    if (text[at] === CR && at + 1 === this.#end) return -1;
    if (text[at] === CR && text[at + 1] === LF) return at + 2;
    throw this.#fault(`${what} cannot have ${this.#found(at)}`);
  }

  /** What stands where a record would begin. */
  #noHeader(at: number): number {
    const text = this.#text;
    const isEnd = text[at] === LF || (text[at] === CR && (text[at + 1] === LF || at + 1 === this.#end));
    if (!isEnd) throw this.#fault(`it begins with ${this.#found(at)}, expected '@'`);
    this.#isBlank = true;
    if (text[at] === LF) return at + 1;
    return at + 1 === this.#end ? -1 : at + 2;
  }

  #count(name: number, nameEnd: number, bases: number): void {
    const text = this.#text;
    if (nameEnd === name) throw this.#fault('it has no name');
    const { stem, mate } = stemOf(text, nameEnd);
    if (mate === (this.#mate === 'R1' ? 2 : 1)) {
      const [own, other] = this.#mate === 'R1' ? ['first', 'second'] : ['second', 'first'];
      const problem = `its name says that it is a ${other} read, expected ${own} ones: are R1 and R2 swapped?`;
      throw this.#fault(problem, 'unpaired');
    }
    if (this.#reads >= this.#keepFrom && !this.isDone) {
      this.names.push(shownName(text, name, stem));
    }
    this.#state[DIGEST] = digestWith(this.#state[DIGEST]!, text, name, stem);
    this.#state[READS]! += 1;
    this.#state[BASES]! += bases;
    this.#endBlock();
  }

  /** The place behind the plain records from `at` on. Names that are kept need a closer look. */
  #skip(at: number): number {
    const otherMate = this.#mate === 'R1' ? 2 : 1;
    for (let next = at; ; ) {
      if (this.#isBlank || this.#reads + BLOCK_READS > this.#keepFrom) return next;
      const most = BLOCK_READS - (this.#reads % BLOCK_READS);
      const before = this.#reads;
      next = this.kernel.skip(this.#text, next, this.#end, otherMate, most, this.#state);
      if (this.#reads - before < most) return next;
      this.#endBlock();
    }
  }

  #endBlock(): void {
    if (this.#reads % BLOCK_READS !== 0) return;
    this.#blocks.push(this.#state[DIGEST]!);
    this.#state[DIGEST] = DIGEST_START;
  }

  get #reads(): number {
    return this.#state[READS]!;
  }

  #cutShort(): ReadsFault {
    return this.#fault('the text ends before its four lines are whole: is the file cut short?');
  }

  #fault(problem: string, code: ReadsFault['code'] = 'bad_reads'): ReadsFault {
    const place = problem.startsWith('there are no') ? '' : `, read ${this.#reads + 1}`;
    return new ReadsFault(code, `${this.#mate}${place}: ${problem}`);
  }

  #found(at: number): string {
    const byte = this.#text[at]!;
    if (byte === LF || byte === CR) return 'an end of line';
    return byte > SPACE && byte < 127 ? `'${String.fromCharCode(byte)}'` : `byte ${byte}`;
  }
}
