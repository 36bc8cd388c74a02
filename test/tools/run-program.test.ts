import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { isAlive, type ProcessIdentity, startOf } from '../../src/tools/process-identity.js';
import { type ProgramRun, runProgram } from '../../src/tools/run-program.js';
import { temporaryFolder } from '../run-gtk.js';
import { canMount } from '../runs/small-disk.js';

const folder = temporaryFolder();
const never = new AbortController().signal;

/** Runs a script of the shell. */
const sh = (script: string, options: Partial<ProgramRun> = {}) =>
  runProgram({ program: '/bin/sh', args: ['-c', script], signal: never, seconds: 60, ...options });

/** Whether a process has that number; one that has ended has it until its parent takes note. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Reads a number that a script writes, once it has. */
const pidIn = (file: string) =>
  vi.waitFor(
    () => {
      const pid = Number(readFileSync(file, 'utf8'));
      expect(pid).toBeGreaterThan(1);
      return pid;
    },
    { timeout: 20_000 },
  );

describe('runProgram', () => {
  test('tells status and output, and closes standard input', async () => {
    const end = await sh('cat; echo out; echo err >&2; exit 7');
    expect(end).toMatchObject({ status: 7, endedBy: null });
    expect(end.output.split('\n').sort()).toEqual(['', 'err', 'out']);
    expect(end).not.toHaveProperty('stopped');
  });

  test('hands arguments over as they are', async () => {
    const args = ['$(touch here)', 'a b', '', '"', "'", '*', 'ä'];
    const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const { output } = await runProgram({
      program: process.execPath,
      args: ['-e', script, '--', ...args],
      signal: never,
      seconds: 60,
    });
    expect(JSON.parse(output)).toEqual(args);
  });

  test('adds to the environment, and stays in the same folder unless told', async () => {
    const scratch = path.join(folder, 'scratch');
    mkdirSync(scratch);
    expect((await sh('echo "$X:$HOME"; pwd', { env: { X: 'y' } })).output).toBe(
      `y:${process.env.HOME}\n${process.cwd()}\n`,
    );
    expect((await sh('pwd', { cwd: scratch })).output).toBe(`${scratch}\n`);
  });

  test('says which signal ended it', async () => {
    expect(await sh('kill -SEGV $$')).toMatchObject({ status: null, endedBy: 'SIGSEGV' });
  });

  test('keeps the last 64 KiB of much output, and all of it in the log', async () => {
    const logFile = path.join(folder, 'long.log');
    const { output } = await sh('seq 1 200000; echo last', { logFile });
    const all = `${execFileSync('seq', ['1', '200000'], { encoding: 'utf8', maxBuffer: 1e8 })}last\n`;
    expect(output).toBe(all.slice(-(1 << 16)));
    await vi.waitFor(() => expect(readFileSync(logFile, 'utf8') === all).toBe(true));
  });

  test('appends to a log', async () => {
    const logFile = path.join(folder, 'appended.log');
    await sh('echo one', { logFile });
    await sh('echo two', { logFile });
    await vi.waitFor(() => expect(readFileSync(logFile, 'utf8')).toBe('one\ntwo\n'));
  });

  test('goes on where the log cannot be written', async () => {
    const { output } = await sh('echo on', { logFile: path.join(folder, 'no/such/folder.log') });
    expect(output).toBe('on\n');
  });

  test('names a program that cannot be started', async () => {
    const program = path.join(folder, 'missing');
    await expect(runProgram({ program, args: [], signal: never, seconds: 1 })).rejects.toMatchObject({
      code: 'GTK_MISSING_TOOL',
      message: expect.stringContaining(program),
    });
    const text = path.join(folder, 'text');
    writeFileSync(text, 'no program\n', { mode: 0o644 });
    await expect(runProgram({ program: text, args: [], signal: never, seconds: 1 })).rejects.toMatchObject({
      code: 'GTK_MISSING_TOOL',
      message: expect.stringContaining('EACCES'),
    });
  });

  test('tells what runs as long as it runs', async () => {
    const told: [ProcessIdentity, string, boolean][] = [];
    const pidFile = path.join(folder, 'told.pid');
    // A program that ends at once must be told apart from later ones with its number all the same.
    await sh(`echo $$ > ${pidFile}`, {
      onProcess: (process, state) => told.push([process, state, isThere(process.pid)]),
    });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(told).toEqual([
      [{ pid, started: expect.stringMatching(/^\d+$/) }, 'started', true],
      [{ pid, started: told[0]![0].started }, 'ended', false],
    ]);
  });

  test('runs in a process group of its own', async () => {
    const { output } = await sh('echo $$; cut -d " " -f 5 /proc/$$/stat');
    const [pid, group] = output.trim().split('\n');
    expect(group).toBe(pid);
    expect(Number(pid)).not.toBe(process.pid);
  });
});

describe('what ends a program', () => {
  test.each(['time', 'silence', 'abort'] as const)('%s: with all that it started', async (why) => {
    const pidFile = path.join(folder, `${why}.pid`);
    const controller = new AbortController();
    // A shell, its child, and the child of that, all in one group.
    const script = `sh -c 'sleep 1000 & echo $! > ${pidFile}.tmp; mv ${pidFile}.tmp ${pidFile}; wait' & wait`;
    const ended = sh(script, {
      signal: controller.signal,
      seconds: why === 'time' ? 1 : 60,
      ...(why === 'silence' && { life: { silentSeconds: 1, grows: [] } }),
    });
    ended.catch(() => {});
    const pid = await pidIn(pidFile);
    const grandchild = { pid, started: startOf(pid)! };
    expect(isAlive(grandchild)).toBe(true);
    if (why === 'abort') {
      controller.abort('SIGINT');
      await expect(ended).rejects.toBe('SIGINT');
    } else {
      expect(await ended).toMatchObject({ status: null, endedBy: 'SIGTERM', stopped: why });
    }
    expect(isAlive(grandchild)).toBe(false);
  });

  test('an abort before it starts starts nothing', async () => {
    const file = path.join(folder, 'never-started');
    await expect(sh(`touch ${file}`, { signal: AbortSignal.abort('before') })).rejects.toBe('before');
    expect(existsSync(file)).toBe(false);
  });

  test('its own end, with what it left behind', async () => {
    const pidFile = path.join(folder, 'left.pid');
    const end = await sh(`sleep 1000 & echo $! > ${pidFile}; exit 3`);
    expect(end).toMatchObject({ status: 3 });
    expect(startOf(Number(readFileSync(pidFile, 'utf8')))).toBeUndefined();
  });

  test('its own end, even if a process that left the group holds its output', async () => {
    const pidFile = path.join(folder, 'daemon.pid');
    const end = await sh(
      `setsid sh -c 'echo $$ > ${pidFile}; exec sleep 1000' & until [ -s ${pidFile} ]; do sleep 0.05; done; echo said`,
    );
    const pid = await pidIn(pidFile);
    expect(end).toMatchObject({ status: 0, output: 'said\n' });
    process.kill(pid, 'SIGKILL');
  });

  test('a limit beyond what a timer can hold is no limit', async () => {
    expect(await sh('echo done', { seconds: 1e9 })).toMatchObject({ status: 0, output: 'done\n' });
  });
});

describe.concurrent('signs of life', () => {
  // Each works for a multiple of the time that silence may take.
  const life = (...grows: string[]) => ({ life: { silentSeconds: 1, grows } });

  test('growth of a file', async () => {
    const file = path.join(folder, 'grows');
    const script = `for i in 1 2 3 4 5 6 7 8; do sleep 0.3; echo $i >> ${file}; done`;
    expect(await sh(script, life(file))).toMatchObject({ status: 0 });
    expect(readFileSync(file, 'utf8')).toBe('1\n2\n3\n4\n5\n6\n7\n8\n');
  });

  test('growth of files deep in a folder', async () => {
    const place = path.join(folder, 'deep');
    const script = `mkdir -p ${place}/a/b; for i in 1 2 3 4 5 6 7 8; do sleep 0.3; echo $i > ${place}/a/b/$i; done`;
    expect(await sh(script, life(place))).toMatchObject({ status: 0 });
    expect(existsSync(path.join(place, 'a/b/8'))).toBe(true);
  });

  test('processor time', async () => {
    const script = 'const until = Date.now() + 2500; while (Date.now() < until);';
    const end = await runProgram({
      program: process.execPath,
      args: ['-e', script],
      signal: never,
      seconds: 60,
      ...life(),
    });
    expect(end).toMatchObject({ status: 0 });
  });

  test('are not what other files do', async () => {
    const file = path.join(folder, 'other');
    const script = `for i in $(seq 100); do sleep 0.3; echo $i >> ${file}; done`;
    const end = await sh(script, life(path.join(folder, 'no-such')));
    expect(end).toMatchObject({ stopped: 'silence' });
    expect(readFileSync(file, 'utf8')).toMatch(/^1\n/);
  });
});

describe.skipIf(!canMount(folder))('a log on a full disk', () => {
  test('ends, and the program does not', () => {
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    const script = path.join(folder, 'full.mts');
    const tool = path.resolve('src/tools/run-program.ts');
    writeFileSync(
      script,
      `import { runProgram } from ${JSON.stringify(tool)};
      const end = await runProgram({ program: '/bin/sh', args: ['-c', 'seq 1 100000; echo last'],
        signal: new AbortController().signal, seconds: 60, logFile: ${JSON.stringify(`${disk}/log`)} });
      console.log(JSON.stringify({ status: end.status, tail: end.output.slice(-5) }));`,
    );
    const mounted = `mount -t tmpfs -o size=64k none "${disk}" && node --import tsx "${script}" && wc -c < "${disk}/log"`;
    const ended = spawnSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', mounted], {
      encoding: 'utf8',
    });
    const [json, bytes] = ended.stdout.trim().split('\n');
    expect(JSON.parse(json!), ended.stderr).toEqual({ status: 0, tail: 'last\n' });
    expect(Number(bytes)).toBeLessThanOrEqual(65_536);
  });
});
