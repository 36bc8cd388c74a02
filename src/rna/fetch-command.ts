/** `gtk rna fetch`: downloads reads and keeps them. */
import type { CommandSpec } from '../engine/command.js';
import type { LiveCommand } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';
import { downloadOptions, fileOptions } from './options.js';
import { transferOptions } from './sources/endpoints.js';
import { speciesOptions } from './species-options.js';

const spec: CommandSpec = {
  name: 'rna fetch',
  summary: 'download the reads of runs and keep them',
  description:
    'Downloads the FASTQ files of runs into OUT/getfastq/RUN, from the first source that has them; SRA archives are unpacked. Sizes and checksums are verified, and a download that was cut goes on where it stopped. With --config, the runs of a species; without it, all runs of the accessions that are named: runs, experiments, samples, studies or projects.',
  positionals: [
    {
      name: 'ACCESSION',
      summary: 'of runs, or of what has runs',
      required: false,
      variadic: true,
      path: false,
    },
  ],
  options: [...speciesOptions, ...downloadOptions, ...fileOptions, ...transferOptions, ...liveOptions],
  engine: false,
  examples: [
    { command: 'gtk rna fetch PRJNA400087 --out reads', does: 'all runs of a project' },
    { command: 'gtk rna fetch --config yeast.yaml SRR6357070', does: 'one run of a configured species' },
  ],
  exitStatuses: [{ status: 1, means: 'some runs failed; their list is on standard error' }],
};

export const fetchCommand: LiveCommand = {
  spec,
  work: async (values, names, live) => (await import('./fetch.js')).fetchReads(values, names, live),
};
