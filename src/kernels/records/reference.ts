import { read as readCallback } from 'node:fs';
import { promisify } from 'node:util';
import { requireInteger } from '../arguments.js';
import { endOfFileError } from '../end-of-file.js';
import type { RecordKernel } from './types.js';

const read = promisify(readCallback);
const READ_BYTES = 128 * 1024;
const GREATER = 0x3e;
const LF = 0x0a;
const MARKED_RECORD = Buffer.from('\ufeff>');

/** The record kernel in TypeScript: what the native one must agree with. */
export const referenceRecords: RecordKernel = { name: 'reference', recordStarts };

async function recordStarts(fd: number, start: number, end: number): Promise<Float64Array> {
  requireInteger(start, 'start');
  requireInteger(end, 'end');
  const starts: number[] = [];
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  if (start <= 3 && end > 3 && (await markedRecord(fd))) starts.push(3);
  let atLineStart = await beginsLine(fd, start);
  for (let at = start; at < end; ) {
    const { bytesRead } = await read(fd, buffer, 0, Math.min(READ_BYTES, end - at), at);
    if (bytesRead === 0) throw endOfFileError(at, end);
    const text = buffer.subarray(0, bytesRead);
    for (let i = text.indexOf(GREATER); i !== -1; i = text.indexOf(GREATER, i + 1)) {
      if (i === 0 ? atLineStart : text[i - 1] === LF) starts.push(at + i);
    }
    atLineStart = text[bytesRead - 1] === LF;
    at += bytesRead;
  }
  return Float64Array.from(starts);
}

/** Whether a line begins at the offset. */
async function beginsLine(fd: number, offset: number): Promise<boolean> {
  if (offset === 0) return true;
  const { bytesRead, buffer } = await read(fd, Buffer.alloc(1), 0, 1, offset - 1);
  return bytesRead === 1 && buffer[0] === LF;
}

/** Whether bytes 0 to 3 are a byte order mark and a `>`, which begins a record though no newline precedes it. */
async function markedRecord(fd: number): Promise<boolean> {
  const { buffer } = await read(fd, Buffer.alloc(MARKED_RECORD.length), 0, MARKED_RECORD.length, 0);
  return buffer.equals(MARKED_RECORD);
}
