/** `gtk rna index`: builds indices ahead of any run. */
import type { CommandSpec } from '../engine/command.js';
import type { LiveCommand } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';

const spec: CommandSpec = {
  name: 'rna index',
  summary: 'build the index of a transcriptome',
  description:
    'Builds the index of a transcriptome for kallisto or salmon: a record without bases, a name that comes twice and a file that is cut off are refused, and the index is read back before it appears. One that stands already and is right stays. The other commands build what they lack themselves; this one does it ahead, or of files of any name. It is called GENUS_SPECIES.idx (salmon: GENUS_SPECIES.salmon) after the FASTA file.',
  positionals: [
    {
      name: 'FASTA',
      summary: 'transcriptome, plain or gzipped: GENUS_SPECIES.fa.gz',
      required: false,
      variadic: true,
      path: true,
    },
  ],
  options: [
    {
      name: 'config',
      kind: 'path',
      placeholder: 'FILE',
      summary: 'YAML file of a species, instead of FASTA: its reference and its index folder',
    },
    {
      name: 'root',
      kind: 'path',
      placeholder: 'DIR',
      default: '.',
      summary: 'what relative paths of the configuration start from',
    },
    {
      name: 'out',
      kind: 'path',
      placeholder: 'DIR',
      summary: 'folder of the index',
      defaultText: 'that of the FASTA file, or as configured',
    },
    {
      name: 'engine',
      kind: 'choice',
      choices: ['kallisto', 'salmon'],
      default: 'kallisto',
      placeholder: 'NAME',
      summary: 'which program is to use it',
    },
    {
      name: 'kmer-size',
      kind: 'integer',
      placeholder: 'N',
      min: 3,
      max: 31,
      summary: 'bases in a k-mer: odd, fewer for very short reads',
      defaultText: '31',
    },
    {
      name: 'threads',
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      summary: 'threads of salmon; kallisto builds with one',
      defaultText: 'the processors there are',
    },
    { name: 'redo', kind: 'flag', summary: 'build it even if a right one stands there' },
    ...liveOptions,
  ],
  engine: false,
  examples: [
    { command: 'gtk rna index Mus_musculus.fa.gz --out work/index', does: 'work/index/Mus_musculus.idx' },
    { command: 'gtk rna index --config mouse.yaml', does: 'the index that a batch of this species needs' },
  ],
  exitStatuses: [{ status: 1, means: 'of several indices, some could not be built' }],
};

export const indexCommand: LiveCommand = {
  spec,
  work: async (values, files, live) => (await import('./build-indices.js')).buildIndices(values, files, live),
};
