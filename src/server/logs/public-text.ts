/** Text of programs, made fit for people elsewhere. */
import path from 'node:path';
import { workspaceOf } from '../context.js';
import type { Settings } from '../settings.js';

/** Escape sequences of terminals (ECMA-48): colours and movements of the cursor. */
const escapes = /\u001b\[[0-?]*[ -/]*[@-~]/g;
/** Control characters besides tab and LF, those of Latin-1 and those that turn the direction of writing included. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The text without control characters, and with paths of the machine made relative to what they are of. */
export function publicText(text: string, settings: Settings, runId: string): string {
  const { dataDir, genomeDir } = settings;
  const folders: [folder: string, shown: string][] = [
    [workspaceOf(settings, runId).root, '.'],
    [genomeDir, 'reference'],
    [dataDir, 'data'],
  ];
  let shown = text.replace(escapes, '').replace(controls, '');
  for (const [folder, name] of folders) {
    const instead = name === '.' ? '' : `${name}/`;
    shown = shown.replaceAll(folder + path.sep, instead).replaceAll(folder, name);
  }
  return shown;
}
