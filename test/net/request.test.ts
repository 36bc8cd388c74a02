import { writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NetworkFailure } from '../../src/net/failure.js';
import { type RequestOptions, request } from '../../src/net/request.js';
import { temporaryFolder } from '../run-gtk.js';
import { answer, inTurn, serve, serveRaw } from './loopback.js';

const folder = temporaryFolder();
const retry = { tries: 3, baseMs: 0, capMs: 0 };
const signal = new AbortController().signal;

/** Sends a request, and lists the reasons for trying again. */
async function send(url: string, options: Partial<RequestOptions> = {}) {
  const reasons: string[] = [];
  const onRetry = (reason: string) => reasons.push(reason);
  const reply = await request(url, { repeatable: true, retry, signal, onRetry, ...options });
  return { status: reply.status, text: reply.body.toString(), headers: reply.headers, reasons };
}

const failure = (message: string, temporary: boolean) => expect.objectContaining({ message, temporary });

async function collect(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Answers with what came. */
const mirror = () => {
  return serve(async (incoming, response) => {
    const body = await collect(incoming).catch(() => undefined);
    if (!body) return;
    response.setHeader('x-received', JSON.stringify({ ...incoming.headers, method: incoming.method }));
    response.end(body);
  });
};

describe('a request', () => {
  it('sends texts and pieces of files with their exact length, and never in chunks', async () => {
    const origin = await mirror();
    const bytes = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 7919) >>> 5));
    const file = path.join(folder, 'bytes');
    writeFileSync(file, bytes);
    for (const [start, length] of [
      [0, bytes.length],
      [1_000_001, 1_500_000],
      [17, 0],
      [2_999_999, 1],
    ] as const) {
      const body = { file, start, bytes: length };
      const reply = await request(origin, { method: 'PUT', body, repeatable: true, signal });
      expect(reply.body.equals(bytes.subarray(start, start + length))).toBe(true);
      const received = JSON.parse(String(reply.headers['x-received'])) as IncomingHttpHeaders;
      expect(received).toMatchObject({ method: 'PUT', 'content-length': String(length) });
      expect(received).not.toHaveProperty('transfer-encoding');
    }
    const { text, headers } = await send(origin, { method: 'POST', body: 'Grüße' });
    expect(text).toBe('Grüße');
    expect(JSON.parse(String(headers['x-received']))).toMatchObject({
      method: 'POST',
      'content-length': '7',
    });
  });

  it('names a file that cannot be read or became shorter, and does not wait for the rest', async () => {
    const origin = await mirror();
    const missing = path.join(folder, 'missing');
    const short = path.join(folder, 'short');
    writeFileSync(short, '12345');
    for (const [file, bytes] of [
      [missing, 3],
      [short, 6],
    ] as const) {
      await expect(send(origin, { method: 'PUT', body: { file, start: 0, bytes } })).rejects.toMatchObject({
        code: 'GTK_UNREADABLE',
        message: expect.stringContaining(file),
      });
    }
  });

  it('is sent again after 408, 429 and 5xx', async () => {
    const now = { 'retry-after': '0' };
    for (const status of [408, 429, 500, 502, 503, 504]) {
      const origin = await serve(inTurn(answer(status, 'no', now), answer(status), answer(200, 'yes')));
      expect(await send(origin, { method: 'POST', body: 'x' })).toMatchObject({
        status: 200,
        text: 'yes',
        reasons: [`HTTP ${status}`, `HTTP ${status}`],
      });
    }
    const origin = await serve(inTurn(answer(503, '1'), answer(503, '2'), answer(503, '3'), answer(200)));
    expect(await send(origin)).toMatchObject({ status: 503, text: '3' });
  });

  it('is sent again after a cut at any place', async () => {
    const cuts = [
      (incoming: IncomingMessage) => incoming.socket.destroy(),
      (incoming: IncomingMessage) => incoming.socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
      (incoming: IncomingMessage) => incoming.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
      (incoming: IncomingMessage) =>
        incoming.socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
    ];
    for (const cut of cuts) {
      const origin = await serve(inTurn((incoming) => void cut(incoming), answer(200, 'whole')));
      expect(await send(origin)).toMatchObject({ text: 'whole', reasons: ['the connection was cut'] });
      const always = await serve((incoming) => void cut(incoming));
      await expect(send(always)).rejects.toThrow(failure('the connection was cut', true));
    }
  });

  it('is sent again after a time-out, which is also noticed amid a reply', async () => {
    const stalls = [
      () => {},
      (socket: { write: (text: string) => void }) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
    ];
    for (const stall of stalls) {
      let connections = 0;
      const origin = await serveRaw((socket) => {
        connections += 1;
        stall(socket);
      });
      await expect(send(origin, { idleMs: 30 })).rejects.toThrow(failure('no byte within 0.03 s', true));
      expect(connections).toBe(retry.tries);
    }
  });

  it('is sent again where no connection comes about in time', async () => {
    let connections = 0;
    const silent = await serveRaw(() => {
      connections += 1;
    });
    // TCP stands at once; the secure connection never does.
    const url = silent.replace('http:', 'https:');
    await expect(send(url, { connectMs: 30 })).rejects.toThrow(failure('no connection within 0.03 s', true));
    expect(connections).toBe(retry.tries);
  });

  it('is sent once if it must not be repeated', async () => {
    let calls = 0;
    const origin = await serve((incoming) => {
      calls += 1;
      incoming.socket.destroy();
    });
    await expect(send(origin, { method: 'POST', body: 'x', repeatable: false })).rejects.toThrow(
      failure('the connection was cut', true),
    );
    expect(calls).toBe(1);
    const busy = await serve(inTurn(answer(503, 'busy'), answer(200)));
    expect(await send(busy, { repeatable: false })).toMatchObject({ status: 503, text: 'busy' });
  });

  it('that is refused while it is sent gives the reply and stops sending', async () => {
    const file = path.join(folder, 'large');
    writeFileSync(file, Buffer.alloc(50_000_000));
    let received = 0;
    // As a real server does, it keeps the connection open for a while, lest the reply be lost.
    const origin = await serveRaw((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno!'));
      socket.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
    });
    const body = { file, start: 0, bytes: 50_000_000 };
    expect(await send(origin, { method: 'PUT', body })).toMatchObject({ status: 403, text: 'no!' });
    expect(received).toBeLessThan(50_000_000);
  });

  it('does not read a reply beyond its limit', async () => {
    const origin = await serve(answer(200, 'x'.repeat(1001)));
    expect(await send(origin, { limit: 1001 })).toMatchObject({ status: 200 });
    await expect(send(origin, { limit: 1000 })).rejects.toThrow(
      failure('the reply has more than 1000 bytes', false),
    );
  });

  it('gives other statuses as they are', async () => {
    for (const status of [201, 304, 400, 404, 412]) {
      expect(await send(await serve(answer(status)))).toMatchObject({ status, reasons: [] });
    }
  });

  it('is ended by the signal with its reason: before, while it is sent, amid the reply, between tries', async () => {
    const silent = await serveRaw(() => {});
    const half = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'));
    const busy = await serve(answer(503, '', { 'retry-after': '299' }));
    for (const url of [silent, half, busy]) {
      for (const when of ['before', 'later']) {
        const interrupt = new AbortController();
        if (when === 'before') interrupt.abort('SIGTERM');
        const sending = send(url, { signal: interrupt.signal });
        setTimeout(() => interrupt.abort('SIGTERM'), 20);
        await expect(sending).rejects.toBe('SIGTERM');
      }
    }
  });

  it('says why nothing came, without the address, its query or a header', async () => {
    const gone = await serve(answer(200));
    const port = Number(new URL(gone).port);
    const noise = await serveRaw((socket) => socket.end('SSH-2.0-secret\r\n'));
    const headers = { authorization: 'Bearer secret' };
    const cases: [string, Record<string, string>, string, boolean][] = [
      ['ftp://host/x?sig=secret', headers, 'the address is none of the web', false],
      ['secret', headers, 'the address is none of the web', false],
      [
        `${gone}/?sig=secret`,
        { authorization: 'secret\n' },
        'a header holds a character that HTTP does not allow',
        false,
      ],
      [`https://127.0.0.1:${port}/?sig=secret`, headers, 'no secure connection: ', false],
      [`${noise}/?sig=secret`, headers, 'the reply is not HTTP (HPE_INVALID_CONSTANT)', false],
    ];
    for (const [url, sent, message, temporary] of cases) {
      const thrown = await send(url, { headers: sent }).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(NetworkFailure);
      expect(thrown).toMatchObject({ message: expect.stringContaining(message), temporary });
      expect(`${(thrown as Error).stack} ${JSON.stringify(thrown)}`).not.toContain('secret');
    }
  });
});

describe('redirects', () => {
  it('of a GET are followed, and credentials stay with the origin they were meant for', async () => {
    const seen: [string, string | undefined, string | undefined][] = [];
    const note = (incoming: IncomingMessage) =>
      seen.push([incoming.url!, incoming.headers.authorization, incoming.headers['x-other'] as string]);
    const other = await serve((incoming, response) => {
      note(incoming);
      response.end('here');
    });
    const origin = await serve((incoming, response) => {
      note(incoming);
      const location = incoming.url === '/a/first' ? 'second' : `${other}/third?sig=1`;
      response.writeHead(incoming.url === '/a/first' ? 307 : 302, { location }).end('not here');
    });
    const headers = { Authorization: 'Bearer token', 'x-other': 'kept' };
    expect(await send(`${origin}/a/first`, { headers })).toMatchObject({ status: 200, text: 'here' });
    expect(seen).toEqual([
      ['/a/first', 'Bearer token', 'kept'],
      ['/a/second', 'Bearer token', 'kept'],
      ['/third?sig=1', undefined, 'kept'],
    ]);
  });

  it('without end, or to something that is not of the web, are not followed', async () => {
    const circle = await serve(answer(302, '', { location: '/again' }));
    await expect(send(circle)).rejects.toThrow(failure('redirected without end', false));
    for (const location of ['file:///etc/passwd', 'http://[']) {
      const origin = await serve(answer(302, '', { location }));
      await expect(send(origin)).rejects.toThrow(failure('redirected to no address of the web', false));
    }
  });

  it('of other methods are left to the caller', async () => {
    const origin = await serve(inTurn(answer(307, '', { location: '/there' }), answer(200)));
    expect(await send(origin, { method: 'POST', body: 'x' })).toMatchObject({ status: 307 });
  });
});
