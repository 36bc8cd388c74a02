/**
 * A Hugging Face hub on this machine: datasets, commits, large file storage, and the faults of the real one.
 *
 * The hub and its object store have an origin each. Whatever a client does that the real ones would refuse or
 * that gives the token away is answered with an error and noted as a violation.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CommitLine, entryOf, FakeRepository } from './fake-repository.js';

/** The steps of the protocol, by which calls are recorded and faults are planned. */
export type Step =
  | 'create'
  | 'info'
  | 'head'
  | 'paths'
  | 'tree'
  | 'preupload'
  | 'batch'
  | 'put'
  | 'part'
  | 'complete'
  | 'verify'
  | 'commit';

/**
 * What goes wrong with a call: its reply is an error (`early`: while the body is still coming), the connection
 * is cut amid the body, or after the call took effect but before its reply.
 */
export type Fault =
  | {
      kind: 'status';
      status: number;
      message?: string;
      json?: unknown;
      headers?: Record<string, string>;
      early?: boolean;
    }
  | { kind: 'cut' }
  | { kind: 'lose' };

/** 503 with no need to wait. */
export const unavailable: Fault = { kind: 'status', status: 503, headers: { 'retry-after': '0' } };

/** How the hub behaves. */
export interface FakeHubOptions {
  /** Objects of more bytes are sent in parts of so many. Default 2 ** 20. */
  partBytes?: number;
  /** Files of more bytes are large whatever their name. Default 10 ** 7. */
  regularBytes?: number;
  /** Entries in a page of a list. Default 1000. */
  pageSize?: number;
  /** Whether new repositories have no first commit. */
  startsEmpty?: boolean;
}

type Answer = { status: number; json?: unknown; headers?: Record<string, string> };
type Handler = (context: { request: IncomingMessage; url: URL; match: string[] }) => Promise<Answer> | Answer;

const namespaces = ['someone', 'lab'];
const lfsMedia = 'application/vnd.git-lfs+json';
const fine = (json: unknown, headers?: Record<string, string>): Answer => ({ status: 200, json, headers });
const error = (status: number, message: string): Answer => ({ status, json: { error: message } });

/** What one signed address allows. */
interface Ticket {
  sha256: string;
  bytes: number;
  upload?: { parts: Map<number, { bytes: Buffer; etag: string } | undefined> };
  part?: number;
}

export class FakeHub {
  readonly token = `hf_${randomUUID().replaceAll('-', '')}`;
  readonly repositories = new Map<string, FakeRepository>();
  /** Every call in order, by step. */
  readonly calls: Step[] = [];
  /** What no client may do. */
  readonly violations: string[] = [];
  /** Sizes of the objects in the store, by SHA-256. */
  readonly objects = new Map<string, number>();
  /** Paths that the hub wants left out. */
  ignored = new Set<string>();
  /** SHA-256 of objects that the batch call refuses. */
  refusedObjects = new Set<string>();
  /** Whether the token may make repositories. */
  mayCreate = true;
  /** Whether the store names the etags of parts. */
  givesEtags = true;
  /** Called before a commit is looked at. */
  beforeCommit: (repository: FakeRepository) => void = () => {};
  endpoint = '';

  readonly #faults: { step: Step; fault: Fault; after: number }[] = [];
  readonly #tickets = new Map<string, Ticket>();
  readonly #announced = new Set<string>();
  readonly #unverified = new Set<string>();
  readonly #servers: Server[] = [];
  #store = '';

  private constructor(private readonly options: FakeHubOptions) {}

  static async start(options: FakeHubOptions = {}): Promise<FakeHub> {
    const hub = new FakeHub(options);
    hub.endpoint = await hub.#listen();
    hub.#store = await hub.#listen();
    return hub;
  }

  async #listen(): Promise<string> {
    const server = createServer((request, response) => void this.#serve(request, response));
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** The next call of that step goes wrong, or the one after so many that go right. */
  plan(step: Step, fault: Fault, { times = 1, after = 0 } = {}): void {
    for (let i = 0; i < times; i += 1) this.#faults.push({ step, fault, after: i === 0 ? after : 0 });
  }

  /** Forgets the faults that have not come to pass. */
  heal(): void {
    this.#faults.length = 0;
  }

  repository(name: string): FakeRepository {
    const repository = this.repositories.get(name);
    if (!repository) throw new Error(`no repository ${name}`);
    return repository;
  }

  readonly #routes: { step: Step; method: string; path: RegExp; signed?: true; handle: Handler }[] = [
    { step: 'create', method: 'POST', path: /^\/api\/repos\/create$/, handle: (c) => this.#create(c) },
    { step: 'put', method: 'PUT', path: /^\/object\/(.+)$/, signed: true, handle: (c) => this.#put(c) },
    { step: 'part', method: 'PUT', path: /^\/part\/(.+)$/, signed: true, handle: (c) => this.#putPart(c) },
    {
      step: 'complete',
      method: 'POST',
      path: /^\/api\/complete_multipart\/(.+)$/,
      signed: true,
      handle: (c) => this.#complete(c),
    },
    { step: 'verify', method: 'POST', path: /^\/api\/lfs\/verify$/, handle: (c) => this.#verify(c) },
    {
      step: 'batch',
      method: 'POST',
      path: /^\/datasets\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/,
      handle: (c) => this.#batch(c),
    },
    ...(
      [
        ['info', 'GET', '', (c) => this.#info(c)],
        ['head', 'GET', '/revision/main', (c) => this.#head(c)],
        ['paths', 'POST', '/paths-info/main', (c) => this.#paths(c)],
        ['tree', 'GET', '/tree/main/(.+)', (c) => this.#tree(c)],
        ['preupload', 'POST', '/preupload/main', (c) => this.#preupload(c)],
        ['commit', 'POST', '/commit/main', (c) => this.#commit(c)],
      ] as [Step, string, string, Handler][]
    ).map(([step, method, rest, handle]) => ({
      step,
      method,
      path: new RegExp(`^/api/datasets/([^/]+/[^/]+)${rest}$`),
      handle,
    })),
  ];

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => {});
    response.on('error', () => {});
    const url = new URL(request.url!, this.endpoint);
    for (const { step, method, path, signed, handle } of this.#routes) {
      const match = path.exec(url.pathname)?.slice(1);
      if (!match || method !== request.method) continue;
      this.calls.push(step);
      const fault = this.#nextFault(step);
      if (fault && fault.kind !== 'lose') return void (await misbehave(request, response, fault));
      const refusal = this.#checkCredentials(request, url, signed ?? false);
      const answer = refusal ?? (await this.#handle(handle, request, url, match));
      if (fault) return void request.socket.destroy();
      return send(response, answer);
    }
    this.violations.push(`no such call: ${request.method} ${url.pathname}`);
    send(response, error(404, 'not found'));
  }

  async #handle(handle: Handler, request: IncomingMessage, url: URL, match: string[]): Promise<Answer> {
    const name =
      url.pathname.startsWith('/api/datasets/') || url.pathname.startsWith('/datasets/') ? match[0]! : '';
    if (name !== '' && !this.repositories.has(name)) return error(404, 'Repository not found');
    try {
      return await handle({ request, url, match });
    } catch (thrown) {
      return error(400, (thrown as Error).message);
    }
  }

  #nextFault(step: Step): Fault | undefined {
    const at = this.#faults.findIndex((planned) => planned.step === step);
    if (at < 0) return undefined;
    const planned = this.#faults[at]!;
    if (planned.after > 0) {
      planned.after -= 1;
      return undefined;
    }
    this.#faults.splice(at, 1);
    return planned.fault;
  }

  #checkCredentials({ headers, method }: IncomingMessage, url: URL, signed: boolean): Answer | undefined {
    const { authorization } = headers;
    if (!signed) {
      return authorization === `Bearer ${this.token}`
        ? undefined
        : error(401, 'Invalid username or password.');
    }
    if (authorization !== undefined) {
      this.violations.push(`authorization sent to ${url.pathname}`);
      return error(400, 'Only one auth mechanism allowed');
    }
    if (method === 'PUT' && (headers['content-length'] === undefined || headers['transfer-encoding'])) {
      this.violations.push(`no content-length on ${url.pathname}`);
      return error(411, 'MissingContentLength');
    }
    return url.searchParams.get('X-Amz-Signature') === 'secret' ? undefined : error(403, 'no signature');
  }

  #of(match: string[]): FakeRepository {
    return this.repository(match[0]!);
  }

  #create: Handler = async ({ request }) => {
    const { name, organization, type, private: isPrivate } = JSON.parse(String(await collect(request)));
    if (type !== 'dataset') return error(400, 'type must be dataset');
    if (!this.mayCreate || !namespaces.includes(organization)) {
      return error(
        403,
        `You don't have the rights to create a dataset under the namespace "${organization}"`,
      );
    }
    const path = `${organization ?? 'someone'}/${name}`;
    const url = `${this.endpoint}/datasets/${path}`;
    if (this.repositories.has(path)) {
      return { status: 409, json: { error: 'You already created this dataset repo', url } };
    }
    this.repositories.set(path, new FakeRepository(isPrivate, this.options.startsEmpty));
    return fine({ url });
  };

  #info: Handler = ({ match }) => fine({ id: match[0], private: this.#of(match).isPrivate });

  #head: Handler = ({ match }) => {
    const { isEmpty, head } = this.#of(match);
    return isEmpty ? error(404, 'Invalid rev id: main') : fine({ sha: head.sha });
  };

  #paths: Handler = async ({ request, match }) => {
    if (this.#of(match).isEmpty) return error(404, 'Invalid rev id: main');
    const { paths } = JSON.parse(String(await collect(request))) as { paths: string[] };
    const { files } = this.#of(match).head;
    return fine(paths.flatMap((path) => (files.has(path) ? [entryOf(path, files.get(path)!)] : [])));
  };

  #tree: Handler = ({ match, url }) => {
    const { pageSize = 1000 } = this.options;
    const folder = decodeURIComponent(match[1]!);
    const files = [...this.#of(match).head.files].filter(([path]) => path.startsWith(`${folder}/`)).sort();
    if (files.length === 0) return error(404, `${folder} does not exist on "main"`);
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const page: object[] = files.slice(from, from + pageSize).map(([path, file]) => entryOf(path, file));
    if (from === 0)
      page.unshift({ type: 'directory', path: `${folder}/other`, size: 0, oid: '0'.repeat(40) });
    const next = `${this.endpoint}${url.pathname}?recursive=true&cursor=${from + pageSize}`;
    return fine(page, from + pageSize < files.length ? { link: `<${next}>; rel="next"` } : {});
  };

  #preupload: Handler = async ({ request, match }) => {
    const { files } = JSON.parse(String(await collect(request))) as {
      files: { path: string; sample: string; size: number }[];
    };
    if (files.length > 256) return error(413, 'too many files');
    const known = this.#of(match).head.files;
    return fine({
      files: files.map(({ path, sample, size }) => {
        if (Buffer.from(sample, 'base64').length !== Math.min(size, 512))
          this.violations.push(`sample of ${path}`);
        const isLarge = path.endsWith('.parquet') || size > (this.options.regularBytes ?? 10 ** 7);
        const shouldIgnore = this.ignored.has(path);
        if (!shouldIgnore) this.#announced.add(`${match[0]}/${path}`);
        const oid = known.has(path) ? entryOf(path, known.get(path)!).oid : undefined;
        return { path, uploadMode: isLarge ? 'lfs' : 'regular', shouldIgnore, oid };
      }),
    });
  };

  #batch: Handler = async ({ request }) => {
    const { headers } = request;
    if (headers.accept !== lfsMedia || headers['content-type'] !== lfsMedia) return error(406, 'not LFS');
    const batch = JSON.parse(String(await collect(request)));
    if (batch.operation !== 'upload' || batch.hash_algo !== 'sha256') return error(422, 'not understood');
    const objects = batch.objects as { oid: string; size: number }[];
    if (new Set(objects.map(({ oid }) => oid)).size !== objects.length) return error(422, 'an object twice');
    return fine({
      transfer: 'basic',
      objects: objects.map(({ oid, size }) => {
        if (this.refusedObjects.has(oid))
          return { oid, size, error: { code: 422, message: 'object refused' } };
        if (size === 0) this.violations.push('an object without bytes');
        return this.objects.get(oid) === size && !this.#unverified.has(oid)
          ? { oid, size }
          : { oid, size, actions: this.#actions(oid, size) };
      }),
    });
  };

  #actions(sha256: string, bytes: number) {
    const { partBytes = 2 ** 20 } = this.options;
    const verify = { href: `${this.endpoint}/api/lfs/verify`, header: { 'x-request': 'of the batch' } };
    const count = Math.ceil(bytes / partBytes);
    if (count <= 1) {
      const href = this.#ticket(`${this.#store}/object`, { sha256, bytes });
      return { upload: { href, header: { 'x-amz-meta': 'as signed' } }, verify };
    }
    const upload: Ticket['upload'] = { parts: new Map() };
    const header: Record<string, string> = { chunk_size: String(partBytes) };
    for (let part = 1; part <= count; part += 1) {
      upload.parts.set(part, undefined);
      const length = Math.min(partBytes, bytes - (part - 1) * partBytes);
      header[String(part)] = this.#ticket(`${this.#store}/part`, { sha256, bytes: length, upload, part });
    }
    const href = this.#ticket(`${this.endpoint}/api/complete_multipart`, { sha256, bytes, upload });
    return { upload: { href, header }, verify };
  }

  #ticket(prefix: string, ticket: Ticket): string {
    const id = randomUUID();
    this.#tickets.set(id, ticket);
    return `${prefix}/${id}?X-Amz-Signature=secret`;
  }

  #put: Handler = async ({ request, match }) => {
    const { sha256, bytes } = this.#tickets.get(match[0]!)!;
    if (request.headers['x-amz-meta'] !== 'as signed') return error(403, 'SignatureDoesNotMatch');
    const received = await digest(request);
    if (received.bytes !== bytes || received.sha256 !== sha256) {
      this.violations.push(`wrong content for ${sha256}`);
      return error(400, 'XAmzContentSHA256Mismatch');
    }
    this.#keep(sha256, bytes);
    return { status: 200, headers: { etag: '"whole"' } };
  };

  #putPart: Handler = async ({ request, match }) => {
    const { bytes, upload, part } = this.#tickets.get(match[0]!)!;
    const received = await collect(request);
    if (received.length !== bytes) return error(400, 'IncompleteBody');
    const etag = `"${createHash('md5').update(received).digest('hex')}"`;
    upload!.parts.set(part!, { bytes: received, etag });
    return { status: 200, headers: this.givesEtags ? { etag } : {} };
  };

  #complete: Handler = async ({ request, match }) => {
    const { sha256, bytes, upload } = this.#tickets.get(match[0]!)!;
    const { oid, parts } = JSON.parse(String(await collect(request)));
    // A completed upload is gone, as in a real store: completing it again is an error.
    if (upload!.parts.size === 0) return error(404, 'NoSuchUpload');
    const hash = createHash('sha256');
    for (const [index, { partNumber, etag }] of (parts as { partNumber: number; etag: string }[]).entries()) {
      const part = upload!.parts.get(partNumber);
      if (partNumber !== index + 1 || part?.etag !== etag) return error(400, 'InvalidPart');
      hash.update(part.bytes);
    }
    if (parts.length !== upload!.parts.size || oid !== sha256 || hash.digest('hex') !== sha256) {
      this.violations.push(`wrong content for ${sha256}`);
      return error(400, 'the parts are not the object');
    }
    upload!.parts.clear();
    this.#keep(sha256, bytes);
    return fine({});
  };

  #keep(sha256: string, bytes: number): void {
    this.objects.set(sha256, bytes);
    this.#unverified.add(sha256);
  }

  #verify: Handler = async ({ request }) => {
    const { oid, size } = JSON.parse(String(await collect(request)));
    if (request.headers['x-request'] !== 'of the batch') return error(400, 'header of the action is missing');
    if (this.objects.get(oid) !== size) return error(404, 'no such object');
    this.#unverified.delete(oid);
    return fine({});
  };

  #commit: Handler = async ({ request, match }) => {
    if (request.headers['content-type'] !== 'application/x-ndjson') return error(415, 'not NDJSON');
    const lines = String(await collect(request))
      .trim()
      .split('\n');
    const [header, ...operations] = lines.map((line) => JSON.parse(line) as CommitLine);
    const repository = this.#of(match);
    this.beforeCommit(repository);
    if (header?.key !== 'header' || !header.value.summary) return error(400, 'no header');
    if (operations.length === 0) this.violations.push('an empty commit');
    const { parentCommit } = header.value;
    if (parentCommit === undefined && !repository.isEmpty)
      this.violations.push('a commit without its parent');
    if ((parentCommit ?? '') !== repository.head.sha) {
      return error(412, 'A commit has happened since. Please refresh and try again.');
    }
    for (const { key, value } of operations) {
      if (key !== 'deletedFile' && !this.#announced.has(`${match[0]}/${value.path}`)) {
        this.violations.push(`${value.path} was not announced`);
      }
    }
    const { sha } = repository.commit(String(header.value.summary), operations, (sha256, size) => {
      return this.objects.get(sha256) === size && !this.#unverified.has(sha256);
    });
    return fine({
      success: true,
      commitOid: sha,
      commitUrl: `${this.endpoint}/datasets/${match[0]}/commit/${sha}`,
    });
  };
}

async function misbehave(request: IncomingMessage, response: ServerResponse, fault: Fault): Promise<void> {
  const hasBody = request.headers['content-length'] !== '0' && request.method !== 'GET';
  if (fault.kind === 'cut' || (fault.kind === 'status' && fault.early)) {
    if (hasBody) await new Promise((resolve) => request.once('data', resolve).once('close', resolve));
    request.pause();
  } else {
    await digest(request).catch(() => {});
  }
  if (fault.kind !== 'status') return void request.socket.destroy();
  const { status, message = 'out of order', json = { error: message }, headers } = fault;
  send(response, { status, json, headers: { ...headers, connection: 'close' } });
}

function send(response: ServerResponse, { status, json, headers }: Answer): void {
  const body = json === undefined ? '' : JSON.stringify(json);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function digest(request: IncomingMessage): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
