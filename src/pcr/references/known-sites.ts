/** Sites that are known beforehand, such as those of a spiked-in control. */
import { writeFileAtomically } from '../../engine/atomic.js';
import type { ContigNames } from './contig-names.js';
import { spikeInSites } from './spike-in-sites.js';
import {
  byPlace,
  clip,
  forEachRow,
  type NamedFile,
  type Stretch,
  stretchOf,
  tellContigs,
  wrong,
} from './table-rows.js';

interface Site extends Stretch {
  name: string;
  score: string;
  strand: string;
}

/**
 * Writes the sites of a BED6 file in the order of the FASTA, with its names of contigs.
 *
 * @returns how many there are
 * @throws GTK_GENOME_FILE, GTK_NOT_WRITABLE, and what `forEachRow` throws
 */
export async function writeKnownSites(
  source: NamedFile,
  target: string,
  names: ContigNames,
  log: (line: string) => void,
): Promise<number> {
  const sites: Site[] = [];
  let left = 0;
  await forEachRow(source, (row) => {
    const [contig, start, end, name, score, strand] = row.columns;
    if (strand === undefined)
      throw wrong(
        source,
        row,
        `${row.columns.length} columns`,
        'six: contig, start, end, name, score, strand',
      );
    if (strand !== '+' && strand !== '-') throw wrong(source, row, `strand ${clip(strand)}`, "'+' or '-'");
    const stretch = stretchOf(source, row, [contig!, start!, end!], 0, names);
    if (!stretch) left += 1;
    else sites.push({ ...stretch, name: name!, score: score!, strand });
  });
  tellContigs(source, 'sites', names, { kept: sites.length, left }, log);
  return write(sites, target);
}

/** Writes the sites of the spiked-in control, as far as the genome has them. Returns how many; none, no file. */
export function writeSpikeInSites(
  target: string,
  names: ContigNames,
  log: (line: string) => void,
): number | null {
  const sites = spikeInSites.flatMap(([name, start, strand, gene]) => {
    const contig = names.find(name);
    const fits = contig && start < contig.length;
    return fits ? { contig, start: start + 1, end: start + 1, name: gene, score: '0', strand } : [];
  });
  log(`known sites: ${sites.length} of the ${spikeInSites.length} of the spiked-in control`);
  return sites.length > 0 ? write(sites, target) : null;
}

function write(sites: Site[], target: string): number {
  const lines = sites
    .sort(byPlace)
    .map(
      ({ contig, start, end, name, score, strand }) =>
        `${contig.name}\t${start - 1}\t${end}\t${name}\t${score}\t${strand}\n`,
    );
  writeFileAtomically(target, lines.join(''), true);
  return sites.length;
}
