/**
 * Interim files: the row groups of one block, encoded as they will stand in the final files, one after
 * another; then what the footers of those files will say of them, as JSON, and its length in 8 bytes.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { RowGroup } from 'hyparquet';
import { gtkError } from '../errors.js';
import { groupBytes, writeRowGroup } from '../formats/table/parquet-group.js';
import { rowGroupFromJson, rowGroupToJson } from '../formats/table/row-group-json.js';
import type { ParquetChunk, ParquetOptions, ParquetSchema } from '../formats/table/table.js';

/** Writes row groups into a part. */
export class PartWriter {
  readonly #path: string;
  readonly #fd: number;
  readonly #groups: unknown[] = [];
  readonly #extra: Record<string, unknown> = {};

  /** @throws GTK_NOT_WRITABLE, as all methods do */
  constructor(path: string) {
    this.#path = path;
    this.#fd = this.#attempt(() => openSync(path, 'w'));
  }

  /** Writes a row group. */
  append(schema: ParquetSchema, chunk: ParquetChunk, options: ParquetOptions): void {
    this.#groups.push(rowGroupToJson(writeRowGroup(schema, chunk, options, (bytes) => this.#write(bytes))));
  }

  /** Also keeps this with the row groups. */
  note(name: string, value: unknown): void {
    this.#extra[name] = value;
  }

  finish(): void {
    const index = Buffer.from(JSON.stringify({ groups: this.#groups, ...this.#extra }));
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeBigUInt64LE(BigInt(index.length));
    this.#write(Buffer.concat([index, length]));
    this.#attempt(() => closeSync(this.#fd));
  }

  abort(): void {
    closeSync(this.#fd);
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; )
      done += this.#attempt(() => writeSync(this.#fd, bytes, done, bytes.length - done));
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw gtkError('GTK_NOT_WRITABLE', { path: this.#path, reason: (error as Error).message }, error);
    }
  }
}

const LENGTH_BYTES = 8;

/** A row group in a part. */
export interface StoredGroup {
  detail: RowGroup;
  /** Where its bytes begin. */
  offset: number;
}

/** Reads what is in a part besides the bytes of its row groups. Throws GTK_BAD_PART. */
export function readPartIndex(
  path: string,
  fd: number,
): { groups: StoredGroup[]; extra: Record<string, unknown> } {
  const { size } = fstatSync(fd);
  const read = (at: number, length: number) => {
    const bytes = Buffer.alloc(length);
    const found = readSync(fd, bytes, 0, length, at);
    if (found < length) throw bad(path, `${found} bytes`, `${length}`);
    return bytes;
  };
  if (size < LENGTH_BYTES) throw bad(path, `${size} bytes`, `at least ${LENGTH_BYTES}`);
  const length = Number(read(size - LENGTH_BYTES, LENGTH_BYTES).readBigUInt64LE());
  if (length > size - LENGTH_BYTES) throw bad(path, `an index of ${length} bytes`, `at most ${size}`);
  const { groups, ...extra } = JSON.parse(read(size - LENGTH_BYTES - length, length).toString()) as {
    groups: unknown[];
  };
  let offset = 0;
  const stored = groups.map((group) => {
    const detail = rowGroupFromJson(group);
    const at = offset;
    offset += groupBytes(detail);
    return { detail, offset: at };
  });
  return { groups: stored, extra };
}

const bad = (path: string, found: string, expected: string) =>
  gtkError('GTK_BAD_PART', { path, found, expected });

/** Does something with an open part, and closes it. */
export function withPart<T>(path: string, work: (fd: number) => T): T {
  const fd = openSync(path, 'r');
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}
