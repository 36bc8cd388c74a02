/**
 * From targets to genes as tximport does it without scaling counts (countsFromAbundance "no"; Soneson, Love and
 * Robinson 2015, doi:10.12688/f1000research.7563.1): counts and transcripts per million are added, and the
 * effective length of a gene is the mean of its targets, weighted with transcripts per million.
 */
import { utf8FromStrings } from '../../formats/table/utf8.js';
import { type Column, idAt, type Targets } from './abundance.js';

/** Which gene a target belongs to; undefined where that is not known. */
export type GeneOf = (target: string) => string | undefined;

/** Adds up the targets of genes, run by run. */
export class GeneLevel {
  /** In the order of their first targets. */
  readonly genes: readonly string[];
  /** Targets of no known gene: what they count is in no table of genes. */
  readonly withoutGene: number;
  /** Gene of each target, -1 for none. */
  readonly #geneOf: Int32Array;
  readonly #targetsOf: Float64Array;
  readonly #knownLogs: Float64Array;
  readonly #known: Uint32Array;
  readonly #plainMeans: Float64Array;
  #columns = 0;

  constructor(targets: Targets, geneOf: GeneOf) {
    const places = new Map<string, number>();
    this.#geneOf = new Int32Array(targets.count);
    let withoutGene = 0;
    for (let i = 0; i < targets.count; i++) {
      const gene = geneOf(idAt(targets.ids, i));
      if (gene === undefined) withoutGene += 1;
      else if (!places.has(gene)) places.set(gene, places.size);
      this.#geneOf[i] = gene === undefined ? -1 : places.get(gene)!;
    }
    this.withoutGene = withoutGene;
    this.genes = [...places.keys()];
    const count = this.genes.length;
    this.#targetsOf = new Float64Array(count);
    for (const gene of this.#geneOf) if (gene >= 0) this.#targetsOf[gene]! += 1;
    this.#knownLogs = new Float64Array(count);
    this.#known = new Uint32Array(count);
    this.#plainMeans = new Float64Array(count);
  }

  /** Names of the genes as a column. */
  get ids() {
    return utf8FromStrings(this.genes);
  }

  /** One column of genes from one of targets. A gene without any abundance has NaN as effective length. */
  add({ values, whole }: Column): Column {
    const count = this.genes.length;
    const [counts, tpm, length] = [0, 1, 2].map(() => new Float64Array(count)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const plain = new Float64Array(count);
    for (let i = 0; i < this.#geneOf.length; i++) {
      const gene = this.#geneOf[i]!;
      if (gene < 0) continue;
      counts[gene]! += values.est_counts[i]!;
      tpm[gene]! += values.tpm[i]!;
      length[gene]! += values.tpm[i]! * values.eff_length[i]!;
      plain[gene]! += values.eff_length[i]!;
    }
    for (let gene = 0; gene < count; gene++) {
      length[gene]! /= tpm[gene]!;
      this.#plainMeans[gene]! += plain[gene]! / this.#targetsOf[gene]!;
      if (!(length[gene]! > 0)) continue;
      this.#knownLogs[gene]! += Math.log(length[gene]!);
      this.#known[gene]! += 1;
    }
    this.#columns += 1;
    return {
      values: { est_counts: counts, tpm, eff_length: length },
      whole: { ...whole, eff_length: false },
    };
  }

  /**
   * For each gene, the effective length where it has no abundance: the geometric mean over the columns in which
   * it has some, else the mean over all targets and columns.
   */
  unknownLengths(): Float64Array {
    return Float64Array.from(this.genes, (_, gene) => {
      const known = this.#known[gene]!;
      return known > 0 ? Math.exp(this.#knownLogs[gene]! / known) : this.#plainMeans[gene]! / this.#columns;
    });
  }
}
