/** From the cells of a dataset to blocks of them; what is said of each cell is read, but none of its values. */
import path from 'node:path';
import type { PlanContext, Planned } from '../engine/job.js';
import { gtkError } from '../errors.js';
import type { Block, H5adPayload, RunOptions } from './options.js';
import { packSides } from './sides.js';
import { openSource } from './source.js';
import { decide } from './split-decision.js';

/** What a plan is made from. */
export type PlanRequest = Pick<PlanContext<RunOptions>, 'options' | 'inputs' | 'workers' | 'memoryBudget'>;

/** The facts of the cells, then tasks in their order. */
export async function planCells(request: PlanRequest): Promise<Planned<H5adPayload>[]> {
  const { options, inputs } = request;
  const planned: Planned<H5adPayload>[] = [];
  const source = await openSource(options, inputs);
  try {
    if (source.cells === 0) {
      const nothing = { place: 'obs', found: 'no cell', expected: 'at least one' };
      throw gtkError('GTK_ANNDATA', { path: source.path, ...nothing });
    }
    planned.push({ facts: source.facts });
    const { sides, facts } = decide(source, options);
    for (const fact of facts) planned.push({ facts: fact });
    const before: [number, number, number] = [0, 0, 0];
    const bytesOfCell = source.facts.bytes / source.cells;
    for (const { blocks, memory } of source.tasks(request)) {
      const { start } = blocks[0]!;
      const { end } = blocks.at(-1)!;
      planned.push({
        task: {
          label: `${path.basename(source.path)} from cell ${start + 1}`,
          bytes: Math.round(end * bytesOfCell) - Math.round(start * bytesOfCell),
          memory,
          input: 0,
          reads: [...inputs.keys()],
          payload: { blocks: blocks.map((block) => withSides(block, sides, before)) },
        },
      });
    }
    return planned;
  } finally {
    source.close();
  }
}

/** The block with what becomes of its cells; counts them to those before. */
function withSides(
  { start, end }: { start: number; end: number },
  sides: Uint8Array,
  before: [number, number, number],
): Block {
  const codes = sides.subarray(start, end);
  const block: Block = { start, end, sides: packSides(codes), before: [...before] };
  for (const code of codes) before[code]! += 1;
  return block;
}
