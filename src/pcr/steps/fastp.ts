/** The step `fastp`: filters pairs by quality and trims adapters, with fastp's own settings. */
import { existsSync } from 'node:fs';
import { readFastpReport } from '../reports/fastp-report.js';
import { isGzip } from '../reports/gzip-head.js';
import type { Step } from './step.js';
import type { FastpSummary } from './summaries.js';

/** fastp's own bound for `--thread`. */
const MOST_THREADS = 16;

export const fastpStep: Step = {
  programs: ['fastp'],

  async run({ reads, scratch, threads, run, log, invalid, tellVersion }): Promise<FastpSummary> {
    const { r1, r2 } = scratch.reads('fastp');
    const json = scratch.resolve('fastp', 'fastp.json');
    const html = scratch.resolve('fastp', 'fastp.html');
    const inOut = ['-i', reads!.r1, '-I', reads!.r2, '-o', r1, '-O', r2];
    const workers = ['-w', String(Math.min(threads, MOST_THREADS))];
    await run([{ program: 'fastp', args: [...inOut, '-j', json, '-h', html, ...workers] }]);
    const refuse = (reason: string) => invalid('fastp', reason);
    if (!isGzip(r1) || !isGzip(r2)) throw refuse('it left no gzip files of reads');
    if (!existsSync(html)) throw refuse('it left no fastp.html');
    const { version, summary } = readFastpReport(json, refuse);
    tellVersion('fastp', version);
    const { before_filtering: before, after_filtering: after } = summary;
    log(`${after.total_reads} of ${before.total_reads} reads are left`);
    return summary;
  },
};
