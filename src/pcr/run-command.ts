/** `gtk pcr run` as the command line sees it. */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { CommandSpec, OptionValues } from '../engine/command.js';
import type { Fingerprint, Job, RunCommand } from '../engine/job.js';
import { gtkError } from '../errors.js';
import {
  configOf,
  configOptions,
  dataOptions,
  defaultSteps,
  genomeFolder,
  type PcrOptions,
  tasksOf,
} from './options.js';
import { printResult } from './print.js';
import { type StepName, stepNames } from './steps/names.js';

const spec: CommandSpec = {
  name: 'pcr run',
  summary: 'work a pair of FASTQ files through to the table of integration sites',
  description:
    'Runs the steps of the pipeline one after another: quality control, trimming, read lengths, mapping, and site analysis. A step that was done is not done again when the run goes on after an interruption. The genome is registered once with gtk pcr genome add.',
  positionals: [
    {
      name: 'R1',
      summary: 'reads that begin with the LTR primer',
      required: true,
      variadic: false,
      path: true,
    },
    {
      name: 'R2',
      summary: 'their mates, which begin with the linker',
      required: true,
      variadic: false,
      path: true,
    },
  ],
  options: [
    { name: 'genome', kind: 'string', placeholder: 'NAME', summary: 'registered reference genome' },
    { name: 'out', kind: 'path', placeholder: 'DIR', default: 'results/pcr', summary: 'output folder' },
    ...dataOptions,
    {
      name: 'steps',
      kind: 'list',
      choices: stepNames,
      placeholder: 'LIST',
      defaultText: 'all but fastp; umi with --umi-pattern',
      summary: 'steps to run',
    },
    {
      name: 'preset',
      kind: 'choice',
      choices: ['recommended', 'published'],
      default: 'recommended',
      placeholder: 'NAME',
      summary: 'published is the pipeline as it was published; single options count more',
    },
    ...configOptions(),
  ],
  engine: true,
  examples: [
    {
      command: 'gtk pcr run R1.fastq.gz R2.fastq.gz --genome GRCh38 --ltr-tail TAGCA',
      does: 'the whole chain into results/pcr',
    },
    {
      command: 'gtk pcr run R1.fastq.gz R2.fastq.gz --genome yeast --umi-read r2 --umi-pattern NNNNNNNN',
      does: 'reads with a UMI of 8 bases at the start of R2',
    },
    {
      command:
        'gtk pcr run R1.fastq.gz R2.fastq.gz --genome GRCh38 --steps cutadapt,read_mapping,site_analysis',
      does: 'only what leads to the sites',
    },
  ],
};

async function prepare(values: OptionValues, positionals: string[]) {
  const { findReference } = await import('./references/find.js');
  const { checkReads } = await import('./reads-check.js');
  if (values.genome === undefined) {
    throw gtkError('GTK_USAGE', {
      problem: '--genome: found nothing, expected the name of a genome',
      command: 'gtk pcr run',
    });
  }
  const config = configOf(values);
  const steps = (values.steps as StepName[] | undefined) ?? defaultSteps(config);
  const tasks = tasksOf(steps, config);
  const genomeDir = genomeFolder(values);
  const reference = findReference(genomeDir, config.genome!);
  const files = positionals.map((file) => path.resolve(file));
  const inputs = [...files, reference.manifestFile].map(fingerprint);
  await checkReads(inputs[0]!.path, inputs[1]!.path);
  const options: PcrOptions = { config: { ...config, genome: reference.name }, tasks, genomeDir };
  return { options, inputs };
}

function fingerprint(file: string): Fingerprint {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw gtkError('GTK_INPUT_MISSING', { path: file });
  return { path: file, bytes: stat.size, mtimeMs: stat.mtimeMs };
}

export const runPcrCommand: RunCommand<PcrOptions> = {
  spec,
  prepare,
  loadJob: async () => (await import('./job.js')).pcrJob as unknown as Job,
  print: printResult,
};
