/** A registered reference genome: a folder of its own that all runs share. */
import path from 'node:path';

/** Content of `manifest.json`; it appears last, so a genome with one is whole. */
export interface ReferenceManifest {
  format: 1;
  name: string;
  /** Bytes and SHA-256 of `NAME.fa`. */
  fasta: { bytes: number; sha256: string };
  contigs: { name: string; length: number }[];
  /** The aligner that the index is for, and its version. */
  index: { program: 'bwa' | 'bwa-mem2'; version: string };
  /** Number of genes in `genes.gtf.gz`, or null where there is none. */
  genes: number | null;
  /** Number of sites in `known_sites.bed`, or null where there is none. */
  knownSites: number | null;
  /** UTC, ISO 8601. */
  createdAt: string;
}

export class Reference {
  /** @param folder absolute path of `reference/NAME` */
  constructor(
    readonly folder: string,
    readonly manifest: ReferenceManifest,
  ) {}

  get name(): string {
    return this.manifest.name;
  }
  /** What the aligner is given; its index files have this name and an ending. */
  get fasta(): string {
    return path.join(this.folder, `${this.name}.fa`);
  }
  get manifestFile(): string {
    return path.join(this.folder, 'manifest.json');
  }
  /** Genes as GTF, gzip. */
  get genes(): string | undefined {
    return this.manifest.genes === null ? undefined : path.join(this.folder, 'genes.gtf.gz');
  }
  /** Sites that are known beforehand, BED6. */
  get knownSites(): string | undefined {
    return this.manifest.knownSites === null ? undefined : path.join(this.folder, 'known_sites.bed');
  }
}

/** Names that mean the same assembly. */
export const genomeAliases: Readonly<Record<string, string>> = {
  hg38: 'GRCh38',
  hg19: 'GRCh37',
  mm39: 'GRCm39',
  mm10: 'GRCm38',
  mm9: 'MGSCv37',
};

/** The name that a genome is registered under. */
export function canonicalGenome(name: string): string {
  return Object.hasOwn(genomeAliases, name) ? genomeAliases[name]! : name;
}
