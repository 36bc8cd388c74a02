/** The FASTA text that a task reads front to back. */
import { createReadStream, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import type { TaskContext } from '../engine/job.js';
import { sniffStream } from '../formats/fasta/sniff.js';
import { openText, type TextOptions } from '../formats/fasta/text.js';
import type { TextOrigin } from '../formats/fasta/text-problem.js';
import { bgzfKernel } from '../kernels/bgzf/index.js';
import type { CodonPayload } from './options.js';

export interface TextSource {
  /** For messages. */
  path: string;
  text: AsyncIterable<Uint8Array>;
  origin: TextOrigin;
}

/** Bytes of a pipe read at a time. */
const PIPE_CHUNK = 1 << 18;

/** Opens what the payload names; compressed bytes read are reported as progress. */
export async function openPayload(
  payload: Exclude<CodonPayload, { kind: 'range' }>,
  context: TaskContext,
): Promise<TextSource> {
  const path = context.inputs[context.inputIndex]!.path;
  const options = {
    threads: context.threads,
    bgzf: bgzfKernel(),
    budgetBytes: context.memoryBudget,
    onBytes: (bytes: number) => context.progress(bytes),
  };
  if (payload.kind === 'spliced') {
    const text = await splicedText(payload, options);
    return { path, text, origin: { format: 'stream' } };
  }
  if (payload.kind === 'pipe') {
    const stream = path === '-' ? standardInput() : createReadStream(path, { highWaterMark: PIPE_CHUNK });
    const { text } = await sniffStream(stream, path === '-' ? 'standard input' : path, options);
    return { path: path === '-' ? 'standard input' : path, text, origin: { format: 'stream' } };
  }
  const { sniffed } = payload;
  return { path, text: openText(path, sniffed, options), origin: { format: sniffed.format } };
}

/**
 * A pipe is read as a socket: a file-system read that waits for a silent writer cannot be called off, and
 * the thread, and with it the program, could not be ended.
 */
function standardInput(): Readable {
  const stat = fstatSync(0);
  if (stat.isFIFO() || stat.isSocket()) return new Socket({ fd: 0, readable: true, writable: false });
  if (isatty(0)) return new ReadStream(0);
  return createReadStream('', { fd: 0, autoClose: false, highWaterMark: PIPE_CHUNK });
}

async function splicedText(
  { gff, genomes }: CodonPayload & { kind: 'spliced' },
  options: TextOptions,
): Promise<AsyncIterable<Uint8Array>> {
  const { readAnnotationFile } = await import('../formats/gff/annotation-file.js');
  const { splicedCds } = await import('./cds.js');
  const annotation = await readAnnotationFile(gff);
  return splicedCds(
    genomes.map(({ path, sniffed }) => ({ path, text: openText(path, sniffed, options) })),
    annotation,
  );
}
