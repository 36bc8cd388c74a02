/** The step `qc`: FastQC on both files of reads, before or after trimming. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readFastqcReport } from '../reports/fastqc-report.js';
import type { Step, StepContext } from './step.js';
import type { QcReport, QcSummary } from './summaries.js';

const folders = { before: 'fastqc/beforeCutAdapt', after: 'fastqc/afterCutAdapt' } as const;

/** The step of one stage. */
export function qcStep(stage: keyof typeof folders): Step {
  return {
    programs: ['fastqc'],

    async run(context): Promise<QcSummary> {
      const { reads, scratch, threads, run } = context;
      const folder = scratch.resolve(folders[stage]);
      // It works on one file with one thread.
      const options = ['-q', '-t', String(Math.min(threads, 2)), '-d', scratch.tmp, '-o', folder];
      await run([{ program: 'fastqc', args: [...options, reads!.r1, reads!.r2] }]);
      return { reads: [reads!.r1, reads!.r2].map((file) => readReport(context, folder, file)) };
    },
  };
}

/** FastQC ends with status 0 even if it could not read a file. */
function readReport({ log, tellVersion, invalid }: StepContext, folder: string, file: string): QcReport {
  const stem = `${path.basename(file, '.fastq.gz')}_fastqc`;
  const [html, zip] = [`${stem}.html`, `${stem}.zip`];
  const report = readFastqcReport(path.join(folder, zip));
  if (!report || !existsSync(path.join(folder, html)))
    throw invalid('fastqc', `it left no whole ${zip} and ${html}`);
  const { version, ...found } = report;
  tellVersion('fastqc', version);
  const count = (status: string) => found.modules.filter((module) => module.status === status).length;
  log(`${found.file}: ${count('PASS')} modules pass, ${count('WARN')} warn, ${count('FAIL')} fail`);
  return { ...found, html, zip };
}
