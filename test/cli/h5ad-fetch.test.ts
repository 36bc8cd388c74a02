import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { h5ad, namesBelow, newFolder } from '../h5ad/run-h5ad.js';
import { sample } from '../h5ad/samples.js';
import { serve } from '../net/loopback.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { complaint, refusal } from './refusal.js';

const folder = temporaryFolder();
const content = readFileSync(sample('cxg_perturb_500x2000_csr.h5ad'));
const sha256 = createHash('sha256').update(content).digest('hex');

/** Gives the content from where it is asked for; anything but `/cells.h5ad` and `/more.h5ad` is not found. */
function files(
  send: (response: ServerResponse, body: Buffer) => void = (response, body) => response.end(body),
) {
  const ranges: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    if (!/^\/(cells|more)\.h5ad/.test(request.url!)) return response.writeHead(404).end();
    const { range } = request.headers;
    ranges.push(range);
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const body = content.subarray(start);
    response.writeHead(range ? 206 : 200, {
      ...{ etag: '"one"', 'content-length': body.length, 'accept-ranges': 'bytes' },
      ...(range && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
    });
    return send(response, body);
  };
  return { listener, ranges };
}

const fetching = (...args: string[]) => ['h5ad', 'fetch', ...args];

describe('gtk h5ad fetch', () => {
  test('brings files that gtk h5ad then finds, and brings none twice', async () => {
    const cwd = newFolder(folder);
    const { listener, ranges } = files();
    const url = await serve(listener);
    const urls = [`${url}/cells.h5ad`, `${url}/more.h5ad?key=secret`];
    const ended = await gtk(fetching(...urls, '--json'), { cwd });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const at = (name: string) => path.join(cwd, 'data/input', name);
    const one = { bytes: content.length, sha256, isNew: true };
    expect(JSON.parse(ended.stdout)).toMatchObject({
      status: 'done',
      exit_status: 0,
      files: [
        { ...one, url: urls[0], file: at('cells.h5ad') },
        { ...one, file: at('more.h5ad') },
      ],
      failures: [],
    });
    for (const name of ['cells', 'more']) expect(readFileSync(at(`${name}.h5ad`)).equals(content)).toBe(true);
    expect(namesBelow(path.join(cwd, 'data/input'))).toEqual(['cells.h5ad', 'more.h5ad']);
    const { mtimeMs } = statSync(at('cells.h5ad'));
    const again = await gtk(fetching(urls[0]!, '--sha256', sha256.toUpperCase()), { cwd });
    expect(again).toMatchObject({
      status: 0,
      stdout: `${at('cells.h5ad')}  ${content.length.toLocaleString('en')} bytes, was there already\n`,
    });
    expect(statSync(at('cells.h5ad')).mtimeMs).toBe(mtimeMs);
    expect(ranges).toEqual([undefined, undefined]);
    const { datasets } = await h5ad(cwd, []);
    expect(datasets.map(({ name, status }) => [name, status])).toEqual([
      ['cells', 'SUCCESS'],
      ['more', 'SUCCESS'],
    ]);
  });

  test('that was interrupted goes on where it stopped', async () => {
    const cwd = newFolder(folder);
    const half = content.length >> 1;
    let isStalling = true;
    const { listener, ranges } = files((response, body) => {
      if (!isStalling) return response.end(body);
      return response.write(body.subarray(0, half));
    });
    const url = `${await serve(listener)}/cells.h5ad`;
    const part = path.join(cwd, 'data/input/cells.h5ad.part');
    const interrupted = await gtk(fetching(url), {
      cwd,
      started: async (child) => {
        await vi.waitFor(() => expect(statSync(part).size).toBe(half), { timeout: 30_000, interval: 20 });
        child.kill('SIGTERM');
      },
    });
    expect(interrupted).toMatchObject({ status: 143, stdout: '' });
    expect(interrupted.stderr).toContain('interrupted');
    expect(namesBelow(path.join(cwd, 'data/input'))).toEqual(['cells.h5ad.part', 'cells.h5ad.part.json']);
    isStalling = false;
    expect((await gtk(fetching(url, '--sha256', sha256), { cwd })).status).toBe(0);
    expect(ranges).toEqual([undefined, `bytes=${half}-`]);
    expect(namesBelow(path.join(cwd, 'data/input'))).toEqual(['cells.h5ad']);
    expect(readFileSync(path.join(cwd, 'data/input/cells.h5ad')).equals(content)).toBe(true);
  });

  test('of several of which one is not there brings the others', async () => {
    const cwd = newFolder(folder);
    const url = await serve(files().listener);
    const ended = await gtk(fetching(`${url}/lost.h5ad`, `${url}/cells.h5ad`), { cwd });
    expect(ended.status).toBe(1);
    expect(complaint(ended.stderr).sentence).toMatch(
      new RegExp(`^${url}/lost\\.h5ad cannot be downloaded: .*404`),
    );
    expect(namesBelow(path.join(cwd, 'data/input'))).toEqual(['cells.h5ad']);
  });

  test.each([
    { args: ['--sha256', '0'.repeat(64)], says: `its SHA-256 is ${sha256}, expected ${'0'.repeat(64)}` },
    { args: ['--bytes', '99'], says: `it has ${content.length} bytes, expected 99` },
  ])('keeps no file that is another than it should be: $args', async ({ args, says }) => {
    const cwd = newFolder(folder);
    const url = await serve(files().listener);
    const ended = await gtk(fetching(`${url}/cells.h5ad`, ...args), { cwd });
    expect(ended).toMatchObject({ status: 4, stdout: '' });
    expect(complaint(ended.stderr).sentence).toContain(says);
    expect(namesBelow(path.join(cwd, 'data/input'))).toEqual([]);
  });

  test.each([
    { args: [], says: 'Missing URL: address of the file' },
    { args: ['http://h/'], says: 'found http://h/, expected an address that ends in the name of a file' },
    { args: ['http://h/..%2fx.h5ad'], says: 'expected an address that ends in the name of a file' },
    { args: ['http://h/%E0%A4.h5ad'], says: 'expected an address that ends in the name of a file' },
    {
      args: ['http://h/a.h5ad', 'http://i/a.h5ad?b'],
      says: 'found two addresses that end in a.h5ad, expected different names',
    },
    { args: ['http://h/a.h5ad', '--sha256', 'x'], says: '--sha256: found x, expected 64 hexadecimal digits' },
    { args: ['http://h/a', 'http://h/b', '--bytes', '1'], says: '--sha256 and --bytes go with one URL' },
  ])('refuses a wrong command line: $args', async ({ args, says }) => {
    const cwd = newFolder(folder);
    expect((await refusal(cwd, fetching(...args), 2)).sentence).toContain(says);
  });
});
