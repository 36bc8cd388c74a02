/** Turns what salmon leaves into the two files that kallisto leaves, so that all that follows knows one form. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomically } from '../../engine/atomic.js';
import { abundanceColumns } from './abundance-table.js';

/** Columns of `quant.sf` in the order of {@link abundanceColumns}. */
const salmonColumns = ['Name', 'Length', 'EffectiveLength', 'NumReads', 'TPM'];

/**
 * Writes `abundance.tsv` and `run_info.json` into `stage` from salmon's output in `from`. The table is left out
 * where salmon made none, which is where nothing aligned.
 *
 * @param args with which salmon was started
 * @throws what reading, parsing and writing throw; an Error for a table that is not salmon's
 */
export function convertSalmon(from: string, stage: string, args: readonly string[]): void {
  const meta = JSON.parse(readFileSync(path.join(from, 'aux_info', 'meta_info.json'), 'utf8')) as {
    salmon_version: string;
    num_valid_targets?: number;
    num_targets?: number;
    num_processed: number;
    num_mapped: number;
    percent_mapped: number;
    start_time: string;
  };
  const runInfo = {
    n_targets: meta.num_valid_targets ?? meta.num_targets,
    n_bootstraps: 0,
    n_processed: meta.num_processed,
    n_pseudoaligned: meta.num_mapped,
    // As kallisto rounds it.
    p_pseudoaligned: Math.round(meta.percent_mapped * 10) / 10,
    backend: 'salmon',
    salmon_version: meta.salmon_version,
    start_time: meta.start_time,
    call: `salmon ${args.join(' ')}`,
  };
  if (meta.num_mapped > 0) {
    const table = abundanceText(readFileSync(path.join(from, 'quant.sf'), 'utf8'));
    writeFileAtomically(path.join(stage, 'abundance.tsv'), table);
  }
  writeFileAtomically(path.join(stage, 'run_info.json'), `${JSON.stringify(runInfo, undefined, 2)}\n`);
}

/** The columns of `quant.sf` under kallisto's names and in its order; a last line that is cut off stays so. */
function abundanceText(quantSf: string): string {
  const [header, ...rows] = quantSf.split('\n');
  const names = header!.split('\t');
  const places = salmonColumns.map((name) => names.indexOf(name));
  if (places.includes(-1)) {
    throw new Error(`quant.sf begins with '${header}', expected the columns ${salmonColumns.join(', ')}`);
  }
  const reordered = rows.map((row) => {
    const fields = row.split('\t');
    return row === '' ? '' : places.map((place) => fields[place] ?? '').join('\t');
  });
  return [abundanceColumns.join('\t'), ...reordered].join('\n');
}
