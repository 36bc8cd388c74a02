/** From one h5ad file to blocks of cells; `obs` is read, of the matrix only where its rows are. */
import path from 'node:path';
import type { PlanContext, Planned } from '../engine/job.js';
import { gtkError } from '../errors.js';
import { openAnnData } from '../formats/anndata/open.js';
import { cutBlocks, groupBlocks, taskMemory } from './blocks.js';

import { datasetColumns } from './dataset.js';
import type { FileFacts } from './facts.js';
import type { Block, H5adOptions, H5adPayload } from './options.js';
import { packSides } from './sides.js';
import { decide } from './split-decision.js';

/** The facts of the file, then its tasks in the order of the cells. */
export async function* planH5ad(context: PlanContext<H5adOptions>): AsyncGenerator<Planned<H5adPayload>> {
  const { options, inputs } = context;
  const input = inputs[0]!;
  const file = await openAnnData(input.path);
  try {
    const { matrix, genes } = file.matrix(options.matrix);
    if (file.cells === 0) {
      throw gtkError('GTK_ANNDATA', {
        path: file.path,
        place: '/obs',
        found: 'no cell',
        expected: 'at least one',
      });
    }
    const { renamed } = datasetColumns(file, options, input.path);
    const organism = file.organism;
    const fileFacts: FileFacts = {
      name: 'file',
      ...{ path: input.path, bytes: input.bytes, mtimeMs: input.mtimeMs },
      ...{ cells: file.cells, genes: genes.rows, matrix: options.matrix },
      ...{ encoding: matrix.encoding, value_type: matrix.valueType, stored_values: matrix.stored },
      has_raw: file.matrices.includes('raw'),
      ...(organism !== undefined && { organism }),
      unreadable: file.obs.unreadable.map(({ name, encoding }) => ({ name, encoding })),
      renamed,
    };
    yield { facts: fileFacts };
    const { sides, facts } = decide(file, options);
    for (const fact of facts) yield { facts: fact };
    const before: [number, number, number] = [0, 0, 0];
    const name = path.basename(input.path);
    const bytesOfCell = input.bytes / file.cells;
    for (const blocks of groupBlocks(matrix, cutBlocks(matrix), context)) {
      const { start } = blocks[0]!;
      const { end } = blocks.at(-1)!;
      yield {
        task: {
          label: `${name} from cell ${start + 1}`,
          bytes: Math.round(end * bytesOfCell) - Math.round(start * bytesOfCell),
          memory: taskMemory(matrix, blocks),
          input: 0,
          reads: [...inputs.keys()],
          payload: { blocks: blocks.map((block) => withSides(block, sides, before)) },
        },
      };
    }
  } finally {
    file.close();
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
