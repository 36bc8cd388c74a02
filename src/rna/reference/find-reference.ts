/** The transcriptome of a species: one FASTA file, found by the species' name. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { gtkError } from '../../errors.js';
import type { SpeciesConfig } from '../species.js';

/** What a reference's configuration has to tell. */
export type ReferencePlaces = Pick<SpeciesConfig, 'fastaFolders' | 'transcriptome'>;

/** `Mus_musculus_GRCm39_for_kallisto_index.fa.gz` to `Mus_musculus_GRCm39`; undefined for what is no FASTA. */
export function referenceStem(name: string): string | undefined {
  const stem = /^(.+)\.(?:fa|fasta)(?:\.gz)?$/.exec(name)?.[1];
  return stem?.replace(/(.)_for_kallisto_index$/, '$1');
}

/**
 * Absolute path of the reference of a species: in the first of the FASTA folders that has one, else the
 * transcriptome that the configuration names. A file named for the species alone goes before those whose names
 * go on, which may be of a subspecies. The same name plain and gzipped is one reference: the plain file is read.
 *
 * @param species `Genus_species`
 * @throws GTK_RNA_REFERENCE if there is none, or several
 */
export function findReference({ fastaFolders, transcriptome }: ReferencePlaces, species: string): string {
  for (const folder of fastaFolders) {
    const found = referencesIn(folder, species);
    if (found.length > 1) throw gtkError('GTK_RNA_REFERENCE', { species, found, looked: [folder] });
    if (found.length === 1) return found[0]!;
  }
  if (transcriptome !== undefined && existsSync(transcriptome)) return transcriptome;
  const looked = [...fastaFolders, ...(transcriptome === undefined ? [] : [transcriptome])];
  throw gtkError('GTK_RNA_REFERENCE', { species, found: [], looked });
}

function referencesIn(folder: string, species: string): string[] {
  const stems = new Map<string, string>();
  for (const name of namesIn(folder)) {
    const stem = referenceStem(name);
    if (stem?.startsWith(species) && isFile(path.join(folder, name))) stems.set(name, stem);
  }
  const exact = [...stems].filter(([, stem]) => stem === species);
  const chosen = (exact.length > 0 ? exact : [...stems]).map(([name]) => name);
  const unique = chosen.filter((name) => !name.endsWith('.gz') || !chosen.includes(name.slice(0, -3)));
  return unique.sort().map((name) => path.join(folder, name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
