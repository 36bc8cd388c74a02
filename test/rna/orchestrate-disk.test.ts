import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { canMount } from '../runs/small-disk.js';
import { archiveOf, mouseByHand, pairedRun, reads } from './acceptance/project.js';
import type { ArchivedRun } from './archive.js';
import { onDisk } from './kills/small-disk.js';
import { listed, Orchestra } from './orchestrate-setup.js';

const MEGABYTE = 2 ** 20;
const canRun = requireTool('kallisto') !== undefined && canMount(temporaryFolder());

describe.skipIf(!canRun)('several species on one small disk', () => {
  it('have downloads that wait for each other, and leave free what is to stay free', async () => {
    const [megabytes, stayFree] = [20, 10];
    const mates = [1, 2].map((mate) => reads(`Mus_musculus/Mm_s1_${mate}`));
    const runsOf = (accession: number): ArchivedRun[] =>
      Array.from({ length: 8 }, (_, n) => pairedRun(`ERR${accession + n}`, mates, 10_000, 76));
    const species = { apis: runsOf(944_100), bombus: runsOf(944_200), mouse: runsOf(944_300) };
    const runs = Object.values(species).flat();
    const bytes = runs.length * mates.reduce((sum, { length }) => sum + length, 0);
    // Each species alone would fill what may be filled.
    expect(bytes).toBeGreaterThan(2 * (megabytes - stayFree) * MEGABYTE);
    const archive = await archiveOf({ runs, bytesPerSecond: 20_000_000 });
    const folder = temporaryFolder();
    const project = new Orchestra(path.join(folder, 'start', 'project'))
      .add('apis', 'Apis mellifera', listed(archive, species.apis))
      .add('bombus', 'Bombus terrestris', listed(archive, species.bombus))
      .add('mouse', 'Mus musculus', listed(archive, species.mouse));
    const mounted = path.join(folder, 'disk', 'project');
    const threshold = ['--auto-cleanup-threshold', String((stayFree * MEGABYTE) / 2 ** 30)];
    const often = ['--health-check-interval', '0.05', '--check-interval', '0.05'];
    const command = project
      .command([...threshold, ...often])
      .map((arg) => (arg === project.root ? mounted : arg));
    const ended = await onDisk(folder, megabytes, command, archive.env);
    expect(ended.status, ended.stderr).toBe(0);
    const expected = mouseByHand(runs[0]!);
    for (const [code, own] of Object.entries(species)) {
      for (const { run } of own) {
        const file = path.join(ended.disk, 'project', 'work', code, 'quant', run, `${run}_abundance.tsv`);
        expect(readFileSync(file, 'utf8')).toBe(expected);
      }
    }
    expect(ended.leastFree).toBeLessThan(megabytes * MEGABYTE);
    // Results and journals take some of it: they wait for nobody.
    expect(ended.leastFree).toBeGreaterThan((stayFree - 1) * MEGABYTE);
  });
});
