/** A file on its way: what has come so far, and of what. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
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

/** `TARGET.part` with `TARGET.part.json` beside it, held open. */
export class PartFile {
  readonly #path: string;
  #hash: Hash = createHash('sha256');

  private constructor(
    readonly target: string,
    /** SHA-256 of the address it comes from. */
    readonly address: string,
    private readonly handle: FileHandle,
    /** Bytes that have come. */
    public size: number,
    /** Undefined until the server has answered. */
    public source: PartSource | undefined,
  ) {
    this.#path = `${target}.part`;
  }

  /**
   * Opens the part that an earlier call left for this address, or a new one.
   *
   * @throws GTK_NOT_WRITABLE
   */
  static async open(target: string, address: string): Promise<PartFile> {
    const file = `${target}.part`;
    return writing(file, async () => {
      // Not 'a': on Linux that would ignore the position of a write.
      const handle = await open(file, 'r+').catch(() => open(file, 'w+'));
      try {
        const { size } = await handle.stat();
        const source = await readSource(file);
        const isUsable = source?.address === address && size <= (source.length ?? Infinity);
        if (!isUsable) await handle.truncate(0);
        const part = new PartFile(
          target,
          address,
          handle,
          isUsable ? size : 0,
          isUsable ? source : undefined,
        );
        await part.#hashAgain();
        return part;
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  async #hashAgain(): Promise<void> {
    if (this.size === 0) return;
    const bytes = createReadStream(this.#path, { end: this.size - 1, highWaterMark: 1 << 20 });
    for await (const chunk of bytes as AsyncIterable<Buffer>) this.#hash.update(chunk);
  }

  get isComplete(): boolean {
    return this.source?.length === this.size;
  }

  /** Forgets what has come and begins with that source, or with none. */
  async restart(source?: PartSource): Promise<void> {
    await writing(this.#path, async () => {
      await this.handle.truncate(0);
      this.size = 0;
      this.#hash = createHash('sha256');
      this.source = source;
      await writeFile(`${this.#path}.json`, `${JSON.stringify(source ?? {})}\n`);
    });
  }

  async append(bytes: Uint8Array): Promise<void> {
    await writing(this.#path, async () => {
      for (let at = 0; at < bytes.length; ) {
        at += (await this.handle.write(bytes, at, bytes.length - at, this.size + at)).bytesWritten;
      }
    });
    this.#hash.update(bytes);
    this.size += bytes.length;
  }

  /** SHA-256 of what has come, in hexadecimal. */
  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Gives the file its name, once its bytes are on the disk. */
  async publish(): Promise<void> {
    await writing(this.target, async () => {
      await this.handle.sync();
      await rename(this.#path, this.target);
    });
    await rm(`${this.#path}.json`, { force: true });
  }

  async discard(): Promise<void> {
    await rm(this.#path, { force: true });
    await rm(`${this.#path}.json`, { force: true });
  }

  async close(): Promise<void> {
    await this.handle.close();
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
