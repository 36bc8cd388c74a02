/** Reads the text of `samtools flagstat`. */
import type { Flagstat } from '../steps/summaries.js';

/** What stands behind the numbers of each line. */
const lines: Record<keyof Flagstat, string> = {
  total: 'in total',
  primary: 'primary',
  secondary: 'secondary',
  supplementary: 'supplementary',
  duplicates: 'duplicates',
  primary_duplicates: 'primary duplicates',
  mapped: 'mapped',
  primary_mapped: 'primary mapped',
  paired: 'paired in sequencing',
  read1: 'read1',
  read2: 'read2',
  properly_paired: 'properly paired',
  both_mapped: 'with itself and mate mapped',
  singletons: 'singletons',
  mate_on_other_contig: 'with mate mapped to a different chr',
  mate_on_other_contig_mapq5: 'with mate mapped to a different chr (mapQ>=5)',
};

/** @returns undefined if a line is missing: samtools has all of them since version 1.13 */
export function readFlagstat(text: string): Flagstat | undefined {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, passed, failed, words] = /^(\d+) \+ (\d+) (.+)$/.exec(line) ?? [];
    if (words === undefined) continue;
    // Behind some words stand shares, or what is counted; one line differs from another only by such.
    const name = words.endsWith('(mapQ>=5)') ? words : words.replace(/ \(.*\)$/, '');
    counts.set(name, Number(passed) + Number(failed));
  }
  const found = Object.entries(lines).map(([key, words]) => [key, counts.get(words)] as const);
  if (found.some(([, count]) => count === undefined)) return undefined;
  return Object.fromEntries(found) as unknown as Flagstat;
}
