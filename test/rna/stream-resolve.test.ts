import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SourceName } from '../../src/rna/sources/names.js';
import { resolveStream } from '../../src/rna/stream/resolve-stream.js';
import { type Archive, startArchive } from './archive.js';
import { sample } from './samples.js';
import { listedSample, md5, streamShop } from './stream-setup.js';

const content = (text: string) => Buffer.from(text);
const one = content('1');
const two = content('22');
const orphans = content('333');

let archive: Archive;
beforeAll(async () => {
  archive = await startArchive({
    runs: [
      { run: 'SRR1', fastq: { 'SRR1_1.fastq.gz': one, 'SRR1_2.fastq.gz': two } },
      {
        run: 'SRR2',
        fastq: { 'SRR2.fastq.gz': orphans, 'SRR2_1.fastq.gz': one, 'SRR2_2.fastq.gz': two },
      },
      { run: 'SRR3', fastq: { 'SRR3.fastq.gz': orphans }, layout: 'PAIRED' },
      { run: 'SRR4', sra: one, sraAt: ['ena', 'aws'] },
      { run: 'SRR5', fastq: { 'SRR5_1.fastq.gz': one, 'SRR5.fastq.gz': orphans } },
    ],
  });
});
afterAll(() => archive.close());
beforeEach(() => {
  archive.faults.clear();
  archive.requests.length = 0;
});

const file = (run: string, name: string, bytes: Buffer) => ({
  url: new URL(`${archive.origins.files}/vol1/fastq/${run}/000/${run}/${name}`),
  name,
  md5s: [md5(bytes)],
  bytes: bytes.length,
});

test('the metadata tell the files, and nobody is asked', async () => {
  expect(await resolveStream(listedSample(archive, 'SRR1'), streamShop(archive))).toEqual({
    files: [file('SRR1', 'SRR1_1.fastq.gz', one), file('SRR1', 'SRR1_2.fastq.gz', two)],
    layoutUsed: 'paired',
    withoutOrphans: false,
  });
  expect(archive.requests).toEqual([]);
});

test('ENA is asked for files that the metadata do not tell; orphans are left out', async () => {
  expect(await resolveStream(sample('SRR2'), streamShop(archive))).toEqual({
    files: [file('SRR2', 'SRR2_1.fastq.gz', one), file('SRR2', 'SRR2_2.fastq.gz', two)],
    layoutUsed: 'paired',
    withoutOrphans: true,
  });
  expect(archive.requests.map(({ service }) => service)).toEqual(['portal']);
});

test('a paired run with one file is single', async () => {
  expect(await resolveStream(sample('SRR3'), streamShop(archive))).toEqual({
    files: [file('SRR3', 'SRR3.fastq.gz', orphans)],
    layoutUsed: 'single',
    withoutOrphans: false,
  });
});

describe('files are the way for', () => {
  const shopOf = (sources: SourceName[]) => {
    const shop = streamShop(archive);
    return { ...shop, transfers: { ...shop.transfers, sources } };
  };
  test.each([
    ['private reads', sample('SRR1', { privateFiles: ['/reads.fastq.gz'] }), ['ena'], /files already/],
    ['other sources', sample('SRR1'), ['aws', 'ncbi'], /not among the sources/],
    ['an SRA object', sample('SRR4'), ['ena', 'aws'], /no FASTQ/],
    ['a run that ENA does not know', sample('SRR99'), ['ena'], /no FASTQ/],
    ['a mate without the other', sample('SRR5'), ['ena'], /expected SRR5_1.fastq.gz and SRR5_2.fastq.gz/],
  ] as const)('%s', async (_, listed, sources, why) => {
    expect(await resolveStream(listed, shopOf([...sources]))).toEqual({
      fallback: expect.stringMatching(why),
    });
  });
});

test('where ENA cannot be asked, the run fails: it is not fetched into files behind its back', async () => {
  archive.faults.set('portal/ena/portal/api/filereport', { status: 500 });
  await expect(resolveStream(sample('SRR1'), streamShop(archive))).rejects.toMatchObject({
    stage: 'fetch',
    reason: 'network',
    retryable: true,
  });
  expect(archive.requests.length).toBe(4);
});

test('an interruption is no failure of the run', async () => {
  const reason = new Error('stop');
  const shop = streamShop(archive, { signal: AbortSignal.abort(reason) });
  await expect(resolveStream(sample('SRR1'), shop)).rejects.toBe(reason);
});
