/** Filtering reads: the reads that fastp run by hand leaves, and what goes wrong. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { filterReads } from '../../src/rna/reads/filter.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { pombe, type ReadsShop, readsShop, recordsOf } from './reads-setup.js';

const fastp = requireTool('fastp');
const root = temporaryFolder();
let runs = 0;

function newFolder(): string {
  const folder = path.join(root, `läufe ${runs++}`, 'SRR1');
  mkdirSync(folder, { recursive: true });
  return folder;
}

const pair = [pombe('Sp_hs_1'), pombe('Sp_hs_2')];

describe.skipIf(!fastp)('filtering reads', () => {
  const shop = readsShop();

  it.each([
    ['a pair', pair],
    ['single reads', pair.slice(0, 1)],
  ])('leaves what fastp by hand leaves of %s', async (_, given) => {
    const folder = newFolder();
    const { files, json } = await filterReads({ run: 'SRR1' }, given, folder, 1, shop);
    const names = given.length === 2 ? ['SRR1_1', 'SRR1_2'] : ['SRR1'];
    expect(files).toEqual(names.map((name) => path.join(folder, `${name}.fastp.fastq.gz`)));
    const by = given.map((_, mate) => path.join(root, `by-hand-${mate + 1}.fastq`));
    const places = given.flatMap((file, mate) => [`--in${mate + 1}`, file, `--out${mate + 1}`, by[mate]!]);
    const quiet = ['--length_required', '25', '--thread', '1', '-j', '/dev/null', '-h', '/dev/null'];
    execFileSync(fastp!, [...quiet, ...places], { stdio: 'ignore' });
    for (const [mate, file] of files.entries()) {
      expect(recordsOf(file)).toEqual(recordsOf(by[mate]!));
      expect(recordsOf(file).length).toBeGreaterThan(5000);
      expect(recordsOf(file).length).toBeLessThan(10_000);
    }
    const { summary } = JSON.parse(readFileSync(json, 'utf8'));
    expect(summary.before_filtering.total_reads).toBe(10_000 * given.length);
    expect(summary.after_filtering.total_reads).toBe(recordsOf(by[0]!).length * given.length);
    expect(readdirSync(folder).sort()).toEqual([...files, json].map((file) => path.basename(file)).sort());
    // Filtered reads need not be filtered again.
    const before = statSync(files[0]!).mtimeMs;
    expect(await filterReads({ run: 'SRR1' }, files, folder, 1, shop)).toEqual({ files, json });
    expect(statSync(files[0]!).mtimeMs).toBe(before);
  });

  const failing = async (given: readonly string[], program: ReadsShop['program'] = shop.program) => {
    const folder = newFolder();
    const error: unknown = await filterReads({ run: 'SRR1' }, given, folder, 1, { ...shop, program }).catch(
      (thrown) => thrown,
    );
    expect(readdirSync(folder)).toEqual([]);
    return error;
  };

  it('fails on reads that are cut off, which fastp does not', async () => {
    const cut = path.join(root, 'cut_1.fastq.gz');
    writeFileSync(cut, readFileSync(pair[0]!).subarray(0, 300_000));
    expect(await failing([cut, pair[1]!])).toMatchObject({ stage: 'filter', reason: 'truncated-input' });
  });

  it('fails where no read is left', async () => {
    const short = path.join(root, 'short.fastq.gz');
    writeFileSync(short, gzipSync('@r\nACGTACGT\n+\nIIIIIIII\n'.repeat(20)));
    expect(await failing([short])).toMatchObject({ stage: 'filter', reason: 'no-reads' });
  });

  it.each([
    [
      'whose output is cut off, with status 0',
      '"$REAL" "$@" && truncate -s -1000 "$OUT"',
      /left files that cannot be read/,
    ],
    [
      'that leaves out reads without telling',
      '"$REAL" "$@" && cp "$SMALL" "$OUT"',
      /left 5 reads, its report says/,
    ],
    ['that writes no report', '"$REAL" "$@"; rm "$JSON"', /read an unknown number/],
    ['that ends with a status', 'echo "ERROR: sequence and quality"; exit 255', /status 255: ERROR/],
  ])('fails on a program %s', async (_, script, problem) => {
    const stub = path.join(root, `stub-${runs}`);
    const small = path.join(root, 'small.fastq.gz');
    writeFileSync(small, gzipSync('@r\nACGTACGT\n+\nIIIIIIII\n'.repeat(5)));
    // Arguments: --thread T --length_required 25 -j JSON -h /dev/null --in1 FILE --out1 FILE
    const head = `#!/bin/bash\nREAL=${fastp}\nSMALL=${small}\nJSON=$6\nOUT=\${12}\n`;
    writeFileSync(stub, `${head}${script}\n`);
    chmodSync(stub, 0o755);
    const error = await failing(pair.slice(0, 1), () => stub);
    expect(error).toMatchObject({
      stage: 'filter',
      reason: 'filter-failed',
      message: expect.stringMatching(problem),
    });
  });
});
