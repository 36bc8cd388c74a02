import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NetworkFailure } from '../../src/net/failure.js';
import { ResumingStream, type ResumingStreamOptions } from '../../src/net/resuming-stream.js';
import { answer, inTurn, serve } from './loopback.js';

const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 2654435761) >>> 17));
const others = Buffer.from(bytes).reverse();
const md5 = (content: Buffer) => createHash('md5').update(content).digest('hex');

/** How one reply of {@link server} is given. */
interface Manner {
  content?: Buffer;
  /** Bytes of the body after which the connection is cut, or left without another byte. */
  cutAfter?: number;
  stallAfter?: number;
  etag?: string;
  ignoresRange?: boolean;
  /** Where a partial reply begins, if not where it should. */
  wrongStart?: number;
  /** No Content-Length. */
  isChunked?: boolean;
  status?: number;
  headers?: Record<string, string>;
}

interface Asked {
  range: string | undefined;
  ifRange: string | string[] | undefined;
}

/** A file server that answers each request in the next manner, the last one for ever; notes what was asked. */
async function server(...manners: Manner[]) {
  const asked: Asked[] = [];
  let closed = 0;
  const give = (manner: Manner) => (request: IncomingMessage, response: ServerResponse) => {
    const { content = bytes, etag = `"${md5(content)}"`, status, headers = {} } = manner;
    const { range, 'if-range': ifRange } = request.headers;
    asked.push({ range, ifRange });
    request.socket.once('close', () => {
      closed += 1;
    });
    if (status) return answer(status, 'no', headers)(request, response as never);
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const isPart = range !== undefined && !manner.ignoresRange && (!ifRange || ifRange === etag);
    if (isPart && start >= content.length) {
      return response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    }
    const from = isPart ? (manner.wrongStart ?? start) : 0;
    const body = content.subarray(from);
    response.writeHead(isPart ? 206 : 200, {
      ...(!manner.isChunked && { 'content-length': body.length }),
      ...(isPart && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
      ...(etag && { etag }),
      ...headers,
    });
    const { cutAfter, stallAfter } = manner;
    if (cutAfter === undefined && stallAfter === undefined) return response.end(body);
    response.write(body.subarray(0, cutAfter ?? stallAfter), () => {
      if (cutAfter !== undefined) setImmediate(() => request.socket.destroy());
    });
  };
  const url = `${await serve(inTurn(...manners.map((manner) => give(manner) as never)))}/reads.fastq.gz`;
  return { url, asked, closed: () => closed };
}

const open = (url: string, options: Partial<ResumingStreamOptions> = {}) =>
  new ResumingStream({
    url,
    signal: new AbortController().signal,
    retry: { tries: 4, baseMs: 0, capMs: 0 },
    ...options,
  });

async function read(stream: ResumingStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads a stream whose bytes must be those of the file, as its own count and checksum must tell. */
async function expectWhole(stream: ResumingStream): Promise<void> {
  const found = await read(stream);
  expect(found.equals(bytes)).toBe(true);
  expect(stream.received).toBe(bytes.length);
  expect(stream.md5).toBe(md5(bytes));
}

async function thrownBy(stream: ResumingStream): Promise<unknown> {
  return read(stream).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

test('an undisturbed file comes in one request', async () => {
  const { url, asked } = await server({});
  await expectWhole(open(url, { bytes: bytes.length }));
  expect(asked).toEqual([{ range: undefined, ifRange: undefined }]);
});

describe('after a cut', () => {
  test('behind the last byte of a known number, nothing is asked for again', async () => {
    const { url, asked } = await server({ cutAfter: bytes.length, isChunked: true });
    await expectWhole(open(url, { bytes: bytes.length }));
    expect(asked).toHaveLength(1);
  });

  test('the rest of the same content is asked for', async () => {
    const { url, asked } = await server({ cutAfter: 100_000 }, { cutAfter: 50_000 }, {});
    const pauses: string[] = [];
    await expectWhole(open(url, { onRetry: (reason) => pauses.push(reason) }));
    expect(pauses).toEqual(['the connection was cut', 'the connection was cut']);
    expect(asked).toEqual([
      { range: undefined, ifRange: undefined },
      { range: 'bytes=100000-', ifRange: `"${md5(bytes)}"` },
      { range: 'bytes=150000-', ifRange: `"${md5(bytes)}"` },
    ]);
  });

  test('a server that ignores Range is skipped through to the byte reached', async () => {
    const { url, asked } = await server({ cutAfter: 100_001 }, { ignoresRange: true });
    await expectWhole(open(url));
    expect(asked).toHaveLength(2);
  });

  test('another ETag on the same content does no harm', async () => {
    const { url } = await server({ cutAfter: 100_000 }, { etag: '"of another machine"' });
    await expectWhole(open(url));
  });

  test('without ETag or date the rest is asked for without condition', async () => {
    const { url, asked } = await server({ cutAfter: 100_000, etag: '' }, { etag: '' });
    await expectWhole(open(url));
    expect(asked[1]).toEqual({ range: 'bytes=100000-', ifRange: undefined });
  });

  test('a part that begins elsewhere is not taken; the whole is', async () => {
    const { url, asked } = await server({ cutAfter: 100_000 }, { wrongStart: 99_999 });
    await expectWhole(open(url));
    expect(asked.map(({ range }) => range)).toEqual([undefined, 'bytes=100000-', undefined]);
  });

  test('a wrong 416 leads to the whole', async () => {
    const wrong = { status: 416, headers: { 'content-range': 'bytes */77' } };
    const { url } = await server({ cutAfter: 100_000 }, wrong, {});
    await expectWhole(open(url));
  });

  test('at the end of a file of unknown size, 416 tells that it is whole', async () => {
    const { url, asked } = await server({ isChunked: true, cutAfter: bytes.length }, {});
    await expectWhole(open(url));
    expect(asked).toHaveLength(2);
  });

  test('other content is found out, whatever the server says of it', async () => {
    const { url } = await server({ cutAfter: 100_000 }, { content: others, ignoresRange: true });
    const stream = open(url);
    expect(await thrownBy(stream)).toMatchObject({ kind: 'wrong-checksum', temporary: false });
    expect(stream.received).toBe(100_000);
  });

  test('content of another size is found out', async () => {
    const { url } = await server({ cutAfter: 100_000 }, { content: bytes.subarray(0, 200_000) });
    expect(await thrownBy(open(url))).toMatchObject({
      kind: 'wrong-size',
      message: 'it has 200000 bytes, expected 300000',
    });
  });
});

test('a stall is cut and resumed', async () => {
  const { url, asked } = await server({ stallAfter: 100_000 }, {});
  const reasons: string[] = [];
  await expectWhole(open(url, { idleMs: 300, onRetry: (reason) => reasons.push(reason) }));
  expect(reasons).toEqual(['no byte within 0.3 s']);
  expect(asked).toHaveLength(2);
});

test('a reader that holds what came until the connection idles burns no tries', async () => {
  // More than the buffers of both ends hold, so that the server cannot be done before.
  const content = Buffer.concat(Array<Buffer>(60).fill(bytes));
  const { url, asked, closed } = await server({ content });
  const stream = open(url, { idleMs: 800, retry: { tries: 1, baseMs: 0, capMs: 0 } });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
    if (chunks.length === 1) await expect.poll(closed, { timeout: 20_000 }).toBe(1);
  }
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
  expect(asked).toHaveLength(2);
});

describe('what announces itself as temporary', () => {
  test.each([408, 429, 500, 503])('%i is asked again', async (status) => {
    const { url, asked } = await server({ status }, {});
    await expectWhole(open(url));
    expect(asked).toHaveLength(2);
  });

  test('Retry-After is the pause', async () => {
    const { url } = await server({ status: 429, headers: { 'retry-after': '0' } }, {});
    const pauses: [string, number][] = [];
    const retry = { tries: 2, baseMs: 1e9, capMs: 1e9 };
    await expectWhole(open(url, { retry, onRetry: (...pause) => pauses.push(pause) }));
    expect(pauses).toEqual([['HTTP 429 Too Many Requests', 0]]);
  });

  test('is given up after as many tries as are allowed', async () => {
    const { url, asked } = await server({ cutAfter: 10 });
    expect(await thrownBy(open(url))).toMatchObject({ kind: 'network', message: 'the connection was cut' });
    expect(asked).toHaveLength(4);
  });
});

test.each([403, 404, 410])('%i is final', async (status) => {
  const { url, asked } = await server({ status }, {});
  expect(await thrownBy(open(url))).toMatchObject({
    temporary: false,
    message: expect.stringContaining(`HTTP ${status}`),
  });
  expect(asked).toHaveLength(1);
});

test('a size other than the announced is refused before the first byte', async () => {
  const { url } = await server({});
  const stream = open(url, { bytes: 299_999 });
  expect(await thrownBy(stream)).toMatchObject({
    kind: 'wrong-size',
    message: 'it has 300000 bytes, expected 299999',
  });
  expect(stream.received).toBe(0);
});

test('bytes beyond the announced are refused where the server tells no size', async () => {
  const { url } = await server({ isChunked: true });
  const stream = open(url, { bytes: 299_999 });
  expect(await thrownBy(stream)).toMatchObject({ kind: 'wrong-size', temporary: false });
  expect(stream.received).toBeLessThanOrEqual(299_999);
});

test('a transfer that takes too long is given up', async () => {
  const { url } = await server({ stallAfter: 10 });
  const stream = open(url, { idleMs: 50, limitMs: 1, retry: { tries: 1000, baseMs: 0, capMs: 0 } });
  expect(await thrownBy(stream)).toMatchObject({ kind: 'stalled', temporary: false });
});

test('an abort ends it with its reason', async () => {
  const { url } = await server({ stallAfter: 1000 });
  const stop = new AbortController();
  const reason = new Error('stop');
  const stream = open(url, { signal: stop.signal, onBytes: () => stop.abort(reason) });
  expect(await thrownBy(stream)).toBe(reason);
});

test('whatever happens on the way, the bytes are those of the file, or there is a failure', async () => {
  const manner = fc.record(
    {
      cutAfter: fc.integer({ min: 0, max: 400_000 }),
      ignoresRange: fc.boolean(),
      isChunked: fc.boolean(),
      etag: fc.constantFrom('"a"', '"b"', 'W/"a"', ''),
      wrongStart: fc.integer({ min: 0, max: 299_999 }),
      status: fc.constantFrom(429, 500, 416),
    },
    { requiredKeys: [] },
  );
  let whole = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(manner, { minLength: 1, maxLength: 5 }), async (manners) => {
      const { url } = await server(...manners, {});
      const stream = open(url, { bytes: bytes.length, retry: { tries: 9, baseMs: 0, capMs: 0 } });
      const chunks: Buffer[] = [];
      const thrown = await (async () => {
        for await (const chunk of stream) chunks.push(chunk);
      })().catch((error: unknown) => error);
      const found = Buffer.concat(chunks);
      expect(found.equals(bytes.subarray(0, found.length))).toBe(true);
      expect(stream.received).toBe(found.length);
      expect(stream.md5).toBe(md5(found));
      if (thrown === undefined) whole += 1;
      else expect(thrown).toBeInstanceOf(NetworkFailure);
      expect(thrown === undefined).toBe(found.length === bytes.length);
    }),
    { numRuns: 150 },
  );
  expect(whole).toBeGreaterThan(50);
});
