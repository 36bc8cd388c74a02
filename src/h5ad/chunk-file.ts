/** One Parquet file, put together from the row groups that wait for it in interim files. */
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { RowGroup } from 'hyparquet';
import { temporaryName } from '../engine/atomic.js';
import { makeFolder } from '../engine/folders.js';
import { gtkError } from '../errors.js';
import { parquetFrame } from '../formats/table/parquet.js';
import { groupBytes } from '../formats/table/parquet-group.js';
import type { ParquetSchema } from '../formats/table/table.js';
import { readPartIndex, type StoredGroup, withPart } from './part.js';

/** A file to be made. */
export interface ChunkFile {
  /** Absolute path. */
  file: string;
  schema: ParquetSchema;
  /** Row groups in order: which of an interim file's. */
  groups: { part: string; index: number }[];
}

const COPY_BYTES = 1 << 20;

/** Writes the file, under a temporary name first; returns its size. Throws GTK_NOT_WRITABLE, GTK_BAD_PART. */
export function writeChunkFile({ file, schema, groups }: ChunkFile): { bytes: number } {
  makeFolder(path.dirname(file));
  const temporary = temporaryName(file);
  const sources = groups.map(({ part, index }) => {
    return { part, ...groupsOf(part)[index]! };
  });
  const frame = parquetFrame(
    schema,
    sources.map(({ detail }) => detail),
  );
  try {
    const bytes = copyAll(temporary, frame, sources);
    renameSync(temporary, file);
    return { bytes };
  } catch (error) {
    rmSync(temporary, { force: true });
    throw gtkError('GTK_NOT_WRITABLE', { path: file, reason: (error as Error).message }, error);
  }
}

let lastPart: { part: string; groups: StoredGroup[] } | undefined;

/** The row groups of a part; where files are small, many of them in a row come from one part. */
function groupsOf(part: string): StoredGroup[] {
  if (lastPart?.part !== part) {
    const { groups } = withPart(part, (fd) => readPartIndex(part, fd));
    lastPart = { part, groups };
  }
  return lastPart.groups;
}

function copyAll(
  file: string,
  { head, tail }: { head: Uint8Array; tail: Uint8Array },
  sources: readonly { part: string; detail: RowGroup; offset: number }[],
): number {
  const out = openSync(file, 'w');
  let written = 0;
  const write = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length; ) done += writeSync(out, bytes, done, bytes.length - done);
    written += bytes.length;
  };
  const buffer = Buffer.allocUnsafe(COPY_BYTES);
  try {
    write(head);
    for (const { part, detail, offset } of sources) {
      withPart(part, (fd) => {
        const end = offset + groupBytes(detail);
        for (let at = offset; at < end; ) {
          const read = readSync(fd, buffer, 0, Math.min(COPY_BYTES, end - at), at);
          if (read === 0) throw new Error(`${part} ends at byte ${at}, before ${end}`);
          write(buffer.subarray(0, read));
          at += read;
        }
      });
    }
    write(tail);
    // Here several files go to the disk at once; the run would bring them there one by one.
    fsyncSync(out);
    return written;
  } finally {
    closeSync(out);
  }
}
