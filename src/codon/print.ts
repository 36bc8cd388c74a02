/** The result of a run as a short text for the terminal. */
import type { OptionValues } from '../engine/command.js';
import type { CodonResult } from './aggregate.js';
import type { UsageRow } from './usage.js';

const grouped = (value: number) => value.toLocaleString('en');
const fixed = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits));

/** The most frequent codons and the totals. */
export function printResult(result: unknown, values: OptionValues): string {
  const { summary, usage } = result as CodonResult;
  const rows = usage.slice(0, values.top as number);
  const lines = rows.length > 0 ? [...usageLines(rows, Boolean(values.rscu)), ''] : [];
  lines.push(
    `${grouped(summary.sequences)} sequences, ${grouped(summary.bases)} bases, ${grouped(summary.codons)} codons` +
      ` (${grouped(summary.ambiguous)} ambiguous left out, ${grouped(summary.partial)} sequences with a partial last codon)`,
    `GC ${fixed(summary.gc, 4)}  GC3s ${fixed(summary.gc3s, 4)}  Nc ${fixed(summary.enc, 2)}  genetic code ${summary.genetic_code}`,
    `${grouped(summary.batches)} batches of at most ${grouped(summary.batch_size)} sequences, ` +
      `${summary.elapsed_seconds.toFixed(2)} s, ${Math.round(summary.peak_rss_bytes / 1e6)} MB`,
  );
  for (const { path, message } of summary.failed_inputs) lines.push(`left out: ${path} (${message})`);
  return `${lines.join('\n')}\n`;
}

function usageLines(rows: readonly UsageRow[], withRscu: boolean): string[] {
  const width = Math.max(5, ...rows.map(({ count }) => grouped(count).length));
  const head = `codon  aa  ${'count'.padStart(width)}  per 1000${withRscu ? '   RSCU' : ''}`;
  const lines = rows.map(({ codon, aminoAcid, count, perThousand, rscu }) => {
    const cells = `${codon.padEnd(5)}  ${aminoAcid.padEnd(2)}  ${grouped(count).padStart(width)}  ${fixed(perThousand, 3).padStart(8)}`;
    return withRscu ? `${cells}  ${fixed(rscu, 3).padStart(5)}` : cells;
  });
  return [head, ...lines];
}
