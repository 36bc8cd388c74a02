/** Registers a genome from its FASTA. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { gtkError } from '../../errors.js';
import { fileChunks } from '../../formats/compression/file-chunks.js';
import { buildIndex, chooseAligner, ownGroupIndexer } from './build-index.js';
import { type Companions, complete } from './complete.js';
import { copyFasta } from './copy-fasta.js';
import { openReference } from './find.js';
import type { Reference } from './reference.js';
import { genomeName, type Registration, whileRegistering } from './registration.js';

/** What is to be registered. */
export interface AddRequest extends Registration {
  /** Absolute path of FASTA; like the other files plain or compressed with gzip, BGZF or zstd. */
  fasta: string;
  /** Absolute path of GTF, GFF3 or BED6. */
  genes?: string;
  /** Absolute path of BED6. */
  knownSites?: string;
}

/**
 * Copies, checks and indexes a genome, which appears whole or not at all. If another process registers one of that
 * name meanwhile, it is waited for; its genome is returned if the sequence is the same.
 *
 * @throws GTK_USAGE, GTK_INPUT_MISSING, GTK_GENOME_EXISTS, GTK_MISSING_TOOL, GTK_GENOME_INDEX, GTK_NOT_WRITABLE,
 *   what is wrong with the files, the signal's reason
 */
export async function addReference(request: AddRequest): Promise<Reference> {
  const { root, fasta, genes, knownSites, signal, log } = request;
  const name = genomeName(request.name);
  for (const file of [fasta, genes, knownSites]) {
    if (file !== undefined && !existsSync(file)) throw gtkError('GTK_INPUT_MISSING', { path: file });
  }
  refuseKnown(openReference(root, name));
  chooseAligner();
  const registration: Registration = { root, name, signal, log };
  return whileRegistering(registration, async (folder) => {
    const target = path.join(folder, `${name}.fa`);
    const copied = await copyFasta(fileChunks(fasta, { signal }), fasta, target, signal);
    const meanwhile = openReference(root, name);
    if (meanwhile?.manifest.fasta.sha256 === copied.sha256) {
      log(`${name}: another process has registered it meanwhile`);
      return meanwhile;
    }
    refuseKnown(meanwhile);
    log(`${name}: ${copied.contigs.length} contigs copied`);
    const companions: Companions = {
      ...(genes !== undefined && { genes: { file: genes, shown: genes } }),
      ...(knownSites !== undefined && { knownSites: { file: knownSites, shown: knownSites } }),
    };
    return complete(registration, folder, copied, companions, () =>
      buildIndex(target, copied.contigs, ownGroupIndexer(name, signal)),
    );
  });
}

/** Throws GTK_GENOME_EXISTS. */
export function refuseKnown(reference: Reference | undefined): void {
  if (!reference) return;
  const { name, createdAt, contigs } = reference.manifest;
  throw gtkError('GTK_GENOME_EXISTS', { name, since: createdAt, contigs: contigs.length });
}
