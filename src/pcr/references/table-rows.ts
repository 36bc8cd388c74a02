/** Rows of annotation: GTF, GFF3 and BED, in any compression. */
import { type GtkError, gtkError } from '../../errors.js';
import { decompress } from '../../formats/compression/decompress.js';
import { fileChunks } from '../../formats/compression/file-chunks.js';
import { binaryFormat, magicBytes, textFormat } from '../../formats/compression/magic.js';
import { peek } from '../../formats/compression/peek.js';
import { forEachLine } from '../../formats/gff/lines.js';
import { type ContigNames, type PlacedContig, someOf } from './contig-names.js';

/** A file, and what messages call it. */
export interface NamedFile {
  /** Absolute path. */
  file: string;
  shown: string;
}

/** One row: its columns, and its line for messages. */
export interface Row {
  columns: string[];
  line: number;
}

const LINE_BYTES = 1 << 20;
const LF = 10;

/**
 * Calls `visit` with every row; comments, blank lines and BED's `track` and `browser` lines are none. Reading
 * stops at `##FASTA`.
 *
 * @throws GTK_GENOME_FILE, GTK_UNREADABLE, GTK_TRUNCATED, GTK_CORRUPT, and what `visit` throws
 */
export async function forEachRow(source: NamedFile, visit: (row: Row) => void): Promise<void> {
  const { file, shown } = source;
  const { head, rest } = await peek(fileChunks(file), magicBytes);
  const format = textFormat(head);
  const binary = format === 'parquet' ? 'Parquet data' : binaryFormat(head);
  if (format === 'parquet' || binary) {
    await rest.return?.();
    throw wrong(source, { line: 1 }, binary ?? format, 'GTF, GFF3 or BED (plain, gzip, BGZF or zstd)');
  }
  await forEachLine(bounded(decompress(rest, format, shown), source), (bytes, line) => {
    const text = bytes.toString('utf8');
    if (text.startsWith('##FASTA')) return false;
    const isRow = text !== '' && text[0] !== '#' && text.trim() !== '' && !/^(track|browser)\b/.test(text);
    if (isRow) visit({ columns: text.split('\t'), line });
    return true;
  });
}

/** A file of one endless line would fill the memory. */
async function* bounded(text: AsyncIterable<Uint8Array>, source: NamedFile) {
  let open = 0;
  for await (const piece of text) {
    const end = piece.lastIndexOf(LF);
    open = end === -1 ? open + piece.length : piece.length - end;
    if (open > LINE_BYTES + piece.length)
      throw gtkError('GTK_GENOME_FILE', {
        path: source.shown,
        place: 'a line',
        found: 'more than 1 MiB',
        expected: 'less',
      });
    yield piece;
  }
}

/** A stretch of a contig, 1-based and inclusive. */
export interface Stretch {
  contig: PlacedContig;
  start: number;
  end: number;
}

/**
 * The stretch that a row names, or undefined if the genome lacks the contig.
 *
 * @param columns name, start and end
 * @param base what the first base of a contig is called in `start`
 * @throws GTK_GENOME_FILE for what is no stretch, or reaches beyond its contig
 */
export function stretchOf(
  source: NamedFile,
  row: Row,
  [name, startText, endText]: readonly [string, string, string],
  base: 0 | 1,
  names: ContigNames,
): Stretch | undefined {
  const [first, end] = [startText, endText].map((text) => (/^\d{1,15}$/.test(text) ? Number(text) : -1));
  const start = first! + 1 - base;
  if (first! < base || end! < start) {
    const expected = `numbers of which the first is at least ${base}, and not behind the second`;
    throw wrong(source, row, `the stretch ${clip(startText)} to ${clip(endText)}`, expected);
  }
  const contig = names.find(name);
  if (contig && end! > contig.length) {
    const found = `${start} to ${end} on ${contig.name}`;
    throw wrong(source, row, found, `nothing behind its end, which is at ${contig.length} in the FASTA`);
  }
  return contig && { contig, start, end: end! };
}

/** In the order of the FASTA. */
export function byPlace(a: Stretch, b: Stretch): number {
  return a.contig.order - b.contig.order || a.start - b.start || a.end - b.end;
}

/**
 * Says what was called otherwise, and what was left out.
 *
 * @throws GTK_GENOME_FILE if nothing is left
 */
export function tellContigs(
  source: NamedFile,
  what: string,
  names: ContigNames,
  counts: { kept: number; left: number },
  log: (line: string) => void,
): void {
  const { kept, left } = counts;
  if (kept === 0) {
    const found = left === 0 ? `no ${what}` : `${what} on ${someOf(names.unknown)}`;
    const own = someOf(names.contigs.map(({ name }) => name));
    throw wrong(source, undefined, found, `${what} on contigs of the FASTA, which are ${own}`);
  }
  if (names.renamed.length > 0)
    log(`${source.shown}: contigs renamed as in the FASTA: ${someOf(names.renamed)}`);
  if (left > 0)
    log(
      `${source.shown}: ${left} ${what} left out, on contigs that the FASTA lacks: ${someOf(names.unknown)}`,
    );
}

export function wrong(
  { shown }: NamedFile,
  row: Pick<Row, 'line'> | undefined,
  found: string,
  expected: string,
): GtkError {
  const place = row ? `line ${row.line}` : 'as a whole';
  return gtkError('GTK_GENOME_FILE', { path: shown, place, found, expected });
}

/** A value as messages show it. */
export function clip(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
