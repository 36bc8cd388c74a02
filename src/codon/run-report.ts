/** The report of a run, from what its last pass found. */
import type { AggregateContext } from '../engine/job.js';
import type { RecordDistributions } from './distributions.js';
import { geneticCode } from './genetic-code.js';
import { indexColumns } from './indices/index.js';
import type { CodonOptions } from './options.js';
import type { CodonRunSummary } from './summary.js';
import type { UsageRow } from './usage.js';

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The HTML of the report. The same data and options give the same text. */
export async function makeReport(
  context: AggregateContext<CodonOptions>,
  summary: CodonRunSummary,
  usage: UsageRow[],
  distributions: RecordDistributions,
): Promise<string> {
  const { codonReport } = await import('./report.js');
  const { options, version } = context;
  const shown = Object.entries(options)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => ({ name: kebab(name), value: String(value) }));
  const { id, name } = geneticCode(options.geneticCode);
  return codonReport({
    version,
    command: ['gtk codon', ...summary.inputs.map(({ path }) => path), ...shown.map(asTyped)].join(' '),
    inputs: summary.inputs.map((input) => ({ ...input, sequences: input.sequences ?? summary.sequences })),
    options: shown,
    geneticCode: { id, name },
    frame: options.frame,
    totals: summary,
    indices: Object.fromEntries(indexColumns.map((index) => [index, summary[index]])),
    usage,
    distributions,
  });
}

const asTyped = ({ name, value }: { name: string; value: string }) =>
  value === 'true' ? `--${name}` : `--${name} ${value}`;
