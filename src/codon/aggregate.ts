/** The last pass: the batches' counts put together, and the final files made from them. */
import { writeFileAtomically } from '../engine/atomic.js';
import type { AggregateContext, BatchResult } from '../engine/job.js';
import type { CodonBatch } from '../kernels/codons/types.js';
import { type AdaptationModel, adaptationModel } from './adaptation-model.js';
import { RecordDistributions } from './distributions.js';
import { type GeneticCode, geneticCode } from './genetic-code.js';
import { createIndexer } from './indices/index.js';
import type { CodonOptions, CodonSummary } from './options.js';
import { makeReport } from './run-report.js';
import { type CodonRunSummary, summarise } from './summary.js';
import { type UsageRow, usageRows } from './usage.js';
import { writeUsage } from './write-usage.js';

type Context = AggregateContext<CodonOptions, CodonSummary>;

/** What the command prints, and keeps in the run folder. */
export interface CodonResult {
  summary: CodonRunSummary;
  /** The most frequent rows of the table, at most {@link KEPT_ROWS}. */
  usage: UsageRow[];
}

const KEPT_ROWS = 256;

/** Sums of a role's batches. */
export type Totals = Omit<CodonBatch, 'rows'>;

export async function aggregateCodon(context: Context): Promise<CodonResult> {
  const { options } = context;
  const code = geneticCode(options.geneticCode);
  const counted = context.batches.filter(({ summary }) => summary.role === 'count');
  const totals = sum(counted);
  const reference =
    options.reference === undefined
      ? totals
      : sum(context.batches.filter(({ summary }) => summary.role === 'reference'));
  const model = modelOf(code, options, reference.counts);
  const indices = createIndexer(code, model).compute(totals.counts);
  const shown = { code, skipStops: options.skipStops };
  const usage = usageRows(totals.counts, totals.ambiguousCodons, { ...shown, minCount: options.minCount });

  await writeUsage(context, usage);
  if (options.perSequence) {
    const { writeSequences } = await import('./write-sequences.js');
    await writeSequences(context, counted, model);
  }
  const summary = summarise(context, counted, totals, indices, usage);
  writeFileAtomically(context.outputPath('summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  if (options.report) {
    const all = usageRows(totals.counts, [], { ...shown, skipStops: false, minCount: 0 });
    const html = await makeReport(context, summary, all, mergeDistributions(counted));
    writeFileAtomically(context.outputPath('report.html'), html);
  }
  return { summary, usage: usage.slice(0, KEPT_ROWS) };
}

function sum(batches: readonly BatchResult<CodonSummary>[]): Totals {
  const totals: Totals = {
    sequences: 0,
    bases: 0,
    codons: 0,
    ambiguous: 0,
    partial: 0,
    counts: new Float64Array(64),
    ambiguousCodons: [],
  };
  const ambiguous = new Map<string, number>();
  for (const { summary } of batches) {
    for (const name of ['sequences', 'bases', 'codons', 'ambiguous', 'partial'] as const) {
      totals[name] += summary[name];
    }
    for (let codon = 0; codon < 64; codon += 1) totals.counts[codon]! += summary.counts[codon]!;
    for (const [codon, count] of summary.ambiguousCodons)
      ambiguous.set(codon, (ambiguous.get(codon) ?? 0) + count);
  }
  totals.ambiguousCodons = [...ambiguous].sort(([a], [b]) => (a < b ? -1 : 1));
  return totals;
}

function modelOf(code: GeneticCode, options: CodonOptions, counts: Float64Array): AdaptationModel {
  const { caiSet, fopSet, caiZero, caiFamily, optimal } = options;
  return adaptationModel(
    code,
    caiSet ? { set: caiSet } : { counts, zero: caiZero, family: caiFamily },
    fopSet ? { set: fopSet } : optimal ? { codons: optimal } : { counts },
  );
}

function mergeDistributions(batches: readonly BatchResult<CodonSummary>[]): RecordDistributions {
  const merged = new RecordDistributions();
  for (const { summary } of batches) {
    if (summary.distributions) merged.merge(RecordDistributions.fromJSON(summary.distributions));
  }
  return merged;
}
