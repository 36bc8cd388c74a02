/** Registers a genome from an archive, which may hold its index. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../engine/folders.js';
import { gtkError } from '../../errors.js';
import { findProgram } from '../../tools/find.js';
import { refuseKnown } from './add.js';
import { refuse } from './archive-member.js';
import { buildIndex, chooseAligner, ownGroupIndexer, type RunIndexer } from './build-index.js';
import { complete } from './complete.js';
import type { Contig } from './fasta-cleaner.js';
import { openReference } from './find.js';
import { type Aligner, indexEndings, indexProblem } from './index-files.js';
import { firstOtherBase } from './packed-sequence.js';
import type { Reference, ReferenceManifest } from './reference.js';
import { genomeName, type Registration, whileRegistering } from './registration.js';
import type { NamedFile } from './table-rows.js';
import { unpack } from './unpack.js';

/**
 * Unpacks, checks and, where the archive has no index, indexes a genome, which appears whole or not at all.
 *
 * @param request with the absolute path of the archive
 * @throws GTK_USAGE, GTK_INPUT_MISSING, GTK_GENOME_EXISTS, GTK_GENOME_ARCHIVE, GTK_MISSING_TOOL, GTK_GENOME_INDEX,
 *   GTK_NOT_WRITABLE, what is wrong with the files, the signal's reason
 */
export async function addArchive(request: Registration & { tar: string }): Promise<Reference> {
  const { root, tar, signal, log } = request;
  const name = genomeName(request.name);
  if (!existsSync(tar)) throw gtkError('GTK_INPUT_MISSING', { path: tar });
  refuseKnown(openReference(root, name));
  const registration: Registration = { root, name, signal, log };
  return whileRegistering(registration, async (folder) => {
    refuseKnown(openReference(root, name));
    return registerArchive(registration, folder, { file: tar, shown: tar }, ownGroupIndexer(name, signal));
  });
}

/** The same with the lock held and in its folder. */
export async function registerArchive(
  registration: Registration,
  building: string,
  archive: NamedFile,
  run: RunIndexer,
): Promise<Reference> {
  const { name, signal, log } = registration;
  chooseAligner();
  const folder = path.join(building, 'genome');
  makeFolder(folder);
  const { fasta, ...companions } = await unpack(archive, {
    name,
    folder,
    aside: path.join(building, 'aside'),
    signal,
  });
  log(`${name}: ${fasta.contigs.length} contigs unpacked`);
  const file = path.join(folder, `${name}.fa`);
  return complete(registration, folder, fasta, companions, async () => {
    const aligner = await archivedIndex(file, fasta.contigs, archive.shown, signal);
    removeIndices(file, aligner);
    if (!aligner) return buildIndex(file, fasta.contigs, run);
    return { program: aligner, version: 'as archived' } satisfies ReferenceManifest['index'];
  });
}

/**
 * The aligner whose index came along and is right; undefined if none did, or none that is installed here.
 *
 * @throws GTK_GENOME_ARCHIVE for an index that is not whole, or of another FASTA
 */
async function archivedIndex(
  fasta: string,
  contigs: readonly Contig[],
  shown: string,
  signal: AbortSignal,
): Promise<Aligner | undefined> {
  const aligners: Aligner[] = ['bwa-mem2', 'bwa'];
  const has = (ending: string) => existsSync(fasta + ending);
  if (!aligners.some((aligner) => indexEndings[aligner].some(has))) return undefined;
  const whole = aligners.filter((aligner) => indexEndings[aligner].every(has));
  if (whole.length === 0) {
    const missing = indexEndings.bwa.filter((ending) => !has(ending)).join(' ');
    throw refuse(shown, `an index without ${missing}`, 'a whole index, or none');
  }
  for (const aligner of whole) {
    const problem = indexProblem(fasta, aligner, contigs);
    if (problem) throw refuse(shown, `an index for ${aligner} of which ${problem}`, 'that of the FASTA');
  }
  const other = await firstOtherBase(fasta, signal);
  if (other !== undefined) throw refuse(shown, `an index with another base ${other}`, 'that of the FASTA');
  return whole.find((aligner) => findProgram(aligner));
}

/** Removes what belongs to other aligners alone. */
function removeIndices(fasta: string, kept: Aligner | undefined): void {
  const all = new Set(Object.values(indexEndings).flat());
  for (const ending of all) {
    if (!kept || !indexEndings[kept].includes(ending)) rmSync(fasta + ending, { force: true });
  }
}
