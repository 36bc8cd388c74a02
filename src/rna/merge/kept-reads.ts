/** Reads of a run that were kept on the disk. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Layout } from '../layout.js';

/** What stands between the run's name and the ending: amalgkit's names of reads after filters go first. */
const kinds = ['amalgkit', 'rename', 'contam-filtered', 'rrna-filtered', 'fastp', ''];

/** Absolute paths of both mates, or of the only file; none if there are none. */
export function keptReads(layout: Layout, run: string): string[] {
  for (const folder of layout.readFolders(run)) {
    const names = new Set(namesIn(folder));
    for (const kind of kinds) {
      const named = (mate: string) => `${run}${mate}${kind && `.${kind}`}.fastq.gz`;
      const mates = [named('_1'), named('_2')].filter((name) => names.has(name));
      const files = mates.length > 0 ? mates : [named('')].filter((name) => names.has(name));
      if (files.length > 0) return files.map((name) => path.join(folder, name));
    }
  }
  return [];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
