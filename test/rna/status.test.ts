import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../../src/engine/lock.js';
import { cleanupCommand } from '../../src/rna/cleanup-command.js';
import { Journal } from '../../src/rna/journal.js';
import { readState } from '../../src/rna/status/journal-state.js';
import { runStates } from '../../src/rna/status/run-status.js';
import { readStatus } from '../../src/rna/status/species-status.js';
import { statusCommand } from '../../src/rna/status-command.js';
import { temporaryFolder } from '../run-gtk.js';
import { CleanupSetup, everythingBelow, reads } from './cleanup-setup.js';
import { answerOf, writeTable } from './status-setup.js';

const folder = temporaryFolder();

/** One species with a run in each state that needs no living gtk, and two of another species. */
function allStates(): CleanupSetup {
  const species = new CleanupSetup(folder);
  species.start({ config: '/c.yaml' });
  species.result('SRR1').result('SRR10');
  species.fail('SRR2', 'checksum').fail('SRR10');
  species.pair('SRR3');
  species.download('SRR4', 'SRR4.sra');
  species.part('SRR5');
  species.download('SRR6', 'SRR6_2.fastq.gz');
  writeTable(species.layout.metadata, [
    { run: 'SRR1' },
    { run: 'SRR10' },
    { run: 'SRR2' },
    { run: 'SRR3', layout: 'PAIRED' },
    { run: 'SRR4' },
    { run: 'SRR5' },
    { run: 'SRR6' },
    { run: 'SRR7' },
    { run: 'SRR8', exclusion: 'low_nspots' },
    { run: 'my run', species: 'Other species' },
    { run: 'SRR11', species: 'Other species', layout: 'single' },
  ]);
  return species;
}

describe('gtk rna status', () => {
  it('tells the state of every run from the disk, and failures with their reasons', async () => {
    const { layout } = allStates();
    const { json, text, failures } = await answerOf(statusCommand, [layout.out, '--runs']);
    expect(failures).toEqual([]);
    const [species, ...others] = json.species;
    expect(others).toEqual([]);
    expect(
      Object.fromEntries(species.runs.map((run: { run: string; state: string }) => [run.run, run.state])),
    ).toEqual({
      SRR1: 'done',
      SRR10: 'done',
      SRR2: 'failed',
      SRR3: 'ready',
      SRR4: 'ready',
      SRR5: 'partial',
      SRR6: 'partial',
      SRR7: 'pending',
      SRR8: 'excluded',
      'my run': 'pending',
      SRR11: 'pending',
    });
    expect(species).toMatchObject({ out: layout.out, total: 11, done: 2, failed: 1, excluded: 1, ready: 2 });
    expect(species).toMatchObject({ partial: 2, pending: 3, working: null, bytes_freed: 0 });
    expect(species.by_species).toEqual({
      Genus_species: { done: 2, failed: 1, excluded: 1, working: 0, ready: 2, partial: 2, pending: 1 },
      Other_species: { done: 0, failed: 0, excluded: 0, working: 0, ready: 0, partial: 0, pending: 2 },
    });
    expect(species.failures).toEqual([
      expect.objectContaining({
        run: 'SRR2',
        reason: 'checksum',
        remedy: expect.stringContaining('--sources'),
      }),
    ]);
    expect(species.runs[0]).toMatchObject({ reads_processed: 10, p_pseudoaligned: 70 });
    expect(species.free_bytes).toBeGreaterThan(0);
    expect(species.last_command).toEqual({ command: 'rna batch', status: null });
    expect(Date.parse(species.last_activity)).toBe(readState(layout.journal).last);
    expect(text).toContain('11 runs: 2 done, 1 failed, 1 excluded, 2 ready, 2 partial, 3 pending');
    expect(text).toContain('failed SRR2: checksum');
    expect(text).toContain('last: gtk rna batch, interrupted about');
    expect(text).toContain('SRR1\tGenus_species\tdone\t10 reads\t70 %');
  });

  it('says of a run that it is being worked on only while that gtk lives', () => {
    const species = allStates().add('SRR7').add('SRR1').add('SRR2');
    const { layout, samples } = species;
    const state = { type: 'state', species: 'Genus_species' } as const;
    const before = new Journal(layout.journal);
    before.append({ ...state, run: 'SRR2', state: 'downloading' });
    before.close();
    const statesNow = () => {
      const { runs, holder } = readStatus('x', layout, samples);
      return { holder: holder?.pid, states: runs.map(({ state, doing }) => doing ?? state) };
    };
    expect(statesNow()).toEqual({ holder: undefined, states: ['pending', 'done', 'failed'] });
    const unlock = takeLock(layout.lock, layout.out);
    const journal = new Journal(layout.journal);
    // Else the start may be within the same millisecond as what the one before it left behind.
    for (const before = Date.now(); Date.now() === before; );
    journal.append({ type: 'start', command: 'rna batch', pid: 1, version: '1', samples: 3, options: {} });
    journal.append({ ...state, run: 'SRR7', state: 'downloading' });
    journal.append({ ...state, run: 'SRR1', state: 'quantifying' });
    expect(statesNow()).toEqual({ holder: process.pid, states: ['downloading', 'quantifying', 'failed'] });
    unlock();
    expect(statesNow()).toEqual({ holder: undefined, states: ['pending', 'done', 'failed'] });
    writeFileSync(
      layout.lock,
      JSON.stringify({ pid: 2 ** 22 + 1, started: '1', host: 'elsewhere', since: 'now' }),
    );
    expect(statesNow()).toMatchObject({ holder: 2 ** 22 + 1 });
    journal.close();
  });

  it('counts every run of the table in one state, and changes nothing', async () => {
    const { layout } = allStates();
    const before = everythingBelow(layout.out);
    const { json } = await answerOf(statusCommand, [layout.out]);
    expect(everythingBelow(layout.out)).toEqual(before);
    const [species] = json.species;
    expect(runStates.reduce((sum, state) => sum + species[state], 0)).toBe(species.total);
    expect(species).not.toHaveProperty('runs');
  });

  it('reads all configured species; one without a table fails alone', async () => {
    const root = mkdtempSync(path.join(folder, 'proj ü '));
    mkdirSync(path.join(root, 'config', 'amalgkit'), { recursive: true });
    for (const [code, name] of [
      ['one', 'Genus_one'],
      ['two', 'Genus_two'],
      ['three', 'Genus_three'],
    ] as const) {
      const yaml = `work_dir: work/${code}\nspecies_list:\n  - ${name}\n`;
      writeFileSync(path.join(root, 'config', 'amalgkit', `amalgkit_${code}.yaml`), yaml);
      if (code === 'three') continue;
      writeTable(path.join(root, 'work', code, 'metadata', 'metadata.tsv'), [{ run: `SRR${code.length}` }]);
    }
    const { json, failures } = await answerOf(statusCommand, ['--root', root]);
    const found = json.species.map(({ name, out, total, pending }: Record<string, unknown>) => [
      name,
      out,
      total,
      pending,
    ]);
    expect(found).toEqual([
      ['Genus one', path.join(root, 'work', 'one'), 1, 1],
      ['Genus two', path.join(root, 'work', 'two'), 1, 1],
    ]);
    expect(failures).toEqual([
      expect.objectContaining({ exitStatus: 3, message: expect.stringContaining('three') }),
    ]);
    const config = path.join(root, 'config', 'amalgkit', 'amalgkit_two.yaml');
    const other = writeTable(path.join(root, 'other.tsv'), [{ run: 'SRR1' }, { run: 'SRR2' }]);
    const given = ['--config', config, '--root', root, '--metadata', other];
    expect((await answerOf(statusCommand, given)).json.species[0]).toMatchObject({
      name: 'Genus two',
      total: 2,
    });
  });

  it('refuses two ways to name a species, and what is not there', async () => {
    const missing = path.join(folder, 'nowhere');
    const of = (...args: string[]) => answerOf(statusCommand, args);
    await expect(of(missing, '--config', '/c.yaml')).rejects.toThrow(
      'Found OUT and --config, expected one of them',
    );
    await expect(of('--metadata', '/m.tsv')).rejects.toThrow('--metadata needs OUT or --config');
    await expect(of(missing)).rejects.toMatchObject({ code: 'GTK_RNA_NO_METADATA' });
    await expect(of('--root', missing)).rejects.toMatchObject({ code: 'GTK_INPUT_MISSING' });
    expect(existsSync(missing)).toBe(false);
  });

  it('writes a report where it is told to', async () => {
    const { layout } = allStates();
    const report = path.join(path.dirname(layout.out), 'new folder', 'report.html');
    await answerOf(statusCommand, [layout.out, '--report', report]);
    expect(readFileSync(report, 'utf8')).toContain('2 of 11 runs have a valid result');
  });
});

describe('gtk rna cleanup', () => {
  const idle = ['--idle-minutes', '0'];
  const goes = ['SRR1', 'SRR2', 'SRR5', 'SRR6'];

  function species(): CleanupSetup {
    const species = allStates();
    species.pair('SRR1');
    species.pair('SRR2');
    return species;
  }

  it('deletes nothing unless told to, and then just what it had listed', async () => {
    const { layout } = species();
    const before = everythingBelow(layout.out);
    const listed = await answerOf(cleanupCommand, [layout.out, ...idle]);
    expect(everythingBelow(layout.out)).toEqual(before);
    const [plan] = listed.json.folders;
    expect(plan.deletions.map(({ run, why }: Record<string, string>) => [run, why]).sort()).toEqual([
      ['SRR1', 'done'],
      ['SRR2', 'failed'],
      ['SRR5', 'partial'],
      ['SRR6', 'partial'],
    ]);
    expect(plan.kept.map(({ run, kept_for }: Record<string, string>) => [run, kept_for])).toEqual([
      ['SRR3', 'complete'],
      ['SRR4', 'complete'],
    ]);
    expect(listed.json).toMatchObject({ executed: false, bytes_freed: 0 });
    expect(listed.text).toContain('Nothing was deleted; add --execute to do so.');
    expect(listed.text).toContain('SRR1: has a valid result, 117 kB in 2 files');

    const { json, text } = await answerOf(cleanupCommand, [layout.out, ...idle, '--execute']);
    const files = plan.deletions.flatMap((deletion: { files: string[] }) => deletion.files).sort();
    const after = everythingBelow(layout.out);
    expect(before.filter((file) => !after.includes(file))).toEqual(files);
    expect(json).toMatchObject({ executed: true, bytes_freed: plan.bytes });
    expect(text).toContain('freed');
    expect(readState(layout.journal).bytesFreed).toBe(plan.bytes);
    expect(existsSync(layout.lock)).toBe(false);
    const again = await answerOf(cleanupCommand, [layout.out, ...idle, '--execute']);
    expect(again.json).toMatchObject({ bytes_freed: 0, folders: [{ deletions: [] }] });
  });

  it('leaves alone, unless told otherwise, what changed within ten minutes', async () => {
    const { layout } = species();
    const { json } = await answerOf(cleanupCommand, [layout.out, '--execute']);
    expect(json.folders[0].deletions).toEqual([]);
    const lately = json.folders[0].kept.map(({ kept_for }: { kept_for: string }) => kept_for);
    expect(lately).toEqual(new Array(goes.length + 2).fill('changed lately'));
  });

  it('deletes nothing where another gtk works, and names it', async () => {
    const { layout } = species();
    const before = everythingBelow(layout.out);
    const unlock = takeLock(layout.lock, layout.out);
    const { json } = await answerOf(cleanupCommand, [layout.out, ...idle]);
    expect(json.folders[0].deletions).toEqual([]);
    expect(json.folders[0].kept[0].kept_for).toBe('in flight');
    const refused = answerOf(cleanupCommand, [layout.out, ...idle, '--execute']);
    await expect(refused).rejects.toMatchObject({ code: 'GTK_RUN_LOCKED', exitStatus: 4 });
    unlock();
    expect(everythingBelow(layout.out)).toEqual(before);
  });

  it('keeps the reads of finished runs where gtk was told to keep them', async () => {
    const setup = species().start({ keepFastq: true });
    const { json } = await answerOf(cleanupCommand, [setup.layout.out, ...idle]);
    const { deletions, kept } = json.folders[0];
    expect(deletions.map(({ run }: { run: string }) => run).sort()).toEqual(goes.slice(1));
    expect(kept).toContainEqual(expect.objectContaining({ run: 'SRR1', kept_for: 'keep-fastq' }));
  });

  it('makes no folder where gtk never was', async () => {
    const out = mkdtempSync(path.join(folder, 'others-'));
    writeTable(path.join(out, 'metadata', 'metadata.tsv'), [{ run: 'SRR1' }]);
    mkdirSync(path.join(out, 'getfastq', 'SRR1'), { recursive: true });
    writeFileSync(path.join(out, 'getfastq', 'SRR1', 'SRR1_1.fastq.gz'), reads);
    const before = everythingBelow(out);
    await answerOf(cleanupCommand, [out, ...idle, '--execute']);
    expect(everythingBelow(out)).toEqual(before);
    expect(existsSync(path.join(out, '.gtk'))).toBe(false);
  });
});
