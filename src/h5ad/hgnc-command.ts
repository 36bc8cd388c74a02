/** `gtk h5ad hgnc`: keeps the approved symbols of Ensembl ids for later runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { CommandSpec, OptionValues } from '../engine/command.js';
import { makeFolder } from '../engine/folders.js';
import type { AnswerCommand } from '../engine/job.js';
import { GtkError, gtkError } from '../errors.js';
import { shownAddress } from '../net/address.js';
import { readHgnc, writeHgncCache } from './hgnc.js';
import { hgncCacheName } from './hgnc-cache.js';
import { statOf } from './series.js';

const spec: CommandSpec = {
  name: 'h5ad hgnc',
  summary: 'step 1: keep a table of approved gene symbols for later runs',
  description:
    'Reads the HGNC complete set, TSV (plain or compressed) or Parquet, from a file or from an address, and keeps the approved symbol of every Ensembl gene id where gtk h5ad looks for it. Nothing is fetched unless --url says from where.',
  positionals: [
    { name: 'FILE', summary: 'the HGNC complete set', required: false, variadic: false, path: true },
  ],
  options: [
    { name: 'url', kind: 'string', placeholder: 'URL', summary: 'fetch the complete set from there' },
    {
      name: 'shared-dir',
      kind: 'path',
      placeholder: 'DIR',
      default: 'data/shared',
      summary: 'folder where the table is kept',
    },
    { name: 'json', kind: 'flag', summary: 'print JSON' },
  ],
  engine: false,
  examples: [
    { command: 'gtk h5ad hgnc hgnc_complete_set.tsv.gz', does: 'from then on gtk h5ad uses these symbols' },
  ],
};

async function answer(values: OptionValues, positionals: string[], signal: AbortSignal) {
  const [file] = positionals;
  const url = values.url as string | undefined;
  if ((file === undefined) === (url === undefined)) {
    const found = file === undefined ? 'neither' : 'both';
    const problem = `found ${found}, expected either FILE or --url`;
    throw gtkError('GTK_USAGE', { problem, command: 'gtk h5ad hgnc' });
  }
  const symbols = file === undefined ? await fetchSymbols(url!, signal) : await readFile(path.resolve(file));
  const folder = values.sharedDir as string;
  makeFolder(folder);
  const kept = path.join(folder, hgncCacheName);
  writeHgncCache(symbols, kept);
  return {
    text: `${symbols.size.toLocaleString('en')} Ensembl ids with approved symbols kept in ${kept}\n`,
    json: { status: 'done', exit_status: 0, ids: symbols.size, file: kept },
  };
}

function readFile(file: string): Promise<Map<string, string>> {
  statOf(file);
  return readHgnc(file);
}

async function fetchSymbols(url: string, signal: AbortSignal): Promise<Map<string, string>> {
  const { download } = await import('../net/download.js');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gtk-hgnc-'));
  const to = path.join(folder, 'hgnc');
  try {
    await download({ url, to, signal });
    return await readHgnc(to);
  } catch (error) {
    if (!(error instanceof GtkError)) throw error;
    const { code, message, remedy, exitStatus } = error;
    // The file is gone when this is read.
    throw new GtkError(code, message.replaceAll(to, shownAddress(url)), remedy, exitStatus, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const hgncCommand: AnswerCommand = { spec, answer };
