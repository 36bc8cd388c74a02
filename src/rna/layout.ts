/**
 * Where everything of a species lies below OUT, as amalgkit 0.16 lays it out, so that either can go on with
 * the other's work.
 */
import path from 'node:path';

/** Folders besides OUT in which an earlier tool may have left something: absolute paths. */
export interface OtherRoots {
  /** What getfastq was told as its output folder. */
  readRoots?: readonly string[];
  /** What quant was told as its output folder. */
  resultRoots?: readonly string[];
}

/** Paths below one OUT. All are absolute. */
export class Layout {
  constructor(
    readonly out: string,
    private readonly others: OtherRoots = {},
  ) {}

  /** Reads of one run: `RUN.sra`, `RUN_1.fastq.gz`, parts of downloads. */
  runFolder(run: string): string {
    return path.join(this.out, 'getfastq', run);
  }

  /** Folder of a run's result. */
  quantFolder(run: string): string {
    return path.join(this.out, 'quant', run);
  }

  abundance(run: string): string {
    return path.join(this.quantFolder(run), `${run}_abundance.tsv`);
  }

  runInfo(run: string): string {
    return path.join(this.quantFolder(run), `${run}_run_info.json`);
  }

  /** Where results are made before they are whole; on the disk of the results. */
  get staging(): string {
    return path.join(this.own, 'staging');
  }

  /** What gtk alone keeps here: journal, lock, staging. */
  get own(): string {
    return path.join(this.out, '.gtk');
  }

  get journal(): string {
    return path.join(this.own, 'journal.jsonl');
  }

  get lock(): string {
    return path.join(this.own, 'rna.lock');
  }

  get metadata(): string {
    return path.join(this.out, 'metadata', 'metadata.tsv');
  }

  mergeFolder(species?: string): string {
    return path.join(this.out, 'merge', ...(species === undefined ? [] : [species]));
  }

  /** Folders in which an earlier tool may have left a run's reads: the first is where gtk writes. */
  readFolders(run: string): string[] {
    const roots = [this.out, path.join(this.out, 'fastq'), ...(this.others.readRoots ?? [])];
    const places = roots.flatMap((root) => [path.join(root, 'getfastq', run), path.join(root, run)]);
    const doubled = path.join(this.out, 'getfastq', 'getfastq', run);
    // A folder of OUT itself that is called like a run is none of its reads.
    return distinct([...places, doubled]).filter((folder) => folder !== path.join(this.out, run));
  }

  /** Folders in which an earlier tool may have left a run's result: the first is where gtk writes. */
  resultFolders(run: string): string[] {
    const { out, others } = this;
    const below = [out, path.join(out, 'quant'), path.join(out, 'work')];
    const places = [...below, ...(others.resultRoots ?? [])].map((root) => path.join(root, 'quant', run));
    const direct = (others.resultRoots ?? []).map((root) => path.join(root, run));
    return distinct([...places, ...direct]);
  }
}

const distinct = (paths: string[]) => [...new Set(paths)];
