/** Unpacking archives: the reads that went into them, those that other programs take out, and what goes wrong. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { archiveCounts, spotsRead } from '../../src/rna/reads/dump.js';
import { extractRun } from '../../src/rna/reads/extract.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { archive, pombe, type ReadsShop, readsShop, recordsOf, sumOfReads } from './reads-setup.js';
import { sample } from './samples.js';

const tools = ['fasterq-dump', 'vdb-validate', 'sra-stat', 'fastq-dump', 'latf-load', 'kar'].map(requireTool);
const parallelDump = requireTool('parallel-fastq-dump');
const root = temporaryFolder();
let runs = 0;

/** A run's folder, with blanks and other letters in its path, and an archive in it. */
function folderWith(sra: string, run: string): { folder: string; file: string } {
  const folder = path.join(root, `läufe ${runs++}`, run);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${run}.sra`);
  copyFileSync(sra, file);
  chmodSync(file, 0o644);
  return { folder, file };
}

const warnings = (shop: ReadsShop) =>
  shop.events.flatMap((event) => (event.type === 'warning' ? [event.problem] : []));

describe.skipIf(tools.includes(undefined))('unpacking an archive', () => {
  // Archives are made from reads whose names tell the mates.
  let pairs: string;
  beforeAll(() => {
    const [load, kar] = tools.slice(4) as [string, string];
    const mates = [1, 2].map((mate) => {
      const records = recordsOf(pombe(`Sp_log_${mate}`));
      const text = records.map(
        ([, bases, qualities], i) => `@SRR7.${i + 1}/${mate}\n${bases}\n+\n${qualities}\n`,
      );
      const file = path.join(root, `mates_${mate}.fastq`);
      writeFileSync(file, text.join(''));
      return file;
    });
    const unpacked = path.join(root, 'loaded');
    const reads = ['-1', mates[0]!, '-2', mates[1]!];
    execFileSync(load, ['--quality', 'PHRED_33', '-p', 'ILLUMINA', '-o', unpacked, ...reads], {
      stdio: 'ignore',
    });
    pairs = path.join(root, 'pairs.sra');
    execFileSync(kar, ['-f', '--create', pairs, '-d', unpacked], { stdio: 'ignore' });
  });

  const options = { parallelDump: false, threads: 2 };

  it('gives the reads back that it was made of', async () => {
    const { folder, file } = folderWith(pairs, 'SRR7');
    const shop = readsShop();
    const files = await extractRun(sample('SRR7'), file, folder, shop, options);
    expect(files).toEqual([1, 2].map((mate) => path.join(folder, `SRR7_${mate}.fastq.gz`)));
    for (const mate of [1, 2]) {
      const original = recordsOf(pombe(`Sp_log_${mate}`)).map(([, ...read]) => read);
      expect(original.length).toBe(10_000);
      expect(recordsOf(files[mate - 1]!).map(([, ...read]) => read)).toEqual(original);
    }
    // Nothing else is left, and gtk knows the files for its own.
    expect(readdirSync(folder).sort()).toEqual(['SRR7_1.fastq.gz', 'SRR7_2.fastq.gz']);
    const told = shop.events.flatMap((event) => (event.type === 'file' ? [event.path] : []));
    expect(told.sort()).toEqual(files);
    expect(warnings(shop)).toEqual([]);
  });

  it.each([
    ['fasterq-dump', false],
    ...(parallelDump ? [['parallel-fastq-dump', true] as const] : []),
  ] as const)('leaves out reads that have lost their mates, with %s', async (_, parallelDump) => {
    const { folder, file } = folderWith(archive('SRR99990004'), 'SRR99990004');
    const shop = readsShop();
    const files = await extractRun(sample('SRR99990004'), file, folder, shop, { parallelDump, threads: 2 });
    // The older program, asked by hand.
    const other = path.join(root, `by-hand-${parallelDump}`);
    execFileSync(tools[3]!, ['--split-3', '-O', other, archive('SRR99990004')], { stdio: 'ignore' });
    for (const mate of [1, 2]) {
      const expected = path.join(other, `SRR99990004_${mate}.fastq`);
      expect(recordsOf(expected).length).toBe(9000);
      expect(sumOfReads(files[mate - 1]!)).toBe(sumOfReads(expected));
    }
    expect(recordsOf(path.join(other, 'SRR99990004.fastq')).length).toBe(1000);
    expect(readdirSync(folder).sort()).toEqual(files.map((found) => path.basename(found)));
    expect(warnings(shop)).toEqual([expect.stringContaining('1000 of 10000 reads have lost their mates')]);
  });

  it('gives one file of single reads, and says so where the metadata tell otherwise', async () => {
    const { folder, file } = folderWith(archive('SRR99990003'), 'SRR99990003');
    const shop = readsShop();
    const files = await extractRun(sample('SRR99990003'), file, folder, shop, options);
    expect(files).toEqual([path.join(folder, 'SRR99990003.fastq.gz')]);
    const other = path.join(root, 'single-by-hand');
    execFileSync(tools[3]!, ['-O', other, archive('SRR99990003')], { stdio: 'ignore' });
    expect(recordsOf(files[0]!).length).toBe(10_000);
    expect(sumOfReads(files[0]!)).toBe(sumOfReads(path.join(other, 'SRR99990003.fastq')));
    expect(warnings(shop)).toEqual([expect.stringContaining('layout-mismatch')]);
  });

  it('uses gzip where there is no pigz', async () => {
    const programs = path.join(root, 'programs');
    mkdirSync(programs);
    const gzip = path.join(programs, 'gzip');
    writeFileSync(gzip, `#!/bin/sh\necho "$@" >> '${root}/gzip-calls'\nexec ${requireTool('gzip')} "$@"\n`);
    chmodSync(gzip, 0o755);
    const { folder, file } = folderWith(archive('SRR99990003'), 'SRR99990003');
    const shop = readsShop();
    const paths = new Map(
      ['vdb-validate', 'sra-stat', 'fasterq-dump'].map((name) => [name, requireTool(name)!]),
    );
    const before = process.env.PATH;
    process.env.PATH = programs;
    try {
      const program: ReadsShop['program'] = (name) => paths.get(name) ?? path.join(programs, name);
      await extractRun(
        sample('SRR99990003', { layout: 'single' }),
        file,
        folder,
        { ...shop, program },
        options,
      );
    } finally {
      process.env.PATH = before;
    }
    expect(readFileSync(path.join(root, 'gzip-calls'), 'utf8')).toMatch(/^-1 .*SRR99990003\.fastq\n$/);
    expect(recordsOf(path.join(folder, 'SRR99990003.fastq.gz')).length).toBe(10_000);
  });

  describe('fails, leaves the archive and nothing else,', () => {
    const failing = async (sra: string | Uint8Array, shop: ReadsShop, run = 'SRR9') => {
      const given = typeof sra === 'string' ? sra : path.join(root, 'given.sra');
      if (typeof sra !== 'string') writeFileSync(given, sra);
      const { folder, file } = folderWith(given, run);
      const bytes = readFileSync(file);
      const error: unknown = await extractRun(sample(run), file, folder, shop, options).catch(
        (thrown) => thrown,
      );
      expect(readdirSync(folder)).toEqual([`${run}.sra`]);
      expect(readFileSync(file).equals(bytes)).toBe(true);
      return error;
    };

    it('on an archive that is cut off or none', async () => {
      const whole = readFileSync(pairs);
      const wrong = { stage: 'extract', reason: 'bad-archive' };
      expect(await failing(whole.subarray(0, whole.length - 100_000), readsShop())).toMatchObject(wrong);
      expect(await failing(Buffer.from('<html></html>'), readsShop())).toMatchObject(wrong);
      const changed = Buffer.from(whole);
      for (let at = 400_000; at < 400_100; at++) changed[at]! ^= 0xff;
      expect(await failing(changed, readsShop())).toMatchObject(wrong);
    });

    it('where there is no space for six bytes a base', async () => {
      const shop = readsShop();
      // All that is free but for less than six times 1,360,000 bytes.
      await shop.disk.promise(shop.disk.projected - 8_000_000, 'extract', shop.signal);
      const error = await failing(pairs, shop);
      expect(error).toMatchObject({ stage: 'extract', reason: 'disk-full' });
      expect((error as Error).message).toMatch(/needs 7\.8 MB/);
    });

    it.each([
      ['of fewer spots', 'echo "spots read      : 5,000"', 'extract-failed', /read 5000 of the 10000 spots/],
      [
        'that lose a mate',
        '"$REAL" "$@" && sed -i 1,4d "$OUT"/*_2.fastq',
        'mate-count-mismatch',
        /10000 .* 9999/,
      ],
      [
        'that are cut off',
        '"$REAL" "$@" && truncate -s 100000 "$OUT"/*_1.fastq',
        'truncated-input',
        /the end/,
      ],
      ['and then ends', '"$REAL" "$@"; exit 3', 'extract-failed', /status 3/],
      ['and is killed', 'kill -9 $$', 'extract-failed', /SIGKILL/],
      ['and finds the disk full', 'echo "disk-limit exeeded!"; exit 3', 'disk-full', /exeeded/],
    ])('on a program that writes files %s', async (_, script, reason, problem) => {
      const stub = path.join(root, `stub-${runs}`);
      const real = requireTool('fasterq-dump');
      // Its eighth argument is the folder of the output.
      writeFileSync(stub, `#!/bin/bash\nREAL=${real}\nOUT=$8\n${script}\n`);
      chmodSync(stub, 0o755);
      const shop = readsShop();
      const program: ReadsShop['program'] = (name) => (name === 'fasterq-dump' ? stub : shop.program(name));
      const error = await failing(pairs, { ...shop, program });
      expect(error).toMatchObject({ stage: 'extract', reason, message: expect.stringMatching(problem) });
    });

    it('when it is told to stop', async () => {
      const stop = new AbortController();
      const shop = readsShop({ signal: stop.signal });
      const program: ReadsShop['program'] = (name) => {
        if (name === 'pigz') stop.abort(new Error('stopped'));
        return shop.program(name);
      };
      expect(await failing(pairs, { ...shop, program })).toMatchObject({ message: 'stopped' });
    });
  });

  it('takes over the scratch files of a gtk that was killed', async () => {
    const { folder, file } = folderWith(archive('SRR99990003'), 'SRR99990003');
    const left = path.join(folder, 'SRR99990003.extract');
    mkdirSync(path.join(left, 'out'), { recursive: true });
    writeFileSync(path.join(left, 'out', 'SRR99990003_1.fastq'), '@half');
    await extractRun(sample('SRR99990003', { layout: 'single' }), file, folder, readsShop(), options);
    expect(existsSync(left)).toBe(false);
    rmSync(folder, { recursive: true });
  });
});

it('reads what sra-stat and the dumpers print', () => {
  expect(archiveCounts('/a|b/RUN.sra||10000:1292000:1292000|:|:|:\n')).toEqual({
    spots: 10_000,
    bases: 1_292_000,
  });
  const groups = 'x.sra|lane1|5:500:500|:|:|:\nx.sra|lane2|7:700:700|:|:|:\n';
  expect(archiveCounts(groups)).toEqual({ spots: 12, bases: 1200 });
  expect(archiveCounts('err: item not found')).toBeUndefined();
  expect(spotsRead('spots read      : 1,234,567\nreads read      : 2,469,134\n')).toBe(1_234_567);
  const stretches = 'Read 5000 spots for x.sra\nWritten 5000 spots for x.sra\n'.repeat(2);
  expect(spotsRead(stretches)).toBe(10_000);
  expect(spotsRead('')).toBeUndefined();
});
