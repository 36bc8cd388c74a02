/** The files that one command is given, each a run of its own. */
import { readdirSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import type { OptionValues } from '../engine/command.js';
import type { Fingerprint, Prepared, Series, SeriesItem } from '../engine/job.js';
import { gtkError } from '../errors.js';
import { unreadable } from '../formats/compression/file-chunks.js';
import { findCompletion } from './completion.js';
import { datasetNames } from './dataset-name.js';
import { geneListFiles } from './gene-lists.js';
import { cachedHgnc } from './hgnc-cache.js';
import type { HubTarget } from './hub/upload.js';
import { hubTarget, targetOf } from './hub-options.js';
import type { H5adOptions } from './options.js';

const MEBIBYTE = 2 ** 20;

/** What a command makes of each file. */
export interface FileStep {
  /** For errors: `gtk h5ad`. */
  command: string;
  /** The folder in which every dataset gets its own. */
  outputDir: string;
  /** Options that the command decides itself. */
  fixed?: Partial<H5adOptions>;
}

/** All files, in the order of their names. Throws GTK_USAGE, GTK_INPUT_MISSING, GTK_NO_INPUT_IN_FOLDER. */
export function fileSeries(
  values: OptionValues,
  positionals: string[],
  { command, outputDir, fixed }: FileStep,
): Series<H5adOptions> {
  const given = positionals[0] === undefined ? (values.inputDir as string) : path.resolve(positionals[0]);
  const files = findFiles(given, command);
  const { names, warnings } = datasetNames(files);
  const companions = findCompanions(values);
  const hub = hubTarget(values, command);
  const items = files.map((file, i): SeriesItem<H5adOptions> => {
    const dataset = names[i]!;
    const out = path.join(outputDir, dataset);
    const options = { ...runOptions(dataset, values, companions.paths), ...fixed };
    const target = hub && (() => targetOf(hub, dataset, files.length > 1));
    return {
      name: dataset,
      input: file,
      bytes: lookAt(file)?.size ?? 0,
      out,
      // What is complete may still have to be uploaded; what the hub has is not sent again.
      ...skipping(file, out, options, hub ? { ...values, skipExisting: false } : values),
      prepare: async (): Promise<Prepared<H5adOptions>> => {
        target?.();
        return { options, inputs: [fingerprint(file), ...companions.inputs] };
      },
      ...(target && { finish: uploading(out, target) }),
    };
  });
  return { items, warnings, ...seriesFolders(values, { given, outputDir }) };
}

/** Where a series keeps its logs and its table, and what it names at its end. */
export function seriesFolders(
  { logDir, interimDir, keepInterim }: OptionValues,
  { given, outputDir }: { given: string; outputDir: string },
): Omit<Series, 'items' | 'warnings'> {
  return {
    logs: logDir as string,
    summary: path.join(outputDir, 'batch_processing_summary.tsv'),
    folders: [
      { label: 'input', path: given },
      { label: 'output', path: outputDir },
      ...(keepInterim ? [{ label: 'interim', path: interimDir as string }] : []),
      { label: 'logs', path: logDir as string },
    ],
  };
}

function uploading(out: string, target: () => HubTarget): NonNullable<SeriesItem['finish']> {
  return async (_result, log, signal) => {
    const { uploadFolder } = await import('./hub-upload.js');
    const { url, commit, sent, bytesSent } = await uploadFolder(out, target(), { log, signal });
    log('uploaded', { url, commit: commit ?? 'none: all files were there', sent, bytes: bytesSent });
  };
}

/** The h5ad files that a path means. */
function findFiles(given: string, command: string): string[] {
  if (!statOf(given).isDirectory()) {
    if (given.endsWith('.h5ad')) return [given];
    throw gtkError('GTK_USAGE', {
      problem: `Not an h5ad file: ${given}; expected a name that ends in .h5ad`,
      command,
    });
  }
  const names = readdirSync(given).filter((name) => name.endsWith('.h5ad'));
  if (names.length === 0) throw gtkError('GTK_NO_INPUT_IN_FOLDER', { path: given, expected: '.h5ad' });
  return names.sort().map((name) => path.join(given, name));
}

/** What a path that the user gave leads to. Throws GTK_INPUT_MISSING, GTK_UNREADABLE. */
export function statOf(given: string): Stats {
  let stat: Stats | undefined;
  try {
    stat = statSync(given, { throwIfNoEntry: false });
  } catch (error) {
    throw unreadable(given, error);
  }
  if (!stat) throw gtkError('GTK_INPUT_MISSING', { path: given });
  return stat;
}

/** The same for one file of several: what is wrong with it is told when its turn comes. */
export function lookAt(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/** A file as it is now. Throws GTK_UNREADABLE. */
export function fingerprint(file: string): Fingerprint {
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw gtkError('GTK_UNREADABLE', { path: file, reason: 'it is a folder' });
    // A pipe would be waited for without end, and can be read only once.
    if (!stat.isFile())
      throw gtkError('GTK_UNREADABLE', { path: file, reason: 'it is a pipe or a device, expected a file' });
    return { path: file, bytes: stat.size, mtimeMs: stat.mtimeMs };
  } catch (error) {
    throw unreadable(file, error);
  }
}

type Companions = Pick<H5adOptions, 'hgnc' | 'collections' | 'geneLists'>;

/** Files that every run reads besides its own. */
export function findCompanions(values: OptionValues): { paths: Companions; inputs: Fingerprint[] } {
  const { collections, geneListsDir } = values as Record<string, string | undefined>;
  const hgnc = (values.hgnc as string | undefined) ?? cachedHgnc(values.sharedDir as string);
  const lists = geneListsDir === undefined ? [] : geneListFiles(geneListsDir);
  for (const file of [hgnc, collections]) if (file !== undefined) statOf(file);
  return {
    paths: {
      ...(hgnc !== undefined && { hgnc }),
      ...(collections !== undefined && { collections }),
      ...(geneListsDir !== undefined && { geneLists: geneListsDir }),
    },
    inputs: [hgnc, collections, ...lists].filter((file) => file !== undefined).map(fingerprint),
  };
}

/** The options of a dataset's run. */
export function runOptions(dataset: string, values: OptionValues, companions: Companions): H5adOptions {
  return {
    source: 'h5ad',
    dataset,
    matrix: values.matrix as string,
    chunkSize: values.chunkSize as number,
    topGenes: values.topGenes as number,
    compression: values.compression as H5adOptions['compression'],
    age: true,
    ageFilter: Boolean(values.ageFilter),
    split: !values.skipTrainTestSplit,
    testSize: values.testSize as number,
    seed: values.seed as number,
    ...companions,
    ...(values.keepInterim && { interim: values.interimDir as string }),
    report: Boolean(values.report),
  };
}

/**
 * Why a file is left out, if it is: it is too large, or its dataset is complete.
 * If it changed since, it is done anew.
 */
function skipping(
  file: string,
  out: string,
  options: H5adOptions,
  { maxFileSizeMb, skipExisting }: OptionValues,
): Pick<SeriesItem, 'skip' | 'fresh'> {
  const stat = lookAt(file);
  if (maxFileSizeMb !== undefined && stat && stat.size / MEBIBYTE > Number(maxFileSizeMb)) {
    const size = (stat.size / MEBIBYTE).toFixed(2);
    return { skip: `File of ${size} MB is larger than ${maxFileSizeMb} MB` };
  }
  const found = skipExisting ? findCompletion(out) : undefined;
  // Other options are refused, as without --skip-existing.
  if (!found || !stat || JSON.stringify(found.options) !== JSON.stringify(options)) return {};
  const isSame = found.input.bytes === stat.size && found.input.mtime_ms === stat.mtimeMs;
  return isSame ? { skip: 'Output files already exist' } : { fresh: true };
}
