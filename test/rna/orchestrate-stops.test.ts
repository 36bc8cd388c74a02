import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, watch } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../src/rna/journal.js';
import { requireTool } from '../agreement/tools.js';
import { type Ended, gtk, temporaryFolder } from '../run-gtk.js';
import { archiveOf } from './acceptance/project.js';
import type { Archive } from './archive.js';
import { groupMembers, hangingKallisto } from './kills/hanging.js';
import { balances, listed, Orchestra, type Orchestrated, runsFrom } from './orchestrate-setup.js';

const few = runsFrom('ERR943100', 2);
const more = runsFrom('ERR943200', 4);
const hanging = more[3]!.run;

describe.skipIf(!requireTool('kallisto'))('an orchestrator that is stopped', () => {
  let archive: Archive;
  let env: Record<string, string>;
  beforeAll(async () => {
    archive = await archiveOf({ runs: [...few, ...more] });
    env = hangingKallisto(temporaryFolder(), hanging);
  });

  const newProject = () =>
    new Orchestra()
      .add('apis', 'Apis mellifera', listed(archive, few))
      .add('mouse', 'Mus musculus', listed(archive, more));

  /** Runs until one quantification hangs and all others are done, then acts; with the hanging process group. */
  async function untilItHangs(
    project: Orchestra,
    act: (child: ChildProcess) => void,
  ): Promise<{ ended: Orchestrated; group: number }> {
    let group = 0;
    const file = path.join(project.root, '.gtk', 'orchestrator.log.jsonl');
    const ended = await project.run(archive, ['--cpu-threads', '2'], {
      env,
      started: (child) => {
        mkdirSync(path.dirname(file), { recursive: true });
        const watcher = watch(path.dirname(file), () => {
          const lines = existsSync(file) ? [...readJournal(file)] : [];
          const done = lines.filter((line) => line.type === 'end').length;
          const programs = lines.flatMap((line) =>
            line.type === 'process-started' && line.program === 'kallisto' && line.run === hanging
              ? [line.process.pid]
              : [],
          );
          if (done < few.length + more.length - 1 || programs.length === 0) return;
          watcher.close();
          group = programs[0]!;
          act(child);
        });
        child.on('close', () => watcher.close());
      },
    });
    return { ended, group };
  }

  it.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])(
    'by %s says what was done, ends its programs, and goes on when it is started again',
    async (signal, status) => {
      const project = newProject();
      const { ended, group } = await untilItHangs(project, (child) => child.kill(signal));
      expect(ended.status, ended.stderr).toBe(status);
      expect(ended.json).toMatchObject({ status: 'interrupted', exit_status: status });
      expect(ended.species).toMatchObject({ apis: { processed: 2 }, mouse: { processed: 3, pending: 1 } });
      expect(Object.values(ended.species).every(balances)).toBe(true);
      expect(ended.stderr.trimEnd().split('\n').at(-1)).toContain('the same command goes on');
      expect(group).toBeGreaterThan(1);
      expect(groupMembers(group)).toEqual([]);
      const before = archive.requests.length;
      const again = await project.run(archive);
      expect(again).toMatchObject({
        status: 0,
        species: { apis: { skipped: 2 }, mouse: { processed: 1, skipped: 3 } },
      });
      // Its reads stood there.
      expect(archive.requests).toHaveLength(before);
      expect(project.wrong('mouse', more)).toEqual([]);
      expect(readdirSync(path.join(project.root, '.gtk'))).toEqual(['orchestrator.log.jsonl']);
    },
  );

  it('by SIGKILL leaves a program that the next one ends', async () => {
    const project = newProject();
    const { ended, group } = await untilItHangs(project, (child) => child.kill('SIGKILL'));
    expect(ended.signal).toBe('SIGKILL');
    expect(groupMembers(group)).toHaveLength(2);
    expect(await project.run(archive)).toMatchObject({ status: 0, species: { mouse: { processed: 1 } } });
    expect(groupMembers(group)).toEqual([]);
    expect(project.wrong('mouse', more)).toEqual([]);
  });

  it('is the only one of its project, and holds its species', async () => {
    const project = newProject();
    const refused: Ended[] = [];
    const config = path.join(project.root, 'config', 'amalgkit', 'amalgkit_mouse.yaml');
    const { ended } = await untilItHangs(project, async (child) => {
      const batch = ['rna', 'batch', '--root', project.root, '--config', config];
      const others = await Promise.all([project.run(archive), gtk(batch)]);
      refused.push(...others);
      child.kill('SIGTERM');
      const holder = `process ${child.pid} on ${os.hostname()}`;
      for (const one of others) expect.soft(one.stderr).toContain(holder);
    });
    expect(ended.status).toBe(143);
    expect(refused.map(({ status }) => status)).toEqual([4, 4]);
    expect(refused[0]!.stderr).toContain(`Another gtk works in ${project.root}: `);
    expect(refused[1]!.stderr).toContain(`Another gtk works in ${project.path('mouse')}: `);
  });
});
