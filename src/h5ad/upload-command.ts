/** `gtk h5ad upload`: uploads datasets that were written before. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { CommandSpec, OptionValues } from '../engine/command.js';
import type { AnswerCommand } from '../engine/job.js';
import { type ErrorRecord, gtkError, toErrorRecord } from '../errors.js';
import { COMPLETION } from './completion.js';
import type { UploadResult } from './hub/upload.js';
import { hubOptions, hubTarget, targetOf } from './hub-options.js';
import { uploadFolder } from './hub-upload.js';

const command = 'gtk h5ad upload';

const spec: CommandSpec = {
  name: 'h5ad upload',
  summary: 'step 5: upload datasets that were written before',
  description:
    'Uploads the Parquet files of a dataset with a card that tells what they are, in one commit. What the repository has already is not sent again. Several datasets go to one repository each.',
  positionals: [
    {
      name: 'FOLDER',
      summary: "a dataset's folder, or one of several datasets",
      required: false,
      variadic: false,
      path: true,
    },
  ],
  options: [
    {
      name: 'output-dir',
      aliases: ['out'],
      kind: 'path',
      placeholder: 'DIR',
      default: 'data/output',
      summary: 'folder of datasets where no FOLDER is given',
    },
    {
      name: 'batch-mode',
      kind: 'flag',
      summary: 'every dataset of the folder; several are taken so without it too',
    },
    ...hubOptions,
    { name: 'json', kind: 'flag', summary: 'print JSON' },
  ],
  engine: false,
  examples: [
    {
      command: 'gtk h5ad upload data/output/cells --repo-id lab/cells',
      does: 'one dataset, with HF_TOKEN set',
    },
  ],
};

async function answer(values: OptionValues, positionals: string[], signal: AbortSignal) {
  const given = positionals[0] === undefined ? (values.outputDir as string) : path.resolve(positionals[0]);
  const target = hubTarget(values, command);
  if (!target)
    throw gtkError('GTK_USAGE', { problem: 'Missing --repo-id: there is no default repository', command });
  const folders = datasetFolders(given);
  const uploads: (UploadResult & { dataset: string })[] = [];
  const failures: ErrorRecord[] = [];
  for (const folder of folders) {
    const dataset = path.basename(folder);
    try {
      const own = targetOf(target, dataset, folders.length > 1);
      uploads.push({ dataset, ...(await uploadFolder(folder, own, { log: () => {}, signal })) });
    } catch (error) {
      if (folders.length === 1 || signal.aborted) throw error;
      failures.push(toErrorRecord(error));
    }
  }
  const lines = uploads.map(({ dataset, url, commit, files, sent }) =>
    commit === undefined
      ? `${dataset}: all ${files} files were at ${url} already\n`
      : `${dataset}: ${sent} of ${files} files sent to ${url}\n`,
  );
  const status =
    failures.length > 0 ? { status: 'some failed', exit_status: 1 } : { status: 'done', exit_status: 0 };
  return { text: lines.join(''), json: { ...status, uploads, failures }, failures };
}

/** The folder itself if it is a dataset, else those in it that are. Throws GTK_INPUT_MISSING, GTK_NO_DATASET. */
function datasetFolders(given: string): string[] {
  if (!statSync(given, { throwIfNoEntry: false })?.isDirectory())
    throw gtkError('GTK_INPUT_MISSING', { path: given });
  const isDataset = (folder: string) => existsSync(path.join(folder, COMPLETION));
  if (isDataset(given)) return [given];
  const folders = readdirSync(given)
    .sort()
    .map((name) => path.join(given, name))
    .filter(isDataset);
  if (folders.length === 0) throw gtkError('GTK_NO_DATASET', { folder: given });
  return folders;
}

export const uploadCommand: AnswerCommand = { spec, answer };
