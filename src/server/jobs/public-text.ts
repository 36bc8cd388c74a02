/** Text that programs wrote, as clients of the server may see it. */
import path from 'node:path';
import type { Settings } from '../settings.js';

/** Escape sequences of terminals, and control characters besides tab and line feed. */
const CONTROL = /\u001b\[[0-?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The folders of an absolute path; what follows a word, a dot or a colon belongs to something else, like a URL. */
const FOLDERS = /(?<![\w.~:/-])\/(?:[^\s/'"`:,;()[\]]+\/)+/g;

/**
 * Without control characters and folders of the machine: files of a run are named from the run's folder, genomes
 * from `reference/`, and other files by their names alone.
 */
export function publicText(
  text: string,
  { dataDir, genomeDir }: Pick<Settings, 'dataDir' | 'genomeDir'>,
): string {
  const runs = path.join(dataDir, 'runs') + path.sep;
  return text
    .replace(CONTROL, '')
    .replaceAll('file://', '')
    .split(runs)
    .map((part, index) => (index === 0 ? part : part.replace(/^[0-9a-f-]{36}\/?/, '')))
    .join('')
    .replaceAll(genomeDir, 'reference')
    .replaceAll(dataDir + path.sep, '')
    .replace(FOLDERS, '');
}
