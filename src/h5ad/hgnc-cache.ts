/** Where `gtk h5ad hgnc` keeps the table of approved symbols for later runs. */
import { statSync } from 'node:fs';
import path from 'node:path';

export const hgncCacheName = 'hgnc_symbols.tsv';

/** The table kept in that folder, if there is one. */
export function cachedHgnc(sharedDir: string): string | undefined {
  const file = path.join(sharedDir, hgncCacheName);
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}
