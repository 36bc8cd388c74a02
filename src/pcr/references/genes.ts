/** The genes of a genome: read from an annotation, written as GTF. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { gtkError } from '../../errors.js';
import { dialectOf, gff3Attributes, gtfAttributes, percentDecode } from '../../formats/gff/attributes.js';
import type { ContigNames } from './contig-names.js';
import {
  byPlace,
  clip,
  forEachRow,
  type NamedFile,
  type Row,
  type Stretch,
  stretchOf,
  tellContigs,
  wrong,
} from './table-rows.js';

interface Gene extends Stretch {
  strand: string;
  id: string;
  /** Symbol; '' where there is none. */
  name: string;
}

const MOST_GENES = 5_000_000;

/**
 * Writes the genes of a GTF, GFF3 or BED6 file as `gene` lines of GTF, gzip, in the order of the FASTA. Genes are
 * features of a type that ends in `gene`; in BED every row is one, named by its fourth column.
 *
 * @returns how many there are
 * @throws GTK_GENOME_FILE, GTK_NOT_WRITABLE, and what `forEachRow` throws
 */
export async function writeGenes(
  source: NamedFile,
  target: string,
  names: ContigNames,
  log: (line: string) => void,
): Promise<number> {
  const genes: Gene[] = [];
  let left = 0;
  let isBed: boolean | undefined;
  await forEachRow(source, (row) => {
    isBed ??= looksLikeBed(row);
    if (!isBed && !isGene(source, row)) return;
    const gene = (isBed ? bedGene : gffGene)(source, row, names);
    if (!gene) left += 1;
    else if (genes.push(gene) > MOST_GENES)
      throw wrong(source, row, `more than ${MOST_GENES} genes`, 'the genes of one genome');
  });
  tellContigs(source, 'genes', names, { kept: genes.length, left }, log);
  genes.sort((a, b) => byPlace(a, b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  try {
    writeFileSync(target, gzipSync(genes.map(gtfLine).join('')));
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path: target, reason: (error as Error).message }, error);
  }
  return genes.length;
}

const looksLikeBed = ({ columns }: Row) => [1, 2].every((at) => /^\d+$/.test(columns[at] ?? ''));

function isGene(source: NamedFile, row: Row): boolean {
  const { columns } = row;
  if (columns.length >= 9) return /gene$/i.test(columns[2]!);
  const expected = 'nine columns separated by tabs (GTF, GFF3), or six (BED)';
  throw wrong(source, row, `${columns.length} of them`, expected);
}

function gffGene(source: NamedFile, row: Row, names: ContigNames): Gene | undefined {
  const [seqid, , , start, end, , strand, , column] = row.columns as [string, ...string[]];
  const isGff3 = dialectOf(column!) === 'gff3';
  const stretch = stretchOf(source, row, [isGff3 ? percentDecode(seqid) : seqid, start!, end!], 1, names);
  const attributes = (isGff3 ? gff3Attributes : gtfAttributes)(column!);
  const value = (key: string) => percentDecodeIf(isGff3, attributes.get(key));
  // Ensembl and NCBI put the type in front of the ID.
  const id = value('gene_id') || value('ID').replace(/^gene[:-]/, '');
  if (id === '') throw wrong(source, row, `the attributes ${clip(column!)}`, 'a gene_id (GTF) or ID (GFF3)');
  const name = value('gene_name') || value('gene') || value('Name');
  return stretch && { ...stretch, strand: strandOf(source, row, strand!), id, name };
}

const percentDecodeIf = (isGff3: boolean, text = '') => (isGff3 ? percentDecode(text) : text);

function bedGene(source: NamedFile, row: Row, names: ContigNames): Gene | undefined {
  const [contig, start, end, id, , strand] = row.columns;
  if (!id || strand === undefined)
    throw wrong(source, row, `${row.columns.length} columns`, 'six: contig, start, end, name, score, strand');
  const stretch = stretchOf(source, row, [contig!, start!, end!], 0, names);
  return stretch && { ...stretch, strand: strandOf(source, row, strand), id, name: id };
}

function strandOf(source: NamedFile, row: Row, strand: string): string {
  if (['+', '-', '.'].includes(strand)) return strand;
  if (strand === '?') return '.';
  throw wrong(source, row, `strand ${clip(strand)}`, "'+', '-' or '.'");
}

function gtfLine({ contig, start, end, strand, id, name }: Gene): string {
  const symbol = name === '' ? '' : ` gene_name "${quotable(name)}";`;
  return `${contig.name}\tgtk\tgene\t${start}\t${end}\t.\t${strand}\t.\tgene_id "${quotable(id)}";${symbol}\n`;
}

/** GTF has no escape for what would end a value or a line. */
function quotable(text: string): string {
  return text.replaceAll('"', "'").replace(/[\u0000-\u001f\u007f]/g, ' ');
}
