import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { GtkError } from '../../src/errors.js';
import { type DownloadOptions, download } from '../../src/net/download.js';
import { NetworkFailure } from '../../src/net/failure.js';
import { request } from '../../src/net/request.js';
import { temporaryFolder } from '../run-gtk.js';
import { answer, inTurn, serve } from './loopback.js';

const folder = path.join(temporaryFolder(), 'downloads');
const to = path.join(folder, 'reads.gz');
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

const bytes = Buffer.from(Uint8Array.from({ length: 100_000 }, (_, i) => (i * 2654435761) >>> 17));
const sum = (name: string, content: Buffer) => createHash(name).update(content).digest('hex');
const [md5, other] = [sum('md5', bytes), sum('md5', Buffer.from('other'))];
const retry = { tries: 3, baseMs: 0, capMs: 0 };
const signal = new AbortController().signal;

const get = (url: string, options: Partial<DownloadOptions> = {}) =>
  download({ url, to, signal, retry, ...options });
const problemOf = async (url: string, options: Partial<DownloadOptions> = {}) => {
  const error = (await get(url, options).catch((thrown: unknown) => thrown)) as GtkError;
  expect(error).toMatchObject({ code: 'GTK_DOWNLOAD', cause: expect.any(NetworkFailure) });
  return error.cause as NetworkFailure;
};

/** Sends what is asked for, but the connection ends after so many bytes. */
const cutting =
  (cutAfter = Number.POSITIVE_INFINITY, etag = '"e"') =>
  (incoming: IncomingMessage, response: ServerResponse) => {
    const start = Number(/^bytes=(\d+)-$/.exec(incoming.headers.range ?? '')?.[1] ?? 0);
    const headers = { etag, 'content-length': bytes.length - start };
    const range = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(start > 0 ? 206 : 200, start > 0 ? { ...headers, ...range } : headers);
    const body = bytes.subarray(start, start + cutAfter);
    if (start + cutAfter >= bytes.length) response.end(body);
    else response.write(body, () => setImmediate(() => incoming.socket.destroy()));
  };

describe('MD5 sums', () => {
  it('are computed where they count, also of a part that is gone on with', async () => {
    const url = await serve(inTurn(cutting(60_000), cutting()));
    const found = await get(url, { md5s: [other, md5.toUpperCase()] });
    expect(found).toEqual({ bytes: bytes.length, md5, sha256: undefined, isNew: true });
    expect(await get(url, { md5s: [md5] })).toMatchObject({ md5, isNew: false });
    expect(await get(url, { md5s: [other] }).catch((error: Error) => error.message)).toContain(md5);
    rmSync(to);
    const parted = await serve(inTurn(cutting(60_000), answer(404), cutting()));
    await expect(get(parted, { md5s: [md5] })).rejects.toThrow('404');
    expect(await get(parted, { md5s: [md5] })).toMatchObject({ md5, isNew: true });
  });

  it('need not be known', async () => {
    const url = await serve(cutting());
    expect(await get(url, { md5s: [] })).toMatchObject({ md5, isNew: true });
    expect(await get(url, { md5s: [] })).toMatchObject({ md5: undefined, isNew: false });
  });
});

describe('why a download failed', () => {
  it.each([
    [404, 'not-found', false],
    [410, 'not-found', false],
    [403, 'refused', false],
    [400, 'refused', false],
    [500, 'network', true],
    [429, 'network', true],
  ])('%i is %s', async (status, kind, temporary) => {
    const url = await serve(answer(status, '', { 'retry-after': '0' }));
    expect(await problemOf(url)).toMatchObject({ kind, temporary });
  });

  it('is told apart for wrong content, nobody there, silence and time', async () => {
    const url = await serve(cutting());
    expect(await problemOf(url, { md5s: [other] })).toMatchObject({ kind: 'wrong-checksum' });
    expect(await problemOf(url, { bytes: 7 })).toMatchObject({ kind: 'wrong-size' });
    expect(readdirSync(folder)).toEqual([]);
    const silent = await serve((_, response) => void response.writeHead(200).write('x'));
    expect(await problemOf(silent, { idleMs: 20 })).toMatchObject({ kind: 'stalled', temporary: true });
    const limited = await problemOf(silent, { limitMs: 50 });
    expect(limited).toMatchObject({ kind: 'stalled', message: 'not complete within 0.05 s' });
    expect(await problemOf('http://127.0.0.1:1/')).toMatchObject({ kind: 'offline', temporary: true });
    expect(await problemOf('http://nobody.invalid/')).toMatchObject({ kind: 'offline' });
  });
});

describe('a download', () => {
  it('asks only where it may', async () => {
    const there = await serve(cutting());
    const asked: string[] = [];
    const from = await serve((incoming, response) => {
      asked.push(incoming.url!);
      response.writeHead(302, { location: `${there}/there` }).end();
    });
    const allows = ({ origin }: URL) => origin === from;
    expect(await problemOf(from, { allows })).toMatchObject({
      kind: 'redirected',
      message: `redirected to ${there}, which is not allowed`,
    });
    expect(asked).toHaveLength(1);
    expect(await problemOf(from, { allows: () => false })).toMatchObject({
      kind: 'redirected',
      message: `${from}, which is not allowed`,
    });
    expect(asked).toHaveLength(1);
    expect(await get(from, { allows: () => true })).toMatchObject({ isNew: true });
  });

  it('counts tries anew only after enough bytes', async () => {
    let requests = 0;
    const server = () =>
      serve((incoming, response) => {
        requests += 1;
        cutting(10_000)(incoming, response);
      });
    await get(await server(), { progressBytes: 10_000 });
    expect(requests).toBe(10);
    rmSync(to);
    requests = 0;
    await get(await server(), { progressBytes: 20_000 });
    expect(requests).toBe(10);
    rmSync(to);
    requests = 0;
    expect(await problemOf(await server(), { progressBytes: 30_001 })).toMatchObject({ kind: 'network' });
    expect(requests).toBe(3);
  });

  it('tells of each pause', async () => {
    const url = await serve(inTurn(answer(503, '', { 'retry-after': '0' }), cutting(50_000), cutting()));
    const told: [string, number][] = [];
    await get(url, { onRetry: (reason, ms) => told.push([reason, ms]) });
    expect(told).toEqual([
      ['HTTP 503 Service Unavailable', 0],
      ['the connection was cut', 0],
    ]);
  });

  it('is complete when 416 tells that nothing is left of what had no length', async () => {
    const ranges: (string | undefined)[] = [];
    const whole = (incoming: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { etag: '"e"', 'transfer-encoding': 'chunked' });
      response.write(bytes, () => setImmediate(() => incoming.socket.destroy()));
    };
    const nothing = (length: number) => (incoming: IncomingMessage, response: ServerResponse) => {
      ranges.push(incoming.headers.range);
      response.writeHead(416, { etag: '"e"', 'content-range': `bytes */${length}` }).end('no more');
    };
    const url = await serve(inTurn(whole as never, nothing(bytes.length) as never));
    expect(await get(url, { md5s: [md5] })).toMatchObject({ md5, bytes: bytes.length });
    expect(readFileSync(to).equals(bytes)).toBe(true);
    expect(ranges).toEqual([`bytes=${bytes.length}-`]);
    rmSync(to);
    const shorter = await serve(inTurn(whole as never, nothing(7) as never, cutting()));
    expect(await get(shorter, { md5s: [md5] })).toMatchObject({ md5 });
  });

  it('is refused by whoever looks at it last', async () => {
    const url = await serve(cutting());
    const seen: unknown[] = [];
    const accept = async (file: string, found: object) => {
      seen.push(readFileSync(file).equals(bytes), found, existsSync(to));
      throw new NetworkFailure('no', false, undefined, 'wrong-checksum');
    };
    expect(await problemOf(url, { md5s: [], accept })).toMatchObject({ message: 'no' });
    expect(seen).toEqual([true, { bytes: bytes.length, sum: md5 }, false]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves the part of another address until something better comes', async () => {
    const good = await serve(inTurn(cutting(60_000), answer(404), cutting()));
    await problemOf(good);
    const part = readFileSync(`${to}.part`);
    expect(part.length).toBeGreaterThan(0);
    await problemOf(await serve(answer(404)));
    expect(readFileSync(`${to}.part`).equals(part)).toBe(true);
    const ranges: unknown[] = [];
    const ended = await serve((incoming, response) => {
      ranges.push(incoming.headers.range);
      cutting()(incoming, response);
    });
    await get(ended);
    expect(ranges).toEqual([undefined]);
    expect(readFileSync(to).equals(bytes)).toBe(true);
  });

  it('writes through no link', async () => {
    const precious = path.join(folder, 'precious');
    writeFileSync(precious, 'precious');
    const url = await serve(cutting());
    for (const name of ['.part', '.part.json']) {
      symlinkSync(precious, `${to}${name}`);
      await expect(get(url)).rejects.toMatchObject({ code: 'GTK_NOT_WRITABLE' });
      rmSync(`${to}${name}`, { force: true });
      expect(readFileSync(precious, 'utf8')).toBe('precious');
    }
  });
});

describe('a host that nobody answers at', () => {
  const once = { ...retry, triesOffline: false };
  const countingRetries = async (work: (onRetry: (reason: string) => void) => Promise<unknown>) => {
    let retries = 0;
    await expect(
      work(() => {
        retries += 1;
      }),
    ).rejects.toThrow();
    return retries;
  };

  it('is asked again if it has sent something before', async () => {
    const server = createServer((incoming, response) => {
      server.close();
      cutting(50_000)(incoming, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const reasons: string[] = [];
    const onRetry = (reason: string) => reasons.push(reason);
    expect(await problemOf(url, { retry: once, onRetry })).toMatchObject({ kind: 'offline' });
    expect(reasons).toEqual(['the connection was cut', 'the host refuses connections']);
  });

  it('is asked again only if the policy says so', async () => {
    const nobody = 'http://127.0.0.1:1/';
    expect(await countingRetries((onRetry) => get(nobody, { onRetry }))).toBe(2);
    expect(await countingRetries((onRetry) => get(nobody, { onRetry, retry: once }))).toBe(0);
    // What came in an earlier call does not mean that somebody is there now.
    const part = { address: sum('sha256', Buffer.from(nobody)), validator: '"e"', length: bytes.length };
    writeFileSync(`${to}.part`, bytes.subarray(0, 1000));
    writeFileSync(`${to}.part.json`, JSON.stringify(part));
    expect(await countingRetries((onRetry) => get(nobody, { onRetry, retry: once }))).toBe(0);
    expect(existsSync(`${to}.part`)).toBe(true);
    const send = (policy: typeof retry) => (onRetry: (reason: string) => void) =>
      request(nobody, { repeatable: true, signal, retry: policy, onRetry });
    expect(await countingRetries(send(retry))).toBe(2);
    expect(await countingRetries(send(once))).toBe(0);
  });
});
