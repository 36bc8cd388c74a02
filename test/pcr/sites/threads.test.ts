import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { filesBelow, temporaryFolder, testData } from '../../run-gtk.js';
import { random } from '../../runs/kills.js';
import { analyse } from './analysis.js';

const samtools = requireTool('samtools');
const folder = temporaryFolder();

/** Pairs at so many places, enough that threads share the tables. */
function alignment(pairs: number): string {
  const next = random(7);
  const fragments = Array.from({ length: pairs }, (_, name) => {
    const start = 1 + Math.floor(next() * 200_000);
    return { name, start, mate: start + Math.floor(next() * 400), isReverse: next() < 0.5 };
  });
  const record = (name: number, flags: number, at: number, to: number) =>
    `r${name}\t${flags}\tI\t${at}\t60\t50M\t=\t${to}\t0\t*\t*\n`;
  const text = fragments.map(({ name, start, mate, isReverse }) => {
    const [first, last] = isReverse ? [163, 83] : [99, 147];
    return record(name, first, start, mate) + record(name, last, mate, start);
  });
  const bam = path.join(folder, 'aligned.bam');
  const input = `@HD\tVN:1.6\n@SQ\tSN:I\tLN:230218\n${text.join('')}`;
  execFileSync(samtools!, ['sort', '-o', bam, '-'], { input, stdio: ['pipe', 'ignore', 'ignore'] });
  return bam;
}

describe.skipIf(!samtools)('tables that threads share', () => {
  test('are those of a single one', async () => {
    const bam = alignment(20_000);
    const genes = testData('pcr/yeast_R64-1-1.genes.gtf.gz');
    const [alone, shared] = [path.join(folder, 'alone'), path.join(folder, 'shared')];
    const one = await analyse(bam, alone, {}, { genes });
    const two = await analyse(bam, shared, {}, { genes, threads: 2 });
    expect(one.per_distance[0]!.peaks).toBeGreaterThan(10_000);
    expect(two.per_distance).toEqual(one.per_distance);
    expect(two.clones).toEqual(one.clones);
    const [expected, found] = [filesBelow(alone), filesBelow(shared)];
    expect([...found.keys()]).toEqual([...expected.keys()]);
    expect(expected.size).toBeGreaterThan(60);
    for (const [name, bytes] of expected) expect(found.get(name)!.equals(bytes), name).toBe(true);
  });
});
