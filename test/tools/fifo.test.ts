import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFifos, openFifoForWriting } from '../../src/tools/fifo.js';
import { findProgram } from '../../src/tools/find.js';
import { temporaryFolder } from '../run-gtk.js';

const mkfifo = findProgram('mkfifo')!;
const { signal } = new AbortController();
const above = temporaryFolder();

let fifo: string;
beforeEach(() => {
  fifo = path.join(mkdtempSync(path.join(above, 'pipes-')), "it's ünïcode_1.fastq.gz");
});

/** A shell command that is given the pipe as `$1`. */
function reader(script: string): ChildProcess {
  const child = spawn('sh', ['-c', script, 'sh', fifo], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function said(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  return text;
}

test('pipes are made for this user alone', async () => {
  const other = path.join(path.dirname(fifo), '-2');
  await makeFifos(mkfifo, [fifo, other], signal);
  for (const file of [fifo, other]) {
    expect(statSync(file).isFIFO()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
});

test('where none can be made, that is said', async () => {
  await expect(makeFifos(mkfifo, ['/proc/pipe'], signal)).rejects.toMatchObject({
    code: 'GTK_NOT_WRITABLE',
    message: expect.stringMatching(/^\/proc\/pipe .*no named pipe/),
  });
});

describe('a pipe', () => {
  beforeEach(() => makeFifos(mkfifo, [fifo], signal));

  test('takes all bytes to its reader, and holds none itself', async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 2654435761) >>> 17));
    const sum = said(reader('sha256sum "$1"'));
    const writer = await openFifoForWriting(fifo, signal);
    for (let at = 0; at < bytes.length; at += 70_001) {
      expect(await writer.write(bytes.subarray(at, at + 70_001))).toBe(true);
    }
    writer.close();
    expect((await sum).slice(0, 64)).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(readdirSync(path.dirname(fifo))).toEqual([path.basename(fifo)]);
    expect(statSync(fifo).size).toBe(0);
  });

  test('lets no more be written than its reader takes', async () => {
    const child = reader('exec 3< "$1"; head -c 1 <&3; exec sleep 1000');
    const writer = await openFifoForWriting(fifo, signal);
    const writing = writer.write(Buffer.alloc(1 << 20, 'x'));
    await once(child.stdout!, 'data');
    const first = await Promise.race([writing, new Promise((resolve) => setImmediate(resolve, 'waits'))]);
    expect(first).toBe('waits');
    child.kill('SIGKILL');
    expect(await writing).toBe(false);
    expect(await writer.write(Buffer.alloc(1))).toBe(false);
    writer.close();
  });

  test('whose reader has enough takes no more', async () => {
    const child = reader('head -c 100000 "$1" | wc -c');
    const text = said(child);
    const writer = await openFifoForWriting(fifo, signal);
    let written = 0;
    while (await writer.write(Buffer.alloc(65_536))) written += 65_536;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(1 << 20);
    writer.close();
    expect((await text).trim()).toBe('100000');
  });

  test('is not opened as long as nobody reads, and waiting for that can be given up', async () => {
    const reason = new Error('enough');
    const stop = new AbortController();
    const opening = openFifoForWriting(fifo, stop.signal);
    stop.abort(reason);
    await expect(opening).rejects.toBe(reason);
  });

  test('that is gone is an error of the system', async () => {
    await expect(openFifoForWriting(`${fifo}.gone`, signal)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('that is closed amid a write ends the write', async () => {
    const child = reader('exec 3< "$1"; echo open; exec sleep 1000');
    const writer = await openFifoForWriting(fifo, signal);
    await once(child.stdout!, 'data');
    const writing = writer.write(Buffer.alloc(1 << 20));
    writer.close();
    expect(await writing).toBe(false);
  });
});
