/** `gtk h5ad fetch`: downloads that go on where they stopped. */
import path from 'node:path';
import type { CommandSpec, OptionValues } from '../engine/command.js';
import { makeFolder } from '../engine/folders.js';
import type { AnswerCommand } from '../engine/job.js';
import { type ErrorRecord, gtkError, toErrorRecord } from '../errors.js';
import { type Downloaded, download } from '../net/download.js';

const spec: CommandSpec = {
  name: 'h5ad fetch',
  summary: 'download h5ad files',
  description:
    'Downloads files over HTTP. A download that was cut goes on where it stopped, in the same command or when it is given again. The size, and the checksum where it is given or the server tells it, are checked before the file appears.',
  positionals: [{ name: 'URL', summary: 'address of the file', required: true, variadic: true, path: false }],
  options: [
    {
      name: 'input-dir',
      kind: 'path',
      placeholder: 'DIR',
      default: 'data/input',
      summary: 'folder where the files go',
    },
    { name: 'sha256', kind: 'string', placeholder: 'HEX', summary: 'checksum that the file must have' },
    { name: 'bytes', kind: 'integer', placeholder: 'N', min: 0, summary: 'size that the file must have' },
    { name: 'json', kind: 'flag', summary: 'print JSON' },
  ],
  engine: false,
  examples: [
    {
      command:
        'gtk h5ad fetch https://datasets.cellxgene.cziscience.com/3f50314f-bdc9-40c6-8e4a-b0901ebfbe4c.h5ad',
      does: 'one file into data/input',
    },
  ],
};

interface Fetched extends Downloaded {
  url: string;
  file: string;
}

async function answer(values: OptionValues, urls: string[], signal: AbortSignal) {
  const usage = (problem: string) => gtkError('GTK_USAGE', { problem, command: 'gtk h5ad fetch' });
  const { sha256, bytes } = values as { sha256?: string; bytes?: number };
  if (urls.length > 1 && (sha256 !== undefined || bytes !== undefined))
    throw usage('--sha256 and --bytes go with one URL');
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256))
    throw usage(`--sha256: found ${sha256}, expected 64 hexadecimal digits`);
  const folder = values.inputDir as string;
  const names = urls.map((url) => nameOf(url, usage));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw usage(`found two addresses that end in ${twice}, expected different names`);
  makeFolder(folder);
  const fetched: Fetched[] = [];
  const failures: ErrorRecord[] = [];
  for (const [i, url] of urls.entries()) {
    const file = path.join(folder, names[i]!);
    try {
      const checks = { ...(sha256 !== undefined && { sha256 }), ...(bytes !== undefined && { bytes }) };
      fetched.push({ url, file, ...(await download({ url, to: file, ...checks, signal })) });
    } catch (error) {
      if (urls.length === 1 || signal.aborted) throw error;
      failures.push(toErrorRecord(error));
    }
  }
  const lines = fetched.map(
    ({ file, bytes, isNew }) =>
      `${file}  ${bytes.toLocaleString('en')} bytes${isNew ? '' : ', was there already'}\n`,
  );
  const status =
    failures.length > 0 ? { status: 'some failed', exit_status: 1 } : { status: 'done', exit_status: 0 };
  return { text: lines.join(''), json: { ...status, files: fetched, failures }, failures };
}

/** What the file of an address is called. Throws GTK_USAGE. */
function nameOf(url: string, usage: (problem: string) => Error): string {
  const name = lastPart(url);
  if (name && !/[/\\\0]/.test(name) && !['.', '..'].includes(name)) return name;
  throw usage(`found ${url.replace(/\?.*/s, '')}, expected an address that ends in the name of a file`);
}

function lastPart(url: string): string | undefined {
  try {
    return decodeURIComponent(path.posix.basename(new URL(url).pathname));
  } catch {
    return undefined;
  }
}

export const fetchCommand: AnswerCommand = { spec, answer };
