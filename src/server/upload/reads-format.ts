/** What a file of reads is, by its first bytes: whatever it is called says nothing. */
import { binaryFormat, magicBytes, textFormat } from '../../formats/compression/magic.js';
import { HttpProblem } from '../problem.js';
import type { Mate } from './reads-scanner.js';

export { magicBytes as headBytes };

/**
 * Whether a file is gzip, to be stored as it is, or FASTQ text.
 *
 * @throws HttpProblem `unsupported_type` for everything else, `bad_reads` if it is empty
 */
export function readsFormat(head: Uint8Array, mate: Mate): 'gzip' | 'text' {
  if (head.length === 0) throw new HttpProblem('bad_reads', `${mate}: the file is empty`);
  const format = textFormat(head);
  if (format === 'gzip' || format === 'bgzf') return 'gzip';
  const found = format === 'plain' ? textKind(head) : `${format === 'zstd' ? 'zstd' : 'Parquet'} data`;
  if (found === undefined) return 'text';
  throw new HttpProblem('unsupported_type', `${mate}: found ${found}, expected FASTQ, as text or gzip`);
}

/** What plain bytes are, unless they begin like FASTQ. */
function textKind(head: Uint8Array): string | undefined {
  const binary = binaryFormat(head);
  if (binary) return binary;
  const text = Buffer.from(head).toString('latin1');
  // Headers of SAM begin with '@', two capitals and a tab.
  if (/^@(HD|SQ|RG|PG|CO)\t/.test(text)) return 'SAM';
  if (text.startsWith('@')) return undefined;
  if (text.startsWith('>')) return 'FASTA, which has no qualities';
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) return 'a web page';
  return /[\x00-\x08\x0e-\x1f]/.test(text) ? 'bytes that are no text' : "text that does not begin with '@'";
}
