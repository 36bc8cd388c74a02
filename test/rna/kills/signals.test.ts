import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, watch } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../../src/rna/journal.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder } from '../../run-gtk.js';
import type { Killer } from '../../runs/kills.js';
import { archiveOf, counters } from '../acceptance/project.js';
import type { ArchivedRun } from '../archive.js';
import { groupMembers, hangingKallisto } from './hanging.js';
import { Killed, tablesByHand, twelveRuns } from './killed.js';

/** Does something once a quantification runs, whose process group it is given. */
function whenOneRuns(journal: string, act: (child: ChildProcess, groups: number[]) => void): Killer {
  return {
    started: (child) => {
      mkdirSync(path.dirname(journal), { recursive: true });
      const watcher = watch(path.dirname(journal), () => {
        if (!existsSync(journal)) return;
        const groups = [...readJournal(journal)].flatMap((line) =>
          line.type === 'process-started' && line.program === 'kallisto' && line.run.startsWith('ERR')
            ? [line.process.pid]
            : [],
        );
        if (groups.length === 0) return;
        watcher.close();
        act(child, groups);
      });
      return () => watcher.close();
    },
  };
}

describe.skipIf(!requireTool('kallisto'))('a batch whose programs hang', () => {
  let runs: ArchivedRun[];
  let expected: Record<string, string>;
  let hanging: Record<string, string>;
  beforeAll(() => {
    runs = twelveRuns(() => false).slice(0, 4);
    expected = tablesByHand(runs);
    hanging = hangingKallisto(temporaryFolder());
  });

  const newBatch = async () =>
    new Killed({ archive: await archiveOf({ runs }), runs, args: ['--threads', '2'] });

  it('leaves nothing running once gtk has been started again after it was killed', async () => {
    const killed = await newBatch();
    let groups: number[] = [];
    const killer = whenOneRuns(killed.journalFile, (child, found) => {
      groups = found;
      child.kill('SIGKILL');
    });
    expect(await killed.start(expected, { ...killer, env: hanging })).toBeUndefined();
    // The shell and the program that it waits for.
    expect(groups.flatMap(groupMembers)).toHaveLength(2 * groups.length);
    expect(killed.alive()).toHaveLength(groups.length);
    killed.sound((await killed.start(expected))!, expected);
    expect(groups.flatMap(groupMembers)).toEqual([]);
  });

  it.each<[string, NodeJS.Signals[], number[]]>([
    ['SIGINT', ['SIGINT'], [130]],
    ['SIGTERM', ['SIGTERM'], [143]],
    // As from a terminal, where npm passes on what the whole group gets.
    ['two SIGINT', ['SIGINT', 'SIGINT'], [130]],
  ])('ends on %s with its statistics, ends its programs, and goes on', async (_, signals, statuses) => {
    const killed = await newBatch();
    let groups: number[] = [];
    const killer = whenOneRuns(killed.journalFile, (child, found) => {
      groups = found;
      for (const signal of signals) child.kill(signal);
    });
    const ended = (await killed.start(expected, { ...killer, env: hanging }))!;
    expect(statuses, ended.stderr).toContain(ended.status);
    expect(groups.length).toBeGreaterThan(0);
    expect(groups.flatMap(groupMembers)).toEqual([]);
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(
      'gtk: interrupted; the same command goes on from there.',
    );
    expect(ended.json).toMatchObject({ status: 'interrupted', exit_status: ended.status, pending: 4 });
    expect(counters(ended)).toMatchObject({ counts: { processed: 0, failed: 0 }, balances: true });
    killed.sound((await killed.start(expected))!, expected);
    // Whatever stood there was not fetched twice.
    expect(killed.kept).toBeGreaterThan(0);
  });

  it('refuses its folder to a second gtk, which names the first', async () => {
    const killed = await newBatch();
    let second: Promise<unknown> | undefined;
    const killer = whenOneRuns(killed.journalFile, (child) => {
      second = killed.project
        .rna('batch')
        .then((refused) => {
          expect(refused.status).toBe(4);
          const holder = `process ${child.pid} on ${os.hostname()}`;
          expect(refused.stderr).toContain(`Another gtk works in ${killed.project.out}: ${holder}`);
          expect(refused.json).toMatchObject({ exit_status: 4 });
        })
        .finally(() => child.kill('SIGTERM'));
    });
    expect(await killed.start(expected, { ...killer, env: hanging })).toMatchObject({ status: 143 });
    await second;
    killed.sound((await killed.start(expected))!, expected);
  });
});
