/** Genes by place. */
import { gtfAttributes } from '../../formats/gff/attributes.js';
import { type ContigNames, someOf } from '../references/contig-names.js';
import { forEachRow, type NamedFile, stretchOf, wrong } from '../references/table-rows.js';
import { byCodePoints } from './text-order.js';

/** A gene, 1-based and inclusive. */
export interface Gene {
  id: string;
  /** `NA` where it has none. */
  symbol: string;
  start: number;
  end: number;
  /** A gene whose strand is not known counts as on the forward strand. */
  isReverse: boolean;
}

/** The first base that is transcribed. */
export function transcriptionStart({ start, end, isReverse }: Gene): number {
  return isReverse ? end : start;
}

/** The genes of one contig. */
export class ContigGenes {
  /** In the order of their ids. */
  readonly genes: readonly Gene[];
  /** Transcription starts, ascending, and the number of the gene of each. */
  readonly #starts: Float64Array;
  readonly #starting: Uint32Array;
  /** Numbers of the genes by start; read as a balanced search tree, whose root is in the middle of its part. */
  readonly #tree: Uint32Array;
  /** The largest end in the part of the tree whose root stands there. */
  readonly #largestEnd: Float64Array;

  constructor(genes: readonly Gene[]) {
    this.genes = genes.toSorted((a, b) => byCodePoints(a.id, b.id));
    const numbers = Uint32Array.from(this.genes.keys());
    const start = (gene: number) => transcriptionStart(this.genes[gene]!);
    this.#starting = numbers.toSorted((a, b) => start(a) - start(b) || a - b);
    this.#starts = Float64Array.from(this.#starting, start);
    this.#tree = numbers.toSorted((a, b) => this.genes[a]!.start - this.genes[b]!.start || a - b);
    this.#largestEnd = new Float64Array(genes.length);
    this.#measure(0, genes.length);
  }

  /**
   * Numbers of the genes whose transcription starts nearest to the point, on whatever side and strand, and of those
   * that share a base with the stretch; ascending.
   */
  near(point: number, start: number, end: number): number[] {
    const found = new Set<number>();
    this.#addNearest(point, found);
    this.#addOverlapping(0, this.#tree.length, start, end, found);
    return [...found].sort((a, b) => a - b);
  }

  #addNearest(point: number, found: Set<number>): void {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! < point) low = middle + 1;
      else high = middle;
    }
    const before = low > 0 ? point - this.#starts[low - 1]! : Infinity;
    const behind = low < this.#starts.length ? this.#starts[low]! - point : Infinity;
    const distance = Math.min(before, behind);
    for (let i = low - 1; i >= 0 && point - this.#starts[i]! === distance; i--) found.add(this.#starting[i]!);
    for (let i = low; i < this.#starts.length && this.#starts[i]! - point === distance; i++)
      found.add(this.#starting[i]!);
  }

  #addOverlapping(low: number, high: number, start: number, end: number, found: Set<number>): void {
    const root = (low + high) >>> 1;
    if (low >= high || this.#largestEnd[root]! < start) return;
    this.#addOverlapping(low, root, start, end, found);
    const gene = this.genes[this.#tree[root]!]!;
    if (gene.start > end) return;
    if (gene.end >= start) found.add(this.#tree[root]!);
    this.#addOverlapping(root + 1, high, start, end, found);
  }

  #measure(low: number, high: number): number {
    if (low >= high) return 0;
    const root = (low + high) >>> 1;
    const end = this.genes[this.#tree[root]!]!.end;
    this.#largestEnd[root] = Math.max(end, this.#measure(low, root), this.#measure(root + 1, high));
    return this.#largestEnd[root]!;
  }
}

/** Genes by the name of their contig. */
export type Genes = ReadonlyMap<string, ContigGenes>;

/**
 * Reads the `gene` lines of GTF.
 *
 * @param names the contigs of the alignment
 * @throws GTK_GENOME_FILE, also if none of the genes lies on one of these contigs; what `forEachRow` throws
 */
export async function readGenes(source: NamedFile, names: ContigNames): Promise<Genes> {
  const byContig = new Map<string, Gene[]>();
  await forEachRow(source, (row) => {
    const [contig, , type, start, end, , strand, , column] = row.columns;
    if (type !== 'gene') return;
    const stretch = stretchOf(source, row, [contig!, start!, end!], 1, names);
    if (!stretch) return;
    const attributes = gtfAttributes(column ?? '');
    const id = attributes.get('gene_id');
    if (!id) throw wrong(source, row, 'a gene without one', 'a gene_id');
    const gene: Gene = {
      id,
      symbol: attributes.get('gene_name') || 'NA',
      start: stretch.start,
      end: stretch.end,
      isReverse: strand === '-',
    };
    const genes = byContig.get(stretch.contig.name);
    if (genes) genes.push(gene);
    else byContig.set(stretch.contig.name, [gene]);
  });
  if (byContig.size === 0 && names.contigs.length > 0) {
    const own = someOf(names.contigs.map(({ name }) => name));
    const found = names.unknown.length > 0 ? `genes on ${someOf(names.unknown)}` : 'no gene';
    throw wrong(source, undefined, found, `genes on contigs of the alignment, which are ${own}`);
  }
  return new Map([...byContig].map(([contig, genes]) => [contig, new ContigGenes(genes)]));
}
