import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActiveRun, Attempt, QueuedTask, Submission, TaskStatus } from '../../src/engine/executor.js';
import { LocalExecutor } from '../../src/engine/local.js';
import { WorkerDied, type WorkerPool } from '../../src/engine/pool.js';
import type { TaskRequest } from '../../src/engine/task-runner.js';
import { gtkError } from '../../src/errors.js';

const run: ActiveRun = {
  out: '/nowhere',
  identity: { command: 'none', version: '1', options: {}, inputs: [] },
};

const queued = (index: number, memory = 1): QueuedTask => ({
  index,
  task: { label: `task ${index}`, bytes: 1, memory, input: 0, payload: null },
  finished: 0,
});

async function* from(tasks: QueuedTask[], pulled: number[] = []): AsyncGenerator<QueuedTask> {
  for (const task of tasks) {
    pulled.push(task.index);
    yield task;
  }
}

/** A pool whose tasks end when the test says so. */
class HandPool {
  readonly threads = 2;
  readonly running = new Map<number, { memory: number; end: (error?: unknown) => void }>();
  readonly started: number[] = [];
  destroyed = false;

  runTask({ index, task }: TaskRequest): Promise<void> {
    this.started.push(index);
    return new Promise((resolve, reject) => {
      const end = (error?: unknown) => {
        this.running.delete(index);
        if (error) reject(error);
        else resolve();
      };
      this.running.set(index, { memory: task.memory, end });
    });
  }

  async destroy(): Promise<void> {
    this.destroyed = true;
    for (const { end } of [...this.running.values()]) end(new WorkerDied('called off'));
  }

  get memory(): number {
    return [...this.running.values()].reduce((sum, { memory }) => sum + memory, 0);
  }
}

function make(memory: number) {
  const pool = new HandPool();
  const executor = new LocalExecutor(pool as unknown as WorkerPool, memory, new BigInt64Array(1));
  const submit = (tasks: AsyncIterable<QueuedTask>, concurrency = 2, number = 1): Promise<Submission> =>
    executor.submit(run, { number, tasks, concurrency } satisfies Attempt);
  return { pool, executor, submit };
}

/** Lets everything happen that can without a task's end. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** All news until the submission has ended. */
async function drain(executor: LocalExecutor, submission: Submission): Promise<TaskStatus[]> {
  const all: TaskStatus[] = [];
  for (;;) {
    const news = await executor.poll(run, submission);
    if (news.length === 0) return all;
    all.push(...news);
  }
}

describe('the local executor', () => {
  it('runs every task once, within its threads and its bytes, whatever the order in which they end', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 25 });
    const property = fc.asyncProperty(
      sizes,
      fc.integer({ min: 1, max: 4 }),
      fc.infiniteStream(fc.nat()),
      async (memory, concurrency, picks) => {
        const budget = 10;
        const { pool, executor, submit } = make(budget);
        const pulled: number[] = [];
        const submission = await submit(
          from(
            memory.map((bytes, i) => queued(i, bytes)),
            pulled,
          ),
          concurrency,
        );
        const news = drain(executor, submission);
        let ended = 0;
        for (await settle(); pool.running.size > 0; await settle()) {
          expect(pool.running.size).toBeLessThanOrEqual(concurrency);
          // A task that needs more than there is runs alone.
          if (pool.running.size > 1) expect(pool.memory).toBeLessThanOrEqual(budget);
          // The source is asked for no more than the one task that waits for room.
          expect(pulled.length).toBeLessThanOrEqual(pool.started.length + 1);
          const keys = [...pool.running.keys()];
          pool.running.get(keys[picks.next().value! % keys.length]!)!.end();
          ended += 1;
        }
        expect(ended).toBe(memory.length);
        const all = await news;
        const of = (state: string) =>
          all.filter((status) => status.state === state).map(({ index }) => index);
        expect(of('running')).toEqual(memory.map((_, i) => i));
        expect(of('done').sort((a, b) => a - b)).toEqual(memory.map((_, i) => i));
        expect(all).toHaveLength(2 * memory.length);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('fills the threads where the bytes allow it', async () => {
    const { pool, submit } = make(10);
    await submit(from([queued(0, 5), queued(1, 5), queued(2, 1)]));
    await settle();
    expect([...pool.running.keys()]).toEqual([0, 1]);
  });

  it('tells a task that failed from one whose worker is gone', async () => {
    const { pool, executor, submit } = make(10);
    const submission = await submit(from([queued(0), queued(1)]));
    await settle();
    pool.running.get(0)!.end(gtkError('GTK_EMPTY_INPUT', { path: '/a.fa' }));
    pool.running.get(1)!.end(new WorkerDied('out of memory'));
    const news = await drain(executor, submission);
    expect(news).toContainEqual({ index: 1, state: 'lost', reason: 'out of memory' });
    expect(news).toContainEqual({
      index: 0,
      state: 'failed',
      error: expect.objectContaining({ code: 'GTK_EMPTY_INPUT' }),
    });
  });

  it('passes on what the source of tasks throws, after the news of those that ended', async () => {
    const { pool, executor, submit } = make(10);
    async function* broken(): AsyncGenerator<QueuedTask> {
      yield queued(0);
      throw gtkError('GTK_EMPTY_INPUT', { path: '/a.fa' });
    }
    const submission = await submit(broken());
    await settle();
    pool.running.get(0)!.end();
    await settle();
    expect(await executor.poll(run, submission)).toEqual([
      { index: 0, state: 'running' },
      { index: 0, state: 'done' },
    ]);
    await expect(executor.poll(run, submission)).rejects.toMatchObject({ code: 'GTK_EMPTY_INPUT' });
  });

  it('ends at once where there is no task', async () => {
    const { executor, submit } = make(10);
    expect(await drain(executor, await submit(from([])))).toEqual([]);
  });

  it('takes no further task once it is called off, and reports none of those that it stopped', async () => {
    const { pool, executor, submit } = make(10);
    const pulled: number[] = [];
    let closed = false;
    async function* watched() {
      try {
        yield* from(
          [0, 1, 2, 3].map((i) => queued(i)),
          pulled,
        );
      } finally {
        closed = true;
      }
    }
    const submission = await submit(watched());
    await settle();
    const waiting = drain(executor, submission);
    await executor.cancel(run, submission);
    expect(pool.destroyed).toBe(true);
    // Whoever holds the source is let go before the cancellation is done.
    expect(closed).toBe(true);
    expect(pool.started).toEqual([0, 1]);
    expect(pulled).toEqual([0, 1, 2]);
    expect((await waiting).every(({ state }) => state === 'running')).toBe(true);
  });
});
