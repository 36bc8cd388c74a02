/** Results of runs as histograms. */
import { compact, counted, fixed, grouped } from '../../report/format.js';
import { type Bin, histogram } from '../../report/histogram.js';
import { html, type Markup } from '../../report/markup.js';
import { linearScale, logScale } from '../../report/scale.js';
import type { RunStatus } from '../status/run-status.js';

/** Bins of the mapping rate, in per cent. */
const RATE_BIN = 5;

/** Runs that are done by their percentage of pseudoaligned reads. */
export function mappingHistogram(runs: readonly RunStatus[]): Markup {
  const rates = runs.flatMap(({ pPseudoaligned }) => (pPseudoaligned === undefined ? [] : [pPseudoaligned]));
  if (rates.length === 0) return html`<p>No run is done.</p>`;
  const bins = Array.from(
    { length: 100 / RATE_BIN },
    (_, i): Bin => ({ from: i * RATE_BIN, to: (i + 1) * RATE_BIN, count: 0 }),
  );
  // 100 % belongs to the last bin.
  for (const rate of rates) bins[Math.min(Math.floor(rate / RATE_BIN), bins.length - 1)]!.count += 1;
  return histogram(bins, {
    labels: {
      id: 'mapping-plot',
      title: 'Pseudoaligned reads',
      description: `Histogram of ${counted(rates.length, 'run')} by the percentage of reads that are pseudoaligned, from ${fixed(least(rates), 1)} to ${fixed(most(rates), 1)}.`,
    },
    scale: (range) => linearScale([0, 100], range),
    valueLabel: 'per cent of the reads',
    countLabel: 'runs',
    format: String,
    describe: ({ from, to }) => `${from} to ${to} %`,
  });
}

/** Bins of the number of reads: so many to a tenfold. */
const BINS_PER_DECADE = 4;

/** Runs that are done by their number of reads, on a logarithmic scale. */
export function readsHistogram(runs: readonly RunStatus[]): Markup {
  const numbers = runs.flatMap(({ readsProcessed = 0 }) => (readsProcessed > 0 ? [readsProcessed] : []));
  if (numbers.length === 0) return html`<p>No run is done.</p>`;
  const binOf = (reads: number) => Math.floor(Math.log10(reads) * BINS_PER_DECADE);
  const edge = (bin: number) => 10 ** (bin / BINS_PER_DECADE);
  const all = numbers.map(binOf);
  const first = least(all) - 1;
  const bins = Array.from(
    { length: most(all) - first + 2 },
    (_, i): Bin => ({ from: edge(first + i), to: edge(first + i + 1), count: 0 }),
  );
  for (const bin of all) bins[bin - first]!.count += 1;
  return histogram(bins, {
    labels: {
      id: 'reads-plot',
      title: 'Reads processed',
      description: `Histogram of ${counted(numbers.length, 'run')} by the number of reads or pairs, from ${grouped(least(numbers))} to ${grouped(most(numbers))}.`,
    },
    scale: (range) => logScale([bins[0]!.from, bins.at(-1)!.to], range),
    valueLabel: 'reads or pairs, logarithmic',
    countLabel: 'runs',
    format: compact,
    describe: ({ from, to }) => `${compact(from)} to ${compact(to)} reads`,
  });
}

// Math.min takes no more arguments than the stack holds: some 100,000.
const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));
