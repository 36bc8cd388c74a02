import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { filesBelow, gtk, temporaryFolder, testData } from '../run-gtk.js';
import { refusal } from './refusal.js';
import { countsOf, slowCount, usageRows } from './slow-count.js';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const human = testData('codon/human_mt_cds.fa');
const odd = '>n\nATGNNNACGTRYAC-TAA\n>tail\nATGAA\n>empty\n';

beforeAll(() => {
  writeFileSync(at('odd.fa'), odd);
});

async function count(out: string, args: string[]) {
  const ended = await gtk(['codon', ...args, '--out', out, '--quiet'], { cwd: folder });
  expect(ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
  return usageRows(at(out));
}

const sorted = (counts: Map<string, number>) => [...counts].sort();
const onlyPlain = (counts: Map<string, number>) =>
  new Map([...counts].filter(([codon]) => /^[ACGT]{3}$/.test(codon)));

describe('A run', () => {
  /** Times and content of every file of an output folder, the run's own among them. */
  const state = (out: string) =>
    (readdirSync(at(out), { recursive: true }) as string[]).sort().map((name) => {
      const file = path.join(at(out), name);
      const stats = statSync(file);
      const hash = stats.isFile() && createHash('sha256').update(readFileSync(file)).digest('hex');
      return [name, stats.isFile() && stats.mtimeMs, hash];
    });

  test('that was done says so when it is repeated, and changes no file', async () => {
    const args = ['codon', human, '--per-sequence', '--out', 'twice'];
    const first = await gtk(args, { cwd: folder });
    const before = state('twice');
    const second = await gtk(args, { cwd: folder });
    expect(second.status).toBe(0);
    expect(first.stdout).toContain('\nWritten:\n');
    expect(second.stdout).toBe(first.stdout.replace('Written:', 'Already done, nothing was changed:'));
    expect(state('twice')).toEqual(before);
    const json = await gtk([...args, '--json'], { cwd: folder });
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 'done', up_to_date: true });
    expect(state('twice')).toEqual(before);
  });

  test('with other options is refused with what differs, and --fresh starts over', async () => {
    await count('other', [human]);
    const before = state('other');
    const told = await refusal(folder, ['codon', 'odd.fa', '--frame', '1', '--rscu', '--out', 'other'], 2);
    expect(told.sentence).toBe(
      `The run in ${at('other')} was started differently: --frame 0, now 1; --rscu false, now true; ` +
        `new input ${at('odd.fa')}; input ${human} is gone`,
    );
    expect(told.remedy).toContain('--fresh');
    expect(state('other')).toEqual(before);
    const rows = await count('other', ['odd.fa', '--frame', '1', '--fresh']);
    expect(sorted(countsOf(rows))).toEqual(sorted(onlyPlain(slowCount(odd, 1).counts)));
  });

  test('is resumed with other workers, memory and printing', async () => {
    await count('same', [human]);
    const before = filesBelow(at('same'));
    const args = ['codon', human, '--workers', '1', '--memory', '1G', '--top', '2', '--out', 'same'];
    const ended = await gtk(args, { cwd: folder });
    expect(ended.stdout).toContain('Already done');
    expect(filesBelow(at('same'))).toEqual(before);
  });

  test('that is dry tells the plan and creates nothing', async () => {
    const inside = temporaryFolder();
    const ended = await gtk(['codon', human, '--batch-size', '5', '--dry-run'], { cwd: inside });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toContain(`Would read 1 input, 11,698 bytes:\n  ${human}\n`);
    expect(ended.stdout).toMatch(
      /Would run 3 tasks on \d+ worker threads? of this machine:\n {2}human_mt_cds\.fa from record 1\n/,
    );
    expect(ended.stdout).toContain(`Would write to ${path.join(inside, 'results/codon')}\n`);
    const json = await gtk(['codon', human, '--dry-run', '--json'], { cwd: inside });
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 'planned', plan: { tasks: 1, bytes: 11698 } });
    expect(existsSync(path.join(inside, 'results'))).toBe(false);
    expect(readdirSync(inside)).toEqual([]);
  });
});
