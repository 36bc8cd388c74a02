import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/engine/command.js';
import { accessionKind, accessionsOf } from '../../src/rna/accessions/accession.js';
import { standardColumns } from '../../src/rna/metadata/columns.js';
import { readMetadata } from '../../src/rna/metadata/read.js';
import { planCommand } from '../../src/rna/plan-command.js';
import { temporaryFolder } from '../run-gtk.js';
import { type Archive, type ArchivedRun, startArchive } from './archive.js';
import { python } from './merge-setup.js';

const mates = (run: string) => ({
  [`${run}_1.fastq.gz`]: Buffer.alloc(1000),
  [`${run}_2.fastq.gz`]: Buffer.alloc(2000),
});
const mouse = {
  library_strategy: 'RNA-Seq',
  scientific_name: 'Mus musculus',
  instrument_platform: 'ILLUMINA',
  study_title: 'Mice: "young" and old',
};
const counts = { readCount: 100, baseCount: 20_200 };
const project = ['PRJNA1', 'SRP100001'];

const runs: ArchivedRun[] = [
  {
    run: 'SRR100001',
    fastq: mates('SRR100001'),
    ...counts,
    accessions: project,
    report: mouse,
    sra: Buffer.alloc(500),
    sraAt: ['ena'],
  },
  {
    run: 'SRR100002',
    layout: 'SINGLE',
    ...counts,
    accessions: project,
    report: { ...mouse, tissue_type: 'brain', scientific_name: 'Bos taurus/indicus' },
  },
  {
    run: 'SRR100003',
    layout: 'SINGLE',
    ...counts,
    accessions: project,
    report: { ...mouse, library_strategy: 'ChIP-Seq' },
  },
  { run: 'SRR100004', layout: 'SINGLE', readCount: 0, accessions: project, report: mouse },
  {
    run: 'SRR100005',
    layout: 'SINGLE',
    ...counts,
    accessions: project,
    report: { ...mouse, scientific_name: '' },
  },
];
let archive: Archive;
beforeAll(async () => {
  archive = await startArchive({ runs });
});
afterAll(() => archive.close());

async function plan(accessions: string[], values: OptionValues) {
  const given = {
    allStrategies: false,
    force: false,
    batchSize: 8,
    retries: 1,
    retryDelay: 0,
    ...archive.values,
  };
  const outcome = await planCommand.work({ ...given, ...values }, accessions, {
    signal: new AbortController().signal,
    log: () => {},
    tell: () => {},
    show: () => {},
  });
  return { ...outcome, json: outcome.json as Record<string, never> };
}

const excluded = (file: string) =>
  Object.fromEntries(readMetadata(file).samples.map(({ run, excluded }) => [run, excluded]));

describe('gtk rna plan', () => {
  it('writes the runs of a project as a table that the other commands read', async () => {
    const out = temporaryFolder();
    const { status, json, text } = await plan(['PRJNA1'], { out });
    const file = path.join(out, 'metadata', 'metadata.tsv');
    expect(status).toBe(0);
    expect(json).toEqual({
      status: 'done',
      exit_status: 0,
      file,
      runs: 5,
      species: [
        {
          species: 'Mus_musculus',
          paired: 1,
          single: 0,
          fastq_bytes: 3000,
          without_fastq: 0,
          batches: 1,
          batch_bytes: 3300,
        },
        {
          species: 'Bos_taurus_indicus',
          paired: 0,
          single: 1,
          fastq_bytes: 0,
          without_fastq: 1,
          batches: 1,
          batch_bytes: 48_480,
        },
      ],
      excluded: { 'exclusion: lib_strategy': 1, 'exclusion: no_reads': 1, 'exclusion: no_species': 1 },
      failures: [],
    });
    expect(text).toContain(`5 runs in ${file}\n`);
    const { samples, header } = readMetadata(file);
    expect(header.slice(0, standardColumns.length)).toEqual([...standardColumns]);
    expect(samples[0]).toMatchObject({
      layout: 'paired',
      totalSpots: 100,
      totalBases: 20_200,
      spotLength: 202,
      size: 500,
    });
    const { fastq_ftp, fastq_md5, fastq_bytes } = archive.reportOf('SRR100001');
    const { files } = samples[0]!.archive!;
    expect(files.map(({ address }) => address).join(';')).toBe(fastq_ftp);
    expect(files.map(({ md5 }) => md5).join(';')).toBe(fastq_md5);
    expect(files.map(({ bytes }) => bytes).join(';')).toBe(fastq_bytes);
    expect(samples[1]).toMatchObject({ species: 'Bos_taurus_indicus', layout: 'single', archive: undefined });
    expect(readdirSync(path.dirname(file))).toEqual(['metadata.tsv']);
  });

  it.skipIf(!python)('writes what pandas reads as the client does', async () => {
    const out = path.join(temporaryFolder(), 'runs.tsv');
    await plan(['SRR100002'], { out });
    const script = `
import pandas, sys
table = pandas.read_csv(sys.argv[1], sep='\\t')
print(table.fillna('').iloc[0].to_json())`;
    const row = JSON.parse(execFileSync(python!, ['-c', script, out], { encoding: 'utf8' }));
    expect(row).toMatchObject({
      run: 'SRR100002',
      scientific_name: 'Bos taurus/indicus',
      species_token: 'Bos_taurus_indicus',
      tissue: 'brain',
      study_title: 'Mice: "young" and old',
      lib_layout: 'single',
      total_spots: 100,
      spot_length: 202,
      exclusion: 'no',
      is_sampled: 'yes',
      is_qualified: 'yes',
      platform: 'ILLUMINA',
    });
  });

  it('writes a run once that several accessions name, and the rest where one is unknown', async () => {
    const out = path.join(temporaryFolder(), 'runs.tsv');
    const { status, failures, json } = await plan(
      ['SRR100002', 'SRP100001', 'srr100001', 'SRR999999', 'GSE123', 'nonsense'],
      { out },
    );
    expect(status).toBe(1);
    expect(Object.keys(excluded(out))).toEqual([
      'SRR100002',
      'SRR100001',
      'SRR100003',
      'SRR100004',
      'SRR100005',
    ]);
    expect(failures!.map(({ message }) => message)).toEqual([
      'SRR999999: ENA does not know this run',
      'GSE123: GEO has it, and the archives of reads do not know its accessions',
      'NONSENSE: it is no accession',
    ]);
    expect(json).toMatchObject({ status: 'some failed', exit_status: 1, runs: 5 });
  });

  it('names an accession for which ENA does not answer', async () => {
    const out = path.join(temporaryFolder(), 'runs.tsv');
    archive.faults.set('filereport', [{ status: 500 }, { status: 500 }]);
    const { failures, status } = await plan(['PRJNA1'], { out });
    archive.faults.clear();
    expect(status).toBe(1);
    expect(failures![0]!.message).toBe(
      `PRJNA1: ${archive.origins.portal}: it answers HTTP 500: HTTP 500 of the test`,
    );
    expect(existsSync(out)).toBe(false);
  });

  it('leaves no other strategy out with --all-strategies, and other species out with --species', async () => {
    const folder = temporaryFolder();
    const all = path.join(folder, 'all.tsv');
    await plan(['PRJNA1'], { out: all, allStrategies: true });
    expect(excluded(all).SRR100003).toBeUndefined();
    const mice = path.join(folder, 'mice.tsv');
    await plan(['PRJNA1'], { out: mice, species: ['mus_musculus'] });
    expect(Object.keys(excluded(mice))).toEqual(['SRR100001', 'SRR100003', 'SRR100004']);
    const none = path.join(folder, 'none.tsv');
    expect((await plan(['PRJNA1'], { out: none, species: ['Homo sapiens'] })).text).toContain(
      'None of 5 runs',
    );
    expect(existsSync(none)).toBe(false);
  });

  it('replaces a table only with --force', async () => {
    const out = path.join(temporaryFolder(), 'runs.tsv');
    writeFileSync(out, 'edited by hand');
    await expect(plan(['PRJNA1'], { out })).rejects.toThrow(expect.objectContaining({ code: 'GTK_USAGE' }));
    expect(readFileSync(out, 'utf8')).toBe('edited by hand');
    await plan(['PRJNA1'], { out, force: true });
    expect(Object.keys(excluded(out))).toHaveLength(5);
  });

  it('takes accessions from a file, and a folder for a folder whatever it is called', async () => {
    const folder = temporaryFolder();
    const list = path.join(folder, 'list.txt');
    writeFileSync(list, '# two runs\nSRR100001\r\nSRR100002 # the cow\n\n');
    const out = path.join(folder, 'out.tsv');
    mkdirSync(out);
    await plan([], { out, list });
    expect(Object.keys(excluded(path.join(out, 'metadata', 'metadata.tsv')))).toEqual([
      'SRR100001',
      'SRR100002',
    ]);
    await expect(plan([], { out: folder })).rejects.toThrow('Found no accession');
    await expect(plan([], { out: folder, list: path.join(folder, 'no') })).rejects.toThrow(
      expect.objectContaining({ code: 'GTK_INPUT_MISSING' }),
    );
  });
});

describe('Accessions', () => {
  it.each([
    ['SRR6357070', 'run'],
    ['ERR000001', 'run'],
    ['DRX012345', 'experiment'],
    ['SRS2472312', 'sample'],
    ['SAMN08365310', 'sample'],
    ['SAMEA2493921', 'sample'],
    ['SAMD00012345', 'sample'],
    ['ERP000001', 'study'],
    ['PRJNA432544', 'project'],
    ['PRJEB1234', 'project'],
    ['PRJDB99', 'project'],
    ['GSE110004', 'geo'],
    ['GSM2977000', 'geo'],
    ['SRR', undefined],
    ['SRR6357070_1', undefined],
    ['../SRR6357070', undefined],
    ['PRJNA', undefined],
  ])('%s names a %s', (accession, kind) => {
    expect(accessionKind(accession)).toBe(kind);
  });

  it('stand apart by blanks, commas and lines, each once', () => {
    expect(accessionsOf(['srr1,SRR2', ' SRR2\nSRR3 # SRR4\n#SRR5\n'])).toEqual(['SRR1', 'SRR2', 'SRR3']);
  });
});
