import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LoadOptions, loadSpeciesConfig } from '../../src/rna/config/load.js';
import { Layout } from '../../src/rna/layout.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const root = '/project';
let files = 0;

function load(yaml: string, options: Partial<LoadOptions> = {}) {
  files += 1;
  const file = path.join(folder, String(files), 'amalgkit_cflo.yaml');
  mkdirSync(path.dirname(file));
  writeFileSync(file, yaml);
  return loadSpeciesConfig(file, { root, env: {}, ...options });
}

const least = 'work_dir: output/cflo/work\nspecies_list: [Camponotus_floridanus]\n';
const withStep = (step: string, options: string) => `${least}steps:\n  ${step}: {${options}}\n`;

const problem = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    expect(error).toMatchObject({ code: 'GTK_RNA_CONFIG', exitStatus: 2 });
    return (error as Error).message.replace(/^.*\.yaml, /, '');
  }
  return 'accepted';
};

describe('The configuration of a species', () => {
  it('has a default for everything but work folder and species', () => {
    const work = '/project/output/cflo/work';
    const { file, ...config } = load(least);
    expect(path.isAbsolute(file)).toBe(true);
    expect(config).toEqual({
      code: 'cflo',
      name: 'Camponotus floridanus',
      workDir: work,
      logDir: `${work}/logs`,
      out: work,
      roots: { readRoots: [], resultRoots: [] },
      metadata: `${work}/metadata/metadata.tsv`,
      threads: 8,
      sourcesOff: [],
      parallelDump: false,
      fastp: false,
      keepFastq: false,
      redo: false,
      buildIndex: true,
      fastaFolders: [`${work}/fasta`],
      indexFolder: `${work}/index`,
      transcriptome: undefined,
      requireTissue: false,
      retry: {},
      steps: {},
      warnings: [],
    });
  });

  it('is read from a file as the ancestor has them', () => {
    const config = load(`
work_dir: output/amalgkit/cflo/work
log_dir: output/amalgkit/cflo/logs
threads: 12
auto_install_amalgkit: true
species_list:
  - Camponotus_floridanus
taxon_id: 104421
filters: {require_tissue: yes}
genome:
  accession: GCF_003227725.1
  assembly_name: Cflo_v7.5
  annotation_release: 101
  dest_dir: /data/genome/cflo
  include: [gff3, rna]
  ftp_url: https://ftp.ncbi.nlm.nih.gov/genomes/all/GCF/003/227/725/
  files:
    transcriptome_fasta: GCF_003227725.1_Cflo_v7.5_rna_from_genomic.fna.gz
steps:
  metadata:
    search_string: '"Camponotus floridanus"[Organism] AND RNA-Seq[Strategy]'
    entrez_email: somebody@example.org
    redo: no
  getfastq: {out_dir: output/amalgkit/cflo/fastq, threads: 24, aws: yes, gcp: No, ncbi: OFF, pfd: no, fastp: "yes", progress_style: bar}
  quant: {out_dir: output/amalgkit/cflo/quant, threads: 10, keep_fastq: no, build_index: 1, redo: FALSE, index_dir: /data/index}
retry: {max_retries: 7, retry_delay: 2.5, backoff_factor: "3"}
notifications: {email: x}
debug: {}
`);
    expect(config).toMatchObject({
      workDir: '/project/output/amalgkit/cflo/work',
      logDir: '/project/output/amalgkit/cflo/logs',
      out: '/project/output/amalgkit/cflo/work',
      threads: 10,
      sourcesOff: ['ncbi', 'gcp'],
      fastp: true,
      parallelDump: false,
      keepFastq: false,
      redo: false,
      buildIndex: true,
      requireTissue: true,
      indexFolder: '/data/index',
      transcriptome: '/data/genome/cflo/GCF_003227725.1_Cflo_v7.5_rna_from_genomic.fna.gz',
      retry: { retries: 7, delaySeconds: 2.5, backoff: 3 },
      steps: {
        getfastq: { gcp: false, aws: true, threads: 24, progress_style: 'bar' },
        metadata: { redo: false },
      },
    });
    expect(config.warnings).toHaveLength(2);
    expect(config.warnings[0]).toContain('auto_install_amalgkit');
    expect(config.warnings[1]).toContain('different out_dir');
  });

  it.each(['true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'on', 'On', '"on"', '1', '"1"', "' yes '"])(
    'takes %s for true',
    (word) => {
      expect(load(withStep('getfastq', `fastp: ${word}`)).fastp).toBe(true);
    },
  );

  it.each(['false', 'FALSE', 'no', 'No', 'off', 'OFF', '0', '"0"', '"no"'])('takes %s for false', (word) => {
    expect(load(withStep('quant', `build_index: ${word}`)).buildIndex).toBe(false);
  });

  it.each([
    [withStep('getfastq', 'aws: maybe'), 'steps.getfastq.aws: found "maybe", expected yes or no'],
    [
      withStep('select', 'mark_missing_rank: 2'),
      'steps.select.mark_missing_rank: found 2, expected yes or no',
    ],
    [`${least}filters: {require_tissue: []}`, 'filters.require_tissue: found [], expected yes or no'],
    [`${least}threads: 0`, 'threads: found 0, expected a whole number of at least 1'],
    [`${least}threads: many`, 'threads: found "many", expected a number of at least 0'],
    [`${least}steps: [a]`, 'steps: found ["a"], expected keys with values'],
    [`${least}retry: {retry_delay: -1}`, 'retry.retry_delay: found -1, expected a number of at least 0'],
    ['species_list: [a]', 'work_dir: found nothing, expected the work folder of the species'],
    ['work_dir: a', 'species_list: found nothing, expected the name of the species'],
    ['work_dir: a\nspecies_list: [{a: b}]', 'species_list: found {"a":"b"}, expected a list of texts'],
    ['work_dir: [a]\nspecies_list: x', 'work_dir: found ["a"], expected a text'],
    ['- a', 'the whole file: found ["a"], expected keys with values'],
    ['', 'species_list: found nothing, expected the name of the species'],
    [
      'a: 1\nb: [',
      'line 2: found Flow sequence in block collection must be sufficiently indented and end with a ], expected YAML',
    ],
    ['work_dir: a\nwork_dir: b', 'line 2: found Map keys must be unique, expected YAML'],
  ])('is refused as %j', (yaml, sentence) => {
    expect(problem(() => load(yaml))).toBe(sentence);
  });

  it('does not expand aliases without end', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      'd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]',
    ];
    expect(problem(() => load(`${least}${bomb.join('\n')}\n`))).toContain(
      'the whole file: found Excessive alias count',
    );
  });

  it('tells of unknown keys once', () => {
    const { warnings } = load(
      `${least}treads: 4\ngenome: {acession: x, files: {fasta: y}}\nsteps: {getfasta: {}}\n`,
    );
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('treads, genome.acession, genome.files.fasta, steps.getfasta');
  });

  it('that is not there is missing', () => {
    expect(() => loadSpeciesConfig('/no/such.yaml', { root, env: {} })).toThrow(
      expect.objectContaining({ code: 'GTK_INPUT_MISSING' }),
    );
  });
});

describe('Paths of a configuration', () => {
  it('begin at the root, wherever the file is, or at the home folder', () => {
    const config = load('work_dir: ./a/../b\nlog_dir: ~/logs\nspecies_list: x\n', { root: '/with blank/ä' });
    expect(config.workDir).toBe('/with blank/ä/b');
    expect(config.logDir).toBe(path.join(os.homedir(), 'logs'));
  });

  it('come from the command line before the environment, and from there before the file', () => {
    const env = { AK_WORK_DIR: 'env/work', AK_LOG_DIR: '/env/logs', AK_THREADS: '3', NCBI_EMAIL: 'a@b' };
    const yaml = `${least}log_dir: x\nthreads: 5\nsteps: {metadata: {entrez_email: c@d, redo: no}}\n`;
    expect(load(yaml, { env })).toMatchObject({
      workDir: '/project/env/work',
      logDir: '/env/logs',
      out: '/project/env/work',
      threads: 3,
      steps: { metadata: { entrez_email: 'a@b', redo: false } },
    });
    const overrides = { threads: 2, out: '/given', metadata: '/table.tsv' };
    expect(load(yaml, { env, overrides })).toMatchObject({
      threads: 2,
      out: '/given',
      roots: {},
      metadata: '/table.tsv',
      indexFolder: '/given/index',
    });
    expect(load(yaml)).toMatchObject({ threads: 5, steps: { metadata: { entrez_email: 'c@d' } } });
    expect(() => load(yaml, { env: { AK_THREADS: 'two' } })).toThrow(
      expect.objectContaining({ code: 'GTK_ENVIRONMENT_VALUE' }),
    );
  });

  it('lead to the table of the work folder, the filtered one, or that of OUT', () => {
    const base = temporaryFolder();
    const make = (name: string) => {
      mkdirSync(path.dirname(path.join(base, name)), { recursive: true });
      writeFileSync(path.join(base, name), '');
      return path.join(base, name);
    };
    const yaml = 'work_dir: work\nspecies_list: x\nsteps: {quant: {out_dir: out}}\n';
    const found = () => load(yaml, { root: base }).metadata;
    expect(found()).toBe(path.join(base, 'work/metadata/metadata.tsv'));
    const ofOut = make('out/metadata/metadata.tsv');
    expect(found()).toBe(ofOut);
    const filtered = make('work/metadata/metadata.filtered.tissue.tsv');
    expect(found()).toBe(filtered);
    const own = make('work/metadata/metadata.tsv');
    expect(found()).toBe(own);
  });
});

describe('OUT', () => {
  const steps = (getfastq: string, quant: string) =>
    load(
      `${least}steps:\n  getfastq: {${getfastq && `out_dir: ${getfastq}`}}\n  quant: {${quant && `out_dir: ${quant}`}}\n`,
    );

  it.each([
    ['', '', '/project/output/cflo/work'],
    ['/o', '/o', '/o'],
    ['/o', '', '/o'],
    ['', '/o', '/o'],
    ['/o/fastq', '/o/quant', '/project/output/cflo/work'],
    ['', '/o/quant', '/o'],
    ['/o/getfastq', '', '/o'],
    ['/o/quant', '/o/quant', '/o'],
  ])('with getfastq to %j and quant to %j is %s', (getfastq, quant, out) => {
    const config = steps(getfastq, quant);
    expect(config.out).toBe(out);
    expect(config.warnings.length).toBe(getfastq !== '' && quant !== '' && getfastq !== quant ? 1 : 0);
    const layout = new Layout(config.out, config.roots);
    for (const folder of [layout.runFolder('R'), layout.quantFolder('R'), layout.journal, layout.staging]) {
      const parts = folder.split('/');
      expect(parts.filter((part, i) => part === parts[i + 1])).toEqual([]);
    }
  });

  it('is not the only place where reads and results are looked for', () => {
    const { out, roots } = steps('/o/fastq', '/o/quant');
    const layout = new Layout(out, roots);
    const reads = layout.readFolders('SRR1');
    expect(reads[0]).toBe(layout.runFolder('SRR1'));
    expect(reads).toEqual(
      expect.arrayContaining(['/o/fastq/getfastq/SRR1', '/o/fastq/SRR1', `${out}/fastq/getfastq/SRR1`]),
    );
    const results = layout.resultFolders('SRR1');
    expect(results[0]).toBe(layout.quantFolder('SRR1'));
    expect(results).toEqual(
      expect.arrayContaining([
        '/o/quant/SRR1',
        '/o/quant/quant/SRR1',
        `${out}/quant/quant/SRR1`,
        `${out}/work/quant/SRR1`,
      ]),
    );
    expect(new Set([...reads, ...results]).size).toBe(reads.length + results.length);
  });

  it('without a configuration has the places of earlier tools below it', () => {
    const layout = new Layout('/o');
    expect(layout.readFolders('R')).toEqual([
      '/o/getfastq/R',
      '/o/fastq/getfastq/R',
      '/o/fastq/R',
      '/o/getfastq/getfastq/R',
    ]);
    expect(layout.resultFolders('R')).toEqual(['/o/quant/R', '/o/quant/quant/R', '/o/work/quant/R']);
  });
});
