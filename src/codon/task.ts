/** One task: FASTA text in, a marker with counts (and an interim file of rows) for every batch. */
import { closeSync, openSync } from 'node:fs';
import type { TaskContext } from '../engine/job.js';
import { BatchCounter } from './batch-counter.js';
import type { CodonOptions, CodonPayload, CodonSummary } from './options.js';
import type { SequencePiece } from './sequence-rows.js';

type Context = TaskContext<CodonOptions, CodonSummary>;

/** Bytes handed to the native counter at a time, between which a worker can be stopped. */
const SLICE = 1 << 24;

/** Runs a task of `plan.ts`. Memory: a read buffer, and the rows of one interim chunk. */
export async function runTask(payload: CodonPayload, context: Context): Promise<void> {
  if (payload.kind === 'range') await countRange(payload, context);
  else await countStream(payload, context);
}

/** Pieces of the last pass. */
export const pieces = {
  encodeSequences: async (piece: SequencePiece) =>
    (await import('./sequence-rows.js')).encodeSequences(piece),
};

async function countRange(payload: CodonPayload & { kind: 'range' }, context: Context): Promise<void> {
  const { start, end, role } = payload;
  const path = context.inputs[context.inputIndex]!.path;
  const counter = new BatchCounter(context, role);
  const fd = openSync(path, 'r');
  try {
    for (let at = start; at < end; ) {
      const next = await counter.pushFile(fd, at, Math.min(at + SLICE, end));
      await counter.check(path, { format: 'plain', start });
      context.progress(next - at);
      at = next;
    }
    await counter.finish();
  } finally {
    closeSync(fd);
    await counter.close();
  }
}

async function countStream(
  payload: Exclude<CodonPayload, { kind: 'range' }>,
  context: Context,
): Promise<void> {
  const { openPayload } = await import('./text-source.js');
  const role = payload.kind === 'spliced' ? 'count' : payload.role;
  const counter = new BatchCounter(context, role);
  const source = await openPayload(payload, context);
  try {
    for await (const text of source.text) {
      await counter.push(text);
      await counter.check(source.path, source.origin);
    }
    await counter.finish();
  } finally {
    await counter.close();
  }
}
