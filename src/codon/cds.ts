/** Coding sequences cut out of a genome: FASTA text in, FASTA text out. */
import { gtkError } from '../errors.js';
import type { Annotation, CdsSegment, CodingTranscript } from '../formats/gff/annotation.js';
import { ContigScanner, type ContigVisitor } from './cds-contig-scanner.js';
import { Cover, type Stretch } from './cds-cover.js';
import { reverseComplement } from './cds-reverse-complement.js';

/** A FASTA file of a genome: its path, for messages, and its decompressed text in pieces of any size. */
export interface GenomeFile {
  path: string;
  text: AsyncIterable<Uint8Array>;
}

/**
 * The spliced coding sequences of a genome as FASTA text, each on one line.
 *
 * Segments are joined in the order of transcription, those on the minus strand reverse-complemented; then the
 * bases before the first whole codon, which the first segment's phase counts, are cut off. Later phases follow
 * from splicing and are not applied (as in gffread). Stop codons are there where the annotation includes them:
 * in GFF3 by its specification, in GTF not.
 *
 * Order: contigs as in the genome, within one as in the annotation. Header:
 * `>transcript gene=gene contig:start-end(strand)`. Memory: the coding bases and the spliced
 * sequences of one contig, and one piece of text.
 *
 * @throws GTK_NOT_FASTA, GTK_DUPLICATE_CONTIG, GTK_BEYOND_CONTIG, and after the last file GTK_CONTIG_MISSING
 */
export async function* splicedCds(
  genome: Iterable<GenomeFile> | AsyncIterable<GenomeFile>,
  annotation: Annotation,
): AsyncGenerator<Uint8Array, void, void> {
  const splicer = new Splicer(annotation);
  for await (const { path, text } of genome) {
    splicer.path = path;
    const scanner = new ContigScanner(path, splicer);
    for await (const piece of text) {
      scanner.push(piece);
      if (splicer.hasOutput) yield splicer.takeOutput();
    }
    scanner.finish();
    if (splicer.hasOutput) yield splicer.takeOutput();
  }
  splicer.checkContigs();
}

/** Splices the coding sequences of each contig once it has passed. */
class Splicer implements ContigVisitor {
  path = '';
  readonly #annotation: Annotation;
  readonly #seen = new Set<string>();
  /** Names of the first contigs without coding sequences, to show beside those that were missed. */
  readonly #others: string[] = [];
  #prefixDiffers = false;
  #transcripts: CodingTranscript[] = [];
  #contig = '';
  #cover = new Cover([]);
  #length = 0;
  #output: Uint8Array[] = [];

  constructor(annotation: Annotation) {
    this.#annotation = annotation;
  }

  get hasOutput(): boolean {
    return this.#output.length > 0;
  }

  takeOutput(): Uint8Array {
    const output = Buffer.concat(this.#output);
    this.#output = [];
    return output;
  }

  begin(name: string): boolean {
    const transcripts = this.#annotation.transcripts.get(name);
    this.#transcripts = transcripts ?? [];
    if (!transcripts) {
      if (this.#others.length < 3) this.#others.push(name);
      const twin = /^chr./i.test(name) ? name.slice(3) : `chr${name}`;
      if (this.#annotation.transcripts.has(twin)) this.#prefixDiffers = true;
      return false;
    }
    if (this.#seen.has(name)) throw gtkError('GTK_DUPLICATE_CONTIG', { path: this.path, contig: name });
    this.#seen.add(name);
    this.#contig = name;
    this.#length = 0;
    this.#cover = new Cover(this.#allStretches());
    return true;
  }

  *#allStretches(): Generator<Stretch> {
    for (const { segments } of this.#transcripts)
      for (const segment of segments) yield* this.#stretches(segment);
  }

  bases(text: Buffer, from: number, to: number): boolean {
    this.#cover.add(text, from, to, this.#length);
    this.#length += to - from;
    return !this.#cover.full;
  }

  end(): void {
    if (this.#transcripts.length > 0 && !this.#cover.full) this.#refuseBeyondEnd();
    for (const transcript of this.#transcripts) {
      const pieces = transcript.segments.map((segment) => this.#bases(segment));
      const skipped = transcript.segments[0]!.phase ?? 0;
      const sequence = Buffer.concat(pieces).subarray(skipped);
      this.#output.push(Buffer.from(header(transcript)), sequence, newline);
    }
    this.#transcripts = [];
    this.#cover = new Cover([]);
  }

  #bases(segment: CdsSegment): Uint8Array {
    const pieces = this.#stretches(segment).map((stretch) => this.#cover.slice(stretch));
    if (segment.strand === '+') return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    return reverseComplement(Buffer.concat(pieces));
  }

  /** The stretches of contig that a segment covers: two where it crosses the origin of a circular one. */
  #stretches({ start, end }: CdsSegment): Stretch[] {
    const circle = this.#annotation.circular.get(this.#contig);
    if (circle === undefined || end <= circle || end > 2 * circle) return [{ start: start - 1, end }];
    if (start > circle) return [{ start: start - 1 - circle, end: end - circle }];
    return [
      { start: start - 1, end: circle },
      { start: 0, end: end - circle },
    ];
  }

  #refuseBeyondEnd(): never {
    const beyond = this.#transcripts
      .flatMap((transcript) => transcript.segments)
      .find((segment) => this.#stretches(segment).some((stretch) => stretch.end > this.#length))!;
    const { path } = this.#annotation;
    const { line, start, end } = beyond;
    const length = this.#length;
    throw gtkError('GTK_BEYOND_CONTIG', {
      path,
      line,
      start,
      end,
      genome: this.path,
      contig: this.#contig,
      length,
    });
  }

  /** @throws GTK_CONTIG_MISSING if the genome, now read, lacks contigs that have coding sequences */
  checkContigs(): void {
    const missing = [...this.#annotation.transcripts.keys()].filter((contig) => !this.#seen.has(contig));
    if (missing.length === 0) return;
    throw gtkError('GTK_CONTIG_MISSING', {
      path: this.#annotation.path,
      genome: this.path,
      missing: missing.slice(0, 3),
      count: missing.length,
      others: this.#others,
      prefix: this.#prefixDiffers,
    });
  }
}

const newline = Buffer.from('\n');

function header({ name, gene, contig, segments }: CodingTranscript): string {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const segment of segments) {
    start = Math.min(start, segment.start);
    end = Math.max(end, segment.end);
  }
  const { strand } = segments[0]!;
  const strands = segments.every((segment) => segment.strand === strand) ? strand : '+-';
  return `>${word(name)} gene=${word(gene)} ${contig}:${start}-${end}(${strands})\n`;
}

/** One word of a header: decoded attributes may hold blanks and even line ends. */
function word(text: string): string {
  return text.replace(/[\s\x00-\x1f\x7f]/g, encodeURIComponent);
}
