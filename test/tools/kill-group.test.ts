import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { killGroup } from '../../src/tools/kill-group.js';
import { identify, isAlive, type ProcessIdentity, startOf } from '../../src/tools/process-identity.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const children: ChildProcess[] = [];
afterAll(() => children.forEach((child) => void child.kill('SIGKILL')));

/** Starts a script as the leader of a group, and waits until it says that it is ready. */
async function start(script: string): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const identity = identify(child.pid!);
  await once(child.stdout!, 'data');
  return { child, identity };
}

describe('killGroup', () => {
  test('asks first', async () => {
    const file = path.join(folder, 'asked');
    const { child, identity } = await start(
      `trap 'echo yes > ${file}; exit 5' TERM; echo ready; sleep 1000 & wait`,
    );
    const exited = once(child, 'exit');
    await killGroup(identity);
    expect(await exited).toEqual([5, null]);
    expect(readFileSync(file, 'utf8')).toBe('yes\n');
  });

  test('kills what does not listen, children included', async () => {
    const file = path.join(folder, 'deaf');
    const { child, identity } = await start(
      `trap '' TERM; sh -c 'echo $$ > ${file}; echo ready; while :; do sleep 0.1; done' & wait`,
    );
    const exited = once(child, 'exit');
    const pid = Number(readFileSync(file, 'utf8'));
    const grandchild = { pid, started: startOf(pid)! };
    await killGroup(identity, 200);
    expect(await exited).toEqual([null, 'SIGKILL']);
    await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false));
  });

  test('finds children whose leader has ended', async () => {
    const file = path.join(folder, 'orphan');
    const { child, identity } = await start(
      `sleep 1000 > /dev/null & echo $! > ${file}; echo ready; read x < ${file}`,
    );
    if (child.exitCode === null) await once(child, 'exit');
    const pid = Number(readFileSync(file, 'utf8'));
    const orphan = { pid, started: startOf(pid)! };
    expect(isAlive(orphan)).toBe(true);
    await killGroup(identity);
    expect(isAlive(orphan)).toBe(false);
  });

  test('leaves a process alone that only has the same number', async () => {
    const { child, identity } = await start('echo ready; exec sleep 1000');
    const ticks = Number(identity.started);
    for (const other of [ticks - 1, ticks + 1, 1]) {
      await killGroup({ pid: identity.pid, started: String(other) }, 50);
    }
    expect([child.exitCode, child.signalCode, isAlive(identity)]).toEqual([null, null, true]);
    await killGroup(identity);
    expect(isAlive(identity)).toBe(false);
  });

  test('has nothing to do where nobody is left', async () => {
    const { child, identity } = await start('echo ready');
    if (child.exitCode === null) await once(child, 'exit');
    await killGroup(identity);
    expect(isAlive(identity)).toBe(false);
  });
});

test('a start time is that of proc(5), whatever the name of the program', async () => {
  const { identity } = await start('echo ready; exec sleep 1000');
  const fields = readFileSync(`/proc/${identity.pid}/stat`, 'latin1').split(' ');
  expect(identity.started).toBe(fields[21]);
  const odd = spawn(
    process.execPath,
    ['-e', 'process.title = "a) R 1 (b"; console.log(); setInterval(() => {}, 1000)'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(odd);
  await once(odd.stdout!, 'data');
  const stat = readFileSync(`/proc/${odd.pid}/stat`, 'latin1');
  expect(stat).toContain('(a) R 1 (b)');
  expect(startOf(odd.pid!)).toBe(stat.split('(a) R 1 (b) ')[1]!.split(' ')[19]);
});
