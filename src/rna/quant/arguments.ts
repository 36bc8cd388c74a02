/** How kallisto and salmon are told what to quantify. */
import type { LibraryLayout } from '../sample.js';

/** One quantification, as both programs need to know it. */
export interface QuantOrder {
  /** Index file of kallisto, index folder of salmon. */
  index: string;
  /** Folder that the program makes; the one above it exists. */
  stage: string;
  threads: number;
  layoutUsed: LibraryLayout;
  /** Absolute paths, of pairs mate by mate: L1_1, L1_2, L2_1, L2_2. */
  files: readonly string[];
  /** Mean length in bases of the fragments that single reads are of; their deviation is a tenth. */
  fragmentLength: number;
}

export function kallistoArguments(order: QuantOrder): string[] {
  const { index, stage, threads, layoutUsed, files, fragmentLength } = order;
  const single = ['--single', '-l', `${fragmentLength}`, '-s', `${fragmentLength / 10}`];
  const layout = layoutUsed === 'single' ? single : [];
  return ['quant', '-t', `${threads}`, '-i', index, '-o', stage, ...layout, ...files];
}

export function salmonArguments(order: QuantOrder): string[] {
  const { index, stage, threads, layoutUsed, files, fragmentLength } = order;
  const mates = (mate: number) => files.filter((_, i) => i % 2 === mate);
  const reads =
    layoutUsed === 'single'
      ? ['-r', ...files, '--fldMean', `${fragmentLength}`, '--fldSD', `${fragmentLength / 10}`]
      : ['-1', ...mates(0), '-2', ...mates(1)];
  return ['--no-version-check', 'quant', '-i', index, '-l', 'A', ...reads, '-p', `${threads}`, '-o', stage];
}
