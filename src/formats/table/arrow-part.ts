import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Footer } from 'apache-arrow/fb/footer';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import { ByteBuffer } from 'flatbuffers';
import { gtkError } from '../../errors.js';
import { arrowAssembler, arrowMagic, encodeArrow } from './arrow.js';
import { describeArrowSchema, describeSchema } from './arrow-schema.js';
import type { ColumnData, PartSchema, TableChunk } from './table.js';
import { isValid } from './utf8.js';
import { assembleFile, type WriterOptions } from './writer.js';

/**
 * Interim parts: Arrow IPC files that are read back chunk by chunk as typed arrays. They are ordinary Arrow
 * files, but only the layout that {@link encodeArrow} writes is read.
 */

/** Writes chunks into a part. Await each call before the next one. */
export interface PartWriter {
  readonly rows: number;
  append(chunk: TableChunk): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
}

/**
 * Creates a part. The name should be a temporary one, to be renamed after `finish`.
 *
 * @throws GTK_NOT_WRITABLE here and in every call if the file cannot be written
 */
export async function createPartWriter(
  path: string,
  schema: PartSchema,
  options?: WriterOptions,
): Promise<PartWriter> {
  const file = await assembleFile(arrowAssembler(schema), path, options);
  return {
    get rows() {
      return file.rows;
    },
    append: (chunk) => file.append(encodeArrow(schema, chunk)),
    finish: () => file.finish(),
    abort: () => file.abort(),
  };
}

/** An open part. */
export interface PartReader {
  /** Chunks in the part: as many as were appended. */
  readonly chunks: number;
  /** Reads chunk `i` from the disk once, into memory that its columns are views of. */
  read(i: number): TableChunk;
  close(): void;
}

/**
 * Opens a part whose columns the caller knows.
 *
 * @throws GTK_UNREADABLE if there is no such file; GTK_BAD_PART if it is cut short, no Arrow file, or one
 *   with other columns
 */
export function openPart(path: string, schema: PartSchema): PartReader {
  const fd = attempt(path, () => openSync(path, 'r'));
  try {
    const size = attempt(path, () => fstatSync(fd).size);
    const bytes = (offset: number, length: number) =>
      attempt(path, () => readExactly(path, fd, offset, length));
    const footer = readFooter(path, size, bytes);
    const found = describeArrowSchema(footer.schema()!);
    if (found !== describeSchema(schema)) throw bad(path, found, describeSchema(schema));
    const blocks = Array.from({ length: footer.recordBatchesLength() }, (_, i) => {
      const block = footer.recordBatches(i)!;
      const [offset, metadata, body] = [
        Number(block.offset()),
        block.metaDataLength(),
        Number(block.bodyLength()),
      ];
      if (offset + metadata + body > size)
        throw bad(path, `${size} bytes`, `chunk ${i} to end within the file`);
      return { offset, metadata, length: metadata + body };
    });
    return {
      chunks: blocks.length,
      read: (i) => {
        const { offset, metadata, length } = blocks[i]!;
        return chunkOf(path, schema, bytes(offset, length), metadata);
      },
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    // A damaged flatbuffer leads its reader out of bounds.
    if (error instanceof TypeError || error instanceof RangeError)
      throw bad(path, 'a damaged footer', 'an Arrow file');
    throw error;
  }
}

type ReadBytes = (offset: number, length: number) => Uint8Array<ArrayBuffer>;

function readFooter(path: string, size: number, bytes: ReadBytes): Footer {
  const ending = 4 + arrowMagic.length;
  if (size < 8 + ending) throw bad(path, `${size} bytes`, 'an Arrow file');
  if (!arrowMagic.equals(bytes(0, arrowMagic.length))) throw bad(path, 'another format', 'an Arrow file');
  const end = Buffer.from(bytes(size - ending, ending).buffer);
  if (!arrowMagic.equals(end.subarray(4))) throw bad(path, 'a file cut short', "an Arrow file's end mark");
  const length = end.readUInt32LE(0);
  if (length > size - ending - 8)
    throw bad(path, `a footer of ${length} bytes`, `at most ${size - ending - 8}`);
  return Footer.getRootAsFooter(new ByteBuffer(bytes(size - ending - length, length)));
}

/** The columns of an encapsulated record batch, as views of it. */
function chunkOf(
  path: string,
  schema: PartSchema,
  bytes: Uint8Array<ArrayBuffer>,
  bodyStart: number,
): TableChunk {
  const message = Message.getRootAsMessage(new ByteBuffer(bytes.subarray(8, bodyStart)));
  const batch = message.header(new RecordBatch()) as RecordBatch | null;
  if (message.headerType() !== MessageHeader.RecordBatch || !batch) throw bad(path, 'no record batch', 'one');
  const rows = Number(batch.length());
  let node = 0;
  let buffer = 0;
  const place = (length: number) => {
    const found = batch.buffers(buffer++);
    const start = bodyStart + Number(found?.offset() ?? 0);
    if (!found || Number(found.length()) < length || start + length > bytes.length || start % 8 !== 0) {
      throw bad(path, `a buffer of ${found?.length() ?? 0} bytes`, `${length} bytes within the chunk`);
    }
    return start;
  };
  const columns = schema.map((spec): ColumnData => {
    const nulls = Number(batch.nodes(node++)?.nullCount() ?? 0);
    const bits = (rows + 7) >> 3;
    const validityStart = place(nulls > 0 ? bits : 0);
    const validity = nulls > 0 ? bytes.subarray(validityStart, validityStart + bits) : undefined;
    switch (spec.type) {
      case 'utf8': {
        const offsets = new Uint32Array(bytes.buffer, place(4 * (rows + 1)), rows + 1);
        const start = place(offsets[rows]!);
        return { bytes: bytes.subarray(start, start + offsets[rows]!), offsets, validity };
      }
      case 'uint32list': {
        node++;
        buffer++;
        const length = rows * spec.width;
        return new Uint32Array(bytes.buffer, place(4 * length), length);
      }
      case 'uint32':
        return new Uint32Array(bytes.buffer, place(4 * rows), rows);
      case 'uint64':
        return new BigUint64Array(bytes.buffer, place(8 * rows), rows);
      default: {
        const values = new Float64Array(bytes.buffer, place(8 * rows), rows);
        // What stands in the place of a null is undefined in Arrow.
        if (validity) for (let i = 0; i < rows; i++) if (!isValid(validity, i)) values[i] = Number.NaN;
        return values;
      }
    }
  });
  return { rows, columns };
}

/** Reads into memory of its own, so that views of it are aligned. */
function readExactly(path: string, fd: number, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(length));
  for (let done = 0; done < length; ) {
    const read = readSync(fd, bytes, done, length - done, offset + done);
    if (read === 0) throw bad(path, `an end at byte ${offset + done}`, `at least ${offset + length} bytes`);
    done += read;
  }
  return bytes;
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if ((cause as { syscall?: string }).syscall === undefined) throw cause;
    throw gtkError('GTK_UNREADABLE', { path, reason: (cause as Error).message }, cause);
  }
}

function bad(path: string, found: string, expected: string) {
  return gtkError('GTK_BAD_PART', { path, found, expected });
}
