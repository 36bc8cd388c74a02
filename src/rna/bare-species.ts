/** The configuration of work on a folder for which there is no YAML file. */
import path from 'node:path';
import type { SpeciesConfig } from './species.js';

/** All defaults, with everything below one folder. */
export function bareSpecies(out: string, threads: number): SpeciesConfig {
  return {
    file: '',
    code: path.basename(out),
    name: '',
    workDir: out,
    logDir: path.join(out, 'logs'),
    out,
    roots: {},
    metadata: path.join(out, 'metadata', 'metadata.tsv'),
    threads,
    sourcesOff: [],
    parallelDump: false,
    fastp: false,
    keepFastq: true,
    redo: false,
    buildIndex: true,
    fastaFolders: [path.join(out, 'fasta')],
    indexFolder: path.join(out, 'index'),
    transcriptome: undefined,
    requireTissue: false,
    retry: {},
    steps: {},
    warnings: [],
  };
}
