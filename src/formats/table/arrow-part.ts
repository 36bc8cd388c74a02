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
  /** Rows of chunk `i`. */
  rows(i: number): number;
  /** Reads rows `start` to `end` of chunk `i`, or all, from the disk: no other row is read, or held. */
  read(i: number, start?: number, end?: number): TableChunk;
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
      return { offset, metadata, body };
    });
    const batches: StoredBatch[] = [];
    const batch = (i: number) => {
      const { offset, metadata, body } = blocks[i]!;
      batches[i] ??= storedBatch(path, bytes(offset, metadata), body, (at, length) =>
        bytes(offset + metadata + at, length),
      );
      return batches[i];
    };
    return {
      chunks: blocks.length,
      rows: (i) => batch(i).rows,
      read: (i, start = 0, end = batch(i).rows) => batchColumns(schema, batch(i), start, end),
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

/** A record batch whose columns are still on the disk. */
interface StoredBatch {
  rows: number;
  nulls(node: number): number;
  /** Reads `length` bytes of buffer `i`, from byte `from` on. */
  buffer(i: number, from: number, length: number): Uint8Array<ArrayBuffer>;
}

/** The batch that the metadata of an encapsulated message describe. */
function storedBatch(
  path: string,
  metadata: Uint8Array<ArrayBuffer>,
  bodyBytes: number,
  body: ReadBytes,
): StoredBatch {
  const message = Message.getRootAsMessage(new ByteBuffer(metadata.subarray(8)));
  const batch = message.header(new RecordBatch()) as RecordBatch | null;
  if (message.headerType() !== MessageHeader.RecordBatch || !batch) throw bad(path, 'no record batch', 'one');
  return {
    rows: Number(batch.length()),
    nulls: (node) => Number(batch.nodes(node)?.nullCount() ?? 0),
    buffer: (i, from, length) => {
      const found = batch.buffers(i);
      const start = Number(found?.offset() ?? 0);
      const whole = Number(found?.length() ?? 0);
      if (from + length > whole || start + whole > bodyBytes) {
        throw bad(path, `a buffer of ${whole} bytes`, `${from + length} bytes within the chunk`);
      }
      return body(start + from, length);
    },
  };
}

/** Rows `start` to `end` of a batch, each column in memory of its own. */
function batchColumns(schema: PartSchema, batch: StoredBatch, start: number, end: number): TableChunk {
  const rows = end - start;
  let node = 0;
  let buffer = 0;
  const memory = (bytes: number) => batch.buffer(buffer++, bytes * start, bytes * rows).buffer;
  const columns = schema.map((spec): ColumnData => {
    const nulls = batch.nulls(node++);
    const validity = readValidity(batch, buffer++, nulls, start, rows);
    switch (spec.type) {
      case 'utf8': {
        const bytes = batch.buffer(buffer++, 4 * start, 4 * (rows + 1));
        const offsets = new Uint32Array(bytes.buffer);
        const first = offsets[0]!;
        const text = batch.buffer(buffer++, first, offsets[rows]! - first);
        for (let i = 0; i <= rows; i++) offsets[i] = offsets[i]! - first;
        return { bytes: text, offsets, validity };
      }
      case 'uint32list':
        node++;
        buffer++;
        return new Uint32Array(memory(4 * spec.width));
      case 'uint32':
        return new Uint32Array(memory(4));
      case 'uint64':
        return new BigUint64Array(memory(8));
      default: {
        const values = new Float64Array(memory(8));
        // What stands in the place of a null is undefined in Arrow.
        if (validity) for (let i = 0; i < rows; i++) if (!isValid(validity, i)) values[i] = Number.NaN;
        return values;
      }
    }
  });
  return { rows, columns };
}

/** The validity of some rows; none where all have a value. */
function readValidity(batch: StoredBatch, buffer: number, nulls: number, start: number, rows: number) {
  if (nulls === 0) return undefined;
  const first = start >> 3;
  const stored = batch.buffer(buffer, first, ((start + rows + 7) >> 3) - first);
  const validity = new Uint8Array((rows + 7) >> 3);
  for (let i = 0; i < rows; i++) {
    if (isValid(stored, start - 8 * first + i)) validity[i >> 3]! |= 1 << (i & 7);
  }
  return validity;
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
