/** Reads a reference from end to end before it is indexed, since kallisto takes what is wrong with it in silence. */
import { createHash, type Hash } from 'node:crypto';
import { decompress } from '../../formats/compression/decompress.js';
import { fileChunks } from '../../formats/compression/file-chunks.js';
import { sniff } from '../../formats/fasta/sniff.js';
import { SampleFailure } from '../failure.js';

/** What a good reference holds. */
export interface ReferenceFacts {
  records: number;
  /** Of the file as it is on the disk, in hexadecimal. */
  sha256: string;
}

/**
 * Checks that a file is FASTA, plain or gzipped and whole, that every record has bases and a name, and that no
 * name comes twice.
 *
 * @throws SampleFailure `bad-reference` naming the record; GTK_FASTQ, GTK_PROTEIN, GTK_TRUNCATED and whatever
 *   else reading FASTA throws; the signal's reason
 */
export async function checkReference(file: string, signal: AbortSignal): Promise<ReferenceFacts> {
  const { format, start } = await sniff(file);
  if (format === 'parquet' || format === 'zstd') {
    throw badReference(`${file} is ${format}, expected FASTA, plain or gzipped`);
  }
  const hash = createHash('sha256');
  const check = new RecordCheck(file);
  let skip = start;
  for await (const chunk of decompress(hashed(fileChunks(file, { signal }), hash), format, file)) {
    check.push(chunk.subarray(skip));
    skip = Math.max(0, skip - chunk.length);
  }
  return { records: check.finish(), sha256: hash.digest('hex') };
}

async function* hashed(source: AsyncIterable<Uint8Array>, hash: Hash) {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

const badReference = (problem: string) => new SampleFailure('index', 'bad-reference', problem);

const NEWLINE = 0x0a;
const RECORD = 0x3e;

/** Goes over the text of a FASTA file in chunks. */
class RecordCheck {
  readonly #names = new Set<string>();
  /** Text of the header under way; undefined within bases. */
  #header: string | undefined;
  #name = '';
  #hasBases = true;
  #last = NEWLINE;

  constructor(private readonly file: string) {}

  push(chunk: Uint8Array): void {
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let at = 0; at < text.length; ) {
      at = this.#header === undefined ? this.#bases(text, at) : this.#headerText(text, at);
    }
    this.#last = text.at(-1) ?? this.#last;
  }

  /** @returns how many records there were */
  finish(): number {
    if (this.#header !== undefined) this.#endHeader();
    this.#endRecord();
    return this.#names.size;
  }

  /** Passes over bases up to the next record. Returns where its header begins. */
  #bases(text: Buffer, from: number): number {
    let next = text.indexOf(RECORD, from);
    while (next > 0 && text[next - 1] !== NEWLINE) next = text.indexOf(RECORD, next + 1);
    if (next === 0 && this.#last !== NEWLINE) return this.#bases(text, 1);
    const end = next === -1 ? text.length : next;
    for (let at = from; !this.#hasBases && at < end; at += 1) this.#hasBases = text[at]! > 0x20;
    if (next === -1) return end;
    this.#endRecord();
    this.#header = '';
    return next + 1;
  }

  #headerText(text: Buffer, from: number): number {
    const newline = text.indexOf(NEWLINE, from);
    const end = newline === -1 ? text.length : newline;
    this.#header += text.toString('latin1', from, end);
    if (newline !== -1) this.#endHeader();
    return end;
  }

  #endHeader(): void {
    const name = /^\S*/.exec(this.#header!)![0];
    const number = this.#names.size + 1;
    if (name === '') throw badReference(`${this.file}: record ${number} has no name behind its >`);
    if (this.#names.has(name)) {
      throw badReference(
        `${this.file}: record ${number} is named ${name} like an earlier one, expected every name once; ` +
          "where that is as it should be, build the index yourself with 'kallisto index --make-unique'",
      );
    }
    this.#names.add(name);
    this.#name = name;
    this.#header = undefined;
    this.#hasBases = false;
  }

  /** kallisto 0.48 reads no further than a record without bases, and says nothing. */
  #endRecord(): void {
    if (!this.#hasBases) throw badReference(`${this.file}: record ${this.#name} has no bases`);
  }
}
