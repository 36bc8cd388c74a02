/** Multipart forms as a client sends them, part by part. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** A field, or a file if it has bytes. */
export type Part = [name: string, value: string | Uint8Array];

const BOUNDARY = 'a-boundary-that-no-read-has';

export const formType = `multipart/form-data; boundary=${BOUNDARY}`;

export function formBody(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(([name, value]) => {
    const isFile = typeof value !== 'string';
    const disposition = `form-data; name="${name}"${isFile ? `; filename="../${name}.fq.gz"` : ''}`;
    const type = isFile ? '\r\nContent-Type: application/octet-stream' : '';
    const head = `--${BOUNDARY}\r\nContent-Disposition: ${disposition}${type}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(value as string), Buffer.from('\r\n')];
  });
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

export interface Sent {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: every test knows what it asked for.
  body: any;
}

/** Posts a form. */
export async function sendForm(url: string, parts: readonly Part[], headers = {}): Promise<Sent> {
  const answer = await fetch(url, {
    method: 'POST',
    body: formBody(parts),
    headers: { 'content-type': formType, ...headers },
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

/** FASTQ text of reads with these names. */
export function fastq(names: readonly string[], comment = ''): string {
  return names.map((name) => `@${name}${comment}\nACGTACGTAC\n+\nIIIIIFFFFF\n`).join('');
}

/** Reads by number, as gzip. */
export function gzipped(reads: number, comment = ''): Buffer {
  return gzipSync(
    fastq(
      Array.from({ length: reads }, (_, i) => `read${i}`),
      comment,
    ),
  );
}

/** What is left in a server's folder of uploads, and the runs that have one. */
export function foldersOf(dataDir: string): { tmp: string[]; runs: string[] } {
  const names = (name: string) => {
    const folder = path.join(dataDir, name);
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  return { tmp: names('tmp'), runs: names('runs') };
}
