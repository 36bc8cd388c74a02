/** Finding registered genomes. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gtkError } from '../../errors.js';
import { GENOME } from '../config/values.js';
import { canonicalGenome, Reference, type ReferenceManifest } from './reference.js';

/** All genomes in the folder of references, by name. */
export function listReferences(root: string): Reference[] {
  let names: string[];
  try {
    names = readdirSync(root).sort();
  } catch {
    return [];
  }
  return names.flatMap((name) => openReference(root, name) ?? []);
}

/** The genome of that name or alias. Throws GTK_NO_GENOME. */
export function findReference(root: string, name: string): Reference {
  const reference = openReference(root, canonicalGenome(name));
  if (reference) return reference;
  const known = listReferences(root).map((other) => other.name);
  throw gtkError('GTK_NO_GENOME', { name, folder: root, known });
}

/** The genome that is registered under exactly that name, if any is. */
export function openReference(root: string, name: string): Reference | undefined {
  if (!GENOME.test(name)) return undefined;
  const folder = path.join(root, name);
  try {
    const text = readFileSync(path.join(folder, 'manifest.json'), 'utf8');
    const manifest = JSON.parse(text) as ReferenceManifest;
    return manifest.name === name ? new Reference(folder, manifest) : undefined;
  } catch {
    return undefined;
  }
}
