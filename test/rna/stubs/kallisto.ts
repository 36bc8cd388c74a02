/** A stand-in for kallisto that leaves a valid result at once. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../../../src/tools/find.js';

export interface StubKallisto {
  /** To be put in front of the PATH. */
  folder: string;
  program: string;
  /** Arguments of each quantification so far, joined by blanks. */
  calls(): string[];
}

/**
 * Puts the stand-in into a new folder `kallisto-stub` there. An index is made and inspected by the real program;
 * every quantification tells that it processed so many reads.
 */
export function stubKallisto(folder: string, processed: number): StubKallisto {
  const place = path.join(folder, 'kallisto-stub');
  mkdirSync(place);
  const log = path.join(place, 'calls');
  writeFileSync(log, '');
  writeFileSync(
    path.join(place, 'abundance.tsv'),
    'target_id\tlength\teff_length\test_counts\ttpm\nt1\t900\t800\t1\t1000000\nt2\t700\t600\t0\t0\n',
  );
  const info = {
    n_targets: 2,
    n_bootstraps: 0,
    n_processed: processed,
    n_pseudoaligned: 1,
    n_unique: 1,
    p_pseudoaligned: 50,
    p_unique: 50,
    kallisto_version: '0.48.0',
    index_version: 10,
    call: 'kallisto quant',
  };
  writeFileSync(path.join(place, 'run_info.json'), JSON.stringify(info));
  const program = path.join(place, 'kallisto');
  // In the shell alone but for two programs: thousands of runs are made with it.
  const script = `#!/bin/sh
case $1 in
  version) echo 'kallisto, version 0.48.0' ;;
  quant)
    echo "$*" >> '${log}'
    while [ $# -gt 0 ]; do
      case $1 in -o) out=$2 ;; esac
      shift
    done
    mkdir "$out" && cp '${place}/abundance.tsv' '${place}/run_info.json' "$out"
    ;;
  *) exec '${findProgram('kallisto') ?? '/no/kallisto'}' "$@" ;;
esac
`;
  writeFileSync(program, script, { mode: 0o755 });
  const calls = () => readFileSync(log, 'utf8').split('\n').filter(Boolean);
  return { folder: place, program, calls };
}
