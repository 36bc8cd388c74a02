/** What a repository holds. */
import { type HubClient, isFine } from './hub-client.js';

/** A file in the repository. */
export interface RemoteFile {
  bytes: number;
  /** SHA-1 of the git blob; of the pointer's, not the content's, if the file is in the large file storage. */
  gitBlobId: string;
  /** SHA-256 of the content, for a file in the large file storage. */
  sha256: string | undefined;
}

const doing = 'looking at';
const PATHS_A_CALL = 256;
/** More files than a repository may have; a hub that never ends its list is not believed. */
const MAX_PAGES = 1000;

/** The newest commit, or undefined if there is none yet. */
export async function readHead(hub: HubClient): Promise<string | undefined> {
  const reply = await hub.call(`/api/datasets/${hub.target.repo}/revision/main`, { doing, accept: [404] });
  if (!isFine(reply)) return undefined;
  const sha = (reply.json as { sha?: unknown } | undefined)?.sha;
  if (typeof sha !== 'string') throw hub.misunderstood(doing, 'it names no newest commit');
  return sha;
}

/** Those of the files that the repository has, by path. */
export async function readFiles(hub: HubClient, paths: string[]): Promise<Map<string, RemoteFile>> {
  const files = new Map<string, RemoteFile>();
  for (let at = 0; at < paths.length; at += PATHS_A_CALL) {
    const reply = await hub.call(`/api/datasets/${hub.target.repo}/paths-info/main`, {
      doing,
      method: 'POST',
      json: { paths: paths.slice(at, at + PATHS_A_CALL), expand: false },
      accept: [404],
    });
    for (const [path, file] of isFine(reply) ? entriesOf(hub, reply.json) : []) files.set(path, file);
  }
  return files;
}

/** Paths of all files below a folder; none if there is no such folder. */
export async function listFolder(hub: HubClient, folder: string): Promise<string[]> {
  const tree = `/api/datasets/${hub.target.repo}/tree/main/${folder.split('/').map(encodeURIComponent).join('/')}`;
  const paths: string[] = [];
  let query: string | undefined = '?recursive=true';
  for (let page = 0; query !== undefined; page += 1) {
    if (page === MAX_PAGES) throw hub.misunderstood(doing, `the list of ${folder} does not end`);
    const reply = await hub.call(`${tree}${query}`, { doing, accept: [404] });
    if (!isFine(reply)) return paths;
    paths.push(...entriesOf(hub, reply.json).keys());
    query = nextQuery(String(reply.headers.link ?? ''));
  }
  return paths;
}

/** What the next page's address adds to ours (RFC 8288); the address itself may name a host behind a proxy. */
function nextQuery(link: string): string | undefined {
  const next = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link)?.[1];
  return next?.includes('?') ? next.slice(next.indexOf('?')) : undefined;
}

function entriesOf(hub: HubClient, json: unknown): Map<string, RemoteFile> {
  if (!Array.isArray(json)) throw hub.misunderstood(doing, 'expected a list of files');
  const files = new Map<string, RemoteFile>();
  for (const entry of json as (Record<string, unknown> | null)[]) {
    const { type, path, size, oid, lfs } = entry ?? {};
    if (type !== 'file') continue;
    if (typeof path !== 'string' || typeof size !== 'number' || typeof oid !== 'string') {
      throw hub.misunderstood(doing, 'a file lacks its path, size or oid');
    }
    const sha256 = (lfs as { oid?: string } | null | undefined)?.oid;
    files.set(path, { bytes: size, gitBlobId: oid, sha256 });
  }
  return files;
}
