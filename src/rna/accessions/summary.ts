/** What a table of runs amounts to: runs by species and layout, bytes, batches, space. */
import { bytesOf } from '../disk.js';
import { planBatches } from '../plan.js';
import { shownBytes } from '../print.js';
import type { Sample } from '../sample.js';

/** Runs of one species. */
export interface SpeciesSummary {
  species: string;
  paired: number;
  single: number;
  /** Bytes that ENA offers as FASTQ, and runs of which it has none. */
  fastq_bytes: number;
  without_fastq: number;
  batches: number;
  /** Bytes that the reads of the largest batch may take on disk. */
  batch_bytes: number;
}

export interface PlanSummary {
  species: SpeciesSummary[];
  /** Number of runs that are left alone, by the reason. */
  excluded: Record<string, number>;
}

/** Sums up; species in the order of their first run. */
export function summarise(samples: readonly Sample[], batchSize: number): PlanSummary {
  const bySpecies = new Map<string, Sample[]>();
  const excluded: Record<string, number> = {};
  for (const sample of samples) {
    if (sample.excluded !== undefined) {
      excluded[sample.excluded] = (excluded[sample.excluded] ?? 0) + 1;
      continue;
    }
    const runs = bySpecies.get(sample.species) ?? [];
    bySpecies.set(sample.species, runs);
    runs.push(sample);
  }
  const species = [...bySpecies].map(([name, runs]) => ofSpecies(name, runs, batchSize));
  return { species, excluded };
}

function ofSpecies(species: string, runs: Sample[], batchSize: number): SpeciesSummary {
  const paired = runs.filter(({ layout }) => layout === 'paired').length;
  const { batches } = planBatches(runs, () => false, { batchSize });
  return {
    species,
    paired,
    single: runs.length - paired,
    fastq_bytes: sum(runs.flatMap(({ archive }) => archive?.files.map(({ bytes = 0 }) => bytes) ?? [])),
    without_fastq: runs.filter(({ archive }) => archive === undefined).length,
    batches: batches.length,
    batch_bytes: Math.max(...batches.map((batch) => sum(batch.map(bytesOf)))),
  };
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** For a terminal. */
export function printSummary(file: string, runs: number, { species, excluded }: PlanSummary): string {
  const table = [
    ['species', 'paired', 'single', 'FASTQ', 'batches', 'largest batch'],
    ...species.map((one) => [
      one.species,
      String(one.paired),
      String(one.single),
      shownBytes(one.fastq_bytes),
      String(one.batches),
      shownBytes(one.batch_bytes),
    ]),
  ];
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  const line = (row: string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  const left = Object.entries(excluded).map(([reason, count]) => `${count} excluded (${reason})\n`);
  const without = sum(species.map((one) => one.without_fastq));
  return [
    `${runs} runs in ${file}\n`,
    ...(species.length > 0 ? table.map((row) => `${line(row)}\n`) : []),
    ...left,
    without > 0 ? `${without} without FASTQ at ENA: they come as SRA archives from other sources\n` : '',
  ].join('');
}
