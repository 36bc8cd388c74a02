/** What cutadapt counted in one pass, from its `--json` report (schema 0.1 of cutadapt 4.2). */
import type { GtkError } from '../../errors.js';
import type { CutadaptPass } from '../steps/summaries.js';
import { JsonReport } from './json-report.js';

export type CutadaptCounts = Omit<CutadaptPass, 'cuts'>;

/** @param refuse makes the error of what is wrong */
export function readCutadaptReport(
  file: string,
  refuse: (reason: string) => GtkError,
): { version: string; counts: CutadaptCounts } {
  const report = JsonReport.read(file, refuse);
  const pairs = report.part('read_counts');
  const filtered = pairs.part('filtered');
  const bases = report.part('basepair_counts');
  const counts: CutadaptCounts = {
    pairs_in: pairs.number('input'),
    pairs_out: pairs.number('output'),
    r1_with_adapter: pairs.optionalNumber('read1_with_adapter'),
    r2_with_adapter: pairs.optionalNumber('read2_with_adapter'),
    too_short: filtered.optionalNumber('too_short') ?? 0,
    without_ltr: filtered.optionalNumber('discard_untrimmed') ?? 0,
    bases_in: bases.number('input'),
    bases_out: bases.number('output'),
  };
  const accounted = counts.pairs_out + counts.too_short + counts.without_ltr;
  if (accounted !== counts.pairs_in)
    throw refuse(`it read ${counts.pairs_in} pairs and accounts for ${accounted}`);
  return { version: report.text('cutadapt_version'), counts };
}
