/** What fastp counted, from its JSON report. */
import type { GtkError } from '../../errors.js';
import type { FastpSummary, FastpTotals } from '../steps/summaries.js';
import { JsonReport } from './json-report.js';

/** @param refuse makes the error of what is wrong */
export function readFastpReport(
  file: string,
  refuse: (reason: string) => GtkError,
): { version: string; summary: FastpSummary } {
  const report = JsonReport.read(file, refuse);
  const totals = (when: string): FastpTotals => {
    const part = report.part('summary').part(when);
    return {
      total_reads: part.number('total_reads'),
      total_bases: part.number('total_bases'),
      q30_rate: part.number('q30_rate'),
      gc_content: part.number('gc_content'),
    };
  };
  const summary: FastpSummary = {
    before_filtering: totals('before_filtering'),
    after_filtering: totals('after_filtering'),
    filtering_result: report.part('filtering_result').numbers(),
    duplication_rate: report.part('duplication').optionalNumber('rate'),
    insert_size_peak: report.part('insert_size').optionalNumber('peak'),
    // Where no adapter was found or looked for, there is no such part.
    adapter_trimmed_reads: report.part('adapter_cutting').optionalNumber('adapter_trimmed_reads') ?? 0,
  };
  return { version: report.part('summary').text('fastp_version'), summary };
}
