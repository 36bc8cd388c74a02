/** The report of a run, from what its last pass found. */
import type { AggregateContext, BatchResult } from '../engine/job.js';
import { gtkError } from '../errors.js';
import { openAnnData } from '../formats/anndata/open.js';
import type { H5adResult } from './aggregate.js';
import { readGenes } from './dataset.js';
import type { H5adOptions, H5adSummary } from './options.js';
import { readPartIndex, withPart } from './part.js';
import type { ReportedResult } from './report.js';

type Context = AggregateContext<H5adOptions, H5adSummary>;

/** Genes in the table of the most frequent ones. */
const FREQUENT_GENES = 30;

/**
 * The HTML of the report. The same data and options give the same text. Memory: a number a column of the
 * matrix, and one part's index at a time.
 *
 * @throws GTK_BAD_PART if a part has no count for every column, and what opening the file throws
 */
export async function makeReport(context: Context, result: H5adResult): Promise<string> {
  const { h5adReport } = await import('./report.js');
  const { options, inputs, batches, version } = context;
  const shown = shownOptions(options);
  const names = await readNames(options, inputs[0]!.path);
  return h5adReport({
    version,
    command: ['gtk h5ad', inputs[0]!.path, ...shown.map(asTyped)].join(' '),
    options: shown,
    inputs: inputs.map(({ path, bytes }) => ({ path, bytes })),
    // Only runs on chunks of an earlier run have no matrix, and they make no report.
    result: result as ReportedResult,
    topGenes: options.topGenes,
    testSize: options.testSize,
    histogram: sumHistograms(batches),
    frequentGenes: frequentGenes(names, sumAppearances(context, names.length)),
  });
}

/** What each column of the matrix is called in a sentence. */
async function readNames(options: H5adOptions, path: string): Promise<string[]> {
  const file = await openAnnData(path);
  try {
    return (await readGenes(path, file.matrix(options.matrix).genes, options)).names;
  } finally {
    file.close();
  }
}

/** Options in force by their names on the command line. */
function shownOptions(options: H5adOptions): { name: string; value: string }[] {
  const { age, ageFilter, split, hgnc, collections, geneLists, interim } = options;
  const shown: [name: string, value: string | number | undefined | false][] = [
    ['matrix', options.matrix],
    ['chunk-size', options.chunkSize],
    ['top-genes', options.topGenes],
    ['compression', options.compression],
    [ageFilter ? 'age-filter' : 'no-age-filter', age && 'true'],
    ['skip-train-test-split', !split && 'true'],
    ['test-size', split && options.testSize],
    ['seed', split && options.seed],
    ['hgnc', hgnc],
    ['collections', collections],
    ['gene-lists-dir', geneLists],
    ['keep-interim', interim !== undefined && 'true'],
    ['interim-dir', interim],
    ['report', options.report && 'true'],
  ];
  return shown.flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [{ name, value: String(value) }],
  );
}

const asTyped = ({ name, value }: { name: string; value: string }) =>
  value === 'true' ? `--${name}` : `--${name} ${value}`;

/** Cells by expressed genes, over all batches. */
function sumHistograms(batches: readonly BatchResult<H5adSummary>[]): [bin: number, cells: number][] {
  const sum = new Map<number, number>();
  for (const { summary } of batches)
    for (const [bin, cells] of summary.histogram) sum.set(bin, (sum.get(bin) ?? 0) + cells);
  return [...sum].sort(([a], [b]) => a - b);
}

/** For each column of the matrix the number of sentences with it, from the parts one after another. */
function sumAppearances(context: Context, columns: number): Float64Array {
  const sum = new Float64Array(columns);
  for (const batch of context.batches) {
    const path = context.partPath(batch);
    const { appearances } = withPart(path, (fd) => readPartIndex(path, fd)).extra;
    const bytes = typeof appearances === 'string' ? Buffer.from(appearances, 'base64') : undefined;
    if (bytes?.length !== columns * Uint32Array.BYTES_PER_ELEMENT) {
      const found = bytes ? `appearances in ${bytes.length} bytes` : 'no appearances';
      throw gtkError('GTK_BAD_PART', { path, found, expected: `appearances of ${columns} genes` });
    }
    // Copied: a view must begin at a multiple of four, and the bytes may not.
    const counts = new Uint32Array(Uint8Array.from(bytes).buffer);
    for (let column = 0; column < columns; column++) sum[column]! += counts[column]!;
  }
  return sum;
}

/**
 * The names that stand in most sentences, those of equal number in the order of their characters. A name is
 * at most once in a sentence, so that the columns that share one add up.
 */
function frequentGenes(names: readonly string[], appearances: Float64Array) {
  const byName = new Map<string, number>();
  for (const [column, name] of names.entries()) {
    if (appearances[column]! > 0) byName.set(name, (byName.get(name) ?? 0) + appearances[column]!);
  }
  return [...byName]
    .map(([name, sentences]) => ({ name, sentences }))
    .sort((a, b) => b.sentences - a.sentences || (a.name < b.name ? -1 : 1))
    .slice(0, FREQUENT_GENES);
}
