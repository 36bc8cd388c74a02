/** What `gtk pcr run` says at its end. */
import type { PcrResult } from './aggregate.js';
import type { SiteRow } from './sites/site-rows.js';
import type { SiteSummary } from './steps/site-analysis.js';
import type { CutadaptSummary, MappingSummary, UmiSummary } from './steps/summaries.js';

/** Sites that are printed. */
const TOP = 10;

const count = (value: number) => value.toLocaleString('en');
const percent = (part: number, whole: number) => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;

/** The largest sites, then a line a step. */
export function printResult(result: unknown): string {
  const { genome, steps } = result as PcrResult;
  const sites = steps.find(({ task }) => task === 'site_analysis')?.summary as SiteSummary | undefined;
  const width = Math.max(...steps.map(({ task }) => task.length));
  const lines = steps.map(({ task, seconds, source, summary }) => {
    const words = [wordsOf(task, summary), source && `on ${source} reads`].filter(Boolean).join('; ');
    return `  ${task.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s  ${words}`.trimEnd();
  });
  return `${sites ? siteTable(sites) : ''}Genome ${genome}\n${lines.join('\n')}\n`;
}

function wordsOf(task: string, summary: unknown): string {
  switch (task) {
    case 'umi':
    case 'cutadapt': {
      const { pairs_in, pairs_out } = summary as CutadaptSummary | UmiSummary;
      return `${count(pairs_out)} of ${count(pairs_in)} pairs left`;
    }
    case 'read_mapping': {
      const { flagstat, aligner } = summary as MappingSummary;
      const { primary, primary_mapped } = flagstat;
      return `${percent(primary_mapped, primary)} of ${count(primary)} reads mapped with ${aligner}`;
    }
    case 'site_analysis': {
      const { counts, clones } = summary as SiteSummary;
      return `${count(clones.clones)} positions of ${count(counts.unique_fragments)} distinct fragments`;
    }
    default:
      return '';
  }
}

/** The largest sites at merge distance 0, as far as they are kept. */
function siteTable({ per_distance }: SiteSummary): string {
  const { kept, top20 } = per_distance[0]!;
  if (kept === 0) return 'No site has more than one distinct fragment or more than five reads.\n\n';
  const head = ['contig', 'position', 'strand', 'fragments', 'reads', 'share', 'gene'];
  const rows = top20.slice(0, TOP).map((row) => cells(row));
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)));
  const line = (row: string[]) =>
    row
      .map((cell, at) => (at === 0 || at === 6 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd();
  const more =
    kept > rows.length ? `… ${count(kept - rows.length)} more in bed2peak/aligned.d0.peak.merge.xlsx\n` : '';
  return `${[head, ...rows].map(line).join('\n')}\n${more}\n`;
}

function cells({
  seqnames,
  start,
  strand,
  nUniqueReads,
  nReads,
  percent,
  gene,
  gene_region,
}: SiteRow): string[] {
  const place = gene === 'NA' ? '' : `${gene} (${gene_region})`;
  return [
    seqnames,
    count(start),
    strand,
    count(nUniqueReads),
    count(nReads),
    `${percent.toFixed(2)} %`,
    place,
  ];
}
