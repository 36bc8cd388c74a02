/** What the last pass of a job works with. */
import path from 'node:path';
import type { RunSettings } from './driver.js';
import { makeFolder } from './folders.js';
import { inOrder } from './in-order.js';
import type { AggregateContext, BatchResult } from './job.js';
import type { RunFolder } from './run-folder.js';

/** The context over what tasks and plan left. */
export function aggregateContext(
  { identity, pool, signal }: RunSettings,
  folder: RunFolder,
  found: Pick<AggregateContext, 'batches' | 'facts' | 'failures'>,
): AggregateContext {
  return {
    ...identity,
    ...found,
    partPath: ({ part }: BatchResult) => folder.resolve(part?.file ?? ''),
    outputPath: (name) => {
      const file = path.join(folder.stagedFolder, name);
      makeFolder(path.dirname(file));
      return file;
    },
    parallel: <I, R>(piece: string, items: Iterable<I>) => inOrder<I, R>(items, pool, piece, signal),
    usage: () => ({
      seconds: performance.now() / 1000,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    }),
  };
}
