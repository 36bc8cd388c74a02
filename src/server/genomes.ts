/** Genomes that runs may name. */
import { findReference, listReferences } from '../pcr/references/find.js';
import { canonicalGenome, genomeAliases } from '../pcr/references/reference.js';
import type { Settings } from './settings.js';

/** Assemblies that runs may name before they are registered. */
const supportedGenomes = [...new Set(Object.values(genomeAliases))];

/** Whether a run may name it; in `trial` mode it must be registered. The name may be an alias. */
export function isUsableGenome(settings: Pick<Settings, 'genomeDir' | 'mode'>, name: string): boolean {
  if (settings.mode !== 'trial' && supportedGenomes.includes(canonicalGenome(name))) return true;
  try {
    findReference(settings.genomeDir, name);
    return true;
  } catch {
    return false;
  }
}

/** All names that {@link isUsableGenome} takes, without the aliases. */
export function usableGenomes(settings: Pick<Settings, 'genomeDir' | 'mode'>): string[] {
  const registered = registeredGenomes(settings);
  return settings.mode === 'trial' ? registered : [...new Set([...supportedGenomes, ...registered])];
}

export function registeredGenomes({ genomeDir }: Pick<Settings, 'genomeDir'>): string[] {
  return listReferences(genomeDir).map(({ name }) => name);
}

/** Other names of an assembly. */
export function aliasesOf(name: string): string[] {
  return Object.keys(genomeAliases).filter((alias) => genomeAliases[alias] === name);
}
