/** Whether two files hold the two reads of the same fragments, one after another. */
import { HttpProblem } from '../problem.js';
import type { InspectedReads } from './inspect-reads.js';
import type { Inspector } from './inspector.js';
import { BLOCK_READS, type Mate } from './reads-scanner.js';

export interface StoredFile {
  path: string;
  found: InspectedReads;
}

/** Throws HttpProblem `unpaired` with the first read at which the two part. */
export async function requirePairs(
  files: Readonly<Record<Mate, StoredFile>>,
  inspector: Inspector,
): Promise<void> {
  const { R1, R2 } = files;
  if (R1.found.reads !== R2.found.reads) {
    const counts = `R1 has ${R1.found.reads} reads and R2 has ${R2.found.reads}`;
    throw new HttpProblem('unpaired', `${counts}: expected pairs, in the same order`);
  }
  const block = R1.found.blocks.findIndex((digest, i) => digest !== R2.found.blocks[i]);
  if (block === -1) return;
  const names = await Promise.all(
    (['R1', 'R2'] as const).map((mate) =>
      inspector.names(files[mate].path, files[mate].found.bytes, mate, block),
    ),
  );
  const [first, second] = names as [string[], string[]];
  const at = first.findIndex((name, i) => name !== second[i]);
  // Long names are only kept in part.
  const place =
    at === -1
      ? `one of the reads from ${block * BLOCK_READS + 1} on`
      : `read ${block * BLOCK_READS + at + 1}`;
  const shown = at === -1 ? '' : `: ${printable(first[at]!)} and ${printable(second[at]!)}`;
  throw new HttpProblem('unpaired', `${place} has another name in R1 than in R2${shown}`);
}

function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?');
}
