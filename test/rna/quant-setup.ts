/** What tests of indices and quantification share: the real references and reads, and a workshop. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { RnaEvent } from '../../src/rna/events.js';
import { SampleFailure } from '../../src/rna/failure.js';
import { Slots } from '../../src/rna/slots.js';
import type { SpeciesConfig } from '../../src/rna/species.js';
import type { WorkRules, Workshop } from '../../src/rna/workshop.js';
import { requirePrograms } from '../../src/tools/find.js';
import { testData } from '../run-gtk.js';

export const mouseFasta = testData('rna/fasta/Mus_musculus.fa.gz');
export const yeastFasta = testData('rna/fasta/Saccharomyces_cerevisiae.fa.gz');

/** Both mates of a pair of the data. */
export const mates = (species: string, name: string) =>
  [1, 2].map((mate) => testData(`rna/fastq/${species}/${name}_${mate}.fastq.gz`));
export const mousePair = mates('Mus_musculus', 'Mm_s1');
export const pombePair = mates('Schizosaccharomyces_pombe', 'Sp_hs');

/** Builds an index with kallisto by hand. */
export function kallistoIndex(folder: string, fasta: string): string {
  const index = path.join(folder, `${path.basename(fasta).replace(/\..*/, '')}.idx`);
  execFileSync('kallisto', ['index', '-i', index, fasta], { stdio: 'ignore' });
  return index;
}

/** A workshop, and what it was told. */
export function workshop(rules: Partial<WorkRules> = {}, different: Partial<Workshop> = {}) {
  const events: RnaEvent[] = [];
  const shop = {
    signal: new AbortController().signal,
    rules: { engine: 'kallisto', quantHours: 1, silentSeconds: 600, minMappedPercent: 0, ...rules },
    processors: new Slots(2),
    program: (name) => requirePrograms([name])[name],
    tell: (event) => events.push(event),
    ...different,
  } as Workshop;
  return { shop, events };
}

/** A configuration whose reference is in `fasta/` and whose index in `index/` of a folder. */
export function speciesConfig(out: string, different: Partial<SpeciesConfig> = {}): SpeciesConfig {
  mkdirSync(path.join(out, 'fasta'), { recursive: true });
  return {
    buildIndex: true,
    fastaFolders: [path.join(out, 'fasta')],
    indexFolder: path.join(out, 'index'),
    logDir: path.join(out, 'logs'),
    transcriptome: undefined,
    ...different,
  } as SpeciesConfig;
}

/** The failure that something ends with. Throws if it ends otherwise. */
export async function failureOf(work: Promise<unknown> | (() => unknown)): Promise<SampleFailure> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof SampleFailure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
