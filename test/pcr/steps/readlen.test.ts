import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ReadlenSummary } from '../../../src/pcr/steps/summaries.js';
import { requireTool } from '../../agreement/tools.js';
import { fastqOf, leaveTrimmed, unzipped, workStep, workspaceOf } from '../step-workspace.js';

const seqkit = requireTool('seqkit');

/** Text on each page of a PDF as pdfkit writes it. */
function pagesOf(pdf: Buffer): string[] {
  const streams: string[] = [];
  for (let at = pdf.indexOf('stream\n'); at !== -1; at = pdf.indexOf('stream\n', at)) {
    const end = pdf.indexOf('\nendstream', at);
    streams.push(inflateSync(pdf.subarray(at + 7, end)).toString('latin1'));
    at = end + 10;
  }
  const shown = (piece: string) => Buffer.from(piece, 'hex').toString('latin1');
  return streams.map((stream) =>
    [...stream.matchAll(/\[(.*?)\] TJ/g)]
      .map(([, pieces]) => [...pieces!.matchAll(/<(.*?)>/g)].map(([, hex]) => shown(hex!)).join(''))
      .join('\n'),
  );
}

describe.skipIf(!seqkit)('the step readlen', () => {
  test('counts lengths as seqkit has them, and draws them', async () => {
    const workspace = workspaceOf('qslam_clean');
    const trimmed = Object.values(workspace.raw).map((file, mate) => {
      const records = fastqOf(unzipped(file)).map(([name, bases, plus, qualities], i) => {
        const length = (i * i * (mate + 7)) % 151;
        return `${name}\n${bases.slice(0, length)}\n${plus}\n${qualities.slice(0, length)}\n`;
      });
      return records.join('');
    });
    leaveTrimmed(workspace, trimmed[0]!, trimmed[1]!);
    const { summary } = await workStep<ReadlenSummary>(workspace, 'readlen');
    const reads = workspace.reads('cutPrimer');
    const rows: string[] = [];
    for (const [at, file] of [reads.r1, reads.r2].entries()) {
      const list = execFileSync(seqkit!, ['fx2tab', '-n', '-l', file], { encoding: 'utf8' });
      const lengths = list
        .trimEnd()
        .split('\n')
        .map((line) => Number(line.split('\t').at(-1)));
      const name = ['R1.fastq.gz', 'R2.fastq.gz'][at]!;
      for (const length of [...new Set(lengths)].sort((a, b) => a - b)) {
        const count = lengths.filter((other) => other === length).length;
        const atLeast = lengths.filter((other) => other >= length).length / lengths.length;
        rows.push(`${name}\t${length}\t${count}\t${Number(atLeast.toFixed(6))}`);
      }
      const bases = lengths.reduce((sum, length) => sum + length, 0);
      expect(summary.files[at]).toMatchObject({ file: name, reads: lengths.length, bases });
    }
    expect(rows.length).toBeGreaterThan(50);
    const table = readFileSync(workspace.resolve('readlen/readlen.tsv'), 'utf8');
    expect(table).toBe(`${['file\tlength\tcount\tcumulative_fraction', ...rows].join('\n')}\n`);
    const fromSummary = summary.files.flatMap(({ file, lengths }) =>
      lengths.map((row) => [file, row.length, row.count, row.cumulative_fraction].join('\t')),
    );
    expect(fromSummary).toEqual(rows);

    const pdf = readFileSync(workspace.resolve('readlen/readlen.pdf'));
    const latin = pdf.toString('latin1');
    expect([...latin.matchAll(/\/MediaBox \[(.*?)\]/g)].map(([, box]) => box)).toEqual(
      Array(4).fill('0 0 576 432'),
    );
    const titles = pagesOf(pdf).map((page) => page.split('\n')[0]);
    expect(titles).toEqual([
      'R1.fastq.gz - Histogram',
      'R1.fastq.gz - Fraction >= length',
      'R2.fastq.gz - Histogram',
      'R2.fastq.gz - Fraction >= length',
    ]);
  });
});
