/** Uploading a dataset so that its repository holds exactly its files, in one commit. */
import { pause, pauseAfter } from '../../net/retry.js';
import { type Changes, findChanges } from './changes.js';
import { type CommitOutcome, commitOnce } from './commit.js';
import { createRepo } from './create-repo.js';
import { HubClient, type HubContext, type HubTarget } from './hub-client.js';
import { sendObjects } from './lfs-send.js';
import { describeFile, type HubFile, type LocalFile } from './local-file.js';
import { askModes, type UploadMode } from './preupload.js';
import { readHead } from './remote-state.js';
import { checkRepoName } from './repo-name.js';

export type { HubTarget } from './hub-client.js';
export type { HubFile } from './local-file.js';

/** How to upload. */
export interface UploadOptions extends HubContext {
  /** First line of the commit. */
  message: string;
  /**
   * Folders of the repository in which Parquet files that are not given are deleted. Default: `train`, `test`
   * and the folders of the given Parquet files.
   */
  deleteStale?: readonly string[];
}

/** What was done. */
export interface UploadResult {
  /** The dataset's page. */
  url: string;
  /** Undefined if everything was there already. */
  commit: string | undefined;
  /** Files of the dataset in the repository. */
  files: number;
  /** Files whose content went over the line; the others were there. */
  sent: number;
  bytesSent: number;
}

/**
 * Makes the repository if need be, and has it hold these files: sends those that are missing or different, and
 * commits once. Safe to repeat; what arrived before an interruption is not sent again.
 *
 * @throws GTK_USAGE for a name that no repository can have; GTK_HUB; GTK_UNREADABLE; the signal's reason
 */
export async function uploadDataset(
  target: HubTarget,
  files: readonly HubFile[],
  options: UploadOptions,
): Promise<UploadResult> {
  checkRepoName(target.repo);
  const hub = new HubClient(target, options);
  await createRepo(hub);
  const local: LocalFile[] = [];
  for (const file of files) local.push(await describeFile(file, options.signal));
  const upload = new Upload(hub, local, options);
  const commit = await upload.run();
  const { modes, sent } = upload;
  return {
    url: `${target.endpoint}/datasets/${target.repo}`,
    commit,
    files: local.filter(({ path }) => modes.get(path) !== 'ignore').length,
    sent: sent.size,
    bytesSent: [...sent].reduce((sum, file) => sum + file.bytes, 0),
  };
}

class Upload {
  /** How the hub wants the files that it has been asked about. */
  readonly modes = new Map<string, UploadMode>();
  readonly sent = new Set<LocalFile>();
  /** SHA-256 of what the large file storage has. */
  readonly #stored = new Set<string>();
  readonly #folders: string[];

  constructor(
    private readonly hub: HubClient,
    private readonly files: LocalFile[],
    private readonly options: UploadOptions,
  ) {
    this.#folders = [...(options.deleteStale ?? foldersToTidy(files))];
  }

  /**
   * Compares, sends, commits. Whatever becomes of a commit, the comparison with what the repository then holds
   * decides what is next: nothing differs, so ours stands; or it is made again, for the newest commit. Each
   * names that commit as its parent, and the hub takes only one commit with a given parent.
   */
  async run(): Promise<string | undefined> {
    const { hub, options } = this;
    let last: Exclude<CommitOutcome, { kind: 'done' }> | undefined;
    let isFirstDoubtful = false;
    for (let failures = 0; ; ) {
      const parent = await readHead(hub);
      const changes = await this.#changes();
      if (changes.add.length + changes.remove.length === 0) {
        options.log(last ? 'the commit stands' : 'everything is there already');
        return last && (await readHead(hub));
      }
      if (last && failures >= hub.retry.tries) throw last.error;
      // Without a parent to name, a second commit could follow a first that is still under way.
      if (!isFirstDoubtful || parent !== undefined) {
        const outcome = await this.#commit(parent, changes);
        if (outcome.kind === 'done') return outcome.oid ?? (await readHead(hub));
        last = outcome;
        isFirstDoubtful ||= parent === undefined && outcome.kind === 'unknown';
      }
      failures += 1;
      const pauseMs = pauseAfter(failures, hub.retry, last!.retryAfter);
      options.log('commit in doubt, looking again', { reason: last!.error.message, pauseMs });
      await pause(pauseMs, options.signal);
    }
  }

  /** What a commit has to do, once what it needs is stored. */
  async #changes(): Promise<Changes> {
    const { hub, modes } = this;
    const { add, remove } = await findChanges(hub, this.files, this.#folders);
    const unknown = add.filter(({ path }) => !modes.has(path));
    for (const [path, mode] of await askModes(hub, unknown)) {
      modes.set(path, mode);
      if (mode === 'ignore') hub.context.log(`${path} is left out: the hub ignores it`);
    }
    return { add: add.filter(({ path }) => modes.get(path) !== 'ignore'), remove };
  }

  async #commit(parent: string | undefined, { add, remove }: Changes): Promise<CommitOutcome> {
    const { hub, options } = this;
    const lfs = add.filter(({ path }) => this.modes.get(path) === 'lfs');
    const regular = add.filter(({ path }) => this.modes.get(path) === 'regular');
    const missing = new Map(
      lfs.filter(({ sha256 }) => !this.#stored.has(sha256)).map((file) => [file.sha256, file]),
    );
    for (const file of await sendObjects(hub, [...missing.values()])) {
      this.sent.add(file);
      options.log(`${file.path} sent`, { bytes: file.bytes });
    }
    for (const sha256 of missing.keys()) this.#stored.add(sha256);
    for (const file of regular) this.sent.add(file);
    const outcome = await commitOnce(hub, { message: options.message, parent, regular, lfs, remove });
    if (outcome.kind === 'done') {
      options.log('committed', { commit: outcome.oid, added: add.length, removed: remove.length });
    }
    return outcome;
  }
}

function foldersToTidy(files: LocalFile[]): Set<string> {
  const parquet = files.filter(({ path }) => path.endsWith('.parquet') && path.includes('/'));
  return new Set(['train', 'test', ...parquet.map(({ path }) => path.slice(0, path.indexOf('/')))]);
}
