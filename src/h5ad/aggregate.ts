/** The last pass: row groups put into files, and what the run tells of them. */

import { rmSync } from 'node:fs';
import path from 'node:path';
import { removeTemporary, writeFileAtomically } from '../engine/atomic.js';
import { makeFolder } from '../engine/folders.js';
import type { AggregateContext, BatchResult } from '../engine/job.js';
import type { ChunkFile } from './chunk-file.js';
import { COMPLETION, type Completion, completionOf, interimCompletionOf } from './completion.js';
import { type DatasetFacts, datasetFacts } from './facts.js';
import type { GeneTokenCounts } from './gene-tokens.js';
import type { Extent, H5adOptions, H5adSummary, Piece, RunOptions } from './options.js';
import { chunkName, sideFolder } from './sides.js';
import { emptyExtent, widen } from './summary-counter.js';

type Context = AggregateContext<RunOptions, H5adSummary>;

/** What the command prints, and keeps in the run folder. */
export interface H5adResult {
  dataset: string;
  facts: DatasetFacts;
  genes: GeneTokenCounts;
  cells: { total: number; kept: number; empty: number };
  expressed: Extent;
  sentence: Extent;
  negative: number;
  nan: number;
  files: { file: string; rows: number; bytes: number }[];
  columns: { name: string; type: string }[];
  warnings: string[];
}

export async function aggregateH5ad(context: Context): Promise<H5adResult> {
  const { options, batches } = context;
  const facts = datasetFacts(context.facts);
  const { schema } = facts.file;
  const files = chunkFiles(batches);
  const pieces = files.map(
    ({ side, chunk, groups }): ChunkFile => ({
      file: pathOf(context, side, chunk),
      schema,
      groups: groups.map(({ batch, index }) => ({ part: context.partPath(batch), index })),
    }),
  );
  if (keepsInterim(options)) clearInterim(options);
  const written: H5adResult['files'] = [];
  for await (const { bytes } of context.parallel<ChunkFile, { bytes: number }>('writeChunkFile', pieces)) {
    const { side, chunk, rows } = files[written.length]!;
    written.push({
      file: side === 'interim' ? pathOf(context, side, chunk) : finalName(side, chunk),
      rows,
      bytes,
    });
  }
  const result: H5adResult = {
    dataset: options.dataset,
    ...totals(batches),
    facts,
    files: written,
    columns: schema.map(({ name, type }) => ({ name, type })),
    warnings: [],
  };
  result.cells.total = result.facts.file.cells;
  result.warnings = warnings(result, options);
  if (options.source === 'h5ad' && options.report) {
    const { makeReport } = await import('./run-report.js');
    writeFileAtomically(
      context.outputPath('report.html'),
      await makeReport(context as AggregateContext<H5adOptions, H5adSummary>, result),
    );
  }
  if (keepsInterim(options))
    writeFileAtomically(interimRecord(options), asText(interimCompletionOf(context, result)));
  writeFileAtomically(context.outputPath(COMPLETION), asText(completionOf(context, result)));
  return result;
}

const asText = (record: Completion) => `${JSON.stringify(record, null, 2)}\n`;

const finalName = (side: Exclude<Piece['side'], 'interim'>, chunk: number) =>
  `${sideFolder(side)}/${chunkName(chunk)}`;

const keepsInterim = (options: RunOptions): options is H5adOptions & { interim: string } =>
  options.source === 'h5ad' && options.interim !== undefined;

/** Where unsplit chunks are kept. */
function interimFolder({ interim, dataset }: { interim: string; dataset: string }): string {
  return path.join(interim, 'parquet_chunks', dataset, 'chunks');
}

/** The file that says that all of them stand. */
function interimRecord(options: { interim: string; dataset: string }): string {
  return path.join(interimFolder(options), '..', COMPLETION);
}

/**
 * The record goes first: it must not vouch for chunks that are being replaced.
 *
 * @throws GTK_NOT_WRITABLE
 */
function clearInterim(options: { interim: string; dataset: string }): void {
  const record = interimRecord(options);
  makeFolder(path.dirname(record));
  rmSync(record, { force: true });
  removeTemporary(record);
  rmSync(interimFolder(options), { recursive: true, force: true });
}

function pathOf({ options, outputPath }: Context, side: Piece['side'], chunk: number): string {
  if (side !== 'interim') return outputPath(finalName(side, chunk));
  return path.join(interimFolder(options as H5adOptions & { interim: string }), chunkName(chunk));
}

interface FilePlan {
  side: Piece['side'];
  chunk: number;
  rows: number;
  groups: { batch: BatchResult<H5adSummary>; index: number }[];
}

/** Which row groups make which file, sides apart, in the order of the cells. */
function chunkFiles(batches: readonly BatchResult<H5adSummary>[]): FilePlan[] {
  const files = new Map<string, FilePlan>();
  for (const batch of batches) {
    for (const [index, { side, chunk, rows }] of batch.summary.pieces.entries()) {
      const key = `${side} ${chunk}`;
      const file = files.get(key) ?? { side, chunk, rows: 0, groups: [] };
      file.rows += rows;
      file.groups.push({ batch, index });
      files.set(key, file);
    }
  }
  const order: Piece['side'][] = ['train', 'test', 'all', 'interim'];
  return [...files.values()].sort(
    (a, b) => order.indexOf(a.side) - order.indexOf(b.side) || a.chunk - b.chunk,
  );
}

function totals(batches: readonly BatchResult<H5adSummary>[]) {
  const sum = {
    genes: batches[0]!.summary.genes,
    cells: { total: 0, kept: 0, empty: 0 },
    expressed: emptyExtent(),
    sentence: emptyExtent(),
    negative: 0,
    nan: 0,
  };
  for (const { summary } of batches) {
    sum.cells.kept += summary.cells;
    sum.cells.empty += summary.empty;
    sum.negative += summary.negative;
    sum.nan += summary.nan;
    widen(sum.expressed, summary.expressed);
    widen(sum.sentence, summary.sentence);
  }
  for (const extent of [sum.expressed, sum.sentence]) extent.min = Math.min(extent.min, extent.max);
  return sum;
}

/** Everything about the dataset that its user should look at, a sentence each. */
function warnings({ facts, negative, nan }: H5adResult, options: RunOptions): string[] {
  const found = [...facts.split.warnings];
  const matrix = options.source === 'h5ad' ? options.matrix : '';
  if (negative > 0) {
    const raw =
      facts.file.has_raw && matrix !== 'raw' ? '; --matrix raw has values as they were counted' : '';
    found.push(
      `${negative} values of ${matrix} are negative, so it looks scaled; only those above 0 are ranked${raw}`,
    );
  }
  if (nan > 0) found.push(`${nan} values of ${matrix} are no number; they are not ranked`);
  for (const { from, to } of facts.file.renamed) found.push(`column ${from} of obs is kept as ${to}`);
  for (const { name, encoding } of facts.file.unreadable)
    found.push(`column ${name} of obs is left out: ${encoding} is no kind of column that is known`);
  return found;
}
