import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RnaEvent } from '../../src/rna/events.js';
import type { Sample } from '../../src/rna/sample.js';
import { Slots } from '../../src/rna/slots.js';
import type { Workshop } from '../../src/rna/workshop.js';
import { isAlive, type ProcessIdentity } from '../../src/tools/process-identity.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { type Archive, type ArchivedRun, type Fault, html, startArchive } from './archive.js';
import { listedSample, makeIndex, mates, md5, stream, streamShop, tableOfFiles } from './stream-setup.js';

const kallisto = requireTool('kallisto');
const salmon = requireTool('salmon');

const [first, second] = mates as [Buffer, Buffer];
const text = gunzipSync(first).toString();
const thrice = mates.map((mate) => Buffer.concat([mate, mate, mate]));
const flipped = (content: Buffer, at: number) => {
  const copy = Buffer.from(content);
  copy[at]! ^= 0x10;
  return copy;
};
const paired = (run: string, one: Buffer, two: Buffer): ArchivedRun => ({
  run,
  fastq: { [`${run}_1.fastq.gz`]: one, [`${run}_2.fastq.gz`]: two },
});
const single = (run: string, content: Buffer): ArchivedRun => ({
  run,
  fastq: { [`${run}.fastq.gz`]: content },
});
const random = (length: number) =>
  Array.from({ length }, (_, i) => 'ACGT'[((i * 2654435761) >>> 13) & 3]).join('');
const foreign = Array.from({ length: 50 }, (_, i) => {
  return `@r${i}\n${random(50 + i).slice(-50)}\n+\n${'I'.repeat(50)}\n`;
}).join('');

const runs: ArchivedRun[] = [
  paired('SRR1', first, second),
  single('SRR2', first),
  paired('SRR3', thrice[0]!, thrice[1]!),
  { ...paired('SRR4', first, second), report: { fastq_md5: `${md5(first)};${md5(first)}` } },
  single('SRR10', flipped(first, 100_000)),
  single('SRR11', first.subarray(0, 100_000)),
  single('SRR12', gzipSync('>transcript\nACGT\n')),
  single('SRR13', gzipSync('')),
  single('SRR14', gzipSync(text.split('\n').slice(0, -2).join('\n'))),
  paired('SRR15', gzipSync(text.split('\n').slice(0, -5).join('\n')), second),
  single('SRR16', gzipSync(foreign)),
];

const folder = temporaryFolder();
let archive: Archive;
let index: string;
let whole: Buffer;
const events: RnaEvent[] = [];
const told = <T extends RnaEvent['type']>(type: T) =>
  events.filter((event): event is Extract<RnaEvent, { type: T }> => event.type === type);

beforeAll(async () => {
  archive = await startArchive({ runs });
  if (!kallisto) return;
  index = makeIndex(folder);
  whole = tableOfFiles(path.join(folder, 'expected'), ['-i', index, ...files('SRR1', mates)]);
});
afterAll(() => archive.close());
beforeEach(() => {
  archive.faults.clear();
  archive.requests.length = 0;
  archive.bytesPerSecond = undefined;
  events.length = 0;
  rmSync(path.join(folder, 'staging'), { recursive: true, force: true });
});

/** The reads as files. */
function files(name: string, contents: readonly Buffer[]): string[] {
  return contents.map((content, at) => {
    const file = path.join(folder, `${name}.${at}.fastq.gz`);
    writeFileSync(file, content);
    return file;
  });
}

const streamed = (run: string, different: Partial<Workshop> = {}, listed: Partial<Sample> = {}) =>
  stream(
    listedSample(archive, run, listed),
    folder,
    index,
    streamShop(archive, { tell: (event) => events.push(event), ...different }),
  );

/** What is left where results are made. */
const staged = () => readdirSync(path.join(folder, 'staging'), { recursive: true }).sort();
const table = (run: string) => readFileSync(path.join(folder, 'staging', run, 'abundance.tsv'));

/** Streams a run that must fail, with nothing left of it. */
async function failureOf(run: string, different: Partial<Workshop> = {}, listed: Partial<Sample> = {}) {
  const failure = await streamed(run, different, listed).then(
    () => undefined,
    (thrown: unknown) => thrown as { reason: string; message: string; retryable: boolean },
  );
  expect(staged()).toEqual([]);
  expect(told('process-ended')).toHaveLength(told('process-started').length);
  return failure;
}

const requests = (run: string) =>
  archive.requests.filter(({ path }) => path.includes(`/${run}/`)).map(({ range }) => range);

describe.skipIf(!kallisto)('reads that are streamed', () => {
  test('give the table that files give, and leave no pipe', async () => {
    let received = 0;
    const { result, bytesDownloaded } = await streamed('SRR1', {
      received: (bytes) => {
        received += bytes;
      },
    });
    expect(table('SRR1').equals(whole)).toBe(true);
    expect(result).toMatchObject({ readsProcessed: 10_000, targets: 14 });
    expect(bytesDownloaded).toBe(first.length + second.length);
    expect(received).toBe(bytesDownloaded);
    expect(staged()).toEqual(['SRR1', 'SRR1/abundance.tsv', 'SRR1/run_info.json']);
    expect(told('process-started')).toMatchObject([{ run: 'SRR1', program: 'kallisto' }]);
  });

  test('may be single', async () => {
    const { result } = await streamed('SRR2', {}, { layout: 'single' });
    const args = ['-i', index, '--single', '-l', '200', '-s', '20', ...files('SRR2', [first])];
    expect(table('SRR2').equals(tableOfFiles(path.join(folder, 'single'), args))).toBe(true);
    expect(result.readsProcessed).toBe(10_000);
  });

  test('may be in several gzip members', async () => {
    const { result } = await streamed('SRR3', {}, { totalSpots: 30_000 });
    const args = ['-i', index, ...files('SRR3', thrice)];
    expect(table('SRR3').equals(tableOfFiles(path.join(folder, 'thrice'), args))).toBe(true);
    expect(result.readsProcessed).toBe(30_000);
  });

  test('come slowly', async () => {
    archive.bytesPerSecond = 600_000;
    await streamed('SRR1');
    expect(table('SRR1').equals(whole)).toBe(true);
  });

  const faults: Record<string, Record<string, Fault[]>> = {
    cuts: {
      'SRR1_1.fastq.gz': [{ cutAfter: 70_001 }, { cutAfter: 3 }],
      'SRR1_2.fastq.gz': [{ cutAfter: 0 }],
    },
    'a cut before the head': { 'SRR1_1.fastq.gz': [{ cutAfter: -1 }] },
    'a server without Range': { 'SRR1_1.fastq.gz': [{ cutAfter: 70_000 }, { ignoresRange: true }] },
    'a stall': { 'SRR1_2.fastq.gz': [{ stallAfter: 70_000 }] },
    '429': { 'SRR1_2.fastq.gz': [{ status: 429, headers: { 'retry-after': '0' } }] },
    '500': { 'SRR1_1.fastq.gz': [{ status: 500 }, { status: 503 }] },
  };
  test.each(Object.entries(faults))('survive %s', async (_, given) => {
    for (const [name, fault] of Object.entries(given)) archive.faults.set(name, [...fault]);
    const failures = Object.values(given).flat();
    const isStall = failures.some(({ stallAfter }) => stallAfter !== undefined);
    const transfers = { ...streamShop(archive).transfers, ...(isStall && { stallSeconds: 1 }) };
    const { bytesDownloaded } = await streamed('SRR1', { transfers });
    expect(table('SRR1').equals(whole)).toBe(true);
    expect(bytesDownloaded).toBe(first.length + second.length);
    const count = failures.filter(({ ignoresRange }) => !ignoresRange).length;
    expect(told('retry').length).toBeGreaterThanOrEqual(count);
    if (!isStall) expect(told('retry')).toHaveLength(count);
    expect(requests('SRR1')).toHaveLength(2 + told('retry').length);
  });

  test('that are damaged on the way are streamed again', async () => {
    archive.faults.set('SRR1_2.fastq.gz', [{ content: flipped(second, 150_000) }]);
    const { bytesDownloaded } = await streamed('SRR1');
    expect(table('SRR1').equals(whole)).toBe(true);
    expect(told('retry')).toMatchObject([{ run: 'SRR1', problem: expect.stringMatching(/streamed again/) }]);
    expect(bytesDownloaded).toBeGreaterThan(first.length + second.length);
  });

  test('share slots, in which no mate waits for the other', async () => {
    const downloads = new Slots(3);
    let most = 0;
    const received = () => {
      most = Math.max(most, downloads.used);
    };
    await Promise.all(['SRR1', 'SRR2', 'SRR3'].map((run) => streamed(run, { downloads, received })));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(3);
    expect(downloads.used).toBe(0);
    expect(table('SRR1').equals(whole)).toBe(true);
  });
});

describe.skipIf(!kallisto || !salmon)('salmon', () => {
  test('reads from pipes, too', async () => {
    const transcripts = new URL('../data/rna/kallisto-examples/transcripts.fasta.gz', import.meta.url)
      .pathname;
    const own = path.join(folder, 'transcripts.salmon');
    const args = ['--no-version-check', 'index', '-t', transcripts, '-i', own, '-k', '31'];
    execFileSync(salmon!, args, { stdio: 'ignore' });
    const shop = streamShop(archive, { tell: (event) => events.push(event) });
    const rules = { ...shop.rules, engine: 'salmon' as const };
    const { result } = await stream(listedSample(archive, 'SRR1'), folder, own, { ...shop, rules });
    expect(result).toMatchObject({ readsProcessed: 10_000, targets: 14 });
  });
});

describe.skipIf(!kallisto)('no result comes of', () => {
  test('a checksum that is wrong twice', async () => {
    expect(await failureOf('SRR4')).toMatchObject({ reason: 'checksum', retryable: false });
    expect(requests('SRR4')).toHaveLength(4);
    expect(told('retry')).toHaveLength(1);
  });

  test('a wrong byte that only the checksum tells', async () => {
    // In the header, whose time of change nothing else covers.
    archive.faults.set('SRR1_1.fastq.gz', { content: flipped(first, 5) });
    expect(await failureOf('SRR1')).toMatchObject({ reason: 'checksum' });
  });

  test('a page of HTML', async () => {
    archive.faults.set('SRR1_1.fastq.gz', html);
    expect(await failureOf('SRR1')).toMatchObject({ reason: 'checksum' });
  });

  test('a page of HTML where neither size nor checksum are known', async () => {
    archive.faults.set('SRR2.fastq.gz', html);
    const { address, name } = listedSample(archive, 'SRR2').archive!.files[0]!;
    const unknown = { files: [{ address, name, md5: undefined, bytes: undefined }], md5s: [] };
    expect(await failureOf('SRR2', {}, { archive: unknown })).toMatchObject({ reason: 'corrupt-gzip' });
  });

  test.each([
    ['SRR10', 'damaged gzip', 'corrupt-gzip'],
    ['SRR11', 'gzip that ends early', 'truncated-input'],
    ['SRR12', 'no FASTQ', 'not-fastq'],
    ['SRR13', 'no read', 'no-reads'],
    ['SRR14', 'a record that ends early', 'truncated-input'],
    ['SRR15', 'mates of unequal number', 'mate-count-mismatch'],
    ['SRR16', 'reads of another species', 'zero-aligned'],
  ])('%s: files that are such at the archive: %s', async (run, _, reason) => {
    const totalSpots = run === 'SRR16' ? 50 : 10_000;
    expect(await failureOf(run, {}, { totalSpots })).toMatchObject({ reason });
    const fetched = run === 'SRR15' ? 2 : 1;
    expect(requests(run)).toHaveLength(fetched);
  });

  test('fewer reads than the metadata count, unless checksums tell that these are all', async () => {
    const { files } = listedSample(archive, 'SRR1').archive!;
    const unsummed = { files: files.map((file) => ({ ...file, md5: undefined })), md5s: [] };
    expect(await failureOf('SRR1', {}, { totalSpots: 10_200, archive: unsummed })).toMatchObject({
      reason: 'truncated-input',
    });
    const { result } = await streamed('SRR1', {}, { totalSpots: 10_200 });
    expect(result.warnings).toEqual(['SRR1: 10000 reads were there of 10200 that the metadata count']);
  });

  test('files that are not there', async () => {
    archive.faults.set('SRR1_2.fastq.gz', { status: 404 });
    expect(await failureOf('SRR1')).toMatchObject({ reason: 'not-found', retryable: false });
    expect(archive.requestsOf('SRR1_2.fastq.gz')).toHaveLength(1);
  });

  test('a redirect to elsewhere', async () => {
    archive.faults.set('SRR1_1.fastq.gz', { redirect: 'http://127.0.0.1:9/reads' });
    expect(await failureOf('SRR1')).toMatchObject({ reason: 'redirected' });
  });

  test('a server that cuts every connection', async () => {
    archive.faults.set('SRR1_1.fastq.gz', { cutAfter: 100 });
    expect(await failureOf('SRR1')).toMatchObject({ reason: 'network', retryable: true });
    expect(archive.requestsOf('SRR1_1.fastq.gz')).toHaveLength(4);
  });

  test('an index that kallisto cannot read', async () => {
    const cut = path.join(folder, 'cut.idx');
    writeFileSync(cut, readFileSync(index));
    truncateSync(cut, 5000);
    const failure = await stream(listedSample(archive, 'SRR1'), folder, cut, streamShop(archive)).catch(
      (thrown: unknown) => thrown,
    );
    expect(failure).toMatchObject({ reason: 'bad-index' });
    expect(staged()).toEqual([]);
  });

  test('a program that ends before it asks for reads', async () => {
    const shop = streamShop(archive);
    const failure = failureOf('SRR1', {
      program: (name) => (name === 'kallisto' ? '/bin/false' : shop.program(name)),
    });
    expect(await failure).toMatchObject({ reason: 'quant-failed' });
    expect(requests('SRR1')).toEqual([]);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('a program that %s ends on the way', async (signal) => {
    // Waiting for the end of the stall would take longer than a test may.
    archive.faults.set('SRR1_1.fastq.gz', { stallAfter: 100_000 });
    const failure = await failureOf('SRR1', {
      received: () => {
        process.kill(told('process-started')[0]!.process.pid, signal);
      },
    });
    expect(failure).toMatchObject({ message: expect.stringContaining(signal) });
  });

  test('an interrupted run', async () => {
    archive.faults.set('SRR1_1.fastq.gz', { stallAfter: 100_000 });
    const stop = new AbortController();
    const reason = new Error('interrupted');
    const thrown = await failureOf('SRR1', { signal: stop.signal, received: () => stop.abort(reason) });
    expect(thrown).toBe(reason);
    expect(isAlive(told('process-started')[0]!.process)).toBe(false);
  });
});

describe.skipIf(!kallisto)('a program that is slower than the network', () => {
  test('slows the network down', async () => {
    const many = Buffer.concat(Array<Buffer>(150).fill(first));
    const large = await startArchive({ runs: [single('SRR9', many)] });
    try {
      let received = 0;
      let stopped: ProcessIdentity | undefined;
      const shop = streamShop(large, {
        tell: (event) => events.push(event),
        received: (bytes) => {
          received += bytes;
          if (stopped) return;
          stopped = told('process-started')[0]!.process;
          process.kill(stopped.pid, 'SIGSTOP');
        },
      });
      const listed = listedSample(large, 'SRR9', { layout: 'single', totalSpots: 1_500_000 });
      const running = stream(listed, folder, index, shop);
      let before = -1;
      await expect
        .poll(
          () => {
            const isStill = received > 0 && received === before;
            before = received;
            return isStill;
          },
          { interval: 200, timeout: 20_000 },
        )
        .toBe(true);
      // What the pipe and one chunk of the connection hold.
      expect(received).toBeLessThan(1 << 20);
      // What the connection's buffers on both sides hold beside it.
      expect(large.requestsOf('SRR9.fastq.gz')[0]!.sent).toBeLessThan(16 << 20);
      process.kill(stopped!.pid, 'SIGCONT');
      const { result, bytesDownloaded } = await running;
      expect(result.readsProcessed).toBe(1_500_000);
      expect(bytesDownloaded).toBe(many.length);
    } finally {
      await large.close();
    }
  }, 60_000);
});
