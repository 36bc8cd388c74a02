import type { CodonBatch, CounterOptions, TextProblem } from '../../src/kernels/codons/types.js';

/** One record as the plain definition sees it. */
export interface PlainRecord {
  header: string;
  sequence: string;
}

/**
 * FASTA by string operations: the text is split into lines, the lines into records. Each character of the
 * text stands for a byte. Nothing is shared with the kernels.
 */
export function parsePlainly(text: string): { records: PlainRecord[]; problem: TextProblem | undefined } {
  const records: PlainRecord[] = [];
  const mark = '\xef\xbb\xbf';
  const stop = (kind: TextProblem['kind'], offset: number) => ({
    records,
    problem: { kind, offset, byte: text.charCodeAt(offset) },
  });
  let offset = 0;
  if (text.startsWith(mark)) offset = 3;
  // The first bytes of a byte order mark alone are not yet known to be something else.
  else if (text !== '' && mark.startsWith(text)) return { records, problem: undefined };
  const lines = text.slice(offset).split('\n');
  for (const [number, line] of lines.entries()) {
    const last = number === lines.length - 1;
    if (line.startsWith('>')) {
      const header = line.slice(1).replace(/\r$/, '');
      if (header.includes('\r')) {
        records.push({ header: header.slice(0, header.indexOf('\r')), sequence: '' });
        return stop('cr-only', offset + 1 + header.indexOf('\r'));
      }
      records.push({ header, sequence: '' });
    } else if (!line.startsWith(';')) {
      if (records.length === 0) {
        const found = line.search(/[^\t\v\f\r ]/);
        if (found >= 0) return stop('no-header', offset + found);
      } else {
        const found = line.search(/[^\t\v\f\r -~]/);
        records.at(-1)!.sequence += (found >= 0 ? line.slice(0, found) : line).replace(/[\t\v\f\r ]/g, '');
        if (found >= 0) return stop('binary', offset + found);
      }
    }
    offset += line.length + (last ? 0 : 1);
  }
  return { records, problem: undefined };
}

const ALPHABETICAL = [...'ACGT'].flatMap((a) =>
  [...'ACGT'].flatMap((b) => [...'ACGT'].map((c) => a + b + c)),
);

/** What a counter must say of these records. */
export function tallyPlainly(records: PlainRecord[], options: CounterOptions): CodonBatch {
  const perRecord = records.map(({ header, sequence }) => {
    const read = sequence.slice(options.frame).toUpperCase().replaceAll('U', 'T');
    const codons = read.match(/.{3}/gs) ?? [];
    const good = codons.filter((codon) => /^[ACGT]{3}$/.test(codon));
    return {
      header,
      length: sequence.length,
      partial: read.length % 3 > 0,
      codons,
      good,
      counts: countEach(good),
    };
  });
  const all = perRecord.flatMap((record) => record.good);
  const odd = perRecord.flatMap((record) => record.codons.filter((codon) => !/^[ACGT]{3}$/.test(codon)));
  const totals = countEach(all);
  const column = (value: (record: (typeof perRecord)[number]) => number) =>
    Float64Array.from(perRecord, value);
  const headers = perRecord.map((record) => record.header);
  return {
    sequences: records.length,
    bases: perRecord.reduce((sum, record) => sum + record.length, 0),
    codons: all.length,
    ambiguous: odd.length,
    partial: perRecord.filter((record) => record.partial).length,
    counts: Float64Array.from(ALPHABETICAL, (codon) => totals.get(codon) ?? 0),
    ambiguousCodons: options.keepAmbiguous ? [...countEach(odd)].sort((p, q) => (p[0] < q[0] ? -1 : 1)) : [],
    rows: options.rows
      ? {
          headers: Uint8Array.from(headers.join(''), (character) => character.charCodeAt(0)),
          headerOffsets: Uint32Array.from(
            [...headers, ''].map((_, i) => headers.slice(0, i).join('').length),
          ),
          lengths: column((record) => record.length),
          codons: column((record) => record.good.length),
          ambiguous: column((record) => record.codons.length - record.good.length),
          counts: Uint32Array.from(
            perRecord.flatMap((record) => ALPHABETICAL.map((codon) => record.counts.get(codon) ?? 0)),
          ),
        }
      : undefined,
  };
}

function countEach(codons: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const codon of codons) counts.set(codon, (counts.get(codon) ?? 0) + 1);
  return counts;
}
