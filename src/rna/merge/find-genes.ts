/** Where genes of targets are looked up: in the file that was named, else in the headers of references. */
import { GtkError } from '../../errors.js';
import { findReference, type ReferencePlaces } from '../reference/find-reference.js';
import type { GeneOf } from './gene-level.js';
import { genesOfReference, readGeneMap } from './gene-map.js';

/** `auto`: tables of genes where genes are known; `yes`: they must be known. */
export type GeneLevelWish = 'auto' | 'yes' | 'no';

export interface GeneSources {
  geneLevel: GeneLevelWish;
  tx2gene: string | undefined;
  reference: ReferencePlaces;
}

/**
 * Returns what tells the genes of a species; that tells undefined where there is to be no table of genes.
 *
 * @throws what readGeneMap throws; for `yes`, the function that is returned throws GTK_RNA_REFERENCE, or
 *   GTK_RNA_TX2GENE if the reference names no genes
 */
export async function findGenes(
  sources: GeneSources,
): Promise<(species: string) => Promise<GeneOf | undefined>> {
  const { geneLevel, tx2gene, reference } = sources;
  if (geneLevel === 'no') return async () => undefined;
  if (tx2gene !== undefined) {
    const geneOf = await readGeneMap(tx2gene);
    return async () => geneOf;
  }
  return async (species) => {
    try {
      return await genesOfReference(findReference(reference, species), geneLevel === 'yes');
    } catch (error) {
      // Not needed for the tables of targets.
      if (geneLevel === 'auto' && error instanceof GtkError) return undefined;
      throw error;
    }
  };
}
