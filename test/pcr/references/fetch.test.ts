import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { isPublicAddress } from '../../../src/net/public-address.js';
import { addReference } from '../../../src/pcr/references/add.js';
import {
  type AddressRules,
  ensureReference,
  findOrAllow,
  genomeAddress,
} from '../../../src/pcr/references/fetch.js';
import { requireTool } from '../../agreement/tools.js';
import { contentOf, failureOf, lambdaFile, newFolder, registration } from './setup.js';

const tools = ['bwa', 'openssl', 'tar'].map(requireTool);
const isReady = tools.every((tool) => tool !== undefined);

/** Every host is this machine. */
const lookup = ((_host: string, _options: object, callback: (...answer: unknown[]) => void) =>
  callback(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof dns.lookup;
const here: AddressRules = { isAllowed: () => true, lookup };

let server: Server;
let connections = 0;
let requested: string[] = [];
let port: number;
let archive: Buffer;
let sha256: string;

/** By path; each may be changed by a test. */
let answers: Record<string, { status?: number; headers?: Record<string, string>; body?: Buffer }>;

beforeAll(async () => {
  if (!isReady) return;
  const folder = newFolder();
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=genomes.test',
  ];
  execFileSync('openssl', ['req', '-x509', ...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    requested.push(request.url!);
    const { status = 200, headers = {}, body = Buffer.alloc(0) } = answers[request.url!] ?? { status: 404 };
    response.writeHead(status, headers).end(body);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  const lambda = await addReference({ ...registration('lambda'), fasta: lambdaFile });
  const tar = path.join(folder, 'lambda.tar.gz');
  execFileSync('tar', ['-C', path.dirname(lambda.folder), '-czf', tar, 'lambda']);
  archive = readFileSync(tar);
  sha256 = createHash('sha256').update(archive).digest('hex');
});

afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

beforeEach(() => {
  // The certificate is nobody's; who is asked is what is tested here.
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  requested = [];
  connections = 0;
  answers = { '/lambda.tar.gz': { body: archive } };
});
afterEach(() => vi.unstubAllEnvs());

const urlOf = (file: string, sum = sha256, host = 'genomes.test') =>
  `https://${host}:${port}${file}#sha256=${sum}`;

function wanted(url: string | null, hosts = [`genomes.test:${port}`]) {
  return { ...registration('lambda'), url, hosts };
}

describe.skipIf(!isReady)('a genome that is not registered', () => {
  test('is fetched once, however many want it', async () => {
    const request = wanted(urlOf('/lambda.tar.gz'));
    expect(findOrAllow(request, here)).toBeUndefined();
    const found = await Promise.all([ensureReference(request, here), ensureReference(request, here)]);
    expect(found[0]).toEqual(found[1]);
    expect(found[0].manifest.contigs[0]!.length).toBe(48502);
    expect(contentOf(request.root)).toEqual(['lambda']);
    expect(await ensureReference(request, here)).toEqual(found[0]);
    expect(findOrAllow({ ...request, url: null })).toEqual(found[0]);
    expect(requested).toEqual(['/lambda.tar.gz']);
    expect(request.lines).toContain(`fetching lambda from https://genomes.test:${port}/lambda.tar.gz`);
  });

  test('is fetched by way of three redirects, not of four', async () => {
    for (const [from, to] of ['/1', '/2', '/3', '/4', '/lambda.tar.gz']
      .map((at, i, all) => [at, all[i + 1]!])
      .slice(0, 4))
      answers[from!] = { status: 302, headers: { location: to! } };
    const refused = await failureOf(ensureReference(wanted(urlOf('/1')), here));
    expect([refused.code, refused.message]).toEqual(['GTK_DOWNLOAD', expect.stringContaining('redirected')]);
    expect((await ensureReference(wanted(urlOf('/2')), here)).name).toBe('lambda');
  });

  test('is not fetched without an address', async () => {
    expect((await failureOf(ensureReference(wanted(null), here))).code).toBe('GTK_NO_GENOME');
  });
});

describe.skipIf(!isReady)('nothing is fetched or left', () => {
  async function refusal(request: ReturnType<typeof wanted>, rules = here) {
    const failure = await failureOf(ensureReference(request, rules));
    expect(contentOf(request.root)).toEqual([]);
    return failure;
  }

  test('of another checksum', async () => {
    const failure = await refusal(wanted(urlOf('/lambda.tar.gz', '0'.repeat(64))));
    expect([failure.code, failure.message]).toEqual(['GTK_DOWNLOAD', expect.stringContaining(sha256)]);
  });

  test('that is larger than any genome', async () => {
    answers['/huge'] = { headers: { 'content-length': String(2 ** 36) }, body: archive };
    const failure = await refusal(wanted(urlOf('/huge')));
    expect(failure.message).toContain('more than 34359738368 bytes');
  });

  test('that is no archive', async () => {
    const body = Buffer.from('hello');
    answers['/hello'] = { body };
    const sum = createHash('sha256').update(body).digest('hex');
    expect((await refusal(wanted(urlOf('/hello', sum)))).code).toBe('GTK_GENOME_ARCHIVE');
  });

  test('from a host whose name leads to this machine', async () => {
    const rules: AddressRules = { isAllowed: isPublicAddress, lookup };
    const failure = await refusal(wanted(urlOf('/lambda.tar.gz')), rules);
    expect(failure.message).toContain('genomes.test is at an address that is not public');
    expect(connections).toBe(0);
  });

  test.each([
    ['another host', 'https://elsewhere.test/x'],
    ['another port', 'https://genomes.test/x'],
    ['plain HTTP', 'http://genomes.test:PORT/x'],
    ['a user', 'https://user@genomes.test:PORT/lambda.tar.gz'],
    ['an address of this machine', 'https://127.0.0.1:PORT/lambda.tar.gz'],
    ['the metadata of a cloud', 'http://169.254.169.254/latest/'],
  ])('behind a redirect to %s', async (_, location) => {
    const to = location.replace('PORT', String(port));
    answers['/away'] = { status: 302, headers: { location: to } };
    const failure = await refusal(wanted(urlOf('/away')));
    expect(failure.message).toMatch(/redirected to \S+, which is not allowed/);
    expect(requested).toEqual(['/away']);
  });
});

test.each([
  ['http://genomes.test/x', ['genomes.test'], 'no https URL'],
  ['file:///etc/passwd', ['genomes.test'], 'no https URL'],
  ['x', ['genomes.test'], 'no https URL'],
  ['https://genomes.test/x', [], 'expected none: fetching is off'],
  ['https://evil.test/x', ['genomes.test'], 'the host evil.test, expected genomes.test'],
  ['https://genomes.test.evil.test/x', ['genomes.test'], 'the host'],
  ['https://genomes.test./x', ['genomes.test'], 'the host'],
  ['https://genomes.test:8443/x', ['genomes.test'], 'the host'],
  ['https://genomes.test@evil.test/x', ['genomes.test'], 'the host evil.test'],
  ['https://u:p@genomes.test/x', ['genomes.test'], 'the host'],
  ['https://127.0.0.1/x', ['127.0.0.1'], 'the host 127.0.0.1'],
  ['https://[::1]/x', ['[::1]'], 'the host [::1]'],
  ['https://genomes.test/x', ['genomes.test'], 'no checksum'],
  ['https://genomes.test/x#sha256=abc', ['genomes.test'], 'no checksum'],
])('%s is refused where %j may be fetched from', async (text, hosts, message) => {
  const failure = await failureOf((async () => genomeAddress(text, hosts, isPublicAddress))());
  expect([failure.code, failure.message]).toEqual(['GTK_GENOME_URL', expect.stringContaining(message)]);
  expect(failure.message).not.toContain('u:p');
});

test('an address is read with its checksum', () => {
  const sum = 'AB'.repeat(32);
  expect(
    genomeAddress(`https://Genomes.Test/x?y=1#sha256=${sum}`, ['GENOMES.test'], isPublicAddress),
  ).toEqual({
    url: 'https://genomes.test/x?y=1',
    sha256: sum.toLowerCase(),
  });
});
