/** `gtk codon` as the command line sees it. */
import { readFileSync } from 'node:fs';
import type { CommandSpec, OptionValues } from '../engine/command.js';
import type { Fingerprint, Job, RunCommand } from '../engine/job.js';
import { gtkError } from '../errors.js';
import type { ResolvedInput } from '../formats/fasta/inputs.js';
import { caiFamilyRules, caiZeroRules } from './adaptation-model.js';
import { geneticCode as findCode, geneticCodeIds } from './genetic-code.js';
import type { CodonOptions } from './options.js';
import { printResult } from './print.js';
import { caiSets, fopSets } from './reference-sets.js';

export const codonSpec: CommandSpec = {
  name: 'codon',
  summary: 'count codons and RSCU over FASTA of any size',
  description:
    'Counts codons in batches of sequences, each with its own result on disk, and puts them together in one last pass. Input is nucleotide FASTA, plain or compressed with gzip, BGZF or zstd, or Parquet with a column named sequence. Memory does not grow with the data, and a run that was stopped goes on where it was.',
  positionals: [
    {
      name: 'FASTA',
      summary: "files or folders of sequences; '-' is standard input",
      required: true,
      variadic: true,
      path: true,
    },
  ],
  options: [
    { name: 'out', kind: 'path', placeholder: 'DIR', default: 'results/codon', summary: 'output folder' },
    {
      name: 'batch-size',
      kind: 'integer',
      placeholder: 'N',
      default: 5000,
      min: 1,
      summary: 'sequences per batch',
    },
    {
      name: 'frame',
      kind: 'integer',
      placeholder: 'N',
      default: 0,
      min: 0,
      max: 2,
      summary: 'reading frame: bases skipped at the start of each sequence',
    },
    {
      name: 'genetic-code',
      kind: 'integer',
      placeholder: 'N',
      default: 1,
      min: 1,
      max: 33,
      summary: `NCBI translation table: 1–6, 9–16, 21–33`,
    },
    { name: 'rscu', kind: 'flag', summary: 'add the column rscu and list the preferred codons (RSCU > 1)' },
    { name: 'per-sequence', kind: 'flag', summary: 'also write a row a sequence: counts and indices' },
    {
      name: 'reference',
      kind: 'path',
      placeholder: 'FASTA',
      summary: 'highly expressed genes that CAI, CBI and Fop refer to',
      defaultText: 'the input itself',
    },
    {
      name: 'gff',
      kind: 'path',
      placeholder: 'FILE',
      summary: 'count only the CDS features of this GFF3 or GTF, spliced out of the genome FASTA',
    },
    {
      name: 'ambiguous',
      kind: 'choice',
      choices: ['skip', 'keep'],
      default: 'skip',
      placeholder: 'WHAT',
      summary: 'codons with other letters than A C G T U: keep gives them rows of their own',
    },
    {
      name: 'skip-stops',
      kind: 'flag',
      summary: 'leave stop codons out of the table and of its frequencies',
    },
    {
      name: 'min-count',
      kind: 'integer',
      placeholder: 'N',
      default: 1,
      min: 0,
      summary: 'drop rows below N from the written table',
    },
    { name: 'top', kind: 'integer', placeholder: 'N', default: 30, min: 0, summary: 'rows printed' },
    {
      name: 'format',
      kind: 'list',
      choices: ['parquet', 'tsv', 'csv', 'json', 'arrow'],
      default: ['parquet', 'tsv'],
      placeholder: 'LIST',
      summary: 'formats of the tables',
    },
    { name: 'report', kind: 'flag', summary: 'write a self-contained HTML report with plots' },
    {
      name: 'optimal',
      kind: 'path',
      placeholder: 'FILE',
      summary: 'optimal codons for CBI and Fop, one a line',
    },
    {
      name: 'cai-set',
      kind: 'choice',
      choices: Object.keys(caiSets),
      placeholder: 'NAME',
      summary: 'published weights for CAI',
    },
    {
      name: 'fop-set',
      kind: 'choice',
      choices: Object.keys(fopSets),
      placeholder: 'NAME',
      summary: 'published optimal codons for CBI and Fop',
    },
    {
      name: 'cai-zero',
      kind: 'choice',
      choices: caiZeroRules,
      default: 'half',
      placeholder: 'RULE',
      summary: 'how CAI weighs codons that the reference lacks',
    },
    {
      name: 'cai-family',
      kind: 'choice',
      choices: caiFamilyRules,
      default: 'aa',
      placeholder: 'GROUP',
      summary: 'codons among which CAI weights are relative',
    },
  ],
  engine: true,
  examples: [
    { command: 'gtk codon genes.fasta.gz --rscu', does: 'counts and RSCU into results/codon' },
    {
      command: 'gtk codon --batch-size 5000 organelle.fasta.gz --rscu --report --out results/organelle',
      does: 'the same with an HTML report, 5,000 sequences a batch',
    },
    {
      command: 'gtk codon cds.fa --per-sequence --reference ribosomal.fa',
      does: 'indices of every gene, CAI against the ribosomal ones',
    },
    {
      command: 'gtk codon genome.fa.gz --gff genes.gff3 --genetic-code 11',
      does: 'the coding sequences of an annotated bacterial genome',
    },
    { command: 'zcat cds.fa.gz | gtk codon - --json', does: 'from a pipe, with a JSON summary' },
  ],
};

async function prepare(values: OptionValues, positionals: string[]) {
  const { resolveInputs } = await import('../formats/fasta/inputs.js');
  const usage = (problem: string) => gtkError('GTK_USAGE', { problem, command: 'gtk codon' });
  const { out: _out, top: _top, batchSize, geneticCode, optimal, format, ...rest } = values;
  if (!geneticCodeIds.includes(geneticCode as number)) {
    throw usage(`--genetic-code: found ${geneticCode}, expected one of ${geneticCodeIds.join(', ')}`);
  }
  if (values.caiSet && values.reference) throw usage('--cai-set and --reference exclude each other');
  if (values.fopSet && values.optimal) throw usage('--fop-set and --optimal exclude each other');
  const inputs: Fingerprint[] = [];
  for (const { kind, ...input } of await resolveInputs(positionals)) {
    inputs.push(kind === 'stream' ? { ...input, once: true } : input);
  }
  for (const [name, path] of [
    ['reference', values.reference],
    ['gff', values.gff],
  ] as [string, string | undefined][]) {
    if (path === undefined) continue;
    const [{ kind, ...input }, ...more] = (await resolveInputs([path])) as [
      ResolvedInput,
      ...ResolvedInput[],
    ];
    if (kind === 'stream' || more.length > 0) throw usage(`--${name}: found ${path}, expected a file`);
    inputs.push(input);
  }
  if (values.gff && (values.reference || inputs.some(({ once }) => once))) {
    throw usage('--gff needs the genome as files, and excludes --reference');
  }
  const names = codonOptionNames.filter((name) => rest[name] !== undefined);
  const options = {
    batchSize,
    geneticCode,
    ...Object.fromEntries(names.map((name) => [name, rest[name]])),
    ...(optimal !== undefined && { optimal: await readOptimal(optimal as string, geneticCode as number) }),
    // The order in which formats are named is no difference.
    format: [...(format as string[])].sort(),
  } as unknown as CodonOptions;
  return { options, inputs };
}

const codonOptionNames = [
  'frame',
  'rscu',
  'perSequence',
  'reference',
  'gff',
  'ambiguous',
  'skipStops',
  'minCount',
  'caiSet',
  'fopSet',
  'caiZero',
  'caiFamily',
  'report',
];

async function readOptimal(path: string, code: number): Promise<number[]> {
  const { parseOptimalCodons } = await import('./optimal-codons.js');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw gtkError('GTK_INPUT_MISSING', { path }, error);
    const { unreadable } = await import('../formats/compression/file-chunks.js');
    throw unreadable(path, error);
  }
  return parseOptimalCodons(text, path, findCode(code));
}

export const codonCommand: RunCommand<CodonOptions> = {
  spec: codonSpec,
  prepare,
  loadJob: async () => (await import('./job.js')).codonJob as unknown as Job,
  print: printResult,
};
