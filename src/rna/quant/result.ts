/**
 * Whether a run has a result that can be trusted. A file of the right name proves nothing: kallisto leaves a
 * whole table of -nan where nothing aligns, and exits 0 with a cut-off one on a full disk.
 */
import { readFileSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { SampleFailure } from '../failure.js';
import type { Layout } from '../layout.js';
import { BadTable, checkAbundance } from './abundance-table.js';
import { BadRunInfo, parseRunInfo } from './run-info.js';

/** What a valid result tells. */
export interface ValidResult {
  /** Sizes and times of its files: as long as they stay, it need not be read again. */
  stamp: string;
  readsProcessed: number;
  pPseudoaligned: number;
  targets: number;
}

/** A valid result, and where it is. */
export interface FoundResult {
  /** Folder, table and run information, absolute. */
  folder: string;
  abundance: string;
  runInfo: string;
  stamp: string;
  readsProcessed: number;
  pPseudoaligned: number;
}

/** The two files of a result, as they are now. */
interface ResultFiles {
  abundance: string;
  runInfo: string;
  stamp: string;
}

/**
 * The files of a run's result in a folder: under the run's name, or plain as kallisto itself names them. Never
 * one of each, which may be of two quantifications.
 */
function filesIn(folder: string, run: string): ResultFiles | undefined {
  for (const prefix of [`${run}_`, '']) {
    const abundance = path.join(folder, `${prefix}abundance.tsv`);
    const table = statSync(abundance, { throwIfNoEntry: false });
    if (!table?.isFile()) continue;
    const runInfo = path.join(folder, `${prefix}run_info.json`);
    const info = statSync(runInfo, { throwIfNoEntry: false });
    if (info?.isFile()) return { abundance, runInfo, stamp: `${stampOf(table)} ${stampOf(info)}` };
  }
  return undefined;
}

const stampOf = ({ size, mtimeMs }: Stats) => `${size}@${mtimeMs}`;

/** Stamp of a run's result in that folder, valid or not; undefined if there is none. */
export function resultStamp(folder: string, run: string): string | undefined {
  return filesIn(folder, run)?.stamp;
}

/**
 * Reads and judges a run's result: the table in all its rows, as many as the run information tells, with counts
 * in at least one.
 *
 * @param folder with `RUN_abundance.tsv` and `RUN_run_info.json`, or plain `abundance.tsv` and `run_info.json`
 * @throws SampleFailure `invalid-result` naming file and place
 */
export function validateResult(folder: string, run: string): ValidResult {
  const files = filesIn(folder, run);
  if (!files) throw invalid(`${folder} has no abundance.tsv with its run_info.json`);
  return judge(files);
}

function judge({ abundance, runInfo, stamp }: ResultFiles): ValidResult {
  try {
    const info = parseRunInfo(readFileSync(runInfo, 'utf8'));
    const table = checkAbundance(readFileSync(abundance));
    if (table.targets !== info.targets) {
      throw new BadTable(`it has ${table.targets} targets, expected ${info.targets} as in ${runInfo}`);
    }
    if (!table.hasCounts) throw new BadTable('no target has counts');
    const { targets, processed, pPseudoaligned } = info;
    return { stamp, readsProcessed: processed, pPseudoaligned, targets };
  } catch (error) {
    if (error instanceof BadTable) throw invalid(`${abundance}: ${error.message}`);
    if (error instanceof BadRunInfo) throw invalid(`${runInfo}: ${error.message}`);
    throw invalid((error as Error).message);
  }
}

const invalid = (problem: string) => new SampleFailure('validate', 'invalid-result', problem);

/**
 * The valid result of a run, wherever an earlier tool may have left it.
 *
 * @param known results that were found to be valid before; while their stamps are the same, two looks at each
 *   run suffice
 * @returns undefined if there is none
 */
export function findResult(
  layout: Layout,
  run: string,
  known?: ReadonlyMap<string, Pick<FoundResult, 'stamp' | 'readsProcessed' | 'pPseudoaligned'>>,
): FoundResult | undefined {
  const before = known?.get(run);
  for (const folder of layout.resultFolders(run)) {
    const files = filesIn(folder, run);
    if (!files) continue;
    const { abundance, runInfo, stamp } = files;
    if (before?.stamp === stamp) {
      const { readsProcessed, pPseudoaligned } = before;
      return { folder, abundance, runInfo, stamp, readsProcessed, pPseudoaligned };
    }
    try {
      const { readsProcessed, pPseudoaligned } = judge(files);
      return { folder, abundance, runInfo, stamp, readsProcessed, pPseudoaligned };
    } catch (error) {
      if (!(error instanceof SampleFailure)) throw error;
    }
  }
  return undefined;
}
