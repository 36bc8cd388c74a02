/** `gtk pcr genome`: registers, lists and removes reference genomes. */
import type { CommandSpec } from '../engine/command.js';
import type { LiveCommand } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';

const actions = ['add', 'list', 'remove'];

const spec: CommandSpec = {
  name: 'pcr genome',
  summary: 'register, list and remove reference genomes',
  description:
    'A genome is registered once and serves all runs, of gtk pcr run and of gtk serve alike. add copies the FASTA, checks it, and indexes it with bwa-mem2 where that is installed, else with bwa; the human genome takes about an hour and 10 GB. Genes may come as GTF, GFF3 or BED6, known sites as BED6, all files plain or compressed with gzip, BGZF or zstd. Contigs whose names differ from those of the FASTA in the prefix chr, or in the word for the mitochondrion, are renamed. A genome appears whole or not at all, and is never overwritten. hg38, hg19, mm39, mm10 and mm9 mean GRCh38, GRCh37, GRCm39, GRCm38 and MGSCv37. GRCh37 gets the twenty known sites of the spiked-in control unless others are given.',
  positionals: [
    {
      name: 'ACTION',
      summary: 'add, list or remove',
      required: true,
      variadic: false,
      path: false,
      choices: actions,
    },
    {
      name: 'NAME',
      summary: 'name of the genome: letters, digits and . _ -',
      required: false,
      variadic: false,
      path: false,
    },
  ],
  options: [
    { name: 'fasta', kind: 'path', placeholder: 'FILE', summary: 'add: sequence of the genome' },
    { name: 'genes', kind: 'path', placeholder: 'FILE', summary: 'add: genes as GTF, GFF3 or BED6' },
    {
      name: 'known-sites',
      kind: 'path',
      placeholder: 'FILE',
      summary: 'add: sites that are known beforehand, BED6',
    },
    {
      name: 'tar',
      kind: 'path',
      placeholder: 'FILE',
      summary: 'add: archive with NAME.fa, instead of the three, and its index if there is one',
    },
    {
      name: 'data-dir',
      kind: 'path',
      placeholder: 'DIR',
      default: 'gtk-data',
      summary: 'folder of gtk serve',
    },
    {
      name: 'genome-dir',
      kind: 'path',
      placeholder: 'DIR',
      summary: 'folder of the genomes',
      defaultText: 'reference in --data-dir',
    },
    ...liveOptions,
  ],
  engine: false,
  examples: [
    {
      command: 'gtk pcr genome add GRCh38 --fasta GRCh38.fa.gz --genes gencode.gtf.gz',
      does: 'register a genome with its genes',
    },
    {
      command: 'gtk pcr genome add yeast --tar yeast.tar.gz --data-dir /srv/gtk',
      does: 'register one from an archive of yeast.fa, its index, genes.gtf.gz and known_sites.bed',
    },
    { command: 'gtk pcr genome list', does: 'what is registered' },
  ],
};

export const genomeCommand: LiveCommand = {
  spec,
  work: async (values, positionals, live) =>
    (await import('./references/manage.js')).manageGenomes(values, positionals, live),
};
