/** One sequencing run to be quantified: a row of `metadata.tsv`, checked. */

/** A FASTQ file as ENA's file report describes it. */
export interface ArchiveFile {
  /** As reported, without a scheme: `ftp.sra.ebi.ac.uk/vol1/fastq/…/SRR6357070_1.fastq.gz`. */
  address: string;
  /** Last part of the address. */
  name: string;
  /** In hexadecimal; undefined where the report has fewer sums than files: then {@link ArchiveFiles.md5s} counts. */
  md5: string | undefined;
  bytes: number | undefined;
}

/** The FASTQ files of a run, and all checksums that were reported for them. */
export interface ArchiveFiles {
  files: readonly ArchiveFile[];
  md5s: readonly string[];
}

export type LibraryLayout = 'paired' | 'single';

/** Where SRA objects of a run lie, as the metadata's link columns tell. */
export interface SraLinks {
  aws?: string;
  gcp?: string;
  ncbi?: string;
  ena?: string;
  ddbj?: string;
}

export interface Sample {
  /** Run accession: names folders and files. */
  run: string;
  /** `Genus_species`, or the metadata's species_token: names index and merge folder. */
  species: string;
  layout: LibraryLayout;
  /** Reads, or read pairs, that the archive counts. */
  totalSpots: number;
  totalBases: number | undefined;
  /** Bases of a spot: of both mates together where the library is paired. */
  spotLength: number;
  /** Mean fragment length in bases that kallisto is told for single reads; its deviation is a tenth. */
  fragmentLength: number;
  /** Bytes of the SRA object, if told. */
  size: number | undefined;
  /** Experiment accession, or ''. */
  experiment: string;
  links: SraLinks;
  /** From the columns fastq_ftp, fastq_md5, fastq_bytes; undefined: ENA is to be asked. */
  archive: ArchiveFiles | undefined;
  /** Absolute paths of the user's own FASTQ; undefined if the reads are to be downloaded. */
  privateFiles: readonly string[] | undefined;
  /** Why it is not to be quantified; undefined if it is. */
  excluded: string | undefined;
  /** Place in the metadata, from 0: also names the row for tools that count rows. */
  row: number;
}
