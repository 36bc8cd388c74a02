/** Uploads under way: who may begin one, where its files are until it is whole, and that nothing is left of one that failed. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { flushToDisk } from '../../engine/atomic.js';
import { makeFolder } from '../../engine/folders.js';
import type { FieldProblem } from '../../pcr/config/values.js';
import { Workspace } from '../../pcr/workspace.js';
import { clientOf, ownerOf } from '../auth/client.js';
import type { ServerContext } from '../context.js';
import type { StoredReads } from '../database/types.js';
import { HttpProblem } from '../problem.js';
import { requireSpace } from './disk-space.js';
import { type Inspection, Inspector } from './inspector.js';
import { closeAfterRefusal } from './linger.js';
import { requirePairs } from './pairing.js';
import type { Mate } from './reads-scanner.js';
import { badForm, receiveForm } from './receive-form.js';

/** Uploads at once; each takes some megabytes of memory. */
const MOST_UPLOADS = 16;
/** Bytes of a form besides its files. */
const FORM_BYTES = 2 ** 20;
/** Milliseconds without a byte after which a client is taken for gone. */
const STALL_MS = 120_000;

/** Files that are whole, belong together and are on the disk. */
export interface Upload {
  /** A new id, which is in the name of its folder, too. */
  id: string;
  /** Holds the files where a run has them, and goes when the upload ends unless it was moved. */
  workspace: Workspace;
  fields: Record<string, string>;
  reads: StoredReads;
  /** UTC, ISO 8601. */
  startedAt: string;
}

export interface UploadUse<T> {
  /** What is wrong with fields; with those that came so far, what is missing is not told. */
  checkFields(fields: Readonly<Record<string, string>>, isEnd: boolean): readonly FieldProblem[];
  /** Makes of it what was asked for. */
  finish(upload: Upload): T;
}

export class Uploads {
  readonly #inspector = new Inspector();
  readonly #underWay = new Map<Promise<unknown>, { request: FastifyRequest; owner: string | undefined }>();
  readonly #tmp: string;

  constructor(private readonly context: ServerContext) {
    this.#tmp = path.join(context.settings.dataDir, 'tmp');
  }

  /**
   * Whether an upload may begin, by what is known before its body.
   *
   * @throws HttpProblem `unsupported_type`, `too_large`, `too_many_requests`, `no_space`
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    closeAfterRefusal(request, reply);
    if (!/^multipart\/form-data(;|$)/i.test(request.headers['content-type'] ?? '')) {
      throw new HttpProblem(
        'unsupported_type',
        'expected a multipart/form-data body with the files R1 and R2',
      );
    }
    const { maxUpload } = this.context.limits;
    // Node has refused what is no number.
    const length = Number(request.headers['content-length'] ?? 0);
    if (length > 2 * maxUpload + FORM_BYTES) {
      throw new HttpProblem(
        'too_large',
        `the upload is too large: expected two files of ${maxUpload} bytes at most`,
      );
    }
    const { runsPerClient = MOST_UPLOADS } = this.context.limits;
    const owner = ownerOf(this.context, clientOf(request));
    const own = [...this.#underWay.values()].filter((one) => one.owner === owner).length;
    if (this.#underWay.size >= MOST_UPLOADS || (owner !== undefined && own >= runsPerClient)) {
      throw new HttpProblem('too_many_requests', 'too many uploads are under way: try again in a while');
    }
    makeFolder(this.#tmp);
    await requireSpace(this.#tmp, length);
  }

  /** Receives an upload. Throws as `receiveForm`, `requirePairs` and `use`; nothing is left then. */
  async take<T>(request: FastifyRequest, reply: FastifyReply, use: UploadUse<T>): Promise<T> {
    const work = this.#receive(request, reply, use);
    this.#underWay.set(work, { request, owner: ownerOf(this.context, clientOf(request)) });
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  /** Breaks off what is under way; resolves when nothing of it is left. */
  async close(): Promise<void> {
    for (const { request } of this.#underWay.values()) request.raw.destroy();
    await this.#inspector.close();
    await Promise.allSettled(this.#underWay.keys());
  }

  async #receive<T>(request: FastifyRequest, reply: FastifyReply, use: UploadUse<T>): Promise<T> {
    const id = randomUUID();
    const startedAt = new Date().toISOString();
    const workspace = new Workspace(path.join(this.#tmp, id));
    const gone = new AbortController();
    const stalled = endIfStalled(request);
    const leave = () => gone.abort(new HttpProblem('bad_request', 'the client broke off the upload'));
    reply.raw.once('close', leave);
    try {
      workspace.create();
      const { fields, problems, files } = await receiveForm(request, {
        reads: workspace.raw,
        inspector: this.#inspector,
        maxBytes: this.context.limits.maxUpload,
        signal: gone.signal,
        checkFields: (given) => use.checkFields(given, false),
      });
      clearInterval(stalled);
      const all = [...use.checkFields(fields, true), ...problems];
      if (all.length > 0) {
        for (const inspection of Object.values(files)) inspection.drop();
        throw badForm(all);
      }
      const reads = await this.#inspected(workspace, files as Required<typeof files>, gone.signal);
      gone.signal.throwIfAborted();
      return use.finish({ id, workspace, fields, reads, startedAt });
    } finally {
      reply.raw.removeListener('close', leave);
      clearInterval(stalled);
      await rm(workspace.root, { recursive: true, force: true });
    }
  }

  /** Waits for the inspections and the disk, and holds both results together. */
  async #inspected(
    workspace: Workspace,
    files: Readonly<Record<Mate, Inspection>>,
    signal: AbortSignal,
  ): Promise<StoredReads> {
    const gone = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    gone.catch(() => {});
    try {
      signal.throwIfAborted();
      const { raw } = workspace;
      const inspected = Promise.all([files.R1.result, files.R2.result]);
      const onDisk = Promise.all([raw.r1, raw.r2, path.dirname(raw.r1)].map(flushToDisk));
      const [[r1, r2]] = await Promise.race([gone, Promise.all([inspected, onDisk])]);
      await requirePairs(
        { R1: { path: raw.r1, found: r1 }, R2: { path: raw.r2, found: r2 } },
        this.#inspector,
      );
      return { r1_sha256: r1.sha256, r2_sha256: r2.sha256, r1_bytes: r1.bytes, r2_bytes: r2.bytes };
    } catch (thrown) {
      for (const inspection of Object.values(files)) inspection.drop();
      throw thrown;
    }
  }
}

/** Closes the connection when nothing came for too long. */
function endIfStalled({ raw }: FastifyRequest): NodeJS.Timeout {
  let before = -1;
  return setInterval(() => {
    if (raw.socket.bytesRead === before) raw.socket.destroy();
    before = raw.socket.bytesRead;
  }, STALL_MS);
}
