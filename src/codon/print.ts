/** The result of a run as a short text for the terminal. */
import type { OptionValues } from '../engine/command.js';
import type { CodonResult } from './aggregate.js';
import type { CodonRunSummary } from './summary.js';
import type { UsageRow } from './usage.js';

const WIDTH = 80;

const grouped = (value: number) => value.toLocaleString('en');
const fixed = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits));
const plural = (count: number, noun: string) => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

/** The most frequent codons and the totals. The column of RSCU is there if the run was asked for it. */
export function printResult(result: unknown, values: OptionValues): string {
  const { summary, usage } = result as CodonResult;
  const preferred = summary.preferred_codons;
  const rows = usage.slice(0, values.top as number);
  const lines = rows.length > 0 ? [...usageLines(rows, preferred !== undefined), ''] : [];
  if (rows.length > 0 && rows.length < usage.length) lines.splice(-1, 0, '… the rest is in the table');
  if (preferred) lines.push(...wrapped('preferred (RSCU > 1):', preferred), '');
  lines.push(...totalLines(summary));
  for (const { path, message } of summary.failed_inputs) lines.push(`left out: ${path} (${message})`);
  return `${lines.join('\n')}\n`;
}

function totalLines(summary: CodonRunSummary): string[] {
  const { sequences, bases, codons, ambiguous, partial, gc, gc3s, enc } = summary;
  return [
    [plural(sequences, 'sequence'), plural(bases, 'base'), plural(codons, 'codon')].join(', '),
    `${plural(ambiguous, 'ambiguous codon')} counted apart, ${plural(partial, 'sequence')} with 1 or 2 bases left over`,
    `GC ${fixed(gc, 4)}, GC3s ${fixed(gc3s, 4)}, Nc ${fixed(enc, 2)}, genetic code ${summary.genetic_code}, frame ${summary.frame}`,
    `${summary.batches === 1 ? '1 batch' : `${grouped(summary.batches)} batches`} of at most ` +
      `${plural(summary.batch_size, 'sequence')}, ${summary.elapsed_seconds.toFixed(2)} s, ` +
      `${Math.round(summary.peak_rss_bytes / 1e6)} MB of memory`,
  ];
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

/** Words behind a title, in lines of at most {@link WIDTH} characters. */
function wrapped(title: string, words: readonly string[]): string[] {
  const lines = [title];
  for (const word of words.length > 0 ? words : ['none']) {
    const last = lines.at(-1)!;
    if (last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}
