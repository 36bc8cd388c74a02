/** Sites that are known beforehand, such as those of a spiked-in control. */
import type { ContigNames } from '../references/contig-names.js';
import { clip, forEachRow, type NamedFile, stretchOf, wrong } from '../references/table-rows.js';

/** Starts and ends of the sites on one strand of a contig, each ascending. */
interface Ends {
  starts: number[];
  ends: number[];
}

export class KnownSites {
  readonly #strands = new Map<string, Ends>();

  /** @param start 0-based @param end exclusive */
  add(contig: string, start: number, end: number, strand: string): void {
    const key = contig + strand;
    const sites = this.#strands.get(key) ?? { starts: [], ends: [] };
    this.#strands.set(key, sites);
    sites.starts.push(start);
    sites.ends.push(end);
  }

  /** To be called once all are there. */
  sort(): this {
    for (const { starts, ends } of this.#strands.values()) {
      starts.sort((a, b) => a - b);
      ends.sort((a, b) => a - b);
    }
    return this;
  }

  /** Sites on that strand that share a base with the interval [start, end). */
  count(contig: string, start: number, end: number, strand: string): number {
    const sites = this.#strands.get(contig + strand);
    if (!sites) return 0;
    // Those that begin before its end, without those that ended before its start.
    return below(sites.starts, end) - below(sites.ends, start + 1);
  }
}

/** Reads sites from BED6. Throws GTK_GENOME_FILE and what `forEachRow` throws. */
export async function readKnownSites(source: NamedFile, names: ContigNames): Promise<KnownSites> {
  const sites = new KnownSites();
  await forEachRow(source, (row) => {
    const [contig, start, end, , , strand] = row.columns;
    if (strand !== '+' && strand !== '-')
      throw wrong(source, row, `strand ${clip(strand ?? '')}`, "'+' or '-'");
    const stretch = stretchOf(source, row, [contig!, start!, end!], 0, names);
    if (stretch) sites.add(stretch.contig.name, stretch.start - 1, stretch.end, strand);
  });
  return sites.sort();
}

/** How many of an ascending list are less. */
function below(list: readonly number[], limit: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
