/** The result of a run, for the log of its dataset; the facts of the plan are there already. */
import type { LogLine } from '../engine/job.js';
import type { H5adResult } from './aggregate.js';

/** How genes got their names, what came of the cells, every file that was written, and all warnings. */
export function logLines(result: unknown): LogLine[] {
  const { facts, genes, cells, expressed, sentence, negative, nan, files, warnings } = result as H5adResult;
  // Chunks of an earlier run have no matrix.
  const ofMatrix =
    facts.file.matrix === undefined
      ? []
      : [
          { message: 'genes', fields: genes },
          { message: 'sentences', fields: { ...cells, expressed, sentence, negative, nan } },
        ];
  return [
    ...ofMatrix,
    ...files.map((file) => ({ message: 'chunk', fields: file })),
    ...warnings.map((message) => ({ message, fields: {}, isWarning: true as const })),
  ];
}
