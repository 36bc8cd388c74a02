/** Sites as the page works with them: reading, filtering, sorting, counting. */

/** One merged site. */
export interface Site {
  contig: string;
  /** 0-based, half open. */
  start: number;
  end: number;
  strand: '+' | '-';
  uniqueFragments: number;
  reads: number;
  /** Share of the unique fragments of all sites that are shown, in per cent. */
  percent: number;
  percentReads: number;
  knownSites: number;
  genes: string;
  tssDistances: string;
  regions: string;
}

export type SiteKey = keyof Site | 'position';

/** Whether every word of a text stands somewhere in the site; case does not count. */
export function filterSites(sites: readonly Site[], text: string): Site[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...sites];
  return sites.filter((site) => {
    const line = `${position(site)}\t${site.strand}\t${site.genes}\t${site.regions}`.toLowerCase();
    return words.every((word) => line.includes(word));
  });
}

/** Sites in another order; those that are equal keep theirs. */
export function sortSites(sites: readonly Site[], key: SiteKey, descending: boolean): Site[] {
  const sign = descending ? -1 : 1;
  const compare = key === 'position' ? byPosition : byValue(key);
  return [...sites].sort((a, b) => sign * compare(a, b));
}

// Far faster than localeCompare with options, and it puts chr2 before chr10.
const natural = new Intl.Collator('en', { numeric: true });

function byPosition(a: Site, b: Site): number {
  return natural.compare(a.contig, b.contig) || a.start - b.start || a.end - b.end;
}

function byValue(key: keyof Site): (a: Site, b: Site) => number {
  return (a, b) => {
    const [x, y] = [a[key], b[key]];
    return typeof x === 'number' ? x - (y as number) : natural.compare(x, y as string);
  };
}

/** `chrIV:1525361` or, of more than one base, `chrIV:1525361-1525364`: 0-based start, end not included. */
export function position({ contig, start, end }: Site): string {
  return end - start === 1 ? `${contig}:${start}` : `${contig}:${start}-${end}`;
}

/** Number of sites by region; a site near several genes counts once under each region that it has. */
export function countRegions(sites: readonly Site[]): [region: string, sites: number][] {
  const counts = new Map<string, number>();
  for (const { regions } of sites) {
    for (const region of new Set(regions.split(','))) counts.set(region, (counts.get(region) ?? 0) + 1);
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** Sites as tab-separated text with a heading. */
export function tsvOf(sites: readonly Site[], columns: readonly { heading: string; key: SiteKey }[]): string {
  const cell = (site: Site, key: SiteKey) => (key === 'position' ? position(site) : site[key]);
  const rows = sites.map((site) => columns.map(({ key }) => cell(site, key)).join('\t'));
  return `${[columns.map(({ heading }) => heading).join('\t'), ...rows].join('\n')}\n`;
}

/** How the table is looked at; part of the address. */
export interface SiteOrder {
  filter: string;
  key: SiteKey;
  descending: boolean;
}

/** The order after a click on a heading: numbers begin with the largest, a second click turns it round. */
export function nextOrder(now: SiteOrder, { key, isNumber }: { key: SiteKey; isNumber?: true }): SiteOrder {
  const descending = now.key === key ? !now.descending : isNumber === true;
  return { ...now, key, descending };
}
