import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireTool } from '../agreement/tools.js';
import { archiveOf, mouseByHand, mousePairs, rowOf, sraOf } from './acceptance/project.js';
import type { ArchivedRun } from './archive.js';
import { Orchestra } from './orchestrate-setup.js';

/** Puts the reads of a run where an earlier tool left them, changed so many seconds ago. */
function leave(folder: string, files: Readonly<Record<string, Buffer>>, seconds: number): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(path.join(folder, name), content);
    const time = Date.now() / 1000 - seconds;
    utimesSync(path.join(folder, name), time, time);
  }
}

const programs = ['kallisto', 'fasterq-dump', 'latf-load', 'kar'];

describe.skipIf(!programs.every(requireTool))('reads that an earlier tool left', () => {
  const runs = Array.from({ length: 4 }, (_, n) => mousePairs(`ERR942${n}00`, n * 1000, n * 1000 + 2000));
  const [here, elsewhere, archived, young] = runs as [ArchivedRun, ArchivedRun, ArchivedRun, ArchivedRun];

  /** Two species whose downloads have all ended; nobody answers who could be asked for more. */
  function backlog(): Orchestra {
    const project = new Orchestra()
      .add(
        'mouse',
        'Mus musculus',
        [here, elsewhere].map((run) => rowOf(run)),
      )
      .add(
        'apis',
        'Apis mellifera',
        [archived, young].map((run) => rowOf(run)),
      );
    leave(project.path('mouse', 'getfastq', here.run), here.fastq!, 600);
    leave(project.path('mouse', 'fastq', 'getfastq', elsewhere.run), elsewhere.fastq!, 600);
    leave(project.path('apis', 'getfastq', archived.run), { [`${archived.run}.sra`]: sraOf(archived) }, 600);
    leave(project.path('apis', 'getfastq', young.run), young.fastq!, 0);
    return project;
  }

  it('are quantified and deleted, the youngest once they were left alone', async () => {
    const project = backlog();
    const archive = await archiveOf({ runs: [] });
    const ended = await project.run(archive, ['--settle-seconds', '2', '--monitor-interval', '0.1']);
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.species).toMatchObject({ apis: { processed: 2 }, mouse: { processed: 2 } });
    expect(archive.requests).toEqual([]);
    for (const run of [here, elsewhere]) expect(project.table('mouse', run.run)).toBe(mouseByHand(run));
    for (const run of [archived, young]) expect(project.table('apis', run.run)).toBe(mouseByHand(run));
    const left = ['mouse', 'apis'].flatMap((code) =>
      (readdirSync(project.path(code), { recursive: true }) as string[]).filter((name) =>
        /\.(gz|sra)$/.test(name),
      ),
    );
    expect(left.filter((name) => !name.startsWith('fasta'))).toEqual([]);
  });

  it('are not waited for with --once', async () => {
    const project = backlog();
    const ended = await project.run(await archiveOf({ runs: [] }), ['--settle-seconds', '300', '--once']);
    expect(ended.status).toBe(1);
    expect(ended.species).toMatchObject({ apis: { processed: 1, failed: 1 }, mouse: { processed: 2 } });
    expect(ended.species.apis!.failed_runs).toMatchObject([{ run: young.run, reason: 'not-settled' }]);
    const files = readdirSync(project.path('apis', 'getfastq', young.run));
    expect(files.sort()).toEqual(Object.keys(young.fastq!));
  });

  it('are taken with --skip-download, which fails what is not there', async () => {
    const project = new Orchestra().add(
      'mouse',
      'Mus musculus',
      [here, young].map((run) => rowOf(run)),
    );
    leave(project.path('mouse', 'getfastq', here.run), here.fastq!, 600);
    const archive = await archiveOf({ runs });
    const ended = await project.run(archive, ['--skip-download']);
    expect(ended.status).toBe(1);
    expect(ended.species.mouse).toMatchObject({ processed: 1, failed: 1 });
    expect(ended.species.mouse!.failed_runs).toMatchObject([
      { run: young.run, reason: 'nothing-downloaded' },
    ]);
    expect(archive.requests).toEqual([]);
  });
});
