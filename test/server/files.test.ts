import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { workspaceOf } from '../../src/server/context.js';
import { temporaryFolder } from '../run-gtk.js';
import { serve } from './served.js';

const { app, context, addRun } = await serve();
const url = await app.listen({ host: '127.0.0.1', port: 0 });
const outside = temporaryFolder();
const secret = path.join(outside, 'secret.txt');
writeFileSync(secret, 'secret');

const id = addRun();
const { root } = workspaceOf(context.settings, id);
const text = Array.from({ length: 100 }, (_, i) => `site ${i}\n`).join('');
const files: Record<string, string> = {
  'bed2peak/aligned.d0.peak.merge.txt': text,
  'fastqc/beforeCutAdapt/R1_fastqc.html': '<script>alert(1)</script>',
  'logs/umi.1.log': 'done\n',
  'readlen/readlen.pdf': '%PDF-1.4',
  'readlen/a name with ü.txt': 'ü',
};
for (const [name, content] of Object.entries(files)) writeFileSync(path.join(root, name), content);
// What no client may see.
writeFileSync(path.join(root, 'logs/umi.1.exit'), '{}');
writeFileSync(path.join(root, 'tmp/half.txt'), 'half');
writeFileSync(path.join(root, 'bwa/.hidden'), 'hidden');
symlinkSync(secret, path.join(root, 'bwa/link.txt'));
symlinkSync(outside, path.join(root, 'bwa/folder'));
symlinkSync('../bed2peak', path.join(root, 'bwa/inner'));
execFileSync('mkfifo', [path.join(root, 'bwa/pipe.txt')]);
const socket = net.createServer().listen(path.join(root, 'bwa/s'));
await once(socket, 'listening');
afterAll(() => socket.close());
mkdirSync(`${root}-x`);
writeFileSync(`${root}-x/secret.txt`, 'secret');

/** Asks for a path as it is: fetch would tidy it. */
function ask(target: string, headers = {}, method = 'GET') {
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: string }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(url);
      const request = http.request({ hostname, port, path: target, method, headers }, async (answer) => {
        let body = '';
        for await (const chunk of answer.setEncoding('utf8')) body += chunk;
        resolve({ status: answer.statusCode!, headers: answer.headers, body });
      });
      request.on('error', reject).end();
    },
  );
}
const below = (rest: string) => `/runs/${id}/files/${rest}`;
const table = below('bed2peak/aligned.d0.peak.merge.txt');

test('lists what is there, by folder, and nothing else', async () => {
  const { body } = await ask(`/runs/${id}/files`);
  const { files: folders } = JSON.parse(body);
  const listed = Object.values(folders).flat() as { path: string; size: number }[];
  const expected = [...Object.keys(files), 'rawdata/R1.fastq.gz', 'rawdata/R2.fastq.gz'].sort();
  expect(listed.map((file) => file.path).sort()).toEqual(expected);
  expect(folders['fastqc/beforeCutAdapt']).toEqual([
    {
      name: 'R1_fastqc.html',
      path: 'fastqc/beforeCutAdapt/R1_fastqc.html',
      size: 25,
      modified: expect.stringMatching(/^\d{4}-.*Z$/),
    },
  ]);
  const without = addRun({ reads: false });
  expect(JSON.parse((await ask(`/runs/${without}/files`)).body)).toEqual({ files: {} });
  expect((await ask('/runs/not-an-id/files')).status).toBe(404);
});

describe('a file', () => {
  test('is sent as it is, as an attachment that nothing runs', async () => {
    for (const [name, content] of Object.entries(files)) {
      const { status, headers, body } = await ask(below(name.split('/').map(encodeURIComponent).join('/')));
      expect([status, body]).toEqual([200, content]);
      expect(headers['content-length']).toBe(String(Buffer.byteLength(content)));
      expect(headers['content-disposition']).toMatch(/^attachment; filename="[\w.-]+"/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    const { headers } = await ask(below('readlen/a%20name%20with%20%C3%BC.txt'));
    const exact = 'a%20name%20with%20%C3%BC.txt';
    expect(headers['content-disposition']).toBe(
      `attachment; filename="a_name_with__.txt"; filename*=UTF-8''${exact}`,
    );
  });

  test('is shown in a sandbox only', async () => {
    const { headers } = await ask(`${below('fastqc/beforeCutAdapt/R1_fastqc.html')}?view=1`);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-disposition']).toMatch(/^inline/);
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toContain('sandbox');
    expect(policy).toContain("default-src 'none'");
    expect((await ask(`${table}?view=2`)).status).toBe(400);
  });

  test('has a head', async () => {
    const { status, headers, body } = await ask(table, {}, 'HEAD');
    expect([status, headers['content-length'], body]).toEqual([200, String(text.length), '']);
  });

  test('is not sent to who has it', async () => {
    const { etag, 'last-modified': modified } = (await ask(table)).headers;
    expect(etag).toMatch(/^"[a-z0-9-]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, body } = await ask(table, { 'if-none-match': known });
      expect([status, body]).toEqual([304, '']);
    }
    expect((await ask(table, { 'if-modified-since': modified })).status).toBe(304);
    expect((await ask(table, { 'if-none-match': '"other"', 'if-modified-since': modified })).status).toBe(
      200,
    );
    expect((await ask(table, { 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' })).status).toBe(200);
    writeFileSync(path.join(root, 'logs/changing.log'), 'one');
    const first = (await ask(below('logs/changing.log'))).headers.etag;
    writeFileSync(path.join(root, 'logs/changing.log'), 'two');
    expect((await ask(below('logs/changing.log'), { 'if-none-match': first })).body).toBe('two');
  });

  test('is sent in part, to who has the rest of it', async () => {
    const { etag, 'last-modified': modified } = (await ask(table)).headers;
    const part = await ask(table, { range: 'bytes=5-9', 'if-range': etag });
    expect([part.status, part.body, part.headers['content-range']]).toEqual([
      206,
      text.slice(5, 10),
      `bytes 5-9/${text.length}`,
    ]);
    expect((await ask(table, { range: 'bytes=5-9', 'if-range': modified })).status).toBe(206);
    for (const other of ['"other"', 'Thu, 01 Jan 1970 00:00:00 GMT', `W/${etag}`]) {
      expect((await ask(table, { range: 'bytes=5-9', 'if-range': other })).status).toBe(200);
    }
    const head = await ask(table, { range: 'bytes=5-9' }, 'HEAD');
    expect([head.status, head.headers['content-length']]).toEqual([206, '5']);
  });

  test('has the parts that slices of it have', async () => {
    const bound = fc.option(fc.nat({ max: text.length + 20 }), { nil: '' as const });
    await fc.assert(
      fc.asyncProperty(bound, bound, async (first, last) => {
        const { status, body, headers } = await ask(table, { range: `bytes=${first}-${last}` });
        const isRange = (first !== '' || last !== '') && !(first !== '' && last !== '' && last < first);
        const slice =
          first === ''
            ? last === 0
              ? ''
              : text.slice(-Number(last))
            : text.slice(first, last === '' ? undefined : last + 1);
        if (!isRange) expect([status, body]).toEqual([200, text]);
        else if (slice === '') {
          expect([status, headers['content-range']]).toEqual([416, `bytes */${text.length}`]);
          expect(JSON.parse(body).code).toBe('range_not_satisfiable');
        } else expect([status, body]).toEqual([206, slice]);
      }),
      { numRuns: 100 },
    );
    expect((await ask(table, { range: 'bytes=0-1,4-5' })).status).toBe(200);
    expect((await ask(table, { range: 'lines=0-1' })).status).toBe(200);
  });
});

describe('a path', () => {
  test.each([
    ['../../qslam.db', 400],
    ['..%2f..%2fqslam.db', 400],
    ['%2e%2e/%2e%2e/qslam.db', 400],
    ['%252e%252e/qslam.db', 404],
    [`../${id}-x/secret.txt`, 400],
    [`..%2f${id}-x%2fsecret.txt`, 400],
    [`/etc/passwd`, 400],
    ['%2fetc%2fpasswd', 400],
    ['bed2peak//aligned.d0.peak.merge.txt', 400],
    ['bed2peak/./aligned.d0.peak.merge.txt', 400],
    ['bed2peak/aligned.d0.peak.merge.txt%00.html', 400],
    ['bed2peak%5c..%5cqslam.db', 400],
    ['bed2peak/%zz', 400],
    ['bed2peak/%ff', 400],
    ['', 400],
    ['bed2peak', 404],
    ['bed2peak/nothing.txt', 404],
    ['bwa/link.txt', 404],
    ['bwa/folder/secret.txt', 404],
    ['bwa/inner/aligned.d0.peak.merge.txt', 404],
    ['bwa/pipe.txt', 404],
    ['bwa/s', 404],
    ['bwa/.hidden', 404],
    ['logs/umi.1.exit', 404],
    ['tmp/half.txt', 404],
    [`bwa/${'x'.repeat(300)}`, 404],
  ])('%s is refused', async (rest, status) => {
    const answer = await ask(below(rest));
    expect(answer.status, answer.body).toBe(status);
    expect(answer.body).not.toContain('secret"');
    expect(answer.body).not.toContain(context.settings.dataDir);
  });

  test('made of whatever leads to nothing outside', async () => {
    const piece = fc.constantFrom(
      ...[
        '..',
        '.',
        '',
        '%2e',
        '%2E%2e',
        '%2f',
        '/',
        '//',
        '%5c',
        '%00',
        '%25',
        '~',
        'bwa',
        'folder',
        'link.txt',
        'inner',
      ],
      ...[
        'secret.txt',
        'qslam.db',
        'runs',
        'tmp',
        `${id}-x`,
        id,
        'bed2peak',
        'aligned.d0.peak.merge.txt',
        '?',
        ';',
        '%c0%ae',
      ],
    );
    let found = 0;
    const paths = fc.array(piece, { minLength: 1, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(paths, fc.constantFrom('/', '%2f', ''), async (pieces, between) => {
        const { status, body } = await ask(below(pieces.join(between)));
        if (status === 200) {
          found += 1;
          expect(body).toBe(text);
        } else expect([400, 404]).toContain(status);
        expect(body).not.toMatch(/secret$|SQLite format/);
      }),
      { numRuns: 400, examples: [[['bed2peak', 'aligned.d0.peak.merge.txt'], '/']] },
    );
    expect(found).toBeGreaterThan(0);
  });
});
