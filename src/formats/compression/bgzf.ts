import { gtkError } from '../../errors.js';
import { type BgzfError, type BgzfKernel, bgzfKernel } from '../../kernels/bgzf/index.js';
import { bgzfBlock, bgzfEnd } from './bgzf-block.js';

/** A place in BGZF text: the offset of a block in the compressed file, and bytes of text within it. */
export interface VirtualOffset {
  block: number;
  within: number;
}

/** How BGZF is read. */
export interface BgzfOptions {
  /** Runs of blocks inflated at once. Default 2. */
  threads?: number;
  /** Where the source begins, if not at the beginning of the file: it must start with that block. */
  from?: VirtualOffset;
  kernel?: BgzfKernel;
}

/** The text of a run of blocks. */
export interface BgzfText {
  text: Uint8Array;
  /** Offsets of the blocks in the compressed file, ascending. */
  blocks: number[];
  /** Offset in {@link text} at which each block's text begins; below 0 for text skipped by `from`. */
  starts: number[];
}

/**
 * The text of BGZF (SAM/BAM specification, section 4.1), in order, while up to `threads` runs of blocks
 * are inflated beside the calling thread. A run is as many whole blocks as a chunk of the source holds.
 * Memory: `threads` + 3 chunks of the source and their text.
 *
 * @param path for messages
 * @throws GTK_TRUNCATED, also if the empty block is missing that ends a BGZF file; GTK_CORRUPT
 */
export async function* readBgzf(
  source: AsyncIterable<Uint8Array>,
  path: string,
  options: BgzfOptions = {},
): AsyncGenerator<BgzfText> {
  const { threads = 2, from = { block: 0, within: 0 }, kernel = bgzfKernel() } = options;
  const runs = splitBlocks(source, path, from.block);
  const inFlight: Promise<BgzfText | undefined>[] = [];
  // A failure waits for its turn as well, so the text before it is delivered first.
  const ask = () => {
    const inflated = runs.next().then((next) => (next.done ? undefined : inflate(next.value, path, kernel)));
    inflated.catch(() => {});
    inFlight.push(inflated);
  };
  let skip = from.within;
  try {
    // With some waiting their turn, no thread is idle until its last run is taken and the next one asked for.
    const ahead = threads > 1 ? threads + 2 : 1;
    for (let i = 0; i < ahead; i++) ask();
    for (;;) {
      const run = await inFlight.shift();
      if (!run) return;
      ask();
      const skipped = Math.min(skip, run.text.length);
      skip -= skipped;
      yield skipped === 0 ? run : withoutBeginning(run, skipped);
    }
  } finally {
    await runs.return(undefined);
  }
}

function withoutBeginning(run: BgzfText, bytes: number): BgzfText {
  return { ...run, text: run.text.subarray(bytes), starts: run.starts.map((start) => start - bytes) };
}

/** The virtual offset of byte `position` of a run's text. */
export function virtualOffset(run: BgzfText, position: number): VirtualOffset {
  let i = run.starts.length - 1;
  while (i > 0 && run.starts[i] > position) i--;
  return { block: run.blocks[i], within: position - run.starts[i] };
}

interface Run {
  compressed: Uint8Array;
  offset: number;
  blocks: number[];
  starts: number[];
}

/** Cuts the source into runs of whole blocks. */
async function* splitBlocks(
  source: AsyncIterable<Uint8Array>,
  path: string,
  start: number,
): AsyncGenerator<Run> {
  let rest: Uint8Array = new Uint8Array(0);
  let offset = start;
  let ended = false;
  for await (const chunk of source) {
    const bytes: Uint8Array = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const run: Run = { compressed: bytes, offset, blocks: [], starts: [] };
    let at = 0;
    let textLength = 0;
    let problem: string | undefined;
    while (at < bytes.length) {
      const block = bgzfBlock(bytes, at);
      if (typeof block === 'string') problem = block;
      if (typeof block !== 'object' || at + block.size > bytes.length) break;
      run.blocks.push(offset + at);
      run.starts.push(textLength);
      const end = at + block.size;
      ended = block.size === bgzfEnd.length && bgzfEnd.every((byte, i) => bytes[at + i] === byte);
      textLength += bytes[end - 4] | (bytes[end - 3] << 8) | (bytes[end - 2] << 16) | (bytes[end - 1] << 24);
      at = end;
    }
    run.compressed = bytes.subarray(0, at);
    if (at > 0) yield run;
    offset += at;
    if (problem) throw corrupt(path, offset, problem);
    rest = bytes.subarray(at);
  }
  if (rest.length > 0 || !ended) {
    throw gtkError('GTK_TRUNCATED', { path, format: 'BGZF', place: `byte ${offset + rest.length}` });
  }
}

async function inflate(run: Run, path: string, kernel: BgzfKernel): Promise<BgzfText> {
  try {
    return { text: await kernel.inflateBlocks(run.compressed), blocks: run.blocks, starts: run.starts };
  } catch (error) {
    const { message, offset } = error as BgzfError;
    throw corrupt(path, run.offset + (offset ?? 0), message, error);
  }
}

function corrupt(path: string, offset: number, found: string, cause?: unknown) {
  return gtkError('GTK_CORRUPT', { path, format: 'BGZF', place: `byte ${offset}`, found }, cause);
}
