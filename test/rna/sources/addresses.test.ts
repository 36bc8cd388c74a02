import { describe, expect, it } from 'vitest';
import type { SraLinks } from '../../../src/rna/sample.js';
import { enaAddress, type ObjectSource, objectAddress } from '../../../src/rna/sources/addresses.js';
import { archiveFiles } from '../../../src/rna/sources/archive-files.js';
import { chooseFastq } from '../../../src/rna/sources/choose-fastq.js';
import { transferRules } from '../../../src/rna/sources/endpoints.js';
import { sample } from '../samples.js';

const rules = transferRules({});
const mirrored = transferRules({ enaFilesUrl: 'http://127.0.0.1:1', ncbiSraUrl: 'http://127.0.0.1:2' });

describe('the address of a file at ENA', () => {
  it.each([
    ['ftp.sra.ebi.ac.uk/vol1/a/b.fastq.gz', rules, 'https://ftp.sra.ebi.ac.uk/vol1/a/b.fastq.gz'],
    ['ftp.sra.ebi.ac.uk/vol1/a/b.fastq.gz', mirrored, 'http://127.0.0.1:1/vol1/a/b.fastq.gz'],
    ['ftp.sra.ebi.ac.uk//evil.example/b.gz', mirrored, 'http://127.0.0.1:1//evil.example/b.gz'],
    ['other.example/b.fastq.gz', mirrored, 'https://other.example/b.fastq.gz'],
  ])('%s', (address, by, expected) => {
    expect(enaAddress(address, by).href).toBe(expected);
  });

  it('that is none is a failure of the run', () => {
    expect(() => enaAddress('host:99999/x', rules)).toThrow(
      expect.objectContaining({ name: 'SampleFailure', reason: 'not-found' }),
    );
  });
});

describe('the address of an SRA object', () => {
  const aws = 'https://sra-pub-run-odp.s3.amazonaws.com/sra';
  const ncbi = 'https://sra-download.ncbi.nlm.nih.gov/traces/sra1/SRR/000/SRR7.1';
  const gcp = 'gs://sra-pub-run-5/SRR7/SRR7.2';
  const paying = transferRules({ gcpProject: 'my project' });
  it.each([
    ['aws', {}, rules, `${aws}/SRR7/SRR7`],
    ['aws', { gcp: `${aws}/SRR7/SRR7.3`, aws: gcp }, rules, `${aws}/SRR7/SRR7.3`],
    ['aws', { aws: 'https://sra-pub-src-1.s3.amazonaws.com/SRR7/reads.bam' }, rules, `${aws}/SRR7/SRR7`],
    ['ncbi', {}, rules, undefined],
    ['ncbi', { ncbi: 'NA' }, rules, undefined],
    ['ncbi', { aws: ncbi }, rules, ncbi],
    ['ncbi', { ncbi: ncbi.replace('https', 'http') }, rules, ncbi],
    ['ncbi', { ncbi }, mirrored, 'http://127.0.0.1:2/traces/sra1/SRR/000/SRR7.1'],
    ['ncbi', { ncbi: 'https://evil.example/SRR7' }, rules, undefined],
    [
      'ncbi',
      { ncbi: 'https://mirror.example/SRR7' },
      transferRules({ allowHost: ['Mirror.example'] }),
      'https://mirror.example/SRR7',
    ],
    ['gcp', { gcp }, rules, undefined],
    ['gcp', {}, paying, undefined],
    [
      'gcp',
      { aws: gcp },
      paying,
      'https://storage.googleapis.com/sra-pub-run-5/SRR7/SRR7.2?userProject=my+project',
    ],
    ['ena', {}, rules, undefined],
    [
      'ena',
      { ena: 'ftp://ftp.sra.ebi.ac.uk/vol1/srr/SRR7' },
      rules,
      'https://ftp.sra.ebi.ac.uk/vol1/srr/SRR7',
    ],
    ['ddbj', {}, rules, undefined],
  ] as [ObjectSource, SraLinks, typeof rules, string | undefined][])(
    '%s, links %o',
    (source, links, by, expected) => {
      expect(objectAddress(sample('SRR7', { links }), source, by)?.href).toBe(expected);
    },
  );

  it('follows at DDBJ from run and experiment, for its own runs alone', () => {
    const of = (run: string, experiment: string) =>
      objectAddress(sample(run, { experiment }), 'ddbj', rules)?.href;
    const folder = 'https://ddbj.nig.ac.jp/public/ddbj_database/dra/sra/ByExp/sra/DRX';
    expect(of('DRR000001', 'DRX000123')).toBe(`${folder}/DRX000/DRX000123/DRR000001/DRR000001.sra`);
    expect(of('DRR000001', '')).toBeUndefined();
    expect(of('SRR000001', 'SRX000123')).toBeUndefined();
  });
});

describe('the FASTQ of a run', () => {
  const choose = (names: string, md5s = '') =>
    chooseFastq(
      { run: 'R1' },
      archiveFiles({ fastq_ftp: names.replace(/[^;]+/g, 'host/$&'), fastq_md5: md5s })!,
    ).map(({ localName }) => localName);

  it.each([
    ['R1_1.fastq.gz;R1_2.fastq.gz', ['R1_1.fastq.gz', 'R1_2.fastq.gz']],
    ['R1_2.fastq.gz;R1.fastq.gz;R1_1.fastq.gz', ['R1_1.fastq.gz', 'R1_2.fastq.gz']],
    ['R1_1.fastq.gz;R1_2.fastq.gz;R1_3.fastq.gz', ['R1_1.fastq.gz', 'R1_2.fastq.gz']],
    ['R1.fastq.gz', ['R1.fastq.gz']],
    ['R1_1.fastq.gz', ['R1.fastq.gz']],
    ['R1_subreads.fastq.gz', ['R1.fastq.gz']],
    ['R1.fastq.gz;R1.other.gz', ['R1.fastq.gz']],
  ])('%s', (names, expected) => {
    expect(choose(names)).toEqual(expected);
  });

  it.each([
    'R1_1.fastq.gz;R1.fastq.gz',
    'R11_1.fastq.gz;R11_2.fastq.gz',
    'R1.bam',
    'R1_3.fastq.gz;R1_4.fastq.gz',
  ])('%s lacks a mate', (names) => {
    expect(() => choose(names)).toThrow(expect.objectContaining({ reason: 'mate-missing' }));
  });
});
