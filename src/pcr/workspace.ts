/** Where the files of a PCR run stand. The folders have the names that qsLAM users know. */
import path from 'node:path';
import { makeFolder } from '../engine/folders.js';

/** Folders of a run, as they are when nothing was done yet. */
const folders = [
  'rawdata',
  'umi',
  'cutPrimer',
  'fastp',
  'fastqc/beforeCutAdapt',
  'fastqc/afterCutAdapt',
  'readlen',
  'bwa',
  'bam2bed',
  'bed2peak',
  'logs',
  'tmp',
];

/** A pair of FASTQ files, gzip. */
export interface ReadFiles {
  r1: string;
  r2: string;
}

/** The folder of one run. */
export class Workspace {
  /** @param root absolute path */
  constructor(readonly root: string) {}

  /** Creates what is missing. Throws GTK_NOT_WRITABLE. */
  create(): void {
    for (const folder of folders) makeFolder(path.join(this.root, folder));
  }

  resolve(...names: string[]): string {
    return path.join(this.root, ...names);
  }

  /** Raw reads, whatever they were called when they came. */
  get raw(): ReadFiles {
    return this.reads('rawdata');
  }

  /** Reads that a step left in its folder. */
  reads(folder: string): ReadFiles {
    return { r1: this.resolve(folder, 'R1.fastq.gz'), r2: this.resolve(folder, 'R2.fastq.gz') };
  }

  get alignment(): string {
    return this.resolve('bwa', 'aligned.sorted.bam');
  }

  get tmp(): string {
    return this.resolve('tmp');
  }
}
