/** A file on its way: what has come so far, and of what. */
import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { gtkError } from '../errors.js';

/** Which content a part belongs to. */
export interface PartSource {
  /** SHA-256 of the address, which itself may hold a signature. */
  address: string;
  /** What If-Range takes: a strong ETag or a date; '' if the server gives neither. */
  validator: string;
  /** Length of the whole in bytes, if known. */
  length?: number;
  /** The SHA-256 that the server told, if any. */
  sha256?: string;
}

export type HashName = 'sha256' | 'md5';

/** How to open a part. */
export interface PartOptions {
  /** SHA-256 of the address it is to come from. */
  address: string;
  hash: HashName;
  signal: AbortSignal;
}

/** `TARGET.part` with `TARGET.part.json` beside it, held open. */
export class PartFile {
  /** Where the bytes are until they are published. */
  readonly path: string;
  #hash: Hash;

  private constructor(
    readonly target: string,
    private readonly options: PartOptions,
    private readonly handle: FileHandle,
    /** Bytes that have come. */
    public size: number,
    /** Undefined until the server has answered. */
    public source: PartSource | undefined,
    /** Bytes that came from elsewhere: they stay until something better comes. */
    private isOthers: boolean,
  ) {
    this.path = `${target}.part`;
    this.#hash = createHash(options.hash);
  }

  /**
   * Opens the part that an earlier call left for this address, or a new one.
   *
   * @throws GTK_NOT_WRITABLE, also where the part is a link; the signal's reason
   */
  static async open(target: string, options: PartOptions): Promise<PartFile> {
    const file = `${target}.part`;
    // Not 'a': on Linux that would ignore the position of a write. A link would lead it out of the folder.
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const handle = await writing(file, () => open(file, flags));
    try {
      const { size } = await handle.stat();
      const source = await readSource(file);
      const isOurs = source?.address === options.address && size <= (source.length ?? Infinity);
      const [known, knownSource] = isOurs ? [size, source] : [0, undefined];
      const part = new PartFile(target, options, handle, known, knownSource, !isOurs && size > 0);
      await part.#hashAgain();
      return part;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #hashAgain(): Promise<void> {
    const { size, options } = this;
    if (size === 0) return;
    const range = { start: 0, end: size - 1, autoClose: false, highWaterMark: 1 << 20 };
    for await (const chunk of this.handle.createReadStream(range) as AsyncIterable<Buffer>) {
      options.signal.throwIfAborted();
      this.#hash.update(chunk);
    }
  }

  /** SHA-256 of the address it comes from. */
  get address(): string {
    return this.options.address;
  }

  get isComplete(): boolean {
    return this.source?.length === this.size;
  }

  /** Forgets what has come and begins with that source, or with none. */
  async restart(source?: PartSource): Promise<void> {
    await writing(this.path, async () => {
      await this.handle.truncate(0);
      this.size = 0;
      this.isOthers = false;
      this.#hash = createHash(this.options.hash);
      this.source = source;
      const flag = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
      await writeFile(`${this.path}.json`, `${JSON.stringify(source ?? {})}\n`, { flag });
    });
  }

  async append(bytes: Uint8Array): Promise<void> {
    await writing(this.path, async () => {
      for (let at = 0; at < bytes.length; ) {
        at += (await this.handle.write(bytes, at, bytes.length - at, this.size + at)).bytesWritten;
      }
    });
    this.#hash.update(bytes);
    this.size += bytes.length;
  }

  /** Checksum of what has come, in hexadecimal. */
  get sum(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Gives the file its name, once its bytes are on the disk. */
  async publish(): Promise<void> {
    await writing(this.target, async () => {
      await this.handle.sync();
      await rename(this.path, this.target);
    });
    await rm(`${this.path}.json`, { force: true });
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(`${this.path}.json`, { force: true });
  }

  /** Closes it, and removes it if there is nothing to go on from. */
  async close(): Promise<void> {
    await this.handle.close();
    if (this.size === 0 && !this.isOthers) await this.discard();
  }
}

async function readSource(file: string): Promise<PartSource | undefined> {
  try {
    const source = JSON.parse(await readFile(`${file}.json`, 'utf8')) as PartSource;
    return typeof source.address === 'string' && typeof source.validator === 'string' ? source : undefined;
  } catch {
    return undefined;
  }
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path, reason: (error as Error).message }, error);
  }
}
