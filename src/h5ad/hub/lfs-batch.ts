/** The batch call of Git LFS: where large objects are to be sent. */
import type { HubClient } from './hub-client.js';
import type { LocalFile } from './local-file.js';
import { hubError } from './refusal.js';

/** Where to send something, and the headers that go with it. */
export interface LfsAction {
  href: string;
  header: Record<string, string>;
}

/** What to do for an object; nothing if the storage has it. */
export interface LfsActions {
  upload?: LfsAction;
  verify?: LfsAction;
}

const media = 'application/vnd.git-lfs+json';

/** Headers of every message of the protocol (Git LFS specification, batch API). */
export const lfsHeaders = { accept: media, 'content-type': media };

/** What an error says was being done. */
export const sending = (file: LocalFile) => `sending ${file.path} to`;

/** Asks where objects go, by the SHA-256 of their content. Throws GTK_HUB, also for an object that is refused. */
export async function askActions(hub: HubClient, files: LocalFile[]): Promise<Map<string, LfsActions>> {
  const reply = await hub.call(`/datasets/${hub.target.repo}.git/info/lfs/objects/batch`, {
    doing: files.length === 1 ? sending(files[0]!) : `sending ${files.length} files to`,
    method: 'POST',
    headers: lfsHeaders,
    json: {
      operation: 'upload',
      transfers: ['basic', 'multipart'],
      hash_algo: 'sha256',
      ref: { name: 'main' },
      objects: files.map(({ sha256, bytes }) => ({ oid: sha256, size: bytes })),
    },
  });
  const answers = (reply.json as { objects?: unknown } | undefined)?.objects;
  const objects = new Map((Array.isArray(answers) ? answers : []).map((object) => [object?.oid, object]));
  return new Map(files.map((file) => [file.sha256, actionsOf(hub, file, objects.get(file.sha256))]));
}

interface Answer {
  error?: { code?: unknown; message?: unknown };
  actions?: Record<string, { href?: unknown; header?: unknown } | undefined>;
}

function actionsOf(hub: HubClient, file: LocalFile, object: Answer | undefined): LfsActions {
  if (!object) throw hub.misunderstood(sending(file), 'it does not tell where to send the file');
  if (object.error) {
    const { code, message } = object.error;
    throw hubError(sending(file), hub.target.repo, hub.presentable(`${message} (${code})`));
  }
  const { upload, verify } = object.actions ?? {};
  return {
    upload: upload && actionOf(hub, file, upload),
    verify: verify && actionOf(hub, file, verify),
  };
}

function actionOf(hub: HubClient, file: LocalFile, action: { href?: unknown; header?: unknown }): LfsAction {
  const header = Object.entries(action.header ?? {});
  if (typeof action.href !== 'string' || !header.every(([, value]) => typeof value === 'string')) {
    throw hub.misunderstood(sending(file), 'an action lacks its address, or has headers that are no text');
  }
  return { href: action.href, header: Object.fromEntries(header) as Record<string, string> };
}
