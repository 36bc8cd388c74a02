/** An h5ad file as a task works on it: its matrix, the columns of its table, the names of its genes. */
import path from 'node:path';
import type { Fingerprint } from '../engine/job.js';
import { gtkError } from '../errors.js';
import { FastRows } from '../formats/anndata/fast-rows.js';
import { columnTexts, type Frame } from '../formats/anndata/frame.js';
import type { Matrix, SparseRows } from '../formats/anndata/matrix.js';
import { type AnnData, openAnnData } from '../formats/anndata/open.js';
import type { ParquetSchema } from '../formats/table/table.js';
import type { GeneTokens } from '../kernels/sentences/types.js';
import { isUuid, type Publication, readCollections } from './collections.js';
import { type OutputColumn, outputColumns } from './columns.js';
import { type GeneList, listMembers, readGeneLists } from './gene-lists.js';
import type { GeneTokenCounts } from './gene-tokens.js';
import { geneTokens, idColumns, symbolColumns } from './gene-tokens.js';
import { readHgnc } from './hgnc.js';
import type { H5adOptions } from './options.js';
import { tokenTable } from './token-table.js';

/** The genes of a matrix by the columns of it. */
export interface Genes {
  names: string[];
  tokens: GeneTokens;
  counts: GeneTokenCounts;
  lists: { name: string; members: Uint8Array }[];
}

export class Dataset {
  readonly matrix: Matrix;
  readonly columns: readonly OutputColumn[];
  /** Columns of `obs` whose names were taken. */
  readonly renamed: { from: string; to: string }[];
  readonly schema: ParquetSchema;
  /** The name of the file, where it is an id of CELLxGENE. */
  readonly datasetId: string | undefined;
  readonly #fastRows: FastRows | undefined;
  readonly #genesFrame: Frame;
  #genes: Promise<Genes> | undefined;
  #publication: Promise<Publication | undefined> | undefined;

  constructor(
    readonly file: AnnData,
    readonly options: H5adOptions,
  ) {
    const { matrix, genes } = file.matrix(options.matrix);
    this.matrix = matrix;
    this.#fastRows = matrix.encoding === 'csr' ? FastRows.open(file.path, matrix) : undefined;
    this.#genesFrame = genes;
    this.datasetId = datasetIdOf(file.path);
    const { columns, renamed } = datasetColumns(file, options, file.path);
    this.columns = columns;
    this.renamed = renamed;
    this.schema = schemaOf(this.columns);
  }

  /** Values of cells `start` to `end`; their columns may lie outside the matrix, see {@link checkColumns}. */
  readRows(start: number, end: number): SparseRows {
    return this.#fastRows?.readRows(start, end) ?? this.matrix.readRows(start, end);
  }

  /** Throws GTK_ANNDATA with the place if a column of these cells lies outside the matrix. */
  checkColumns(start: number, end: number): void {
    this.matrix.readRows(start, end);
  }

  /** Throws GTK_NO_GENE_NAMES, and what reading the tables of symbols throws. */
  genes(): Promise<Genes> {
    this.#genes ??= readGenes(this.file.path, this.#genesFrame, this.options);
    return this.#genes;
  }

  /** What was published with the cells, if a table of collections knows. */
  publication(): Promise<Publication | undefined> {
    this.#publication ??= readPublication(this.options, this.datasetId);
    return this.#publication;
  }

  close(): void {
    this.#fastRows?.close();
    this.file.close();
  }
}

function datasetIdOf(file: string): string | undefined {
  const stem = path.basename(file, '.h5ad');
  return isUuid(stem) ? stem : undefined;
}

async function readPublication(
  options: H5adOptions,
  id: string | undefined,
): Promise<Publication | undefined> {
  if (options.collections === undefined || id === undefined) return undefined;
  return (await readCollections(options.collections)).get(id);
}

/** The columns of the table that a file gives. */
function datasetColumns({ obs }: AnnData, options: H5adOptions, file: string) {
  return outputColumns(obs.columns, {
    age: options.age,
    geneLists:
      options.geneLists === undefined ? [] : readGeneLists(options.geneLists).map(({ name }) => name),
    datasetId: datasetIdOf(file) !== undefined,
    publication: options.collections !== undefined,
  });
}

function schemaOf(columns: readonly OutputColumn[]): ParquetSchema {
  return columns.map(({ name, type, nullable, source }) => {
    // The least and the greatest of texts of 10 KB each would help nobody.
    const long = source.kind === 'generated' && ['cell_sentence', 'gene_list'].includes(source.what);
    return { name, type, nullable, ...(long && { bounds: false }) };
  });
}

/** How the columns of a matrix are called. Throws GTK_NO_GENE_NAMES, and what reading the tables of symbols throws. */
export async function readGenes(file: string, genes: Frame, options: H5adOptions): Promise<Genes> {
  const hgnc = options.hgnc === undefined ? undefined : await readHgnc(options.hgnc);
  const columns = [...idColumns, ...symbolColumns]
    .filter((name) => genes.has(name))
    .map((name) => ({ name, values: columnTexts(genes.read(name)) }));
  const names = genes.readIndex();
  if (names.length === 0)
    throw gtkError('GTK_ANNDATA', { path: file, place: 'var', found: 'no gene', expected: 'at least one' });
  const { tokens, counts } = geneTokens(names, columns, hgnc);
  if (counts.leftOut === counts.total) {
    throw gtkError('GTK_NO_GENE_NAMES', { path: file, genes: names.length, example: names[0]! });
  }
  const lists: GeneList[] = options.geneLists === undefined ? [] : readGeneLists(options.geneLists);
  return {
    names: tokens,
    tokens: tokenTable(tokens),
    counts,
    lists: lists.map((list) => ({ name: list.name, members: listMembers(list, tokens).members })),
  };
}

/** Closes a file first: the next one can then have its instance of the library. */
async function openAfter(
  before: Promise<Dataset> | undefined,
  options: H5adOptions,
  path: string,
): Promise<Dataset> {
  await before?.then(
    (dataset) => dataset.close(),
    () => {},
  );
  return new Dataset(await openAnnData(path), options);
}

let opened: { key: string; dataset: Promise<Dataset> } | undefined;

/** The dataset of a run, kept open in this thread until another one is asked for. */
export async function openDataset(options: H5adOptions, inputs: readonly Fingerprint[]): Promise<Dataset> {
  const key = JSON.stringify([options, inputs]);
  if (opened?.key !== key) {
    const before = opened?.dataset;
    opened = { key, dataset: openAfter(before, options, inputs[0]!.path) };
  }
  return opened.dataset;
}
