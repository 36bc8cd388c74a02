/** What filters said of the reads of a run: the JSON of fastp, or the table that amalgkit leaves. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Layout } from '../layout.js';
import { tableRows } from '../metadata/table-rows.js';

/** Figures of a run by the names that amalgkit gives them, as text. Percentages are 0 to 100. */
export interface FilterStats {
  columns: ReadonlyMap<string, string>;
  /** Percentage of the bases that are left with a quality of at least 30. */
  q30?: number;
}

/** Columns of `getfastq_stats.tsv` that go with a run into the merged metadata. */
const carried = /^(fastp_duplication_rate|fastp_insert_size_peak|percent_\w+_filtered|(num|bp|sec)_\w+)$/;

/** What is known; no columns where no filter ran, or what it left cannot be read. */
export function readFilterStats(layout: Layout, run: string): FilterStats {
  const table = amalgkitStats(layout, run);
  const fastp = fastpStats(path.join(layout.quantFolder(run), `${run}_fastp.json`));
  return fastp ? { ...fastp, columns: new Map([...table, ...fastp.columns]) } : { columns: table };
}

function amalgkitStats(layout: Layout, run: string): Map<string, string> {
  const texts = layout.readFolders(run).map((folder) => textOf(path.join(folder, 'getfastq_stats.tsv')));
  try {
    const [header, ...rows] = tableRows(texts.find((text) => text !== undefined) ?? '');
    const names = header?.cells ?? [];
    const place = names.indexOf('run');
    const row = rows.findLast(({ cells }) => cells[place]?.trim() === run);
    const pairs = names.map((name, i) => [name, row?.cells[i]?.trim() ?? ''] as const);
    return new Map(pairs.filter(([name, value]) => carried.test(name) && value !== '' && value !== 'nan'));
  } catch {
    return new Map();
  }
}

/** https://github.com/OpenGene/fastp: `summary`, `duplication`, `insert_size`. */
interface FastpReport {
  summary?: Partial<Record<'before_filtering' | 'after_filtering', Record<string, unknown>>>;
  duplication?: { rate?: unknown };
  insert_size?: { peak?: unknown };
}

function fastpStats(file: string): FilterStats | undefined {
  let report: FastpReport;
  try {
    report = JSON.parse(textOf(file) ?? 'null') ?? {};
  } catch {
    return undefined;
  }
  const { before_filtering: before, after_filtering: after } = report.summary ?? {};
  if (!before || !after) return undefined;
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  const percent = (value: unknown) => (typeof value === 'number' ? Math.round(value * 1e6) / 1e4 : undefined);
  const figures: [string, number | undefined][] = [
    ['fastp_duplication_rate', percent(report.duplication?.rate)],
    ['fastp_insert_size_peak', number(report.insert_size?.peak)],
    ['num_fastp_in', number(before.total_reads)],
    ['num_fastp_out', number(after.total_reads)],
    ['bp_fastp_in', number(before.total_bases)],
    ['bp_fastp_out', number(after.total_bases)],
  ];
  const known = figures.filter(([, value]) => value !== undefined);
  const q30 = percent(after.q30_rate);
  return {
    columns: new Map(known.map(([name, value]) => [name, String(value)])),
    ...(q30 !== undefined && { q30 }),
  };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
