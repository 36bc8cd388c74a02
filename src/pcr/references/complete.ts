/** What makes a copied FASTA a registered genome: genes, known sites, index, manifest. */
import path from 'node:path';
import { ContigNames } from './contig-names.js';
import type { CopiedFasta } from './copy-fasta.js';
import { writeGenes } from './genes.js';
import { writeKnownSites, writeSpikeInSites } from './known-sites.js';
import type { Reference, ReferenceManifest } from './reference.js';
import { publish, type Registration } from './registration.js';
import { SPIKE_IN_GENOME } from './spike-in-sites.js';
import type { NamedFile } from './table-rows.js';

/** What belongs to a genome besides its sequence. */
export interface Companions {
  /** GTF, GFF3 or BED6. */
  genes?: NamedFile;
  /** BED6. */
  knownSites?: NamedFile;
}

/**
 * Completes `FOLDER/NAME.fa` and gives the folder its name.
 *
 * @param index provides the index of that FASTA
 * @throws what is wrong with the companions, what `index` throws, GTK_NOT_WRITABLE
 */
export async function complete(
  registration: Registration,
  folder: string,
  fasta: CopiedFasta,
  companions: Companions,
  index: () => Promise<ReferenceManifest['index']>,
): Promise<Reference> {
  const { root, name, log } = registration;
  const { contigs, bytes, sha256 } = fasta;
  // Names that were looked up are told for each file alone.
  const named = () => new ContigNames(contigs);
  const { genes, knownSites } = companions;
  const geneCount = genes ? await writeGenes(genes, path.join(folder, 'genes.gtf.gz'), named(), log) : null;
  const sites = path.join(folder, 'known_sites.bed');
  let siteCount: number | null = null;
  if (knownSites) siteCount = await writeKnownSites(knownSites, sites, named(), log);
  else if (name === SPIKE_IN_GENOME) siteCount = writeSpikeInSites(sites, named(), log);
  const manifest: ReferenceManifest = {
    format: 1,
    name,
    fasta: { bytes, sha256 },
    contigs,
    index: await index(),
    genes: geneCount,
    knownSites: siteCount,
    createdAt: new Date().toISOString(),
  };
  return publish(root, folder, manifest);
}
