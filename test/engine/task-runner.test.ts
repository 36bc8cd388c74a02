import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TaskContext } from '../../src/engine/job.js';
import { RunFolder, taskIdentity } from '../../src/engine/run-folder.js';
import { runTask, type TaskRequest } from '../../src/engine/task-runner.js';
import { temporaryFolder } from '../run-gtk.js';
import { markerNames, namesIn, wholeMarkers } from '../runs/run-state.js';

const root = temporaryFolder();
let request: TaskRequest;
let input: string;
beforeEach(() => {
  const folder = mkdtempSync(path.join(root, 'run-'));
  input = path.join(folder, 'genes.fa');
  writeFileSync(input, '>a\nATG\n');
  const { size: bytes, mtimeMs } = statSync(input);
  const out = path.join(folder, 'out');
  new RunFolder(out).create();
  request = {
    out,
    run: { command: 'tiny', version: '1', options: {}, inputs: [{ path: input, bytes, mtimeMs }] },
    index: 0,
    task: { label: 'genes.fa', bytes, memory: 1, input: 0, payload: 3 },
    finished: 0,
    attempt: 1,
    threads: 1,
    memoryBudget: 1,
  };
});

const parts = () => namesIn(path.join(request.out, '.gtk/parts'));

/** Runs a task that leaves `payload` batches and calls `amid` before each is committed. */
function run(amid: (batch: number) => void = () => {}, more: Partial<TaskRequest> = {}): Promise<void> {
  const work = async (batches: number, context: TaskContext) => {
    for (let batch = 0; batch < batches; batch += 1) {
      if (!context.nextIsDone) writeFileSync(context.partPath(), `batch ${batch}`);
      amid(batch);
      context.commit({ sequences: batch }, batch === batches - 1);
    }
  };
  return runTask({ runTask: work as never }, { ...request, ...more });
}

describe('a task', () => {
  it('leaves a part and a marker for every batch, the last of which says so', async () => {
    await run();
    const markers = wholeMarkers(request.out);
    expect(markers.map(({ batch, last, summary }) => [batch, last, summary.sequences])).toEqual([
      [0, false, 0],
      [1, false, 1],
      [2, true, 2],
    ]);
    expect(parts()).toEqual([0, 1, 2].map((batch) => `000000-00000${batch}.arrow`));
    const folder = new RunFolder(request.out);
    const identity = taskIdentity(request.run, 0, request.task);
    expect(folder.wholeBatches(folder.readMarkers().get(0) ?? [], identity)).toHaveLength(3);
  });

  it('writes none of the batches again that are whole', async () => {
    await run();
    const before = readFileSync(path.join(request.out, '.gtk/done/000000-000001.json'), 'utf8');
    const written: number[] = [];
    await run((batch) => written.push(batch), { finished: 2, attempt: 2 });
    expect(written).toEqual([0, 1, 2]);
    expect(readFileSync(path.join(request.out, '.gtk/done/000000-000001.json'), 'utf8')).toBe(before);
    const last = JSON.parse(readFileSync(path.join(request.out, '.gtk/done/000000-000002.json'), 'utf8'));
    expect(last.attempt).toBe(2);
  });

  it('leaves no marker for what it read after the input had changed', async () => {
    const change = (batch: number) => batch === 1 && appendFileSync(input, 'ATG\n');
    await expect(run(change)).rejects.toMatchObject({ code: 'GTK_INPUT_CHANGED' });
    expect(markerNames(request.out)).toEqual(['000000-000000.json']);
    expect(parts()).toEqual(['000000-000000.arrow']);
  });

  it('does not begin on an input that is not the one that was planned', async () => {
    appendFileSync(input, 'ATG\n');
    await expect(run()).rejects.toMatchObject({ code: 'GTK_INPUT_CHANGED' });
    expect(markerNames(request.out)).toEqual([]);
  });

  it('writes the marker only when the part has its name', async () => {
    // A folder in its place lets everything succeed but the rename.
    mkdirSync(path.join(request.out, '.gtk/parts/000000-000001.arrow/taken'), { recursive: true });
    await expect(run()).rejects.toThrow();
    expect(markerNames(request.out)).toEqual(['000000-000000.json']);
    expect(parts()).toEqual(['000000-000000.arrow', '000000-000001.arrow']);
  });

  it('leaves nothing half-written when it fails', async () => {
    const fail = (batch: number) => {
      if (batch === 2) throw new Error('no space');
    };
    await expect(run(fail)).rejects.toThrow('no space');
    expect(parts()).toEqual(['000000-000000.arrow', '000000-000001.arrow']);
    expect(wholeMarkers(request.out)).toHaveLength(2);
  });
});
