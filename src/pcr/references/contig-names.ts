/** Finding contigs of a genome by the names that annotations give them. */
import type { Contig } from './fasta-cleaner.js';

/** A contig of the FASTA and its place among the others, from 0. */
export interface PlacedContig extends Contig {
  order: number;
}

/** What assemblies call the mitochondrial contig: UCSC, Ensembl, Ensembl Fungi. */
const mitochondrial = ['M', 'MT', 'Mito'];

export class ContigNames {
  readonly #own: ReadonlyMap<string, PlacedContig>;
  readonly #found = new Map<string, PlacedContig | undefined>();

  constructor(readonly contigs: readonly Contig[]) {
    this.#own = new Map(contigs.map((contig, order) => [contig.name, { ...contig, order }]));
  }

  /** The contig of that name, or the only one whose name differs in nothing but `chr` or the word for mitochondrion. */
  find(name: string): PlacedContig | undefined {
    if (!this.#found.has(name)) this.#found.set(name, this.#own.get(name) ?? this.#alias(name));
    return this.#found.get(name);
  }

  /** Names that were found under another one, as `1 = chr1`. */
  get renamed(): string[] {
    return [...this.#found].flatMap(([name, contig]) =>
      contig && contig.name !== name ? `${name} = ${contig.name}` : [],
    );
  }

  /** Names that were asked for and mean no contig. */
  get unknown(): string[] {
    return [...this.#found].flatMap(([name, contig]) => (contig ? [] : name));
  }

  #alias(name: string): PlacedContig | undefined {
    const bare = name.replace(/^chr/i, '');
    const words = mitochondrial.includes(bare) ? mitochondrial : [bare];
    const spellings = words.flatMap((word) => [word, `chr${word}`]);
    const candidates = spellings.flatMap((spelling) => this.#own.get(spelling) ?? []);
    return candidates.length === 1 ? candidates[0] : undefined;
  }
}

/** A few of many names, for messages. */
export function someOf(names: readonly string[]): string {
  return `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
}
