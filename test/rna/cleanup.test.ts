import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executeCleanup } from '../../src/rna/cleanup/execute-cleanup.js';
import { type Deletion, judgeReads, planCleanup } from '../../src/rna/cleanup/plan-cleanup.js';
import { Journal } from '../../src/rna/journal.js';
import { temporaryFolder } from '../run-gtk.js';
import { CleanupSetup, everythingBelow, reads } from './cleanup-setup.js';

const folder = temporaryFolder();
const setup = () => new CleanupSetup(folder);
const named = (deletions: readonly Deletion[]) => deletions.map(({ run, why }) => [run, why]);
const keptRuns = (species: CleanupSetup, different = {}) =>
  judgeReads(species.view(different)).kept.map(({ run, keptFor }) => [run, keptFor]);

/** Plans and deletes; returns what went and what is left, besides what gtk keeps for itself. */
function clean(species: CleanupSetup, different = {}) {
  const { out } = species.layout;
  const files = () => everythingBelow(path.dirname(out)).filter((file) => !file.includes('/.gtk/'));
  const before = files();
  const deletions = planCleanup(species.view(different));
  expect(files()).toEqual(before);
  const cleaned = executeCleanup(deletions, species.layout);
  const after = files();
  return { deletions, cleaned, gone: before.filter((file) => !after.includes(file)), left: after };
}

describe('what may be deleted', () => {
  it('comes in order: reads of done runs, failed ones, excluded ones, then unfinished ones, oldest first', () => {
    const species = setup();
    for (const run of ['SRR5', 'SRR1', 'private ü 2', 'ERR4', 'DRR3']) species.add(run);
    species.add('SRR6', { excluded: 'is_sampled is no' });
    const inSeconds = (seconds: number, file: string) => {
      const time = Date.now() / 1000 + seconds;
      utimesSync(file, time, time);
    };
    inSeconds(1, species.part('SRR5')[0]);
    species.pair('private ü 2');
    species.fail('private ü 2').result('SRR1');
    const orphans = species.pair('SRR1');
    species.pair('SRR6');
    inSeconds(10, species.download('ERR4', 'ERR4_2.fastq.gz'));
    inSeconds(20, species.download('DRR3', 'DRR3_1.fastq.gz'));
    const plan = planCleanup(species.view());
    expect(named(plan)).toEqual([
      ['SRR1', 'done'],
      ['private ü 2', 'failed'],
      ['SRR6', 'excluded'],
      ['SRR5', 'partial'],
      ['ERR4', 'partial'],
      ['DRR3', 'partial'],
    ]);
    expect(plan[0]).toMatchObject({ folder: species.layout.runFolder('SRR1'), bytes: 2 * reads.length });
    expect(plan[0]!.files.map((file) => file.path).sort()).toEqual([...orphans].sort());
  });

  it('is nothing that is in flight, changed lately, or waits complete to be quantified', () => {
    const species = setup();
    for (const run of ['SRR1', 'SRR10', 'SRR2', 'SRR3', 'SRR4']) species.add(run);
    species.part('SRR1');
    species.part('SRR10');
    species.pair('SRR2');
    species.download('SRR3', 'SRR3.sra');
    species.add('SRR5', { layout: 'single' }).download('SRR5', 'SRR5.fastq.gz');
    const inFlight = new Set(['SRR10']);
    expect(named(planCleanup(species.view({ inFlight })))).toEqual([['SRR1', 'partial']]);
    expect(keptRuns(species, { inFlight }).sort()).toEqual([
      ['SRR10', 'in flight'],
      ['SRR2', 'complete'],
      ['SRR3', 'complete'],
      ['SRR5', 'complete'],
    ]);
    expect(planCleanup(species.view({ now: Date.now() + 9 * 60_000 }))).toEqual([]);
    expect(keptRuns(species, { now: Date.now() + 9 * 60_000 }).map(([, why]) => why)).toEqual(
      new Array(5).fill('changed lately'),
    );
  });

  it('is not what somebody else still writes beside gtk’s files, however old these are', () => {
    const species = setup().add('SRR1');
    for (const file of species.part('SRR1')) utimesSync(file, 1, 1);
    const other = species.put('SRR1', 'SRR1.log', 'x');
    const now = lstatSync(other).ctimeMs + 599_000;
    expect(planCleanup(species.view({ now }))).toEqual([]);
    expect(named(planCleanup(species.view({ now: now + 2000 })))).toEqual([['SRR1', 'partial']]);
  });

  it('is nothing of a run that the amalgkit client took lately', () => {
    const species = setup().add('SRR1');
    species.part('SRR1');
    const now = Date.now() + 3_600_000;
    mkdirSync(path.join(species.layout.out, 'quant'));
    const lock = path.join(species.layout.out, 'quant', '.SRR1.lock');
    writeFileSync(lock, '');
    utimesSync(lock, now / 1000 - 60, now / 1000 - 60);
    expect(planCleanup(species.view({ now }))).toEqual([]);
    rmSync(lock);
    expect(planCleanup(species.view({ now }))).toHaveLength(1);
  });

  it('is no reads of done runs where these are kept on purpose', () => {
    const species = setup().add('SRR1').result('SRR1');
    species.pair('SRR1');
    expect(keptRuns(species, { keepsReads: true })).toEqual([['SRR1', 'keep-fastq']]);
    expect(planCleanup(species.view({ keepsReads: true }))).toEqual([]);
  });

  it('is no reads of a run whose work ended without deleting any, whatever the options were', () => {
    const species = setup().add('SRR1').result('SRR1').add('SRR2').result('SRR2').add('SRR3').result('SRR3');
    for (const run of ['SRR1', 'SRR2', 'SRR3']) species.pair(run);
    species.end('SRR1', 0).end('SRR2', 60_000);
    expect(
      named(planCleanup(species.view()))
        .map(([run]) => run)
        .sort(),
    ).toEqual(['SRR2', 'SRR3']);
    expect(keptRuns(species)).toEqual([['SRR1', 'keep-fastq']]);
  });

  it('is not of a run whose result is invalid', () => {
    const species = setup().add('SRR1').result('SRR1');
    species.pair('SRR1');
    expect(named(planCleanup(species.view()))).toEqual([['SRR1', 'done']]);
    writeFileSync(species.layout.abundance('SRR1'), 'target_id\tlength\teff_length\test_counts\ttpm\n');
    expect(keptRuns(species)).toEqual([['SRR1', 'complete']]);
  });

  it('is nothing of runs that another table of the same folder may have, unless they failed or are done', () => {
    const species = setup();
    species.pair('SRR1');
    species.pair('SRR2');
    species.pair('SRR3');
    species.fail('SRR2').result('SRR3');
    expect(named(planCleanup(species.view()))).toEqual([
      ['SRR3', 'done'],
      ['SRR2', 'failed'],
    ]);
    expect(keptRuns(species)).toEqual([['SRR1', 'not in the metadata']]);
  });
});

describe('deleting', () => {
  it('takes the files of gtk, marks those of done runs for the amalgkit client, and removes empty folders', () => {
    const species = setup().add('SRR1').add('SRR2').add('SRR3').result('SRR1');
    const done = [...species.pair('SRR1'), species.download('SRR1', 'SRR1.sra')];
    const failed = species.fail('SRR2').pair('SRR2');
    const parts = species.part('SRR3');
    const { cleaned, gone, left } = clean(species);
    expect(gone).toEqual([...done, ...failed, ...parts].sort());
    const runs = new Map([
      ['SRR1', 3 * reads.length],
      ['SRR2', 2 * reads.length],
      ['SRR3', expect.any(Number)],
    ]);
    expect(cleaned).toEqual({
      freed: [...cleaned.runs.values()].reduce((a, b) => a + b),
      runs,
      warnings: [],
    });
    expect(cleaned.runs.get('SRR3')).toBeGreaterThan(20_000);
    const markers = [1, 2].map(
      (mate) => `${species.layout.runFolder('SRR1')}/SRR1_${mate}.fastq.gz.safely_removed`,
    );
    expect(left.filter((file) => file.includes('getfastq'))).toEqual(markers);
    expect(left.filter((file) => file.includes('/quant/'))).toHaveLength(2);
    expect(existsSync(species.layout.runFolder('SRR2'))).toBe(false);
    expect(judgeReads(species.view())).toEqual({ deletions: [], kept: [] });
  });

  it('takes what gtk was unpacking and filtering, but follows no link from there', () => {
    const species = setup().add('SRR1').fail('SRR1');
    const outside = path.join(path.dirname(species.layout.out), 'mine.fastq');
    writeFileSync(outside, 'mine');
    const made = [
      'SRR1.extract/tmp/a',
      'SRR1.filter/SRR1_1.fastp.fastq.gz',
      'SRR1.prefetch.tmp/SRR1/SRR1.sra.tmp',
    ];
    const files = made.map((name) => species.put('SRR1', name));
    const links = ['SRR1.extract/link', 'SRR1.extract/folder'].map((name) =>
      path.join(species.layout.runFolder('SRR1'), name),
    );
    symlinkSync(outside, links[0]!);
    symlinkSync(path.dirname(species.layout.out), links[1]!);
    const { gone, cleaned } = clean(species);
    expect(gone).toEqual([...files, ...links].sort());
    expect(cleaned.freed).toBe(3 * reads.length);
    expect(readFileSync(outside, 'utf8')).toBe('mine');
  });

  it('leaves private files, links to them and what they were compressed to', () => {
    const species = setup()
      .add('my sample', { privateFiles: ['/x/1.fq', '/x/2.fq'] })
      .result('my sample');
    const source = path.join(path.dirname(species.layout.out), 'source.fastq.gz');
    writeFileSync(source, reads);
    species.download('my sample', 'my sample_2.fastq.gz');
    symlinkSync(source, path.join(species.layout.runFolder('my sample'), 'my sample_1.fastq.gz'));
    expect(keptRuns(species)).toEqual([['my sample', 'private']]);
    expect(clean(species).gone).toEqual([]);
  });

  it('leaves a link in the place of a file that gtk downloaded, and what it leads to', () => {
    const species = setup().add('SRR1').fail('SRR1');
    const [first, second] = species.pair('SRR1');
    const source = path.join(path.dirname(species.layout.out), 'source.fastq.gz');
    renameSync(first, source);
    symlinkSync(source, first);
    const { gone, left } = clean(species);
    expect(gone).toEqual([second]);
    expect(left).toEqual(expect.arrayContaining([first, source]));
  });

  it('leaves files that gtk did not put there, or that became others since', () => {
    const species = setup().add('SRR1').add('SRR2').add('SRR3').fail('SRR1').fail('SRR2').fail('SRR3');
    species.put('SRR1', 'SRR1_1.fastq.gz');
    species.put('SRR1', 'notes.txt', 'do not delete');
    species.put('SRR1', 'SRR1.sra.part');
    species.put('SRR1', 'SRR1_2.fastq.gz.part');
    species.put('SRR1', 'SRR1_2.fastq.gz.part.json', '{"note":"of another program"}');
    const larger = species.download('SRR2', 'SRR2_1.fastq.gz');
    writeFileSync(larger, Buffer.concat([reads, reads]));
    const later = species.download('SRR3', 'SRR3_1.fastq.gz');
    const inTwoMinutes = Date.now() / 1000 + 120;
    utimesSync(later, inTwoMinutes, inTwoMinutes);
    const notReads = species.download('SRR3', 'readme.txt', 'x');
    expect(keptRuns(species)).toEqual([
      ['SRR2', 'not by gtk'],
      ['SRR3', 'not by gtk'],
      ['SRR1', 'not by gtk'],
    ]);
    const { gone, left } = clean(species);
    expect(gone).toEqual([]);
    expect(left).toEqual(expect.arrayContaining([larger, later, notReads]));
  });

  it('leaves a run folder that is a link, or below one, alone', () => {
    const species = setup().add('SRR1').fail('SRR1').add('SRR2').fail('SRR2');
    species.pair('SRR1');
    species.pair('SRR2');
    const elsewhere = path.join(path.dirname(species.layout.out), 'elsewhere');
    renameSync(species.layout.runFolder('SRR1'), elsewhere);
    symlinkSync(elsewhere, species.layout.runFolder('SRR1'));
    const { gone } = clean(species);
    expect(gone.map((file) => path.basename(file))).toEqual(['SRR2_1.fastq.gz', 'SRR2_2.fastq.gz']);

    const below = setup().add('SRR1').fail('SRR1');
    below.pair('SRR1');
    const scratch = path.join(path.dirname(below.layout.out), 'scratch');
    const getfastq = path.dirname(below.layout.runFolder('SRR1'));
    renameSync(getfastq, scratch);
    symlinkSync(scratch, getfastq);
    expect(planCleanup(below.view())).toEqual([]);
    expect(clean(below).gone).toEqual([]);
  });

  it('works where OUT itself is reached through a link', () => {
    const species = setup().add('SRR1').fail('SRR1');
    const { out } = species.layout;
    renameSync(out, `${out} on another disk`);
    symlinkSync(`${out} on another disk`, out);
    const files = species.pair('SRR1');
    expect(clean(species).cleaned.freed).toBe(2 * reads.length);
    expect(files.filter(existsSync)).toEqual([]);
  });

  it('leaves what changed between plan and deletion', () => {
    const species = setup().add('SRR1').fail('SRR1').add('SRR2').fail('SRR2').add('SRR3').fail('SRR3');
    const [kept, gone] = species.pair('SRR1');
    const linked = species.pair('SRR2');
    const swapped = species.download('SRR3', 'SRR3.sra');
    const deletions = planCleanup(species.view());
    writeFileSync(kept, 'somebody writes');
    const elsewhere = path.join(path.dirname(species.layout.out), 'elsewhere');
    renameSync(species.layout.runFolder('SRR2'), elsewhere);
    symlinkSync(elsewhere, species.layout.runFolder('SRR2'));
    rmSync(swapped);
    const target = path.join(path.dirname(species.layout.out), 'target');
    linkSync(gone, target);
    symlinkSync(target, swapped);
    const { freed, warnings } = executeCleanup(deletions, species.layout);
    // A second name of the file is a change, too.
    expect(freed).toBe(0);
    expect(warnings.map((warning) => warning.replace(/^.*\/(\S+) .*$/, '$1')).length).toBe(4);
    for (const file of [kept, gone, ...linked, swapped, target]) expect(existsSync(file)).toBe(true);
  });

  it('tells what cannot be deleted, and goes on', () => {
    const species = setup().add('SRR1').fail('SRR1').add('SRR2').fail('SRR2');
    const [first] = species.pair('SRR1');
    species.pair('SRR2');
    const deletions = planCleanup(species.view());
    rmSync(first);
    const { warnings, freed } = executeCleanup(deletions, species.layout);
    expect(warnings).toEqual([expect.stringContaining(`${first} cannot be deleted: ENOENT`)]);
    expect(freed).toBe(3 * reads.length);
  });

  it('believes no journal that names runs outside the folder of reads', () => {
    const species = setup();
    const outside = path.join(species.layout.out, 'metadata', 'reads.fastq');
    mkdirSync(path.dirname(outside));
    writeFileSync(outside, 'reads');
    const journal = new Journal(species.layout.journal);
    const names = [
      '../metadata',
      '..',
      '.',
      '',
      'a/../../metadata',
      '../../../../../../..',
      '/',
      species.layout.out,
    ];
    for (const run of names) {
      journal.append({ type: 'file', run, path: outside, bytes: 5 });
      species.fail(run).add(run);
    }
    journal.close();
    expect(judgeReads(species.view())).toEqual({ deletions: [], kept: [] });
    expect(clean(species).gone).toEqual([]);
  });

  it('never takes anything but recorded reads and noted parts of runs that may go, in any mixture', () => {
    const run = fc.constantFrom('SRR1', 'SRR10', 'ERR 2', 'ü');
    const what = fc.constantFrom('pair', 'mate', 'part', 'sra', 'foreign', 'link', 'result', 'fail');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(run, what), { maxLength: 14 }),
        fc.subarray(['SRR1', 'ERR 2']),
        (acts, busy) => {
          const species = setup();
          const source = path.join(path.dirname(species.layout.out), 'source');
          writeFileSync(source, reads);
          const own = new Map<string, string>();
          for (const name of new Set(acts.map(([name]) => name))) species.add(name);
          const put = (name: string, files: string[]) => files.forEach((file) => void own.set(file, name));
          for (const [name, act] of acts) {
            if (act === 'pair') put(name, species.pair(name));
            if (act === 'mate') put(name, [species.download(name, `${name}_1.fastq.gz`)]);
            if (act === 'part') put(name, species.part(name));
            if (act === 'sra') put(name, [species.download(name, `${name}.sra`)]);
            if (act === 'foreign') species.put(name, `${name}.amalgkit.fastq.gz`);
            if (act === 'result') species.result(name);
            if (act === 'fail') species.fail(name);
            const link = path.join(species.layout.runFolder(name), `${name}_3.fastq.gz`);
            if (act === 'link' && existsSync(path.dirname(link)) && !existsSync(link))
              symlinkSync(source, link);
          }
          const did = (name: string, act: string) =>
            acts.some(([other, done]) => other === name && done === act);
          const { gone, deletions } = clean(species, { inFlight: new Set(busy) });
          const expected = [...own].filter(([, name]) => {
            if (busy.includes(name)) return false;
            // Of a paired run with one file of somebody else, the mate may be what is on its way.
            const isWhole =
              did(name, 'sra') || did(name, 'pair') || (did(name, 'foreign') && !did(name, 'part'));
            return did(name, 'result') || did(name, 'fail') || !isWhole;
          });
          expect(gone).toEqual(expected.map(([file]) => file).sort());
          expect(deletions.flatMap(({ files }) => files.map((file) => file.path)).sort()).toEqual(gone);
        },
      ),
      { numRuns: 150 },
    );
  });
});
