/** Codon runs to compare: inputs cut from the yeast genes, and final files without what may differ. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { filesBelow, testData } from '../run-gtk.js';

/** Every table, the report and the rows of all sequences: all final files that the command can write. */
export const everything = [
  ...['--rscu', '--per-sequence', '--report'],
  ...['--format', 'parquet,tsv,csv,json,arrow', '--progress', 'never'],
];

/** The first genes of yeast, 60 bases a line; all 6,600 unless told. */
export function yeastGenes(count = 6600): string {
  const text = gunzipSync(readFileSync(testData('codon/yeast_cds.fa.gz'))).toString('latin1');
  const genes = text.split(/^>/m).slice(1, count + 1);
  if (genes.length !== count) throw new Error(`found ${genes.length} genes, expected ${count}`);
  return `>${genes.join('>')}`;
}

/** How the run is seen in its files where it may be: the size of its batches, and the bytes of its input. */
export interface Seen {
  batchSize: number;
  bytes: number;
}

/**
 * The final files of a run, each as size and SHA-256, in which all must agree that counts the same sequences
 * with the same options. Left out are, in the summary, time, memory, number and size of batches and the
 * inputs; in the report, the size of batches and the bytes of its one input.
 */
export function comparable(out: string, seen: Seen): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [name, content] of filesBelow(out)) {
    const bytes =
      name === 'summary.json'
        ? plainSummary(content)
        : name === 'report.html'
          ? plainReport(content, seen)
          : content;
    files[name] = `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;
  }
  return files;
}

function plainSummary(content: Buffer): Buffer {
  const { elapsed_seconds, peak_rss_bytes, batches, batch_size, inputs, ...rest } = JSON.parse(
    String(content),
  );
  if ([elapsed_seconds, peak_rss_bytes, batches, batch_size, inputs].includes(undefined)) {
    throw new Error('the summary lacks a value');
  }
  return Buffer.from(JSON.stringify(rest));
}

function plainReport(content: Buffer, { batchSize, bytes }: Seen): Buffer {
  const text = String(content)
    .replace(`--batch-size ${batchSize} `, '--batch-size N ')
    .replace(`batch-size</code></dt><dd>${batchSize}</dd>`, 'batch-size</code></dt><dd>N</dd>')
    .replace(new RegExp(`data-value="${bytes}">[^<]*<`), 'data-value="BYTES"><');
  if (!text.includes('batch-size N') || !text.includes('BYTES')) throw new Error('the report tells no size');
  return Buffer.from(text);
}
