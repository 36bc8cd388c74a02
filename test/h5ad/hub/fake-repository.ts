/** A dataset repository as a hub keeps it: a line of commits on one branch. */
import { createHash } from 'node:crypto';

/** A file of a commit. */
export type StoredFile = { kind: 'regular'; content: Buffer } | { kind: 'lfs'; sha256: string; size: number };

/** A commit with everything that the branch holds after it. */
export interface StoredCommit {
  sha: string;
  summary: string;
  files: ReadonlyMap<string, StoredFile>;
}

/** A line of a commit's body. */
export interface CommitLine {
  key: string;
  value: Record<string, unknown>;
}

const sha1 = (...parts: (string | Buffer)[]) => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** The entry that the interface gives for a file. */
export function entryOf(path: string, file: StoredFile) {
  if (file.kind === 'regular') {
    const { content } = file;
    return { type: 'file', path, size: content.length, oid: sha1(`blob ${content.length}\0`, content) };
  }
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${file.sha256}\nsize ${file.size}\n`;
  return {
    type: 'file',
    path,
    size: file.size,
    oid: sha1(`blob ${pointer.length}\0`, pointer),
    lfs: { oid: file.sha256, size: file.size, pointerSize: pointer.length },
  };
}

const nothing: StoredCommit = { sha: '', summary: '', files: new Map() };

/** One repository. A new one has a first commit, as a hub makes it, unless it is to be empty. */
export class FakeRepository {
  readonly commits: StoredCommit[] = [];

  constructor(
    readonly isPrivate: boolean,
    isEmpty = false,
  ) {
    if (isEmpty) return;
    const content = Buffer.from('*.parquet filter=lfs diff=lfs merge=lfs -text\n');
    this.#add('initial commit', new Map([['.gitattributes', { kind: 'regular', content }]]));
  }

  get isEmpty(): boolean {
    return this.commits.length === 0;
  }

  get head(): StoredCommit {
    return this.commits.at(-1) ?? nothing;
  }

  #add(summary: string, files: Map<string, StoredFile>): StoredCommit {
    const sha = sha1(`${this.commits.length} ${summary} ${Math.random()}`);
    this.commits.push({ sha, summary, files });
    return this.head;
  }

  /** Applies the operations of a commit; throws with the message of a hub for a wrong one. */
  commit(summary: string, operations: CommitLine[], hasObject: (sha256: string, size: number) => boolean) {
    const files = new Map(this.head.files);
    for (const { key, value } of operations) {
      const path = String(value.path);
      if (key === 'deletedFile') {
        if (!files.delete(path)) throw new Error(`file not found: ${path}`);
      } else if (key === 'file') {
        if (value.encoding !== 'base64') throw new Error(`unknown encoding of ${path}`);
        files.set(path, { kind: 'regular', content: Buffer.from(String(value.content), 'base64') });
      } else if (key === 'lfsFile') {
        const [sha256, size] = [String(value.oid), Number(value.size)];
        if (value.algo !== 'sha256' || !hasObject(sha256, size)) {
          throw new Error(`LFS pointer of ${path} names an object that does not exist`);
        }
        files.set(path, { kind: 'lfs', sha256, size });
      } else {
        throw new Error(`unknown operation ${key}`);
      }
    }
    return this.#add(summary, files);
  }

  /** Someone else's commit. */
  push(path: string, content: string): void {
    const value = { path, content: Buffer.from(content).toString('base64'), encoding: 'base64' };
    this.commit('by someone else', [{ key: 'file', value }], () => false);
  }

  /** SHA-256 of every file but the hub's own, by path. */
  checksums(): Map<string, string> {
    const files = [...this.head.files].filter(([path]) => path !== '.gitattributes').sort();
    return new Map(
      files.map(([path, file]) => [
        path,
        file.kind === 'lfs' ? file.sha256 : createHash('sha256').update(file.content).digest('hex'),
      ]),
    );
  }
}
