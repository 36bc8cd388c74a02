import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AggregateContext, BatchResult, TaskContext } from '../../src/engine/job.js';
import { openAnnData } from '../../src/formats/anndata/open.js';
import type { H5adOptions, H5adSummary } from '../../src/h5ad/options.js';
import { makeReport } from '../../src/h5ad/run-report.js';
import { packSides } from '../../src/h5ad/sides.js';
import { runTask } from '../../src/h5ad/task.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { sides } from './read-output.js';
import { withResult } from './report-sample.js';
import { sample } from './samples.js';

const folder = temporaryFolder();

/** The genes in most of the sentences, as the report's table says it: name, sentences, share. */
function mostFrequent(sentences: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const sentence of sentences) {
    for (const gene of new Set(sentence.split(' '))) {
      if (gene !== '') counts.set(gene, (counts.get(gene) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, 30)
    .map(([gene, count]) => `${gene} ${count} ${((100 * count) / sentences.length).toFixed(1)} %`);
}

/** The same, read from a report. */
function frequentIn(report: string): string[] {
  const section = /<section id="top-genes"[\s\S]*?<\/section>/.exec(report)![0];
  return [...section.matchAll(/<tr><th scope="row">(.*?)<\/tr>/g)].map(([, row]) =>
    row!
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

/** Cells by expressed genes, read from the chart of a report: [first, last, cells]. */
function histogramIn(report: string): number[][] {
  return [...report.matchAll(/<title>([\d,]+) to ([\d,]+) genes: ([\d,]+)</g)].map(([, ...numbers]) =>
    numbers.map((number) => Number(number.replaceAll(',', ''))),
  );
}

const options: H5adOptions = {
  source: 'h5ad',
  dataset: 'pbmc',
  matrix: 'X',
  chunkSize: 30,
  topGenes: 300,
  compression: 'snappy',
  age: true,
  ageFilter: false,
  split: true,
  testSize: 0.25,
  seed: 7,
  interim: '/nowhere/interim',
  report: true,
};
// Ninety-five of its genes have the name of another one.
const file = sample('pbmc_100x32738_legacy_compound.h5ad');
const inputs = [{ path: file, bytes: statSync(file).size, mtimeMs: 1 }];

/** The report of a run whose blocks end at these cells; every tenth cell is left out, every third is test. */
async function reportOf(ends: readonly number[], changed: Partial<H5adOptions> = {}): Promise<string> {
  const codes = Uint8Array.from({ length: 100 }, (_, cell) => (cell % 10 === 9 ? 0 : cell % 3 === 2 ? 2 : 1));
  const before: [number, number, number] = [0, 0, 0];
  const blocks = ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    const own = codes.subarray(start, end);
    const block = { start, end, sides: packSides(own), before: [...before] as typeof before };
    for (const code of own) before[code]! += 1;
    return block;
  });
  const summaries: H5adSummary[] = [];
  const partPath = (batch: number) => path.join(folder, `${ends.join('-')}.${batch}`);
  const taskContext: TaskContext<H5adOptions, H5adSummary> = {
    options: { ...options, ...changed },
    inputs,
    ...{ inputIndex: 0, threads: 1, memoryBudget: 1e9, nextIsDone: false },
    partPath: () => partPath(summaries.length),
    commit: (summary) => summaries.push(summary),
    progress: () => {},
  };
  await runTask({ blocks }, taskContext);
  const context = {
    options,
    inputs,
    version: '1.2.3',
    batches: summaries.map((summary, batch) => ({ task: 0, batch, summary })),
    partPath: ({ batch }: BatchResult) => partPath(batch),
  } as unknown as AggregateContext<H5adOptions, H5adSummary>;
  const { result } = withResult({ cells: { total: 100, kept: 90, empty: 0 } });
  return makeReport(context, result);
}

/** Sentences and numbers of expressed genes of the kept cells, by their definition. */
async function byDefinition(): Promise<{ sentences: string[]; expressed: number[] }> {
  const data = await openAnnData(file);
  const { matrix, genes } = data.matrix('X');
  const names = genes.readIndex();
  const { rowStarts, columns, values } = matrix.readRows(0, 100);
  data.close();
  const cells = Array.from({ length: 100 }, (_, cell) =>
    Array.from(columns.subarray(rowStarts[cell], rowStarts[cell + 1]), (column, i) => {
      return { column, value: values[rowStarts[cell]! + i]! };
    })
      .filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value || a.column - b.column),
  ).filter((_, cell) => cell % 10 !== 9);
  const sentences = cells.map((cell) => {
    const usable = cell.map(({ column }) => names[column]!).filter((name) => !/^ENSG\d|\s|^$/.test(name));
    return [...new Set(usable)].slice(0, options.topGenes).join(' ');
  });
  return { sentences, expressed: cells.map(({ length }) => length) };
}

describe('the report of a run', () => {
  it('counts genes and cells over all batches, whatever blocks there are', async () => {
    const whole = await reportOf([100]);
    expect(await reportOf([7, 8, 60, 100])).toBe(whole);
    const { sentences, expressed } = await byDefinition();
    expect(sentences).toHaveLength(90);
    expect(frequentIn(whole)).toEqual(mostFrequent(sentences));
    const bars = histogramIn(whole);
    expect(bars.length).toBeGreaterThan(3);
    expect(bars.map((bar) => bar[2])).toEqual(
      bars.map(([first, last]) => expressed.filter((count) => count >= first! && count <= last!).length),
    );
    expect(bars.reduce((sum, bar) => sum + bar[2]!, 0)).toBe(90);
  });

  it('lists the options by their names on the command line', async () => {
    const report = await reportOf([100]);
    expect(report).toContain(
      `<code class="command">gtk h5ad ${file} --matrix X --chunk-size 30 --top-genes 300 --compression snappy --no-age-filter --test-size 0.25 --seed 7 --keep-interim --interim-dir /nowhere/interim --report</code>`,
    );
  });

  it('refuses a part that has no counts of genes', async () => {
    await expect(reportOf([50, 100], { report: false })).rejects.toMatchObject({
      code: 'GTK_BAD_PART',
      message: expect.stringContaining('found no appearances, expected appearances of 32738 genes'),
    });
  });

  it('agrees with the Parquet files beside it and is the same with one worker and with two', async () => {
    const run = async (name: string, workers: string) => {
      const out = path.join(folder, name);
      const input = sample('cxg_perturb_500x2000_csr.h5ad');
      const given = ['--output-dir', out, '--log-dir', path.join(folder, 'logs'), '--workers', workers];
      const ended = await gtk([
        'h5ad',
        input,
        ...given,
        '--top-genes',
        '60',
        '--chunk-size',
        '90',
        '--report',
      ]);
      expect(ended).toMatchObject({ status: 0 });
      return path.join(out, 'cxg_perturb_500x2000_csr');
    };
    const [one, two] = [await run('one', '1'), await run('two', '2')];
    const report = readFileSync(path.join(one, 'report.html'), 'utf8');
    expect(readFileSync(path.join(two, 'report.html'), 'utf8')).toBe(report);
    const { train, test, all } = await sides(one);
    const sentences = [...train, ...test, ...all].map((row) => row.cell_sentence as string);
    expect(sentences).toHaveLength(500);
    expect(frequentIn(report)).toEqual(mostFrequent(sentences));
    expect(histogramIn(report).reduce((sum, bar) => sum + bar[2]!, 0)).toBe(500);
    expect(report.match(/train\/chunks\/chunk_\d{4}\.parquet/g)).toHaveLength(6);
  });
});
