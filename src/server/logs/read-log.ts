/** Reading the log of a job in pieces, as it grows. */
import { type FileHandle, open } from 'node:fs/promises';

/** Bytes of a log that are answered at once. */
export const MOST_BYTES = 1 << 20;

const LF = 10;

export interface LogPiece {
  text: string;
  /** Bytes of the whole log. */
  size: number;
  /** Where the piece begins, and where the next one does. */
  offset: number;
  next: number;
}

export interface LogRange {
  /** Byte at which to begin. */
  offset?: number;
  /** Lines at the end of the log, instead of an offset. */
  tail?: number;
  /** Nothing is written to it any more: its last line is whole even without an end. */
  isEnded: boolean;
}

/** A piece of a log, as text that was not made fit for people yet; nothing where there is no log. */
export async function readLog(file: string, range: LogRange): Promise<LogPiece> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return { text: '', size: 0, offset: 0, next: 0 };
  try {
    const { size } = await handle.stat();
    const from = Math.min(
      range.tail === undefined ? (range.offset ?? 0) : Math.max(0, size - MOST_BYTES),
      size,
    );
    const bytes = await readAt(handle, from, Math.min(MOST_BYTES, size - from));
    const isAll = from + bytes.length === size && range.isEnded;
    const end = isAll ? bytes.length : endOfLines(bytes);
    const start = range.tail === undefined ? 0 : startOfTail(bytes.subarray(0, end), range.tail);
    const text = bytes.subarray(start, end).toString('utf8');
    return { text, size, offset: from + start, next: from + end };
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Only whole lines are told, so that no character and no path is cut in two; a line without end is, in pieces. */
function endOfLines(bytes: Buffer): number {
  const last = bytes.lastIndexOf(LF);
  if (last !== -1) return last + 1;
  if (bytes.length < MOST_BYTES) return 0;
  // Not amid a character of UTF-8.
  let end = bytes.length;
  while (end > 1 && (bytes[end - 1]! & 0xc0) === 0x80) end -= 1;
  return end > 1 && bytes[end - 1]! >= 0xc0 ? end - 1 : end;
}

function startOfTail(bytes: Buffer, lines: number): number {
  if (lines === 0) return bytes.length;
  let at = bytes.length;
  if (bytes[at - 1] === LF) at -= 1;
  for (let left = lines; left > 0; left -= 1) {
    at = at === 0 ? -1 : bytes.lastIndexOf(LF, at - 1);
    if (at === -1) return 0;
  }
  return at + 1;
}
