/** Asking the hub how it wants each file. */
import type { HubClient } from './hub-client.js';
import { type LocalFile, sampleOf } from './local-file.js';

/** 'lfs': sent to the large file storage first; 'regular': within the commit; 'ignore': not at all. */
export type UploadMode = 'lfs' | 'regular' | 'ignore';

const doing = 'announcing files to';
const FILES_A_CALL = 256;

/** The mode for each file, by path. Throws GTK_HUB; GTK_UNREADABLE. */
export async function askModes(hub: HubClient, files: LocalFile[]): Promise<Map<string, UploadMode>> {
  const modes = new Map<string, UploadMode>();
  for (let at = 0; at < files.length; at += FILES_A_CALL) {
    const group = files.slice(at, at + FILES_A_CALL);
    const announced = await Promise.all(
      group.map(async (file) => ({
        path: file.path,
        sample: (await sampleOf(file)).toString('base64'),
        size: file.bytes,
      })),
    );
    const reply = await hub.call(`/api/datasets/${hub.target.repo}/preupload/main`, {
      doing,
      method: 'POST',
      json: { files: announced },
    });
    const answers = answersOf(hub, reply.json);
    for (const file of group) modes.set(file.path, modeOf(hub, file, answers.get(file.path)));
  }
  return modes;
}

interface Answer {
  path: string;
  uploadMode: unknown;
  shouldIgnore?: unknown;
}

function answersOf(hub: HubClient, json: unknown): Map<string, Answer> {
  const files = (json as { files?: unknown } | undefined)?.files;
  if (!Array.isArray(files)) throw hub.misunderstood(doing, 'expected a list of files');
  return new Map((files as (Answer | null)[]).flatMap((answer) => (answer ? [[answer.path, answer]] : [])));
}

function modeOf(hub: HubClient, file: LocalFile, answer: Answer | undefined): UploadMode {
  if (answer?.shouldIgnore === true) return 'ignore';
  if (answer?.uploadMode !== 'lfs' && answer?.uploadMode !== 'regular') {
    throw hub.misunderstood(doing, `it does not tell how to send ${file.path}`);
  }
  // The large file storage has no object without bytes.
  return file.bytes === 0 ? 'regular' : answer.uploadMode;
}
