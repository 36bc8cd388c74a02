/** All that is known of a run when results are merged. */
import { readFileSync } from 'node:fs';
import type { SampleRecord } from '../events.js';
import type { Layout } from '../layout.js';
import { type FoundResult, findResult } from '../quant/result.js';
import type { Sample } from '../sample.js';
import type { JournalState } from '../status/journal-state.js';
import { type FilterStats, readFilterStats } from './filter-stats.js';

/** What a valid result tells of itself. */
export interface ResultInfo {
  /** Reads, or pairs. */
  processed: number;
  pseudoaligned: number | undefined;
  /** Percentages of them. */
  pPseudoaligned: number;
  pUnique: number | undefined;
  program: 'kallisto' | 'salmon';
  /** Of the program; undefined if the file does not tell. */
  version: string | undefined;
}

export interface RunFacts {
  sample: Sample;
  /** Undefined without a valid result. */
  result: FoundResult | undefined;
  info: ResultInfo | undefined;
  filter: FilterStats;
  /** How it ended, as the journal tells. */
  record: SampleRecord | undefined;
}

/** True for rows that the metadata exclude by name; they are merged no more, whatever results they have. */
export const isExcluded = ({ excluded }: Sample): boolean => excluded?.startsWith('exclusion') ?? false;

/** Looks up a run. */
export function factsOf(sample: Sample, layout: Layout, state: JournalState): RunFacts {
  const { run } = sample;
  const result = isExcluded(sample) ? undefined : findResult(layout, run, state.valid);
  return {
    sample,
    result,
    info: result && readInfo(result),
    filter: readFilterStats(layout, run),
    record: state.runs.get(run)?.record,
  };
}

function readInfo({ runInfo, readsProcessed, pPseudoaligned }: FoundResult): ResultInfo {
  const fields = fieldsOf(runInfo);
  const number = (key: string) => (typeof fields[key] === 'number' ? fields[key] : undefined);
  const isSalmon = fields.backend === 'salmon';
  const version = fields[isSalmon ? 'salmon_version' : 'kallisto_version'];
  return {
    processed: readsProcessed,
    pseudoaligned: number('n_pseudoaligned'),
    pPseudoaligned,
    pUnique: number('p_unique'),
    program: isSalmon ? 'salmon' : 'kallisto',
    version: typeof version === 'string' ? version : undefined,
  };
}

function fieldsOf(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Gone since it was found to be valid.
    return {};
  }
}
