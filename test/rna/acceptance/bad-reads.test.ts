import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import type { Archive } from '../archive.js';
import {
  archiveOf,
  counters,
  mouseByHand,
  mousePairs,
  Project,
  pairedRun,
  type Result,
  rowOf,
  someReads,
} from './project.js';

const kallisto = requireTool('kallisto');

const mouse = (mate: number, from = 0, to = 2000) => someReads(`Mus_musculus/Mm_s1_${mate}`, from, to);

function corrupted(gzip: Buffer): Buffer {
  const copy = Buffer.from(gzip);
  copy.fill(0xff, 50_000, 50_020);
  return copy;
}

describe.skipIf(!kallisto)('reads that are no good', () => {
  const good = mousePairs('SRR910001');
  const cut = pairedRun('SRR910002', [mouse(1).subarray(0, 50_000), mouse(2)], 2000, 76);
  const corrupt = pairedRun('SRR910003', [mouse(1), corrupted(mouse(2))], 2000, 76);
  const unequal = pairedRun('SRR910004', [mouse(1), mouse(2, 0, 1999)], 2000, 76);
  const empty = pairedRun('SRR910005', [gzipSync(''), gzipSync('')], 2000, 76);
  const foreign = pairedRun(
    'SRR910006',
    [1, 2].map((mate) => someReads(`Schizosaccharomyces_pombe/Sp_log_${mate}`, 0, 2000)),
    2000,
    68,
  );
  const text = pairedRun('SRR910009', [gzipSync('<html></html>\n'.repeat(200)), mouse(2)], 2000, 76);
  const neighbour = mousePairs('SRR910007', 500, 2500);
  const runs = [good, cut, corrupt, unequal, empty, foreign, text, neighbour];
  const bad = runs.filter((archived) => archived !== good && archived !== neighbour);
  const reasons = {
    [cut.run]: 'truncated-input',
    [corrupt.run]: 'corrupt-gzip',
    [unequal.run]: 'mate-count-mismatch',
    [empty.run]: 'no-reads',
    [foreign.run]: 'zero-aligned',
    [text.run]: 'not-fastq',
  };

  let archive: Archive;
  let project: Project;
  let first: Result;
  beforeAll(async () => {
    archive = await archiveOf({ runs });
    project = new Project({ rows: runs.map((archived) => rowOf(archived)) });
    first = await project.batch(archive, ['--batch-size', '3']);
  });

  test('fail for what is wrong with them, and their neighbours are done', () => {
    expect(first.status).toBe(1);
    const { counts, balances, reasons: found } = counters(first);
    expect(found).toEqual(reasons);
    expect([counts, balances]).toEqual([{ processed: 2, skipped: 0, failed: 6, excluded: 0 }, true]);
    expect(first.json.batches).toBe(3);
    for (const archived of [good, neighbour]) expect(project.table(archived.run)).toBe(mouseByHand(archived));
  });

  test('are never done, and stay', () => {
    for (const { run, fastq } of bad) {
      expect(project.table(run), run).toBe(undefined);
      expect(existsSync(project.path('quant', run)), run).toBe(false);
      expect(project.readsOf(run)).toEqual(Object.keys(fastq!));
      for (const [name, content] of Object.entries(fastq!))
        expect(readFileSync(project.path('getfastq', run, name)).equals(content)).toBe(true);
    }
  });

  test('are used again without a download, and deleted only on demand', async () => {
    const before = archive.requests.length;
    const again = await project.batch(archive, ['--delete-on-failure']);
    expect(archive.requests).toHaveLength(before);
    expect(counters(again)).toMatchObject({
      counts: { processed: 0, skipped: 2, failed: 6, excluded: 0 },
      balances: true,
      reasons,
    });
    for (const { run, fastq } of bad)
      expect(project.readsOf(run)).toEqual(Object.keys(fastq!).map((name) => `${name}.safely_removed`));
  });
});
