/** The datasets of an earlier step that one command is given, each a run of its own. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { OptionValues } from '../engine/command.js';
import type { Series, SeriesItem } from '../engine/job.js';
import { gtkError } from '../errors.js';
import { chunkFilesOf } from './chunk-folder.js';
import { findCompletion } from './completion.js';
import type { ChunkOptions } from './options.js';
import { fingerprint, lookAt, seriesFolders, statOf } from './series.js';

/** What a command makes of each dataset. */
export interface ChunkStep {
  /** Folders of datasets that are taken where none is given; the first that is there. */
  sources: string[];
  /** The folder in which every dataset gets its own. */
  outputDir: string;
  age: boolean;
  split: boolean;
}

/** All datasets, in the order of their names. Throws GTK_INPUT_MISSING, GTK_NO_INPUT_IN_FOLDER, GTK_NO_DATASET. */
export function chunkSeries(
  values: OptionValues,
  positionals: string[],
  step: ChunkStep,
): Series<ChunkOptions> {
  const given = positionals[0] === undefined ? firstThere(step.sources) : path.resolve(positionals[0]);
  const items = datasetsOf(given).map((folder): SeriesItem<ChunkOptions> => {
    const dataset = path.basename(folder);
    return {
      name: dataset,
      input: folder,
      bytes: sizeOf(path.join(folder, 'chunks')),
      out: path.join(step.outputDir, dataset),
      prepare: async () => {
        // Chunks without their record may be those of a run that was stopped.
        if (!findCompletion(folder)) throw gtkError('GTK_NO_DATASET', { folder });
        return {
          options: chunkOptions(dataset, values, step),
          inputs: chunkFilesOf(path.join(folder, 'chunks')).map(fingerprint),
        };
      },
    };
  });
  return { items, warnings: [], ...seriesFolders(values, { given, outputDir: step.outputDir }) };
}

const sizeOf = (folder: string) =>
  readdirSync(folder).reduce((sum, name) => sum + (lookAt(path.join(folder, name))?.size ?? 0), 0);

const firstThere = (folders: string[]) => folders.find((folder) => existsSync(folder)) ?? folders[0]!;

/** The folder itself if it has chunks, else those in it that have. */
function datasetsOf(given: string): string[] {
  if (!statOf(given).isDirectory()) throw gtkError('GTK_NO_DATASET', { folder: given });
  const hasChunks = (folder: string) => lookAt(path.join(folder, 'chunks'))?.isDirectory() === true;
  if (hasChunks(given)) return [given];
  const folders = readdirSync(given)
    .sort()
    .map((name) => path.join(given, name))
    .filter(hasChunks);
  if (folders.length === 0)
    throw gtkError('GTK_NO_INPUT_IN_FOLDER', { path: given, expected: 'chunks/chunk_0000.parquet' });
  return folders;
}

function chunkOptions(dataset: string, values: OptionValues, { age, split }: ChunkStep): ChunkOptions {
  return {
    source: 'chunks',
    dataset,
    chunkSize: values.chunkSize as number,
    compression: values.compression as ChunkOptions['compression'],
    age,
    ageFilter: age && Boolean(values.ageFilter),
    split,
    testSize: split ? (values.testSize as number) : 0,
    seed: split ? (values.seed as number) : 0,
  };
}
