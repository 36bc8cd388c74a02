import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { gtk, program, temporaryFolder } from '../run-gtk.js';
import { yeastGenes } from './codon-files.js';
import { namesIn } from './run-state.js';

const folder = temporaryFolder();
const input = path.join(folder, 'genes.fa');
const out = path.join(folder, 'out');
const lock = path.join(out, '.gtk/lock');
const command = ['codon', input, '--out', out, '--quiet'];
writeFileSync(input, yeastGenes(20));

beforeEach(() => rmSync(out, { recursive: true, force: true }));

/** Leaves a lock as a process would that is now dead, or that is elsewhere. */
function leaveLock(holder: { pid: number; host?: string; started?: string }): void {
  mkdirSync(path.dirname(lock), { recursive: true });
  const content = { host: os.hostname(), started: '', since: '2024-02-29T12:00:00.000Z', ...holder };
  writeFileSync(lock, JSON.stringify(content));
}

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('close', resolve));
  return child.pid!;
}

describe('a run folder', () => {
  it('is refused to a second process, which names the first; the first is not disturbed', async () => {
    let first: ChildProcess | undefined;
    // It waits for the rest of its input for as long as it takes.
    const args = ['codon', '-', '--out', out, '--progress', 'never'];
    const ended = new Promise<number | null>((resolve, reject) => {
      first = spawn(process.execPath, [program, ...args], {
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      first.on('close', resolve).on('error', reject);
    });
    first!.stdin!.write(yeastGenes(10));
    await new Promise<void>((resolve) => {
      first!.stderr!.on('data', (text) => String(text).includes('"planned"') && resolve());
    });
    const state = namesIn(path.join(out, '.gtk'));
    for (const second of [command, [...command, '--fresh'], ['resume', out], command]) {
      const refused = await gtk(second);
      expect(refused.status, second.join(' ')).toBe(4);
      expect(refused.stderr).toContain(
        `Another gtk works in ${out}: process ${first!.pid} on ${os.hostname()}`,
      );
    }
    expect(namesIn(path.join(out, '.gtk'))).toEqual(state);
    first!.stdin!.end('>last\nATG\n');
    expect(await ended).toBe(0);
    expect(JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8')).sequences).toBe(11);
    expect(existsSync(lock)).toBe(false);
  });

  it('is taken over from a process that died', async () => {
    leaveLock({ pid: await deadPid() });
    expect(await gtk(command)).toMatchObject({ status: 0 });
    expect(existsSync(lock)).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')(
    'is taken over where the number is now another process',
    async () => {
      leaveLock({ pid: process.pid, started: '1' });
      expect(await gtk(command)).toMatchObject({ status: 0 });
    },
  );

  it.skipIf(process.platform !== 'linux')('is not taken over from a process that lives', async () => {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    // proc(5): field 22, counted behind the name, which is field 2 and may hold blanks.
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
    leaveLock({ pid: process.pid, started });
    const ended = await gtk(command);
    expect(ended.status).toBe(4);
    expect(ended.stderr).toContain(`process ${process.pid} on ${os.hostname()}, since 2024-02-29`);
    expect(namesIn(out)).toEqual(['.gtk']);
  });

  it('is not taken over from another host, whose processes cannot be seen', async () => {
    leaveLock({ pid: await deadPid(), host: 'node17.cluster' });
    const ended = await gtk(command);
    expect(ended.status).toBe(4);
    expect(ended.stderr).toContain('on node17.cluster');
  });

  it.each(['', '{"pid":', 'null'])(
    'is taken over where the lock holds %j, as a power cut leaves it',
    async (content) => {
      mkdirSync(path.dirname(lock), { recursive: true });
      writeFileSync(lock, content);
      expect(await gtk(command)).toMatchObject({ status: 0 });
    },
  );

  it('goes to exactly one of several that start at once, stale lock or not', async () => {
    let refusals = 0;
    for (const stale of [false, true, false, true]) {
      rmSync(out, { recursive: true, force: true });
      if (stale) leaveLock({ pid: await deadPid() });
      const all = await Promise.all(
        Array.from({ length: 4 }, () => gtk(['codon', input, '--out', out, '--json'])),
      );
      const states = all.map(({ status, stdout }) => (status === 0 ? JSON.parse(stdout).up_to_date : status));
      // Those that come when the first has ended find its run done.
      expect(states.filter((state) => state === false)).toHaveLength(1);
      expect(states.filter((state) => ![false, true, 4].includes(state))).toEqual([]);
      refusals += states.filter((state) => state === 4).length;
      expect(namesIn(path.join(out, '.gtk'))).toEqual(['run.json']);
    }
    expect(refusals).toBeGreaterThan(0);
  });
});
