/** The commit that makes uploaded files part of the repository. */
import { isTemporary, NetworkFailure } from '../../net/failure.js';
import { type HubClient, isFine } from './hub-client.js';
import { contentOf, type LocalFile } from './local-file.js';
import { hubError, noReply } from './refusal.js';

/** What goes into a commit. */
export interface CommitContent {
  message: string;
  /** The newest commit that the changes were made for; undefined in a repository without any. */
  parent: string | undefined;
  /** Small files, whose content is in the commit itself. */
  regular: LocalFile[];
  /** Files whose content the large file storage has. */
  lfs: LocalFile[];
  /** Paths to delete. */
  remove: string[];
}

/** What became of a commit. */
export type CommitOutcome =
  | { kind: 'done'; oid: string | undefined }
  /** It did not take effect: the repository has another newest commit, or is busy. */
  | { kind: 'outdated'; error: Error; retryAfter?: string }
  /** Nobody knows whether it took effect. */
  | { kind: 'unknown'; error: Error; retryAfter?: string };

const doing = 'committing to';
/** The hub itself takes at most 10 MB a file this way. */
const MOST_REGULAR_BYTES = 64 * 2 ** 20;

/** Sends a commit once. Throws GTK_HUB where repeating it would not help; GTK_UNREADABLE. */
export async function commitOnce(hub: HubClient, content: CommitContent): Promise<CommitOutcome> {
  const { repo } = hub.target;
  const body = await commitBody(hub, content);
  try {
    const reply = await hub.postCommit(`/api/datasets/${repo}/commit/main`, body);
    if (isFine(reply)) return { kind: 'done', oid: commitOid(reply.body) };
    const error = hub.refusal(doing, reply);
    const retryAfter = reply.headers['retry-after'];
    if ([409, 412, 429].includes(reply.status)) return { kind: 'outdated', error, retryAfter };
    if (isTemporary(reply.status)) return { kind: 'unknown', error, retryAfter };
    throw error;
  } catch (thrown) {
    if (!(thrown instanceof NetworkFailure)) throw thrown;
    return { kind: 'unknown', error: noReply(doing, repo, thrown) };
  }
}

/** One JSON a line: the header, then an operation each. */
async function commitBody(hub: HubClient, content: CommitContent): Promise<string> {
  const { message, parent, regular, lfs, remove } = content;
  const bytes = regular.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > MOST_REGULAR_BYTES) {
    const reason = `the hub wants ${bytes} bytes within the commit, more than ${MOST_REGULAR_BYTES}`;
    throw hubError(
      doing,
      hub.target.repo,
      reason,
      'Have .gitattributes there send such files to the large file storage.',
    );
  }
  const lines: object[] = [
    { key: 'header', value: { summary: message, description: '', ...(parent && { parentCommit: parent }) } },
  ];
  for (const file of regular) {
    const base64 = (await contentOf(file)).toString('base64');
    lines.push({ key: 'file', value: { path: file.path, content: base64, encoding: 'base64' } });
  }
  for (const { path, sha256, bytes: size } of lfs) {
    lines.push({ key: 'lfsFile', value: { path, algo: 'sha256', oid: sha256, size } });
  }
  for (const path of remove) lines.push({ key: 'deletedFile', value: { path } });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function commitOid(body: Buffer): string | undefined {
  try {
    const { commitOid } = JSON.parse(body.toString()) as { commitOid?: unknown };
    return typeof commitOid === 'string' ? commitOid : undefined;
  } catch {
    return undefined;
  }
}
