/** The one worker entry. It looks up the job's task module and calls it; nothing else is decided here. */
import { toErrorRecord } from '../errors.js';
import { handOver } from './hand-over.js';
import type { WorkerReply, WorkerRequest } from './pool.js';
import { loadTaskModule, runTask } from './task-runner.js';

/** Answers one request; errors travel as data, since a thrown error loses its fields between threads. */
export default async function work(request: WorkerRequest): Promise<unknown> {
  return handOver(await answer(request));
}

async function answer(request: WorkerRequest): Promise<WorkerReply> {
  try {
    const job = await loadTaskModule(request.job);
    if (request.kind === 'task') {
      await runTask(job, request.task);
      return { ok: true, value: undefined };
    }
    const piece = job.pieces?.[request.piece];
    if (!piece) throw new Error(`${request.job} has no piece named ${request.piece}`);
    return { ok: true, value: await piece(request.input as never) };
  } catch (error) {
    return { ok: false, error: toErrorRecord(error) };
  }
}
