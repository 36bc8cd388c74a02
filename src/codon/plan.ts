/** From inputs to tasks: plain files are cut at record starts, everything else is read from its start. */
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import type { Fingerprint, PlanContext, Planned, Task } from '../engine/job.js';
import { ExitStatus, GtkError } from '../errors.js';
import { type Sniffed, sniff } from '../formats/fasta/sniff.js';
import { recordKernel } from '../kernels/records/index.js';
import type { CodonOptions, CodonPayload, Role } from './options.js';

/** Bytes scanned for record starts in one go: enough to keep the disk busy, little enough to run ahead. */
const SLAB = 1 << 24;

/** Memory of a task: read buffers, the decompressor's window, and rows waiting for the disk. */
const TASK_MEMORY = 32 << 20;

type PlannedCodon = Planned<CodonPayload>;

/**
 * Tasks in input order. Every input's head is looked at before the first task, so that bad input is found
 * before work is done; with `keepGoing` it is reported in its place, else thrown.
 */
export async function* planCodon(context: PlanContext<CodonOptions>): AsyncGenerator<PlannedCodon> {
  const { options, inputs, keepGoing } = context;
  if (options.gff) {
    yield await planSpliced(context);
    return;
  }
  const heads: (Sniffed | GtkError | undefined)[] = [];
  for (const [index, input] of inputs.entries()) {
    heads.push(
      input.once ? undefined : await look(input.path, keepGoing && roleOf(index, context) === 'count'),
    );
  }
  for (const [index, input] of inputs.entries()) {
    const head = heads[index];
    if (head instanceof GtkError) yield { failure: { input: index, error: head.toJSON() } };
    else yield* planInput(input, index, head, context);
  }
}

/** `--reference` stands behind the inputs proper. */
function roleOf(index: number, { options, inputs }: PlanContext<CodonOptions>): Role {
  return options.reference !== undefined && index === inputs.length - 1 ? 'reference' : 'count';
}

async function look(file: string, keepGoing: boolean): Promise<Sniffed | GtkError> {
  try {
    return await sniff(file);
  } catch (error) {
    if (keepGoing && error instanceof GtkError && error.exitStatus === ExitStatus.badInput) return error;
    throw error;
  }
}

async function* planInput(
  input: Fingerprint,
  index: number,
  head: Sniffed | undefined,
  context: PlanContext<CodonOptions>,
): AsyncGenerator<PlannedCodon> {
  const role = roleOf(index, context);
  const memory = TASK_MEMORY + (head?.rowGroupBytes ?? 0);
  const task = (label: string, bytes: number, payload: CodonPayload): PlannedCodon => ({
    task: {
      label,
      bytes,
      memory,
      input: index,
      ...(role === 'reference' && { required: true }),
      payload,
    },
  });
  const name = input.path === '-' ? 'standard input' : path.basename(input.path);
  if (!head) {
    yield task(name, 0, { kind: 'pipe', role });
    return;
  }
  if (head.format !== 'plain') {
    yield task(name, input.bytes, { kind: 'stream', role, sniffed: head });
    return;
  }
  const { batchSize } = context.options;
  let first = 1;
  for await (const { start, end } of cutRecords(input, head.start, batchSize, context.workers)) {
    yield task(`${name} from record ${first}`, end - start, { kind: 'range', role, start, end });
    first += batchSize;
  }
}

/** Byte ranges of `batchSize` records each, the first from `start` on, in one pass at memory speed. */
async function* cutRecords(input: Fingerprint, start: number, batchSize: number, threads: number) {
  const fd = openSync(input.path, 'r');
  const ahead: Promise<Float64Array>[] = [];
  try {
    let rangeStart = start;
    /** Records seen of the range that is open. */
    let records = 0;
    let next = 0;
    while (next < input.bytes || ahead.length > 0) {
      while (ahead.length <= threads && next < input.bytes) {
        const scan = recordKernel().recordStarts(fd, next, Math.min(next + SLAB, input.bytes));
        // Thrown where its turn comes; until then it must not count as unhandled.
        scan.catch(() => {});
        ahead.push(scan);
        next += SLAB;
      }
      const starts = await ahead.shift()!;
      let at = batchSize - records;
      for (; at < starts.length; at += batchSize) {
        yield { start: rangeStart, end: starts[at]! };
        rangeStart = starts[at]!;
      }
      records = starts.length - (at - batchSize);
    }
    yield { start: rangeStart, end: input.bytes };
  } finally {
    await Promise.allSettled(ahead);
    closeSync(fd);
  }
}

/** One task for all contigs: which of them an annotation needs is known only when all have passed. */
async function planSpliced({
  options,
  inputs,
}: PlanContext<CodonOptions>): Promise<{ task: Task<CodonPayload> }> {
  const genomes = inputs.filter(({ path }) => path !== options.gff);
  const sniffed = await Promise.all(genomes.map(async ({ path }) => ({ path, sniffed: await sniff(path) })));
  const bytes = genomes.reduce((sum, input) => sum + input.bytes, 0);
  const label = `coding sequences of ${path.basename(options.gff!)}`;
  return {
    task: {
      label,
      bytes,
      memory: TASK_MEMORY,
      input: 0,
      reads: [...inputs.keys()],
      // Without one genome file, contigs of the annotation would be missing.
      required: true,
      payload: { kind: 'spliced', gff: options.gff!, genomes: sniffed },
    },
  };
}
