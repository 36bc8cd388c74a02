/** The files that steps left, as results. */

import type { Workspace } from '../../pcr/workspace.js';
import { fileType, isText } from '../files/file-type.js';
import { listFiles } from '../files/list-files.js';
import { openBelow } from '../files/run-file.js';

/** Bytes from which a text is not sent within an answer. */
const INLINE_BYTES = 256 * 1024;
/** Bytes of all texts within one answer. */
const INLINE_TOTAL = 8 * 2 ** 20;

/** A file without its bytes. */
export interface ResultFile {
  /** Relative to the run's folder. */
  path: string;
  type: 'text' | 'binary';
  mime_type: string;
  size: number;
  /** UTC, ISO 8601. */
  modified: string;
  /** Where it is to be had. */
  url: string;
  /** Of a short text, if it was asked for. */
  content?: string;
}

/** What there is of a run, by the words under which clients look for it. */
const keys: Record<string, (path: string) => boolean> = {
  fastqc: (path) => path.startsWith('fastqc/'),
  umi: (path) => path.startsWith('umi/'),
  cutadapt: (path) => path.startsWith('cutPrimer/'),
  fastp: (path) => path.startsWith('fastp/'),
  readlen_pdf: (path) => path === 'readlen/readlen.pdf',
  readlen: (path) => path.startsWith('readlen/'),
  bwa_stats: (path) => path.startsWith('bwa/') && path.endsWith('.stat'),
  bed2peak: (path) => path.startsWith('bed2peak/'),
  site_analysis: (path) => path.startsWith('bam2bed/') || path.startsWith('bed2peak/'),
};

/** Words of {@link resultFiles}. */
export const resultKeys = Object.keys(keys);

/** All results of a run; one file may stand under two words. */
export async function resultFiles(
  workspace: Workspace,
  runId: string,
  inline: boolean,
): Promise<Record<string, ResultFile[]>> {
  const files = await describe(workspace, runId, await listFiles(workspace.root), inline);
  return Object.fromEntries(
    Object.entries(keys).map(([key, belongs]) => [key, files.filter(({ path }) => belongs(path))]),
  );
}

/** The files in folders of a run. */
export async function filesIn(
  workspace: Workspace,
  runId: string,
  folders: readonly string[],
  inline: boolean,
): Promise<ResultFile[]> {
  const listed = await Promise.all(folders.map((folder) => listFiles(workspace.root, folder)));
  return describe(workspace, runId, listed.flat(), inline);
}

async function describe(
  workspace: Workspace,
  runId: string,
  listed: Awaited<ReturnType<typeof listFiles>>,
  inline: boolean,
): Promise<ResultFile[]> {
  let left = inline ? INLINE_TOTAL : 0;
  const files: ResultFile[] = [];
  for (const { name, path, size, modified } of listed) {
    const mime_type = fileType(name);
    const type = isText(mime_type) ? 'text' : 'binary';
    const url = `/runs/${runId}/files/${path.split('/').map(encodeURIComponent).join('/')}`;
    const file: ResultFile = { path, type, mime_type, size, modified, url };
    if (type === 'text' && size < INLINE_BYTES && size <= left) {
      left -= size;
      const content = await readText(workspace.root, path);
      if (content !== undefined) file.content = content;
    }
    files.push(file);
  }
  return files;
}

/** Undefined if the file went meanwhile. */
async function readText(root: string, path: string): Promise<string | undefined> {
  const file = await openBelow(root, path.split('/')).catch(() => undefined);
  if (!file) return undefined;
  try {
    return await file.handle.readFile('utf8');
  } finally {
    await file.handle.close();
  }
}
