import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Pipeline, runPipeline } from '../../src/tools/run-pipeline.js';
import { temporaryFolder } from '../run-gtk.js';

const node = process.execPath;
const folder = temporaryFolder();

/** A stage of JavaScript. */
const stage = (body: string, ...args: string[]) => ({ program: node, args: ['-e', body, ...args] });

/** Hands on what it reads. */
const pass = stage('process.stdin.pipe(process.stdout)');

/** Writes without end, and ends as programs do that are not told what to do without a reader. */
const endless = { program: '/usr/bin/yes', args: ['a line of text'] };

async function run(stages: Pipeline['stages'], options: Partial<Pipeline> = {}) {
  const said: Uint8Array[] = [];
  const ends = await runPipeline({ stages, print: (text) => void said.push(text), ...options });
  return { ends, said: Buffer.concat(said).toString() };
}

/** Command lines of all processes that hold the word. */
function processesWith(word: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      return line.includes(word) ? [line] : [];
    } catch {
      return [];
    }
  });
}

describe('a pipeline', () => {
  test('hands on every byte, and takes what is said', async () => {
    const bytes = 30_000_000;
    const write = stage(`
      console.error('first');
      const piece = Buffer.alloc(1e6, 'x');
      for (let i = 0; i < ${bytes / 1e6}; i++) require('fs').writeSync(1, piece) < 1e6 && process.exit(9);`);
    const count = stage(`
      console.error('second');
      let bytes = 0;
      process.stdin.on('data', (d) => bytes += d.length).on('end', () => console.log('bytes', bytes));`);
    const { ends, said } = await run([
      { program: '/usr/bin/head', args: ['-c', String(bytes), '/dev/zero'] },
      count,
    ]);
    expect(said).toBe(`second\nbytes ${bytes}\n`);
    expect(ends.map(({ status }) => status)).toEqual([0, 0]);
    const both = await run([write, pass, count]);
    expect(both.said.split('\n').sort()).toEqual(['', `bytes ${bytes}`, 'first', 'second']);
  });

  test('writes a file', async () => {
    const stdout = path.join(folder, 'whole');
    const head = { program: '/usr/bin/head', args: ['-c', '20000000', '/dev/zero'] };
    const { said } = await run([head, pass], { stdout });
    expect([statSync(stdout).size, said]).toEqual([20_000_000, '']);
  });

  test('starts programs under their names, with texts in the C locale, in the folder that is told', async () => {
    const body =
      "console.log(process.argv0, process.env.LC_ALL, process.cwd(), require('fs').readSync(0, Buffer.alloc(1)))";
    const { said } = await run([stage(body)], { cwd: folder });
    expect(said).toBe(`node C ${folder} 0\n`);
  });

  test('tells how each ended; a writer without a reader, by SIGPIPE', async () => {
    const refuse = stage("process.stdin.once('data', () => process.exit(3))");
    const { ends } = await run([endless, refuse]);
    expect(ends).toHaveLength(2);
    // Both ends come at nearly the same time.
    expect(ends).toContainEqual({ stage: 1, status: 3, endedBy: null });
    expect(ends).toContainEqual({ stage: 0, status: null, endedBy: 'SIGPIPE' });
  });

  test('goes on to its end when the first or the one amid it dies', async () => {
    const dies = stage("require('fs').writeSync(1, 'some'); process.kill(process.pid, 'SIGKILL')");
    const first = await run([dies, pass, pass]);
    expect(first.said).toBe('some');
    expect(first.ends.map(({ stage, endedBy }) => [stage, endedBy])).toEqual([
      [0, 'SIGKILL'],
      [1, null],
      [2, null],
    ]);
    const amid = await run([endless, stage("process.kill(process.pid, 'SIGTERM')"), pass]);
    expect(amid.ends.find(({ stage }) => stage === 1)).toEqual({
      stage: 1,
      status: null,
      endedBy: 'SIGTERM',
    });
    expect(amid.ends.find(({ stage }) => stage === 2)).toMatchObject({ status: 0 });
    expect(amid.ends.find(({ stage }) => stage === 0)!.status).not.toBe(0);
  });

  test('leaves nothing running if one cannot be started', async () => {
    const word = '97531.2468';
    const sleeps = { program: '/usr/bin/sleep', args: [word] };
    const missing = { program: '/nowhere/aligner', args: [] };
    await expect(run([sleeps, missing, pass])).rejects.toMatchObject({
      code: 'GTK_MISSING_TOOL',
      message: expect.stringMatching(/^aligner cannot be started: .*ENOENT/),
    });
    expect(processesWith(word)).toEqual([]);
  });

  test('starts nothing if its file cannot be opened', async () => {
    const stdout = path.join(folder, 'none', 'file');
    const sleeps = { program: '/usr/bin/sleep', args: ['86420.1357'] };
    await expect(run([sleeps], { stdout })).rejects.toMatchObject({ code: 'GTK_NOT_WRITABLE' });
    expect(processesWith('86420.1357')).toEqual([]);
  });

  test('leaves it to the program to tell that a file cannot be written', async () => {
    const cat = { program: '/usr/bin/head', args: ['-c', '100000', '/dev/zero'] };
    const { ends, said } = await run([cat], { stdout: '/dev/full' });
    expect(ends).toEqual([{ stage: 0, status: 1, endedBy: null }]);
    expect(said).toContain('No space left on device');
  });

  test('does not wait for what a program left behind', async () => {
    const leaves = stage(`
      const options = { detached: true, stdio: ['ignore', 'inherit', 'inherit'] };
      const left = require('child_process').spawn('/usr/bin/sleep', ['600'], options);
      console.log(left.pid);
      process.exit();`);
    const { ends, said } = await run([leaves]);
    process.kill(Number(said), 'SIGKILL');
    expect(ends).toEqual([{ stage: 0, status: 0, endedBy: null }]);
  });
});
