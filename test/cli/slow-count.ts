/** Codon counting as slow and plain as it can be, to hold the program's results against. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface SlowCount {
  sequences: number;
  bases: number;
  codons: number;
  ambiguous: number;
  partial: number;
  /** Count by codon, ambiguous ones among them, upper case. */
  counts: Map<string, number>;
}

/** Counts the codons of plain FASTA text. */
export function slowCount(fasta: string, frame = 0): SlowCount {
  const result: SlowCount = {
    sequences: 0,
    bases: 0,
    codons: 0,
    ambiguous: 0,
    partial: 0,
    counts: new Map(),
  };
  const records: string[] = [];
  for (const line of fasta.split(/\r?\n/)) {
    if (line.startsWith(';')) continue;
    if (line.startsWith('>')) records.push('');
    else if (records.length > 0) records[records.length - 1] += line.trim();
  }
  for (const record of records) {
    result.sequences += 1;
    result.bases += record.length;
    const sequence = record.toUpperCase().replaceAll('U', 'T').slice(frame);
    if (sequence.length % 3 > 0) result.partial += 1;
    for (let at = 0; at + 3 <= sequence.length; at += 3) {
      const codon = sequence.slice(at, at + 3);
      result.counts.set(codon, (result.counts.get(codon) ?? 0) + 1);
      if (/^[ACGT]{3}$/.test(codon)) result.codons += 1;
      else result.ambiguous += 1;
    }
  }
  return result;
}

/** A table as rows of cells by column name. */
export type Rows = Record<string, string>[];

/** `codon_usage.tsv` of an output folder. */
export function usageRows(out: string): Rows {
  return delimitedRows(path.join(out, 'codon_usage.tsv'), '\t');
}

/** A delimited file without quoted cells. */
export function delimitedRows(file: string, separator: string): Rows {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = head.split(separator);
  return lines.map((line) => {
    const cells = line.split(separator);
    return Object.fromEntries(names.map((name, i) => [name, cells[i]!]));
  });
}

/** The counts of a table by codon, rows of 0 left out. */
export function countsOf(rows: Rows): Map<string, number> {
  return new Map(rows.map(({ codon, count }) => [codon!, Number(count)] as const).filter(([, n]) => n > 0));
}

/** `summary.json` of an output folder. */
export function summaryOf(out: string) {
  return JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8'));
}

/** The totals that both sides have. */
export function totals({ sequences, bases, codons, ambiguous, partial }: SlowCount) {
  return { sequences, bases, codons, ambiguous, partial };
}
