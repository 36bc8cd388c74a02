import { Block } from 'apache-arrow/fb/block';
import { Buffer as ArrowBuffer } from 'apache-arrow/fb/buffer';
import { FieldNode } from 'apache-arrow/fb/field-node';
import { Footer } from 'apache-arrow/fb/footer';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { MetadataVersion } from 'apache-arrow/fb/metadata-version';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import { Builder } from 'flatbuffers';
import { gtkError } from '../../errors.js';
import { addSchema } from './arrow-schema.js';
import { type CheckedColumn, checkedColumns } from './columns.js';
import type { Assembler, EncodedChunk, PartSchema, TableChunk, Utf8Data } from './table.js';
import { allValid, isValid } from './utf8.js';

/**
 * Arrow IPC files, uncompressed (arrow.apache.org/docs/format/Columnar.html, "IPC File Format"): magic, the
 * schema's message, a message for each record batch, an end mark, the footer with the place of each batch.
 * Every chunk is one record batch.
 */

export const arrowMagic = Buffer.from('ARROW1');
/** Buffers begin at multiples of this within a body, as the format recommends. */
const alignment = 64;

/** Where the body of an encoded batch begins. */
interface Detail {
  metadataBytes: number;
}

/** One column's share of a record batch: nodes and buffers in the order of the format. */
interface Layout {
  nodes: { length: number; nulls: number }[];
  buffers: Uint8Array[];
}

const none = new Uint8Array(0);

/** Encodes a chunk as the message of one record batch. */
export function encodeArrow(schema: PartSchema, chunk: TableChunk): EncodedChunk {
  const layouts = checkedColumns(schema, chunk).map(layoutOf);
  const nodes = layouts.flatMap((layout) => layout.nodes);
  const buffers = layouts.flatMap((layout) => layout.buffers);
  const builder = new Builder(1024 + 16 * (nodes.length + buffers.length));
  RecordBatch.startNodesVector(builder, nodes.length);
  for (const { length, nulls } of nodes.toReversed()) {
    FieldNode.createFieldNode(builder, BigInt(length), BigInt(nulls));
  }
  const nodesVector = builder.endVector();
  const places: number[] = [];
  let bodyBytes = 0;
  for (const buffer of buffers) {
    places.push(bodyBytes);
    bodyBytes += padded(buffer.byteLength);
  }
  RecordBatch.startBuffersVector(builder, buffers.length);
  for (let i = buffers.length - 1; i >= 0; i--) {
    ArrowBuffer.createBuffer(builder, BigInt(places[i]!), BigInt(buffers[i]!.byteLength));
  }
  const buffersVector = builder.endVector();
  RecordBatch.startRecordBatch(builder);
  RecordBatch.addLength(builder, BigInt(chunk.rows));
  RecordBatch.addNodes(builder, nodesVector);
  RecordBatch.addBuffers(builder, buffersVector);
  const batch = RecordBatch.endRecordBatch(builder);
  const metadata = message(builder, MessageHeader.RecordBatch, batch, bodyBytes);
  const bytes = new Uint8Array(metadata.length + bodyBytes);
  bytes.set(metadata);
  buffers.forEach((buffer, i) => {
    bytes.set(buffer, metadata.length + places[i]!);
  });
  const detail: Detail = { metadataBytes: metadata.length };
  return { format: 'arrow', rows: chunk.rows, bytes, detail };
}

/** Puts batches into a file and writes their places into its footer. */
export function arrowAssembler(schema: PartSchema): Assembler {
  const blocks: { offset: number; metadataBytes: number; bodyBytes: number }[] = [];
  return {
    head: () => {
      const builder = new Builder(1024);
      const schemaMessage = message(builder, MessageHeader.Schema, addSchema(builder, schema), 0);
      return Buffer.concat([arrowMagic, Buffer.alloc(alignment - arrowMagic.length), schemaMessage]);
    },
    place: (chunk, offset) => {
      const { metadataBytes } = chunk.detail as Detail;
      blocks.push({ offset, metadataBytes, bodyBytes: chunk.bytes.length - metadataBytes });
      return [chunk.bytes];
    },
    tail: () => {
      const builder = new Builder(1024);
      const schemaOffset = addSchema(builder, schema);
      Footer.startRecordBatchesVector(builder, blocks.length);
      for (const { offset, metadataBytes, bodyBytes } of blocks.toReversed()) {
        Block.createBlock(builder, BigInt(offset), metadataBytes, BigInt(bodyBytes));
      }
      const batches = builder.endVector();
      Footer.startDictionariesVector(builder, 0);
      const dictionaries = builder.endVector();
      Footer.startFooter(builder);
      Footer.addVersion(builder, MetadataVersion.V5);
      Footer.addSchema(builder, schemaOffset);
      Footer.addDictionaries(builder, dictionaries);
      Footer.addRecordBatches(builder, batches);
      builder.finish(Footer.endFooter(builder));
      const footer = builder.asUint8Array();
      const end = Buffer.alloc(8);
      end.writeUInt32LE(0xffffffff);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(footer.length);
      return Buffer.concat([end, footer, length, arrowMagic]);
    },
  };
}

/** An encapsulated message without its body: mark, length, flatbuffer, padding. */
function message(builder: Builder, type: MessageHeader, header: number, bodyBytes: number): Uint8Array {
  const root = Message.createMessage(builder, MetadataVersion.V5, type, header, BigInt(bodyBytes), 0);
  builder.finish(root);
  const flatbuffer = builder.asUint8Array();
  const bytes = Buffer.alloc(padded(8 + flatbuffer.length));
  bytes.writeUInt32LE(0xffffffff, 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.set(flatbuffer, 8);
  return bytes;
}

function layoutOf({ type, spec, data }: CheckedColumn): Layout {
  switch (type) {
    case 'utf8':
      return textLayout(spec.name, data);
    case 'float64':
      return spec.nullable
        ? nullableLayout(data)
        : { nodes: [node(data.length)], buffers: [none, bytesOf(data)] };
    case 'uint32list': {
      const rows = data.length / spec.width;
      return { nodes: [node(rows), node(data.length)], buffers: [none, none, bytesOf(data)] };
    }
    default:
      return { nodes: [node(data.length)], buffers: [none, bytesOf(data)] };
  }
}

function textLayout(column: string, { bytes, offsets, validity }: Utf8Data): Layout {
  const rows = offsets.length - 1;
  const first = offsets[0]!;
  const text = bytes.subarray(first, offsets[rows]);
  if (text.length > 0x7fffffff) {
    const found = `found ${text.length} bytes of text in one chunk, expected at most 2^31 - 1`;
    throw gtkError('GTK_INTERNAL', { message: `column ${column} of a table: ${found}` });
  }
  const ownOffsets = first === 0 ? offsets : offsets.map((offset) => offset - first);
  let nulls = 0;
  const bitmap = allValid(rows);
  for (let i = 0; validity && i < rows; i++) {
    if (isValid(validity, i)) continue;
    bitmap[i >> 3]! &= ~(1 << (i & 7));
    nulls++;
  }
  return { nodes: [node(rows, nulls)], buffers: [nulls > 0 ? bitmap : none, bytesOf(ownOffsets), text] };
}

/** NaN as null. The bits of a NaN differ between kernels, so 0 stands in its place. */
function nullableLayout(data: Float64Array): Layout {
  let nulls = 0;
  let bitmap = none;
  let values = data;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isNaN(data[i]!)) continue;
    if (nulls++ === 0) {
      bitmap = allValid(data.length);
      values = data.slice();
    }
    bitmap[i >> 3]! &= ~(1 << (i & 7));
    values[i] = 0;
  }
  return { nodes: [node(data.length, nulls)], buffers: [bitmap, bytesOf(values)] };
}

function node(length: number, nulls = 0) {
  return { length, nulls };
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function padded(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}
