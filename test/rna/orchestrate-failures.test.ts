import { rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { archiveOf } from './acceptance/project.js';
import type { Archive } from './archive.js';
import { hangingKallisto } from './kills/hanging.js';
import { balances, listed, Orchestra, runsFrom } from './orchestrate-setup.js';

const few = runsFrom('ERR941100', 2);
const more = runsFrom('ERR941200', 3);
const last = runsFrom('ERR941300', 1);

describe.skipIf(!requireTool('kallisto'))('what is wrong with one species', () => {
  let archive: Archive;
  beforeAll(async () => {
    archive = await archiveOf({ runs: [...few, ...more, ...last] });
  });
  const twoSpecies = () =>
    new Orchestra()
      .add('apis', 'Apis mellifera', listed(archive, few))
      .add('mouse', 'Mus musculus', listed(archive, more));

  it('does not keep the others from being done', async () => {
    const project = twoSpecies()
      .configure('broken', 'work_dir: [work\n')
      .configure('unlisted', 'work_dir: work/unlisted\nspecies_list: [Bombus_terrestris]\n')
      .add('index', 'Danio rerio', listed(archive, last));
    writeFileSync(project.path('index', 'fasta', 'Danio_rerio.fa.gz'), 'no gzip');
    const ended = await project.run(archive);
    expect(ended.status).toBe(1);
    expect(ended.json).toMatchObject({ status: 'some failed', exit_status: 1 });
    expect(ended.stderr).toContain('amalgkit_broken.yaml');
    expect(ended.stderr).toContain('work/unlisted/metadata/metadata.tsv');
    expect(Object.keys(ended.species)).toEqual(['apis', 'index', 'mouse']);
    expect(ended.species.apis).toMatchObject({ processed: 2, failed: 0 });
    expect(ended.species.mouse).toMatchObject({ processed: 3, failed: 0 });
    expect(ended.species.index).toMatchObject({ processed: 0, failed: 1 });
    expect(ended.species.index!.failed_runs).toMatchObject([{ run: 'ERR941300', reason: 'bad-reference' }]);
    expect(Object.values(ended.species).every(balances)).toBe(true);
    expect(project.wrong('apis', few)).toEqual([]);
    expect(project.wrong('mouse', more)).toEqual([]);
  });

  it('refuses configurations that work in one folder, before anything is done', async () => {
    const project = twoSpecies().configure(
      'mouse_5sample',
      'work_dir: work/mouse\nspecies_list: [Mus_musculus]\n',
    );
    const ended = await project.run(archive);
    expect(ended.status).toBe(2);
    for (const what of ['amalgkit_mouse.yaml', 'amalgkit_mouse_5sample.yaml', project.path('mouse')])
      expect(ended.stderr).toContain(what);
    expect(project.table('apis', few[0]!.run)).toBeUndefined();
  });

  it('takes --max-species for species that have something left to do', async () => {
    const project = twoSpecies().add('zebra', 'Danio rerio', listed(archive, last));
    expect(await project.run(archive, ['--max-species', '1'])).toMatchObject({ status: 0 });
    expect(project.wrong('apis', few)).toEqual([]);
    const second = await project.run(archive, ['--max-species', '1']);
    expect(second.species).toMatchObject({ apis: { skipped: 2 }, mouse: { processed: 3 } });
    expect(second.species.zebra).toBeUndefined();
    expect(project.wrong('mouse', more)).toEqual([]);
    expect(project.wrong('zebra', last)).toHaveLength(1);
  });

  it('tries a run again that failed, as often as it is told, and not with --once', async () => {
    const faulty = await archiveOf({ runs: [...few, ...more] });
    const file = `${few[0]!.run}_1.fastq.gz`;
    const args = ['--sources', 'ena', '--retries', '0'];
    const project = new Orchestra()
      .add('apis', 'Apis mellifera', listed(faulty, few))
      .add('mouse', 'Mus musculus', listed(faulty, more));
    faulty.faults.set(file, { status: 500 });
    const once = await project.run(faulty, [...args, '--once']);
    expect(once.status).toBe(1);
    expect(once.species).toMatchObject({ apis: { processed: 1, failed: 1 }, mouse: { processed: 3 } });
    expect(once.species.apis!.failed_runs).toEqual([{ run: few[0]!.run, stage: 'fetch', reason: 'network' }]);
    expect(faulty.requestsOf(file)).toHaveLength(1);
    faulty.faults.set(file, [{ status: 500 }]);
    const again = await project.run(faulty, [...args, '--max-retries', '1']);
    expect(again.status, again.stderr).toBe(0);
    expect(again.species.apis).toMatchObject({ processed: 1, skipped: 1, failed: 0 });
    expect(faulty.requestsOf(file)).toHaveLength(3);
    const ends = project.journal('apis').flatMap((line) => (line.type === 'end' ? [line.record] : []));
    expect(ends.at(-1)).toMatchObject({ run: few[0]!.run, state: 'done', attempt: 2 });
    expect(project.wrong('apis', few)).toEqual([]);
  });

  it('ends a program that hangs, and goes on with the others', async () => {
    const project = twoSpecies();
    const env = hangingKallisto(temporaryFolder(), more[1]!.run);
    const args = ['--process-timeout', '1', '--max-retries', '0'];
    const ended = await project.run(archive, args, { env });
    expect(ended.status).toBe(1);
    expect(ended.species).toMatchObject({ apis: { processed: 2 }, mouse: { processed: 2, failed: 1 } });
    expect(ended.species.mouse!.failed_runs).toEqual([
      { run: more[1]!.run, stage: 'quantify', reason: 'hung' },
    ]);
    // Its reads are kept, and no second download is needed.
    const before = archive.requests.length;
    expect(await project.run(archive)).toMatchObject({ status: 0 });
    expect(archive.requests).toHaveLength(before);
    expect(project.wrong('mouse', more)).toEqual([]);
  });

  it('gives up the rest of a species once the threshold is reached, and takes it up later', async () => {
    const stalling = await archiveOf({ runs: more });
    stalling.faults.set(`${more[2]!.run}_2.fastq.gz`, { stallAfter: 1000 });
    const project = new Orchestra().add('mouse', 'Mus musculus', listed(stalling, more));
    const ended = await project.run(stalling, ['--completion-threshold', '0.6']);
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.species.mouse).toMatchObject({ processed: 2, failed: 0, pending: 1 });
    expect(balances(ended.species.mouse!)).toBe(true);
    stalling.faults.clear();
    expect((await project.run(stalling)).species.mouse).toMatchObject({
      processed: 1,
      skipped: 2,
      pending: 0,
    });
    expect(project.wrong('mouse', more)).toEqual([]);
  });

  it('does not begin with too little space, and says how much is missing', async () => {
    const project = twoSpecies();
    const before = archive.requests.length;
    const ended = await project.run(archive, ['--min-free-gb', '1000000']);
    expect(ended.status).toBe(4);
    expect(ended.stderr).toMatch(/has [\d.]+ [GT]B free, .*expected .*missing/s);
    expect(archive.requests).toHaveLength(before);
    rmSync(project.path('apis', '.gtk'), { recursive: true, force: true });
    expect((await project.run(archive, ['--min-free-percent', '99.9'])).status).toBe(4);
  });
});
