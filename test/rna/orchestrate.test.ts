import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { orchestrateCommand } from '../../src/rna/orchestrate-command.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { archiveOf, byHand, pairedRun, treeOf } from './acceptance/project.js';
import type { Archive } from './archive.js';
import { balances, listed, Orchestra, runsFrom } from './orchestrate-setup.js';
import { makeIndex, mates } from './stream-setup.js';

describe('options', () => {
  // What documentation promises to those who come from other orchestrators.
  it.each([
    ['total-threads', 24],
    ['max-species', undefined],
    ['check-interval', 300],
    ['monitor-interval', 60],
    ['quant-threads', 10],
    ['max-retries', 3],
    ['process-timeout', 3600],
    ['health-check-interval', 600],
    ['min-free-gb', 10],
    ['auto-cleanup-threshold', 5],
    ['completion-threshold', 1],
    ['min-free-percent', 0],
    ['sra-min-mb', 0],
    ['sra-max-gb', 100],
    ['settle-seconds', 30],
    ['sra-settle-seconds', 300],
    ['root', '.'],
  ])('have their defaults: --%s is %s', (name, value) => {
    const option = orchestrateCommand.spec.options.find((one) => one.name === name);
    expect(option).toMatchObject({ name });
    expect(option!.default).toBe(value);
  });
});

/** Transfers of files that are going on, by species. */
function activeBySpecies(archive: Archive, speciesOf: Map<string, string>, sizes: Map<string, number>) {
  const active: Record<string, number> = {};
  for (const { service, path: address, status, sent } of archive.requests) {
    const name = path.basename(address);
    if (service !== 'files' || status !== 200 || sent >= sizes.get(name)!) continue;
    const species = speciesOf.get(name.replace(/_\d\.fastq\.gz$/, ''))!;
    active[species] = (active[species] ?? 0) + 1;
  }
  return active;
}

describe.skipIf(!requireTool('kallisto'))('several species at once', () => {
  it('share the downloads, and those that are left share more once one has ended', async () => {
    const few = runsFrom('ERR940100', 2);
    const many = [runsFrom('ERR940200', 9), runsFrom('ERR940300', 12)] as const;
    const human = pairedRun('ERR940400', mates, 10_000, 50);
    const archive = await archiveOf({ runs: [...few, ...many.flat(), human], bytesPerSecond: 2_000_000 });
    const project = new Orchestra()
      .add('apis', 'Apis mellifera', listed(archive, few))
      .add('bombus', 'Bombus terrestris', listed(archive, many[0]))
      .add('human', 'Homo sapiens', listed(archive, [human]), {
        reference: 'rna/kallisto-examples/transcripts.fasta.gz',
      })
      .add('mouse', 'Mus musculus', listed(archive, many[1]));
    const bySpecies = { apis: few, bombus: many[0], human: [human], mouse: many[1] };
    const speciesOf = new Map(
      Object.entries(bySpecies).flatMap(([code, runs]) => runs.map(({ run }) => [run, code] as const)),
    );
    const files = [...few, ...many.flat(), human].flatMap(({ fastq }) => Object.entries(fastq!));
    const sizes = new Map(files.map(([name, content]) => [name, content.length]));
    const seen: { at: number; active: Record<string, number> }[] = [];
    const timer = setInterval(
      () => seen.push({ at: Date.now(), active: activeBySpecies(archive, speciesOf, sizes) }),
      4,
    );
    const ended = await project.run(archive, ['--total-threads', '9', '--check-interval', '0.5']);
    clearInterval(timer);

    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stderr).not.toContain('Warning:');
    expect(Object.keys(ended.species)).toEqual(['apis', 'bombus', 'human', 'mouse']);
    for (const [code, runs] of Object.entries(bySpecies)) {
      expect(ended.species[code]).toMatchObject({ total_samples: runs.length, processed: runs.length });
      expect(balances(ended.species[code]!)).toBe(true);
      if (code !== 'human') expect(project.wrong(code, runs)).toEqual([]);
      const ends = project.journal(code).flatMap((line) => (line.type === 'end' ? [line.record.run] : []));
      expect(ends.sort()).toEqual(runs.map(({ run }) => run));
    }
    expect(project.table('human', 'ERR940400')).toBe(
      byHand(makeIndex(temporaryFolder()), Object.values(human.fastq!)),
    );

    const log = project.log();
    const shares = log.flatMap((line) =>
      line.type === 'shares' ? [{ at: Date.parse(line.at), shares: line.shares }] : [],
    );
    // Nine over four; then over three, two and one, whichever ends first.
    expect(shares[0]!.shares).toEqual({ apis: 3, bombus: 2, human: 2, mouse: 2 });
    for (const one of shares) expect(Object.values(one.shares).reduce((a, b) => a + b)).toBe(9);
    expect(Object.keys(shares.at(-1)!.shares)).toHaveLength(1);
    // A species that is finished has no share any more.
    for (const [n, line] of log.entries()) {
      if (line.type !== 'species-finished') continue;
      const later = log.slice(n).flatMap((one) => (one.type === 'shares' ? Object.keys(one.shares) : []));
      expect(later).not.toContain(line.species);
    }
    // Shares only grow; a line may be written just after its shares act.
    const shareAt = (at: number, code: string) =>
      Math.max(...shares.filter((one) => one.at <= at + 30).map((one) => one.shares[code] ?? 0));
    const over = seen.filter(({ at, active }) =>
      Object.entries(active).some(([code, count]) => count > shareAt(at, code)),
    );
    expect(over).toEqual([]);
    const most = (from: number, to: number) =>
      Math.max(...seen.filter(({ at }) => at >= from && at < to).map(({ active }) => active.mouse ?? 0));
    expect(most(0, shares[1]!.at)).toBe(2);
    expect(most(shares[1]!.at, Number.POSITIVE_INFINITY)).toBeGreaterThan(2);
    // Every species is told of, as it stands.
    const status = log.filter((line) => line.type === 'species' && 'left' in line);
    expect(status.slice(-4)).toMatchObject([
      { species: 'apis', total: 2, done: 2, left: 0 },
      { species: 'bombus', total: 9, done: 9, left: 0 },
      { species: 'human', total: 1, done: 1, left: 0 },
      { species: 'mouse', total: 12, done: 12, left: 0 },
    ]);
  });

  it('are skipped when they are done, and no program is started again', async () => {
    const runs = runsFrom('ERR940500', 2);
    const archive = await archiveOf({ runs });
    const project = new Orchestra().add('mouse', 'Mus musculus', listed(archive, runs));
    expect(await project.run(archive)).toMatchObject({ status: 0 });
    const [requests, journal] = [archive.requests.length, project.journal('mouse')];
    // Without kallisto on the PATH: nothing to do needs nothing.
    const again = await project.run(archive, [], { env: { PATH: '' } });
    expect(again.status, again.stderr).toBe(0);
    expect(again.species.mouse).toMatchObject({ processed: 0, skipped: 2 });
    expect(archive.requests).toHaveLength(requests);
    const started = (lines: typeof journal) => lines.filter(({ type }) => type === 'process-started').length;
    expect(started(project.journal('mouse'))).toBe(started(journal));
    const { stdout } = await project.run(archive, ['--no-json']);
    expect(stdout).toContain('mouse: 0 done, 2 done before, 0 failed, 0 excluded');
  });

  it('are listed by --dry-run, which touches nothing', async () => {
    const [few, many] = [runsFrom('ERR940600', 1), runsFrom('ERR940700', 3)];
    const archive = await archiveOf({ runs: [...few, ...many] });
    const excluded = { ...listed(archive, many.slice(2))[0]!, exclusion: 'low quality' };
    const project = new Orchestra()
      .add('apis', 'Apis mellifera', listed(archive, few))
      .add('mouse', 'Mus musculus', [...listed(archive, many.slice(0, 2)), excluded]);
    const before = treeOf(project.root);
    const ended = await project.run(archive, ['--dry-run']);
    expect(ended.status).toBe(0);
    expect(ended.json).toMatchObject({
      species: [
        { species: 'apis', runs: ['ERR940600'], skipped: 0 },
        { species: 'mouse', runs: ['ERR940700', 'ERR940701'], excluded: [{ run: 'ERR940702' }] },
      ],
    });
    expect(treeOf(project.root)).toEqual(before);
    expect(archive.requests).toEqual([]);
  });
});
