/** `sequences.*`: a row a record, in input order. */
import type { AggregateContext, BatchResult } from '../engine/job.js';
import type { EncodedChunk } from '../formats/table/table.js';
import { createTableWriter } from '../formats/table/writer.js';
import type { AdaptationModel } from './adaptation-model.js';
import type { CodonOptions, CodonSummary } from './options.js';
import { type SequencePiece, sequenceSchema } from './sequence-rows.js';

/**
 * Rows of a row group. Fixed, so that the bytes of the file do not depend on the batches. A piece of 4,096 rows
 * holds some 8 MB while it is encoded; with 8,192 a run took 30 MB more, for a Parquet file 1.4 % smaller.
 */
const GROUP_ROWS = 4096;

/** Encodes row groups in worker threads and puts them into one file for each format. */
export async function writeSequences(
  context: AggregateContext<CodonOptions, CodonSummary>,
  batches: readonly BatchResult<CodonSummary>[],
  model: AdaptationModel,
): Promise<void> {
  const { format: formats, geneticCode } = context.options;
  const writers = await Promise.all(
    formats.map((format) =>
      createTableWriter(format, sequenceSchema, context.outputPath(`sequences.${format}`), { sync: false }),
    ),
  );
  const pieces = cutRows(context, batches, { geneticCode, model, formats });
  for await (const chunks of context.parallel<SequencePiece, EncodedChunk[]>('encodeSequences', pieces)) {
    for (const [i, chunk] of chunks.entries()) await writers[i]!.append(chunk);
  }
  for (const writer of writers) await writer.finish();
}

/** Row groups as stretches of the batches' interim files. */
function* cutRows(
  context: AggregateContext<CodonOptions, CodonSummary>,
  batches: readonly BatchResult<CodonSummary>[],
  common: Omit<SequencePiece, 'parts'>,
): Generator<SequencePiece> {
  let parts: SequencePiece['parts'] = [];
  let missing = GROUP_ROWS;
  for (const batch of batches) {
    const rows = batch.summary.sequences;
    for (let start = 0; start < rows; ) {
      const end = Math.min(rows, start + missing);
      parts.push({ path: context.partPath(batch), start, end });
      missing -= end - start;
      start = end;
      if (missing === 0) {
        yield { ...common, parts };
        parts = [];
        missing = GROUP_ROWS;
      }
    }
  }
  if (parts.length > 0) yield { ...common, parts };
}
