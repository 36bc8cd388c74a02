/** Steps in the process that works them, which is ended at any point: their outputs are whole, or there are none. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { STEP_PROCESS } from '../../../src/pcr/chain-process.js';
import { type ExitRecord, readExitRecord } from '../../../src/pcr/steps/exit-record.js';
import { removeOutputs, removeUnfinished, type StepRequest } from '../../../src/pcr/steps/perform.js';
import { readRecord } from '../../../src/pcr/steps/record.js';
import type { Workspace } from '../../../src/pcr/workspace.js';
import { groupLives } from '../../../src/tools/process-identity.js';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder } from '../../run-gtk.js';
import { stepRequest, unzipped, workStep, workspaceOf, workspaceWith } from '../step-workspace.js';

const cutadapt = requireTool('cutadapt');

interface Work {
  log: string;
  exit: string;
  /** Ends the whole group as nothing can refuse. */
  kill(): void;
  ended: Promise<unknown>;
  groupLives(): boolean;
}

/** Starts the process on one step. */
function start(request: StepRequest): Work {
  const folder = temporaryFolder();
  const [log, exit] = [path.join(folder, 'log'), path.join(folder, 'exit')];
  writeFileSync(log, '');
  const steps = [{ request, log, exit }];
  const child = spawn(process.execPath, [STEP_PROCESS, JSON.stringify({ steps })], {
    detached: true,
    stdio: 'ignore',
  });
  const group = child.pid!;
  return {
    log,
    exit,
    kill: () => {
      try {
        process.kill(-group, 'SIGKILL');
      } catch (error) {
        // It has ended by itself.
        expect((error as NodeJS.ErrnoException).code).toBe('ESRCH');
      }
    },
    ended: once(child, 'exit'),
    groupLives: () => groupLives(group, '0'),
  };
}

/** Resolves when it is so, looking as often as it can. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

/** Content of a step's reads, or undefined where it left nothing at all. */
function trimmedIn(workspace: Workspace): string[] | undefined {
  const names = readdirSync(workspace.resolve('cutPrimer'));
  return names.length === 0 ? undefined : Object.values(workspace.reads('cutPrimer')).map(unzipped);
}

describe.skipIf(!cutadapt)('a step that is killed', () => {
  const workspace = workspaceOf('qslam_clean');
  let whole: string[];
  beforeAll(async () => {
    const undisturbed = workspaceOf('qslam_clean');
    await workStep(undisturbed, 'cutadapt');
    whole = trimmedIn(undisturbed)!;
  });

  /** Points of its work at which it is killed. */
  const passes = (log: string) => readFileSync(log, 'utf8').split(' $ cutadapt ').length - 1;
  const written = (name: string) =>
    readdirSync(workspace.tmp).some((scratch) => existsSync(workspace.resolve('tmp', scratch, name)));
  const points: [string, (work: Work) => boolean, isBefore: boolean][] = [
    ['in its first pass', ({ log }) => passes(log) === 1, true],
    ['in its last pass', ({ log }) => passes(log) === 3, true],
    ['as its record is there', () => written('cutPrimer/step.json'), false],
    ['as its outputs appear', () => existsSync(workspace.resolve('cutPrimer/step.json')), false],
  ];

  test.each(points)('%s leaves whole outputs or none', async (_when, isThere, isBefore) => {
    removeOutputs(workspace, 'cutadapt');
    const work = start(stepRequest(workspace, 'cutadapt'));
    await until(() => isThere(work) || existsSync(work.exit));
    work.kill();
    await work.ended;
    await vi.waitFor(() => expect(work.groupLives()).toBe(false));
    removeUnfinished(workspace);
    expect(readdirSync(workspace.tmp)).toEqual([]);
    const left = trimmedIn(workspace);
    expect(isBefore ? [undefined] : [undefined, whole]).toContainEqual(left);
    expect(readRecord(workspace, 'cutadapt') !== undefined).toBe(left !== undefined);
  });

  test('and then worked again leaves what it would have left', async () => {
    const work = start(stepRequest(workspace, 'cutadapt'));
    await work.ended;
    const exit = readExitRecord(work.exit) as Extract<ExitRecord, { record: unknown }>;
    expect(exit.record).toEqual(readRecord(workspace, 'cutadapt'));
    expect(trimmedIn(workspace)).toEqual(whole);
    expect(readFileSync(work.log, 'utf8')).toContain('2966 of 3179 pairs are left');
  });
});

describe('a step that fails', () => {
  test('tells why in log and exit record, without a path of the machine, and leaves no output', async () => {
    const workspace = workspaceWith('@a\nAC\n+\nII\n', 'no FASTQ');
    const config = { umi_read: 'r1', umi_pattern: 'N' } as const;
    const work = start(stepRequest(workspace, 'umi', { config }));
    await work.ended;
    const exit = readExitRecord(work.exit) as Extract<ExitRecord, { error: unknown }>;
    expect(exit.error).toMatchObject({ code: 'GTK_NOT_FASTQ', exitStatus: 3 });
    const log = readFileSync(work.log, 'utf8');
    expect(log).toContain(`${exit.error.message}\n${exit.error.remedy}\n`);
    expect(log).not.toContain(workspace.root);
    expect(readdirSync(workspace.resolve('umi'))).toEqual([]);
  });

  test('tells no path of the genomes either', async () => {
    const workspace = workspaceWith('', '');
    const references = temporaryFolder();
    const config = { genome: 'other' };
    mkdirSync(workspace.resolve('cutPrimer'), { recursive: true });
    writeFileSync(workspace.resolve('cutPrimer/step.json'), '{"inputs":[]}');
    const work = start(stepRequest(workspace, 'read_mapping', { config, references }));
    await work.ended;
    const { error } = readExitRecord(work.exit) as Extract<ExitRecord, { error: unknown }>;
    expect(error).toMatchObject({ code: 'GTK_NO_GENOME' });
    expect(error.message).toBe('There is no genome other in reference: found none');
  });
});
