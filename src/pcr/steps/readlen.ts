/** The step `readlen`: how long the reads are, as a table and as plots. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fastqRecords, RECORD_LINES } from '../reads/fastq-records.js';
import { shownReads } from './shown-reads.js';
import type { Step } from './step.js';
import type { ReadLengths, ReadlenSummary } from './summaries.js';

export const readlenStep: Step = {
  programs: [],

  async run({ reads, workspace, scratch, log }): Promise<ReadlenSummary> {
    const shown = shownReads(workspace, reads!);
    const files: ReadLengths[] = [];
    for (const mate of ['r1', 'r2'] as const) {
      const counted = await countLengths(reads![mate], shown[mate]);
      files.push(counted);
      const { file, lengths } = counted;
      if (lengths.length === 0) log(`warning: ${file} has no reads: it is left out of table and plots`);
      else log(`${file}: ${counted.reads} reads of ${lengths[0]!.length} to ${lengths.at(-1)!.length} bases`);
    }
    writeFileSync(scratch.resolve('readlen', 'readlen.tsv'), tableOf(files));
    // Loaded here: it takes longer than to count some thousand reads.
    const { drawReadLengths } = await import('../reports/read-length-plots.js');
    await drawReadLengths(scratch.resolve('readlen', 'readlen.pdf'), files);
    return { files };
  },
};

async function countLengths(file: string, shown: string): Promise<ReadLengths> {
  const counts = new Map<number, number>();
  for await (const { lines, records } of fastqRecords(file, shown)) {
    for (let at = 2; at < RECORD_LINES * records; at += RECORD_LINES) {
      const length = lines[at + 1]! - lines[at]!;
      counts.set(length, (counts.get(length) ?? 0) + 1);
    }
  }
  const ascending = [...counts].sort(([a], [b]) => a - b);
  const reads = ascending.reduce((sum, [, count]) => sum + count, 0);
  const bases = ascending.reduce((sum, [length, count]) => sum + length * count, 0);
  let left = reads;
  const lengths = ascending.map(([length, count]) => {
    const cumulative_fraction = Number((left / reads).toFixed(6));
    left -= count;
    return { length, count, cumulative_fraction };
  });
  return { file: path.basename(file), reads, bases, lengths };
}

function tableOf(files: readonly ReadLengths[]): string {
  const rows = files.flatMap(({ file, lengths }) =>
    lengths.map((row) => [file, row.length, row.count, row.cumulative_fraction].join('\t')),
  );
  return `${['file\tlength\tcount\tcumulative_fraction', ...rows].join('\n')}\n`;
}
