/** Reads of planted sites, and how well tables of sites agree with these. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const script = (name: string) => path.join(import.meta.dirname, name);

/** Plants sites in a genome (FASTA, plain or gzip); `folder` has then what each `qslam_*` of the test data has. */
export function simulateReads(fasta: string, folder: string, ...options: string[]): void {
  const args = [script('make_qslam_reads.py'), '--ref', fasta, '--out', folder, ...options];
  execFileSync('/usr/bin/python3', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What `score_sites.py` prints, after the filter of the published table. */
export interface Score {
  expected: number;
  recall: number;
  precision: number;
  sites_with_exact_fragment_count: number;
}

/** At the exact position. */
export function scoreSites(truth: string, peaks: string): Score {
  const args = [script('score_sites.py'), '--filter', 'xlsx', '--truth', truth, '--peaks', peaks];
  return JSON.parse(execFileSync('/usr/bin/python3', args, { encoding: 'utf8' })) as Score;
}
