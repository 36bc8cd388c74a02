/** `summary.json`: everything about a run in one object. */
import type { AggregateContext, BatchResult } from '../engine/job.js';
import type { Totals } from './aggregate.js';
import type { IndexValues } from './indices/index.js';
import type { CodonOptions, CodonSummary } from './options.js';
import type { UsageRow } from './usage.js';

/** All but the last three values are the same for the same data and options. */
export interface CodonRunSummary extends IndexValues {
  sequences: number;
  bases: number;
  codons: number;
  ambiguous: number;
  partial: number;
  batches: number;
  batch_size: number;
  frame: number;
  genetic_code: number;
  /** `sequences` is null where an annotation decides what is counted. */
  inputs: { path: string; bytes: number; sequences: number | null }[];
  failed_inputs: { path: string; code: string; message: string }[];
  gff: string | null;
  /** `self`, the path of the reference, or the name of a published set. */
  cai_reference: string;
  cai_zero: string;
  cai_family: string;
  optimal_codons: string;
  /** Codons with RSCU > 1; with `--rscu`. */
  preferred_codons?: string[];
  elapsed_seconds: number;
  peak_rss_bytes: number;
  version: string;
}

export function summarise(
  context: AggregateContext<CodonOptions, CodonSummary>,
  counted: readonly BatchResult<CodonSummary>[],
  totals: Totals,
  indices: IndexValues,
  usage: readonly UsageRow[],
): CodonRunSummary {
  const { options, inputs } = context;
  const { sequences, bases, codons, ambiguous, partial } = totals;
  const failed = new Set(context.failures.map(({ input }) => input));
  const bySource = new Map<number, number>();
  for (const { summary } of counted) {
    bySource.set(summary.input, (bySource.get(summary.input) ?? 0) + summary.sequences);
  }
  const beside = [options.reference, options.gff];
  const listed = inputs
    .map(({ path, bytes }, index) => ({ path, bytes, index }))
    .filter(
      ({ path, index }) => !failed.has(index) && !(beside.includes(path) && index === inputs.length - 1),
    );
  const { seconds, peakRssBytes } = context.usage();
  return {
    sequences,
    bases,
    codons,
    ambiguous,
    partial,
    batches: counted.length,
    batch_size: options.batchSize,
    frame: options.frame,
    genetic_code: options.geneticCode,
    inputs: listed.map(({ path, bytes, index }) => ({
      path,
      bytes,
      sequences: options.gff ? null : (bySource.get(index) ?? 0),
    })),
    failed_inputs: context.failures.map(({ input, error }) => ({
      path: inputs[input]!.path,
      code: error.code,
      message: error.message,
    })),
    gff: options.gff ?? null,
    ...indices,
    cai_reference: options.caiSet ?? options.reference ?? 'self',
    cai_zero: options.caiZero,
    cai_family: options.caiFamily,
    optimal_codons: options.fopSet ?? (options.optimal ? 'given' : (options.reference ?? 'self')),
    ...(options.rscu && {
      preferred_codons: usage.filter(({ rscu }) => rscu !== null && rscu > 1).map(({ codon }) => codon),
    }),
    elapsed_seconds: Math.round(seconds * 1000) / 1000,
    peak_rss_bytes: peakRssBytes,
    version: context.version,
  };
}
