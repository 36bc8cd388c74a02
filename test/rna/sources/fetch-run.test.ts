import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { remedies } from '../../../src/rna/failure.js';
import { archiveFiles } from '../../../src/rna/sources/archive-files.js';
import { answer, serve } from '../../net/loopback.js';
import { testData } from '../../run-gtk.js';
import { html } from '../archive.js';
import { archiveOf, fastq, fetching, md5, runFolder, sraObject } from './fetching.js';

const [one, two, orphans] = [fastq(1), fastq(2), fastq(3, 1000)];
const pair = { 'SRR1_1.fastq.gz': one, 'SRR1_2.fastq.gz': two };
const sra = sraObject(4);
const isRight = (contents: Buffer[], ...expected: Buffer[]) =>
  contents.length === expected.length && contents.every((content, i) => content.equals(expected[i]!));
const failure = (reason: keyof typeof remedies, message: string | RegExp) =>
  expect.objectContaining({
    name: 'SampleFailure',
    stage: 'fetch',
    reason,
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  });

describe('a run with FASTQ at ENA', () => {
  it('of the carried data comes with the bytes and sums that the files have', async () => {
    const carried = (mate: 1 | 2) =>
      readFileSync(testData(`rna/fastq/Saccharomyces_cerevisiae/SRR6357070_${mate}.fastq.gz`));
    const files = { 'SRR6357070_1.fastq.gz': carried(1), 'SRR6357070_2.fastq.gz': carried(2) };
    const archive = await archiveOf({ runs: [{ run: 'SRR6357070', fastq: files, readCount: 10_000 }] });
    const { fetched, contents, names, events, received, slotsLeft } = await fetching({
      archive,
      run: 'SRR6357070',
    });
    expect(fetched).toMatchObject({ kind: 'fastq', source: 'ena', reads: 10_000, verified: true });
    expect(isRight(contents, carried(1), carried(2))).toBe(true);
    expect(names).toEqual(['SRR6357070_1.fastq.gz', 'SRR6357070_2.fastq.gz']);
    const bytes = carried(1).length + carried(2).length;
    expect([received, fetched!.bytesDownloaded, slotsLeft]).toEqual([bytes, bytes, 0]);
    // The sums that md5sum prints of the carried files.
    const told = events.flatMap((event) =>
      event.type === 'file' ? [[event.path, event.bytes, event.md5]] : [],
    );
    expect(told.sort()).toEqual([
      [fetched!.files[0], carried(1).length, md5(carried(1))],
      [fetched!.files[1], carried(2).length, md5(carried(2))],
    ]);
    expect(archive.requests.map(({ service, status }) => `${service} ${status}`).sort()).toEqual([
      'files 200',
      'files 200',
      'portal 200',
    ]);
  });

  it('is matched by name: mates out of order, orphans left out, fewer sums than files', async () => {
    const files = { 'SRR1.fastq.gz': orphans, 'SRR1_2.fastq.gz': two, 'SRR1_1.fastq.gz': one };
    const reports: Record<string, string>[] = [{}, { fastq_md5: `${md5(one)};${md5(two)}` }];
    for (const report of reports) {
      const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: files, report }] });
      const { fetched, contents, names } = await fetching({ archive, run: 'SRR1' });
      expect(isRight(contents, one, two)).toBe(true);
      expect(names).toEqual(['SRR1_1.fastq.gz', 'SRR1_2.fastq.gz']);
      expect(fetched!.verified).toBe(true);
      expect(archive.requestsOf('SRR1.fastq.gz')).toEqual([]);
    }
  });

  it('that is paired, but has one file, comes as that file', async () => {
    const archive = await archiveOf({
      runs: [{ run: 'SRR1', fastq: { 'SRR1.fastq.gz': one }, layout: 'PAIRED' }],
    });
    const { contents, names } = await fetching({ archive, run: 'SRR1' });
    expect(isRight(contents, one)).toBe(true);
    expect(names).toEqual(['SRR1.fastq.gz']);
  });

  it('with one mate only is taken from the next source', async () => {
    const files = { 'SRR1_1.fastq.gz': one, 'SRR1.fastq.gz': orphans };
    const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: files, sra, sraAt: ['aws'] }] });
    const { fetched, contents } = await fetching({ archive, run: 'SRR1' });
    expect(fetched).toMatchObject({ kind: 'sra', source: 'aws' });
    expect(isRight(contents, sra)).toBe(true);
    const only = await fetching({ archive, run: 'SRR1', values: { sources: ['ena'] } });
    expect(only.failure).toEqual(
      failure('mate-missing', 'there is SRR1_1.fastq.gz, SRR1.fastq.gz, expected'),
    );
  });

  it('is fetched as the metadata list it, without asking for the report', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: pair }] });
    const listed = archiveFiles(archive.reportOf('SRR1'));
    const { contents } = await fetching({ archive, run: 'SRR1', sample: { archive: listed } });
    expect(isRight(contents, one, two)).toBe(true);
    expect(archive.requestsOf('filereport')).toEqual([]);
  });

  it('that changed since the metadata were made is fetched as the report lists it now', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: pair }] });
    for (const stale of [
      { fastq_md5: `${md5(orphans)};${md5(two)}` },
      { fastq_ftp: archive.reportOf('SRR1').fastq_ftp!.replaceAll('vol1', 'vol0') },
    ]) {
      const listed = archiveFiles({ ...archive.reportOf('SRR1'), ...stale });
      const { contents, names } = await fetching({ archive, run: 'SRR1', sample: { archive: listed } });
      expect(isRight(contents, one, two)).toBe(true);
      expect(names).toEqual(['SRR1_1.fastq.gz', 'SRR1_2.fastq.gz']);
    }
  });

  it('keeps verified files from before and goes on with parts, asking with Range and If-Range', async () => {
    const archive = await archiveOf({
      runs: [{ run: 'SRR1', fastq: pair }],
      faults: { 'SRR1_1.fastq.gz': { cutAfter: 200_000 } },
    });
    const folder = runFolder();
    const values = { sources: ['ena'], retries: 0 };
    writeFileSync(path.join(folder, 'SRR1_2.fastq.gz'), two);
    const { failure: first, names } = await fetching({ archive, run: 'SRR1', folder, values });
    expect(first).toEqual(failure('network', 'SRR1_1.fastq.gz from 127.0.0.1'));
    expect(first).toMatchObject({ retryable: true });
    expect(names).toEqual(['SRR1_1.fastq.gz.part', 'SRR1_1.fastq.gz.part.json', 'SRR1_2.fastq.gz']);
    const size = statSync(path.join(folder, 'SRR1_1.fastq.gz.part')).size;
    expect(size).toBeGreaterThan(0);
    archive.faults.clear();
    const { contents, received, events } = await fetching({ archive, run: 'SRR1', folder, values });
    expect(isRight(contents, one, two)).toBe(true);
    expect(received).toBe(one.length - size);
    expect(archive.requestsOf('SRR1_1.fastq.gz').at(-1)).toMatchObject({
      range: `bytes=${size}-`,
      ifRange: expect.stringMatching(/^".+"$/),
      status: 206,
    });
    expect(archive.requestsOf('SRR1_2.fastq.gz')).toEqual([]);
    expect(events.filter(({ type }) => type === 'file')).toHaveLength(1);
  });

  it('replaces files that stand there wrong, without following links', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: pair }] });
    const folder = runFolder();
    const precious = path.join(runFolder(), 'precious');
    writeFileSync(precious, one.subarray(0, 1000));
    symlinkSync(precious, path.join(folder, 'SRR1_1.fastq.gz'));
    writeFileSync(path.join(folder, 'SRR1_2.fastq.gz'), Buffer.from(two).reverse());
    const { contents, names } = await fetching({ archive, run: 'SRR1', folder });
    expect(isRight(contents, one, two)).toBe(true);
    expect(names).toHaveLength(2);
    expect(readFileSync(precious).equals(one.subarray(0, 1000))).toBe(true);
  });

  it('does not write into a file that its part links to', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: { 'SRR1.fastq.gz': one } }] });
    const folder = runFolder();
    const precious = path.join(runFolder(), 'precious');
    writeFileSync(precious, 'precious');
    symlinkSync(precious, path.join(folder, 'SRR1.fastq.gz.part'));
    const { failure: thrown } = await fetching({ archive, run: 'SRR1', folder });
    expect(thrown).toMatchObject({ code: 'GTK_NOT_WRITABLE' });
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  });

  it('without sums is verified by its gzip alone', async () => {
    const report = { fastq_md5: '', fastq_bytes: '' };
    const runs = [{ run: 'SRR1', fastq: pair, report }];
    const archive = await archiveOf({ runs });
    const { contents, fetched, folder } = await fetching({ archive, run: 'SRR1' });
    expect(isRight(contents, one, two)).toBe(true);
    expect(fetched!.verified).toBe(true);
    // A file that was cut off is noticed as one that stands, and as one that comes.
    const cutOff = one.subarray(0, one.length - 10);
    truncateSync(path.join(folder, 'SRR1_1.fastq.gz'), cutOff.length);
    archive.faults.set('SRR1_1.fastq.gz', [{ content: cutOff }]);
    const again = await fetching({ archive, run: 'SRR1', folder });
    expect(isRight(again.contents, one, two)).toBe(true);
    expect(again.retries).toEqual([expect.stringContaining('its gzip data end too early')]);
    archive.faults.set('SRR1_1.fastq.gz', html);
    const never = await fetching({ archive, run: 'SRR1', values: { sources: ['ena'] } });
    expect(never.failure).toEqual(failure('checksum', 'SRR1_1.fastq.gz from'));
    expect(never.names).not.toContain('SRR1_1.fastq.gz');
  });

  it('says of a file that it is ours before the file has its name', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: pair }] });
    const stood: boolean[] = [];
    const { fetched } = await fetching({
      archive,
      run: 'SRR1',
      tell: (event) => event.type === 'file' && stood.push(existsSync(event.path)),
    });
    expect(stood).toEqual([false, false]);
    expect(fetched!.files.every((file) => existsSync(file))).toBe(true);
  });

  it('takes a slot for each file', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: pair }] });
    const { contents, slotsLeft } = await fetching({ archive, run: 'SRR1', downloads: 1 });
    expect(isRight(contents, one, two)).toBe(true);
    expect(slotsLeft).toBe(0);
    // One slot: the second file is asked for only when the first has come whole.
    const [first, second] = archive.requests.filter(({ service }) => service === 'files');
    expect(first!.sent).toBe(first!.path.endsWith('_1.fastq.gz') ? one.length : two.length);
    expect(second!.sent).toBeGreaterThan(0);
  });
});

describe('faults of a source', () => {
  const run = 'SRR1';
  const withObject = () =>
    archiveOf({ runs: [{ run, fastq: { 'SRR1.fastq.gz': one }, sra, sraAt: ['aws', 'ncbi', 'ddbj'] }] });
  const file = 'SRR1.fastq.gz';
  const now = { 'retry-after': '0' };

  it.each([
    ['cut connections', [{ cutAfter: 100_000 }, { cutAfter: -1 }, { cutAfter: 0 }], 4],
    ['429 with Retry-After', [{ status: 429, headers: now }], 2],
    ['500 and 503', [{ status: 500 }, { status: 503, headers: now }], 3],
    ['a server that ignores Range', [{ cutAfter: 100_000 }, { ignoresRange: true }], 2],
    ['416 to a rest that is there', [{ cutAfter: 100_000 }, { status: 416 }], 3],
    ['a wrong content once', [{ content: two.subarray(0, one.length) }], 2],
    ['HTML once', [html], 2],
    ['a stall', [{ stallAfter: 100_000 }], 2],
    ['a file without length', [{ isChunked: true }], 1],
  ])('%s are got over', async (_, faults, requests) => {
    const archive = await withObject();
    archive.faults.set(file, [...faults]);
    const { fetched, contents, names } = await fetching({ archive, run, transfers: { stallSeconds: 0.1 } });
    expect(fetched).toMatchObject({ source: 'ena', kind: 'fastq' });
    expect(isRight(contents, one)).toBe(true);
    expect(names).toEqual([file]);
    expect(archive.requestsOf(file)).toHaveLength(requests);
    for (const { range, ifRange } of archive.requestsOf(file)) {
      if (range !== undefined) expect(ifRange).toMatch(/^".+"$/);
    }
  });

  it('a rest that no ETag vouches for is asked for where a checksum will, else all is', async () => {
    const fault = { cutAfter: 100_000, etag: false as const };
    for (const [report, ranges] of [
      [{}, [undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]],
      [{ fastq_md5: '' }, [undefined, undefined]],
    ] as [Record<string, string>, unknown[]][]) {
      const archive = await archiveOf({
        runs: [{ run, fastq: { [file]: one }, report }],
        faults: { [file]: [fault] },
      });
      expect(isRight((await fetching({ archive, run })).contents, one)).toBe(true);
      expect(archive.requestsOf(file).map(({ range }) => range)).toEqual(ranges);
    }
  });

  it.each([
    ['404', { status: 404 }, 1, 'not-found', 'HTTP 404 Not Found'],
    ['410', { status: 410 }, 1, 'not-found', 'HTTP 410 Gone'],
    ['403', { status: 403 }, 1, 'not-found', 'HTTP 403 Forbidden'],
    ['500 for ever', { status: 500 }, 4, 'network', 'HTTP 500 Internal Server Error'],
    ['wrong content for ever', { content: two.subarray(0, one.length) }, 2, 'checksum', 'MD5 is'],
    ['HTML for ever', html, 2, 'checksum', `it has ${html.content!.length} bytes, expected`],
    ['stalls for ever', { stallAfter: 0 }, 4, 'stalled', 'no byte within 0.1 s'],
    ['cuts for ever', { cutAfter: -1 }, 4, 'network', 'the connection was cut'],
  ] as const)(
    '%s leads to the next source, without needless requests',
    async (_, fault, requests, reason, says) => {
      const archive = await withObject();
      archive.faults.set(file, fault);
      const listed = archiveFiles({ ...archive.reportOf(run), fastq_md5: md5(one) });
      const transfers = { stallSeconds: 0.1 };
      const { fetched, contents, names } = await fetching({
        archive,
        run,
        sample: { archive: listed },
        transfers,
      });
      expect(fetched).toMatchObject({ source: 'aws', kind: 'sra', verified: false });
      expect(isRight(contents, sra)).toBe(true);
      expect(names).toEqual(['SRR1.sra']);
      expect(archive.requestsOf(file)).toHaveLength(requests);
      const only = await fetching({ archive, run, transfers, values: { sources: ['ena'] } });
      expect(only.failure).toEqual(failure(reason, says));
      expect(only.names.filter((name) => !name.endsWith('.part') && !name.endsWith('.json'))).toEqual([]);
      if (reason === 'checksum') expect(only.names).toEqual([]);
    },
  );

  it('a redirect is followed only to hosts that are allowed', async () => {
    const archive = await withObject();
    const elsewhere = await serve(answer(200, 'evil'));
    const other = await archiveOf({ runs: [{ run, fastq: { [file]: one } }] });
    const at = archive.origins.files;
    const { pathname } = new URL(`https://${archive.reportOf(run).fastq_ftp}`);
    for (const [to, says] of [
      [elsewhere, `redirected to ${elsewhere}, which is not allowed`],
      ['http://www.ebi.ac.uk/x', 'redirected to http://www.ebi.ac.uk, which is not allowed'],
      ['https://evil.example/x', 'redirected to https://evil.example, which is not allowed'],
      ['file:///etc/passwd', 'redirected to no address of the web'],
    ] as const) {
      archive.faults.set(file, { redirect: to });
      const { failure: thrown, names } = await fetching({ archive, run, values: { sources: ['ena'] } });
      expect(thrown).toEqual(failure('redirected', says));
      expect(names).toEqual([]);
    }
    expect(archive.requestsOf(file)).toHaveLength(4);
    archive.faults.set(file, [{ redirect: `${at}${pathname}` }]);
    expect(isRight((await fetching({ archive, run })).contents, one)).toBe(true);
    archive.faults.set(file, { redirect: `${other.origins.files}${pathname}` });
    const allowHost = [new URL(other.origins.files).host];
    expect(isRight((await fetching({ archive, run, values: { allowHost } })).contents, one)).toBe(true);
  });

  it('the whole may take so long and no longer', async () => {
    const archive = await withObject();
    archive.faults.set(file, { stallAfter: 1000 });
    const { failure: thrown, names } = await fetching({
      archive,
      run,
      values: { sources: ['ena'] },
      transfers: { limitSeconds: 0.2 },
    });
    expect(thrown).toEqual(failure('stalled', 'not complete within 0.2 s'));
    expect(names).toEqual([`${file}.part`, `${file}.part.json`]);
  });

  it('what came of one mate stays when the other fails, and goes when another source has the run', async () => {
    const archive = await archiveOf({
      runs: [{ run, fastq: pair, sra, sraAt: ['aws'] }],
      faults: { 'SRR1_1.fastq.gz': { cutAfter: 100_000 } },
    });
    const values = { retries: 0, sources: ['ena'] };
    const alone = await fetching({ archive, run, values });
    expect(alone.failure).toEqual(failure('network', 'the connection was cut'));
    expect(alone.names).toContain('SRR1_1.fastq.gz.part');
    const next = await fetching({ archive, run, folder: alone.folder, values: { retries: 0 } });
    expect(isRight(next.contents, sra)).toBe(true);
    expect(next.names.filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('a part from one source stays when the next has nothing', async () => {
    const archive = await archiveOf({ runs: [{ run, sra, sraAt: ['aws'] }] });
    archive.faults.set('aws/sra/SRR1/SRR1', { cutAfter: 50_000 });
    const links = archive.linksOf(run);
    const values = { retries: 0, sources: ['aws', 'ncbi'] };
    const { failure: thrown, folder } = await fetching({ archive, run, values, sample: { links } });
    expect(thrown).toEqual(failure('network', /aws: SRR1\.sra from .*; ncbi: SRR1\.sra from .*HTTP 404/));
    const { size } = statSync(path.join(folder, 'SRR1.sra.part'));
    expect(size).toBeGreaterThan(0);
    archive.faults.clear();
    const { contents, received } = await fetching({ archive, run, folder, values, sample: { links } });
    expect(isRight(contents, sra)).toBe(true);
    expect(received).toBe(sra.length - size);
  });
});

describe('SRA objects', () => {
  const sources = (...names: string[]) => ({ values: { sources: names } });

  it('of the carried data come from ENA itself where it has no FASTQ, with its checksum', async () => {
    const carried = readFileSync(testData('rna/sra/SRR99990003.sra'));
    const archive = await archiveOf({ runs: [{ run: 'SRR99990003', sra: carried, sraAt: ['ena'] }] });
    const { fetched, contents } = await fetching({ archive, run: 'SRR99990003' });
    expect(fetched).toMatchObject({ kind: 'sra', source: 'ena', verified: true });
    expect(isRight(contents, carried)).toBe(true);
  });

  it('come from AWS by accession, from NCBI by link, from DDBJ by accession and experiment', async () => {
    const archive = await archiveOf({
      runs: [{ run: 'DRR7', experiment: 'DRX000123', sra, sraAt: ['aws', 'ncbi', 'ddbj'] }],
    });
    const links = { ncbi: archive.linksOf('DRR7').ncbi };
    for (const source of ['aws', 'ncbi', 'ddbj']) {
      const sample = { links, experiment: 'DRX000123' };
      const { fetched, contents, names } = await fetching({
        archive,
        run: 'DRR7',
        sample,
        ...sources(source),
      });
      expect(fetched).toMatchObject({ kind: 'sra', source });
      expect(isRight(contents, sra)).toBe(true);
      expect(names).toEqual(['DRR7.sra']);
    }
    expect(archive.requests.map(({ service }) => service)).toEqual(['aws', 'ncbi', 'ddbj']);
  });

  it('must begin as one', async () => {
    const archive = await archiveOf({
      runs: [{ run: 'SRR1', sra, sraAt: ['aws'] }],
      faults: { 'aws/sra/SRR1/SRR1': html },
    });
    const { failure: thrown, names } = await fetching({ archive, run: 'SRR1', ...sources('aws') });
    expect(thrown).toEqual(failure('checksum', 'it is no SRA object'));
    expect(names).toEqual([]);
    expect(archive.requests).toHaveLength(2);
  });
});

describe('when no source has it', () => {
  it('the most telling reason is given, and what each said', async () => {
    const archive = await archiveOf({
      runs: [{ run: 'SRR1', fastq: { 'SRR1.fastq.gz': one }, report: { fastq_md5: md5(two) } }],
    });
    const { failure: thrown, names } = await fetching({ archive, run: 'SRR1' });
    expect(thrown).toEqual(
      failure(
        'checksum',
        /^ena: SRR1\.fastq\.gz from \S+: its MD5 is \w+, expected \w+; aws: SRR1\.sra .*404/,
      ),
    );
    expect(names).toEqual([]);
    expect(archive.requestsOf('SRR1.fastq.gz')).toHaveLength(2);
  });

  it('an accession that ENA does not know is not found, a run without files has no source', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1' }] });
    const unknown = await fetching({ archive, run: 'SRR2', values: { sources: ['ena'] } });
    expect(unknown.failure).toEqual(failure('not-found', 'ena: ENA does not know SRR2'));
    const empty = await fetching({ archive, run: 'SRR1', values: { sources: ['ena'] } });
    expect(empty.failure).toEqual(failure('no-source', 'ena: ENA has no file of SRR1'));
    const none = await fetching({ archive, run: 'SRR1', values: { sources: ['ncbi', 'ddbj'] } });
    expect(none.failure).toEqual(failure('no-source', 'switched on: ncbi, ddbj'));
    expect(archive.requests).toHaveLength(2);
  });

  it('everybody unreachable is offline, after one try each', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: pair }] });
    await archive.close();
    const before = archive.requests.length;
    const { failure: thrown, retries, names } = await fetching({ archive, run: 'SRR1' });
    expect(thrown).toEqual(
      failure('offline', /^ena: file report from .*refuses.*; aws: SRR1\.sra from .*refuses/),
    );
    expect(retries).toEqual([]);
    expect(names).toEqual([]);
    expect(archive.requests).toHaveLength(before);
    // A name that nobody has, as without a name server.
    const values = { enaPortalUrl: 'https://portal.invalid', sources: ['ena'] };
    const nameless = await fetching({ archive, run: 'SRR1', values });
    expect(nameless.failure).toEqual(failure('offline', 'file report from portal.invalid: the '));
  });

  it('one source that answers is enough not to be offline', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1', sra, sraAt: ['aws'] }] });
    const { fetched } = await fetching({
      archive,
      run: 'SRR1',
      values: { enaPortalUrl: 'https://portal.invalid' },
    });
    expect(fetched).toMatchObject({ source: 'aws' });
  });

  it('a folder that cannot be written is named', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: pair }] });
    const folder = path.join(runFolder(), 'missing');
    const { failure: thrown } = await fetching({ archive, run: 'SRR1', folder });
    expect(thrown).toMatchObject({ code: 'GTK_NOT_WRITABLE', message: expect.stringContaining(folder) });
  });
});

describe('an interruption', () => {
  it('ends at any moment with its reason, releases slots, leaves parts that are gone on with', async () => {
    const archive = await archiveOf({ runs: [{ run: 'SRR1', fastq: pair }] });
    for (const [at, stallAfter] of [
      ['SRR1_1.fastq.gz', 100_000],
      ['filereport', 0],
    ] as const) {
      archive.faults.set(at, { stallAfter });
      archive.requests.length = 0;
      const interrupt = new AbortController();
      const running = fetching({ archive, run: 'SRR1', signal: interrupt.signal });
      await expect.poll(() => archive.requestsOf(at)[0]?.sent).toBe(stallAfter);
      interrupt.abort('SIGTERM');
      const { failure: thrown, slotsLeft, folder } = await running;
      expect([thrown, slotsLeft]).toEqual(['SIGTERM', 0]);
      archive.faults.clear();
      expect(isRight((await fetching({ archive, run: 'SRR1', folder })).contents, one, two)).toBe(true);
      expect(readdirSync(folder)).toHaveLength(2);
    }
  });
});
