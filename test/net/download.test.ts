import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type DownloadOptions, download } from '../../src/net/download.js';
import { temporaryFolder } from '../run-gtk.js';
import { answer, inTurn, serve } from './loopback.js';

const folder = path.join(temporaryFolder(), 'downloads');
const to = path.join(folder, 'file.h5ad');
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

const bytes = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 2654435761) >>> 17));
const others = Buffer.from(bytes).reverse();
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

const get = (url: string, options: Partial<DownloadOptions> = {}) =>
  download({
    url,
    to,
    signal: new AbortController().signal,
    retry: { tries: 4, baseMs: 0, capMs: 0 },
    ...options,
  });

const failure = (reason: string, remedy = '') =>
  expect.objectContaining({
    code: 'GTK_DOWNLOAD',
    exitStatus: 4,
    message: expect.stringContaining(reason),
    remedy: expect.stringContaining(remedy),
  });

/** How one reply of {@link server} is given. */
interface Manner {
  content?: Buffer;
  /** Bytes of the body after which the connection is cut. */
  cutAfter?: number;
  etag?: string | false;
  modified?: string;
  ignoresRange?: boolean;
  ignoresIfRange?: boolean;
  /** No Content-Length. */
  isChunked?: boolean;
  headers?: Record<string, string>;
  status?: number;
}

const tag = (content: Buffer) => `"${sha256(content).slice(0, 10)}"`;

/** A file server that answers each request in the next manner, the last one for ever; notes the ranges asked for. */
async function server(...manners: Manner[]) {
  const ranges: (string | undefined)[] = [];
  const give = (manner: Manner) => (request: IncomingMessage, response: ServerResponse) => {
    const { content = bytes, etag = tag(content), headers: more, modified } = manner;
    const { range, 'if-range': ifRange } = request.headers;
    ranges.push(range);
    if (manner.status) return answer(manner.status, 'no', more)(request, response as never);
    const headers = { ...(etag && { etag }), ...(modified && { 'last-modified': modified }), ...more };
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const isSame = ifRange === undefined || manner.ignoresIfRange || ifRange === (etag || modified);
    const isPart = range !== undefined && !manner.ignoresRange && isSame;
    const body = isPart ? content.subarray(start) : content;
    if (isPart && start >= content.length) {
      return response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    }
    response.writeHead(isPart ? 206 : 200, {
      ...(!manner.isChunked && { 'content-length': body.length }),
      ...(isPart && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
      ...headers,
    });
    if (manner.cutAfter === undefined) return response.end(body);
    response.write(body.subarray(0, manner.cutAfter), () => setImmediate(() => request.socket.destroy()));
  };
  const url = await serve(inTurn(...manners.map((manner) => give(manner) as never)));
  return { url: `${url}/file.h5ad?X-Amz-Signature=secret`, ranges };
}

/** The file stands with this content and nothing is left beside it. */
function expectStanding(content: Buffer): void {
  expect(readFileSync(to).equals(content)).toBe(true);
  expect(readdirSync(folder)).toEqual(['file.h5ad']);
}

describe('a download', () => {
  it('brings the file, its checksum and the progress', async () => {
    const { url, ranges } = await server({});
    const progress: [number, number | undefined][] = [];
    const onProgress = (received: number, total: number | undefined) => progress.push([received, total]);
    const found = await get(url, { bytes: bytes.length, sha256: sha256(bytes).toUpperCase(), onProgress });
    expect(found).toEqual({ bytes: bytes.length, sha256: sha256(bytes), isNew: true });
    expectStanding(bytes);
    expect(ranges).toEqual([undefined]);
    expect(progress[0]).toEqual([0, bytes.length]);
    expect(progress.at(-1)).toEqual([bytes.length, bytes.length]);
  });

  it.each([{}, { isChunked: true }])('of nothing brings an empty file: %o', async (manner) => {
    const { url } = await server({ content: Buffer.alloc(0), ...manner });
    expect(await get(url)).toMatchObject({ bytes: 0, sha256: sha256(Buffer.alloc(0)) });
    expectStanding(Buffer.alloc(0));
  });

  it('goes on in the same call where it was cut, more often than there are tries without progress', async () => {
    const content = Buffer.concat(Array.from({ length: 8 }, (_, i) => (i % 3 === 0 ? others : bytes)));
    const cuts = Array.from({ length: 7 }, (_, i) => ({ cutAfter: 150_000 + i }));
    for (const manner of [{}, { isChunked: true }, { etag: false, modified: 'a date' }] as const) {
      rmSync(to, { force: true });
      const { url, ranges } = await server(...[...cuts, {}].map((cut) => ({ ...cut, ...manner, content })));
      expect(await get(url)).toMatchObject({ bytes: content.length, sha256: sha256(content) });
      expectStanding(content);
      expect(ranges).toHaveLength(8);
      const starts = ranges.slice(1).map((range) => Number(/^bytes=(\d+)-$/.exec(range!)![1]));
      expect(starts).toEqual([...new Set(starts)].sort((x, y) => x - y));
    }
  });

  it('goes on in a later call, and leaves no secret meanwhile', async () => {
    const { url, ranges } = await server(
      { cutAfter: 150_000 },
      { status: 503, headers: { 'retry-after': '0' } },
    );
    await expect(get(url)).rejects.toThrow(failure('HTTP 503', 'goes on where it stopped'));
    expect(existsSync(to)).toBe(false);
    const { size } = statSync(`${to}.part`);
    expect(size).toBeGreaterThan(0);
    expect(readFileSync(`${to}.part.json`, 'utf8')).not.toMatch(/secret|X-Amz/);
    expect(ranges).toHaveLength(1 + 3);
    const healed = new URL((await server({})).url);
    // The same address with the server restored: another port stands for it, so the note is made to fit.
    const note = JSON.parse(readFileSync(`${to}.part.json`, 'utf8'));
    writeFileSync(`${to}.part.json`, JSON.stringify({ ...note, address: sha256(Buffer.from(healed.href)) }));
    const progress: number[] = [];
    await get(healed.href, { onProgress: (received) => progress.push(received) });
    expect(progress[0]).toBe(size);
    expectStanding(bytes);
  });

  it('that was complete but for its name asks for nothing more', async () => {
    const { url, ranges } = await server({});
    await get(url);
    rmSync(to);
    writeFileSync(`${to}.part`, bytes);
    const note = { address: sha256(Buffer.from(url)), validator: tag(bytes), length: bytes.length };
    writeFileSync(`${to}.part.json`, JSON.stringify(note));
    ranges.length = 0;
    await get(url);
    expect(ranges).toEqual([]);
    expectStanding(bytes);
  });

  it.each([
    ['of another address', { address: 'another', validator: tag(bytes) }],
    ['that is too long', { length: 999, validator: tag(bytes) }],
    ['of which nothing is known', 'no JSON'],
  ])('begins anew over a part %s', async (_, note) => {
    const { url, ranges } = await server({});
    writeFileSync(`${to}.part`, Buffer.alloc(1000));
    const text =
      typeof note === 'string' ? note : JSON.stringify({ address: sha256(Buffer.from(url)), ...note });
    writeFileSync(`${to}.part.json`, text);
    await get(url);
    expect(ranges).toEqual([undefined]);
    expectStanding(bytes);
  });

  it('begins anew when the file changed on the server, whether or not the server minds If-Range', async () => {
    for (const manner of [{}, { ignoresIfRange: true }]) {
      rmSync(to, { force: true });
      const { url } = await server({ cutAfter: 150_000 }, { content: others, ...manner });
      expect(await get(url)).toMatchObject({ sha256: sha256(others) });
      expectStanding(others);
    }
  });

  it('begins anew when the file became shorter than what has come', async () => {
    const { url } = await server(
      { cutAfter: 150_000, etag: false, modified: 'x' },
      { content: others.subarray(0, 100) },
    );
    await get(url);
    expectStanding(others.subarray(0, 100));
  });

  it('gets over a server without ranges as long as it sends the whole in time', async () => {
    const cut = { cutAfter: 150_000, ignoresRange: true };
    const { url, ranges } = await server(cut, cut, { ignoresRange: true });
    await get(url);
    expectStanding(bytes);
    expect(ranges).toHaveLength(3);
    const { url: never, ranges: asked } = await server(cut);
    await expect(get(never, { to: `${to}2` })).rejects.toThrow(failure('the connection was cut', 'goes on'));
    expect(asked.length).toBeLessThan(7);
  });

  it('does not ask for a rest that nothing could vouch for, but does where the checksum will', async () => {
    const manners: Manner[] = [{ cutAfter: 150_000, etag: false }, { etag: false }];
    const { url, ranges } = await server(...manners);
    await get(url);
    expect(ranges).toEqual([undefined, undefined]);
    rmSync(to);
    const { url: again, ranges: asked } = await server(...manners);
    await get(again, { sha256: sha256(bytes) });
    expect(asked).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    expectStanding(bytes);
  });

  it('does not end with servers that send the wrong range for ever', async () => {
    const cut = (request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { 'content-length': 300_000, etag: '"x"' });
      response.write('x'.repeat(150_000), () => setImmediate(() => request.socket.destroy()));
    };
    const wrong = answer(206, 'y', { 'content-range': 'bytes 0-0/300000', etag: '"x"' });
    const url = await serve(inTurn(...Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? cut : wrong))));
    await expect(get(url)).rejects.toThrow(failure('the file changed on the server'));
    expect(existsSync(to)).toBe(false);
  });

  it('gets over 503 and 429', async () => {
    const now = { 'retry-after': '0' };
    const { url } = await server({ status: 503, headers: now }, { status: 429, headers: now }, {});
    await get(url);
    expectStanding(bytes);
  });

  it.each([
    [404, 'HTTP 404 Not Found', 'Check the address'],
    [401, 'HTTP 401 Unauthorized', 'account'],
    [403, 'HTTP 403 Forbidden', 'account'],
  ])('of what answers with %i fails at once', async (status, reason, remedy) => {
    const { url, ranges } = await server({ status });
    await expect(get(url)).rejects.toThrow(failure(`/file.h5ad cannot be downloaded: ${reason}`, remedy));
    expect(ranges).toHaveLength(1);
    expect(existsSync(to)).toBe(false);
  });

  it('of the wrong length fails before anything is fetched', async () => {
    const { url } = await server({});
    await expect(get(url, { bytes: 7 })).rejects.toThrow(failure('it has 200000 bytes, expected 7'));
    const { url: chunked } = await server({ isChunked: true });
    await expect(get(chunked, { bytes: 7 })).rejects.toThrow(failure('more than the announced 7 bytes came'));
    await expect(get(chunked, { bytes: 200_001 })).rejects.toMatchObject({ code: 'GTK_DOWNLOAD' });
    expect(existsSync(to)).toBe(false);
  });

  it.each([
    ['given', {}, { sha256: sha256(others) }],
    [
      'of the digest',
      { headers: { digest: `sha-256=${createHash('sha256').update(others).digest('base64')}` } },
      {},
    ],
    ['of the etag', { etag: `"${sha256(others)}"` }, {}],
  ] as [string, Manner, Partial<DownloadOptions>][])(
    'with another checksum than the one %s leaves nothing',
    async (_, manner, options) => {
      const { url } = await server({ cutAfter: 99, ...manner }, manner);
      const reason = `its SHA-256 is ${sha256(bytes)}, expected ${sha256(others)}`;
      await expect(get(url, options)).rejects.toThrow(failure(reason));
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('checks what a hub tells on the way to its store', async () => {
    const store = (await server({ etag: `"${sha256(others)}"` })).url;
    const hub = (sum: string) =>
      serve(answer(302, '', { location: store, 'x-linked-etag': `"${sum}"`, 'x-linked-size': '200000' }));
    await get(await hub(sha256(bytes)));
    expectStanding(bytes);
    await expect(get(await hub(sha256(others)), { to: `${to}2` })).rejects.toThrow(failure('its SHA-256 is'));
  });

  it('takes only addresses of the web', async () => {
    for (const url of ['ftp://user:secret@host/file?secret', 'file:///etc/passwd', 'file.h5ad']) {
      const thrown = await get(url).catch((error: Error) => error);
      expect(thrown).toMatchObject({
        code: 'GTK_DOWNLOAD',
        message: expect.stringContaining('no address of the web'),
      });
      expect(String(thrown)).not.toContain('secret');
    }
  });

  it('names a place that cannot be written', async () => {
    const { url } = await server({});
    await expect(get(url, { to: path.join(folder, 'missing/file') })).rejects.toMatchObject({
      code: 'GTK_NOT_WRITABLE',
      message: expect.stringContaining(path.join(folder, 'missing/file')),
    });
    mkdirSync(to);
    await expect(get(url)).rejects.toMatchObject({ code: 'GTK_NOT_WRITABLE' });
  });

  it('is ended by the signal with its reason, and goes on later', async () => {
    const { url } = await server({ cutAfter: undefined });
    const interrupt = new AbortController();
    const onProgress = (received: number) => received > 0 && interrupt.abort('SIGINT');
    await expect(get(url, { signal: interrupt.signal, onProgress })).rejects.toBe('SIGINT');
    expect(existsSync(to)).toBe(false);
    expect(statSync(`${to}.part`).size).toBeGreaterThan(0);
    await get(url);
    expectStanding(bytes);
  });
});

describe('a file that stands already', () => {
  it('is left alone if size and checksum are right, as far as they are known', async () => {
    const { url, ranges } = await server({});
    for (const known of [
      { bytes: bytes.length, sha256: sha256(bytes) },
      { bytes: bytes.length },
      { sha256: sha256(bytes) },
    ]) {
      writeFileSync(to, bytes);
      const { ino } = statSync(to);
      expect(await get(url, known)).toMatchObject({ bytes: bytes.length, isNew: false });
      expect(statSync(to).ino).toBe(ino);
    }
    expect(ranges).toEqual([]);
    // Nothing is known: the server is asked.
    expect(await get(url)).toMatchObject({ isNew: false, sha256: undefined });
    const { url: telling } = await server({ etag: `"${sha256(bytes)}"` });
    expect(await get(telling)).toMatchObject({ isNew: false, sha256: sha256(bytes) });
    expectStanding(bytes);
  });

  it('is replaced otherwise', async () => {
    const { url } = await server({ etag: `"${sha256(bytes)}"` });
    for (const [standing, known] of [
      [others, { sha256: sha256(bytes) }],
      [others, {}],
      [bytes.subarray(1), { bytes: bytes.length }],
      [bytes.subarray(1), {}],
    ] as const) {
      writeFileSync(to, standing);
      expect(await get(url, known)).toMatchObject({ isNew: true });
      expectStanding(bytes);
    }
  });

  it('stays if the download fails', async () => {
    const { url } = await server({ status: 404 });
    writeFileSync(to, 'old');
    await expect(get(url, { bytes: 5 })).rejects.toThrow(failure('HTTP 404'));
    expect(readFileSync(to, 'utf8')).toBe('old');
  });
});

const versions = [bytes.subarray(0, 150_000), others.subarray(0, 120_000)];
// Cuts are far enough apart that a file is not fetched byte by byte.
const manner = fc.record(
  {
    version: fc.nat(1),
    cutAfter: fc.option(fc.integer({ min: 30_000, max: 150_000 }), { nil: undefined, freq: 2 }),
    etag: fc.constantFrom(undefined, undefined, undefined, false as const),
    ignoresRange: fc.boolean(),
    ignoresIfRange: fc.boolean(),
    isChunked: fc.boolean(),
    status: fc.constantFrom(undefined, undefined, undefined, 503, 404),
  },
  { requiredKeys: ['version'] },
);

/** Checksum of the file that stands. */
const standing = () => (existsSync(to) ? sha256(readFileSync(to)) : undefined);

describe('whatever a server does', () => {
  it('a download brings one version of the file whole, or an error and no file', async () => {
    let [done, failed] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(manner, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (manners, isKnown) => {
          rmSync(folder, { recursive: true, force: true });
          mkdirSync(folder);
          const wanted = isKnown ? versions.slice(0, 1) : versions;
          const { url } = await server(
            ...manners.map((one) => ({ ...one, content: versions[one.version]! })),
          );
          for (let call = 0; call < 3; call += 1) {
            const stood = standing();
            try {
              await get(url, isKnown ? { sha256: sha256(versions[0]!) } : {});
              done += 1;
            } catch (error) {
              expect(error).toMatchObject({ code: 'GTK_DOWNLOAD' });
              expect(String(error)).not.toContain('secret');
              failed += 1;
              expect(standing()).toBe(stood);
            }
            if (standing() !== undefined) expect(wanted.map(sha256)).toContain(standing());
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(done).toBeGreaterThan(20);
    expect(failed).toBeGreaterThan(20);
  });
});
