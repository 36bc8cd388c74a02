/** Whether a file without a known checksum is what it should be, as far as its content tells. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { GtkError } from '../../errors.js';
import { gunzip } from '../../formats/compression/gzip.js';

/** How every SRA object begins. */
const SRA_MAGIC = 'NCBI.sra';

/**
 * What is wrong, in one clause: gzip is read to its end with the checksums of all members, of an SRA object the
 * first bytes are looked at.
 */
export function contentProblem(file: string, form: 'gzip' | 'sra'): Promise<string | undefined> {
  return form === 'gzip' ? gzipProblem(file) : sraProblem(file);
}

async function gzipProblem(file: string): Promise<string | undefined> {
  try {
    for await (const _ of gunzip(createReadStream(file, { highWaterMark: 1 << 18 }), file));
    return undefined;
  } catch (error) {
    if (!(error instanceof GtkError)) throw error;
    return error.code === 'GTK_TRUNCATED' ? 'its gzip data end too early' : 'it is no intact gzip file';
  }
}

async function sraProblem(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const head = Buffer.alloc(SRA_MAGIC.length);
    await handle.read(head, 0, head.length, 0);
    return head.equals(Buffer.from(SRA_MAGIC)) ? undefined : 'it is no SRA object';
  } finally {
    await handle.close();
  }
}
