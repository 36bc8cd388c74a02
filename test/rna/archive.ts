/** The archives on loopback: ENA's portal and file host, AWS, NCBI and DDBJ, each of which can be made to fail. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A run as the archives have it. */
export interface ArchivedRun {
  run: string;
  /** FASTQ at ENA by file name, listed in this order. */
  fastq?: Readonly<Record<string, Buffer>>;
  /** The SRA object, and who has it. */
  sra?: Buffer;
  sraAt?: readonly ('ena' | 'aws' | 'ncbi' | 'ddbj')[];
  layout?: 'PAIRED' | 'SINGLE';
  readCount?: number;
  baseCount?: number;
  /** Needed for DDBJ: its paths begin with the experiment. */
  experiment?: string;
  /** Other accessions that stand for the run: study, sample, experiment. */
  accessions?: readonly string[];
  /** What the file report says instead of the truth, such as a wrong `fastq_md5`; or further fields. */
  report?: Readonly<Record<string, string>>;
}

/** How one reply is given wrongly. What is left out is right; members can be combined. */
export interface Fault {
  /** The connection is cut after so many bytes of the reply's body; -1: before its head. */
  cutAfter?: number;
  /** Nothing comes any more after so many bytes of the reply's body. */
  stallAfter?: number;
  /** The whole comes with status 200, whatever range was asked for. */
  ignoresRange?: boolean;
  /** Only this status with a short text, such as 404, 416, 429, 500. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** Other content, whose ETag is another, too, unless given. */
  content?: Buffer;
  /** False: no ETag, so that a rest cannot be asked for safely. */
  etag?: string | false;
  /** No Content-Length. */
  isChunked?: boolean;
  /** A redirect to that address. */
  redirect?: string;
}

/** What captive portals and servers under maintenance send with status 200. */
export const html: Fault = { content: Buffer.from('<!DOCTYPE html><title>Maintenance</title>\n') };

export type Service = 'portal' | 'files' | 'aws' | 'ncbi' | 'ddbj';

/** A request that came. */
export interface ArchiveRequest {
  service: Service;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  range: string | undefined;
  ifRange: string | undefined;
  status: number;
  /** Bytes of the body that were handed to the connection. */
  sent: number;
}

export interface ArchiveOptions {
  runs: readonly ArchivedRun[];
  /** See {@link Archive.faults}. */
  faults?: Readonly<Record<string, Fault | Fault[]>>;
  /** Over all connections together. */
  bytesPerSecond?: number;
}

const services: readonly Service[] = ['portal', 'files', 'aws', 'ncbi', 'ddbj'];
const sums = new WeakMap<Buffer, string>();

/** Taken once: while it is, no connection gets a byte. */
function md5(content: Buffer): string {
  const sum = sums.get(content) ?? createHash('md5').update(content).digest('hex');
  sums.set(content, sum);
  return sum;
}

const ENA_HOST = 'ftp.sra.ebi.ac.uk';

/** How late a timer may be without slowing the whole down. */
const LATE_MS = 50;

/** Started by {@link startArchive}. */
export class Archive {
  readonly origins = {} as Record<Service, string>;
  readonly requests: ArchiveRequest[] = [];
  /**
   * By the end of `SERVICE/path`, such as `SRR1_1.fastq.gz`, `aws/sra/SRR1/SRR1` or `portal/api/filereport`: one
   * fault for every request, or a list, of which each request takes the next; when it is used up, replies are right.
   */
  readonly faults = new Map<string, Fault | Fault[]>();
  /** May be changed while it runs; undefined: as fast as it goes. */
  bytesPerSecond: number | undefined;
  readonly #runs: readonly ArchivedRun[];
  readonly #content = new Map<string, Buffer>();
  readonly #servers: Server[] = [];
  #busyUntil = 0;

  constructor({ runs, faults = {}, bytesPerSecond }: ArchiveOptions) {
    this.#runs = runs;
    this.bytesPerSecond = bytesPerSecond;
    for (const [end, fault] of Object.entries(faults)) this.faults.set(end, fault);
    for (const run of runs) {
      for (const [name, content] of Object.entries(run.fastq ?? {})) {
        this.#content.set(`files${fastqPath(run.run, name)}`, content);
      }
      for (const at of run.sraAt ?? []) this.#content.set(sraKey(run, at), run.sra!);
    }
  }

  /** The environment that makes `gtk` use this archive. */
  get env(): Record<string, string> {
    const { portal, files, aws, ncbi, ddbj } = this.origins;
    return {
      GTK_ENA_PORTAL_URL: portal,
      GTK_ENA_FILES_URL: files,
      GTK_AWS_SRA_URL: aws,
      GTK_NCBI_SRA_URL: ncbi,
      GTK_DDBJ_SRA_URL: ddbj,
    };
  }

  /** The same as values of options. */
  get values(): Record<string, string> {
    const { portal, files, aws, ncbi, ddbj } = this.origins;
    return { enaPortalUrl: portal, enaFilesUrl: files, awsSraUrl: aws, ncbiSraUrl: ncbi, ddbjSraUrl: ddbj };
  }

  /** Requests whose `SERVICE/path` ends so. */
  requestsOf(end: string): ArchiveRequest[] {
    return this.requests.filter(({ service, path }) => `${service}${path}`.endsWith(end));
  }

  /** The fields of ENA's file report of a run; as metadata columns, too. */
  reportOf(accession: string): Record<string, string> {
    const found = this.#runs.find(({ run }) => run === accession)!;
    const { run, fastq = {}, sra, sraAt, layout, readCount, baseCount, experiment } = found;
    const list = (of: (name: string, content: Buffer) => unknown) =>
      Object.entries(fastq)
        .map(([name, content]) => of(name, content))
        .join(';');
    const hasSra = sraAt?.includes('ena') ?? false;
    return {
      run_accession: run,
      fastq_ftp: list((name) => `${ENA_HOST}${fastqPath(run, name)}`),
      fastq_md5: list((_, content) => md5(content)),
      fastq_bytes: list((_, content) => content.length),
      library_layout: layout ?? (Object.keys(fastq).length > 1 ? 'PAIRED' : 'SINGLE'),
      read_count: String(readCount ?? ''),
      base_count: String(baseCount ?? ''),
      sra_ftp: hasSra ? `${ENA_HOST}${sraKey(found, 'ena').slice('files'.length)}` : '',
      sra_md5: hasSra ? md5(sra!) : '',
      sra_bytes: hasSra ? String(sra!.length) : '',
      experiment_accession: experiment ?? '',
      ...found.report,
    };
  }

  /** What the metadata says in NCBI_Link, AWS_Link and DDBJ_SRA_Link. */
  linksOf(run: string): { ncbi: string; aws: string } {
    return {
      ncbi: `https://sra-downloadb.be-md.ncbi.nlm.nih.gov/sos5/sra-pub-run-32/${run}/${run}.1`,
      aws: `https://sra-pub-run-odp.s3.amazonaws.com/sra/${run}/${run}`,
    };
  }

  async start(): Promise<void> {
    for (const service of services) {
      const server = createServer((request, response) => {
        response.on('error', () => {});
        void this.#reply(service, request, response).catch(() => request.socket.destroy());
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      this.#servers.push(server);
      this.origins[service] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  #faultOf(key: string): Fault {
    for (const [end, fault] of this.faults) {
      if (!key.endsWith(end)) continue;
      const next = Array.isArray(fault) ? fault.shift() : fault;
      if (next) return next;
    }
    return {};
  }

  async #reply(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url!, 'http://archive');
    const { range, 'if-range': ifRange } = request.headers as Record<string, string | undefined>;
    const noted: ArchiveRequest = { service, path, query, range, ifRange, status: 0, sent: 0 };
    this.requests.push(noted);
    const fault = this.#faultOf(`${service}${path}`);
    if (fault.cutAfter === -1) return void request.socket.destroy();
    const head = (status: number, headers: Record<string, string | number> = {}) => {
      noted.status = status;
      response.writeHead(status, { ...headers, ...fault.headers });
    };
    if (fault.redirect !== undefined) {
      head(302, { location: fault.redirect });
      return void response.end();
    }
    const right = service === 'portal' ? this.#report(path, query) : this.#content.get(`${service}${path}`);
    const status = fault.status ?? (right === undefined ? 404 : right.length === 0 ? 204 : 200);
    if (status !== 200) {
      head(status);
      return void response.end(status === 204 ? undefined : `HTTP ${status} of the test\n`);
    }
    const content = fault.content ?? right!;
    const etag = fault.etag ?? `"${md5(content).slice(0, 12)}"`;
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const isPart = from !== undefined && !fault.ignoresRange && (ifRange === undefined || ifRange === etag);
    const start = isPart ? Number(from) : 0;
    const end = isPart && to ? Math.min(Number(to) + 1, content.length) : content.length;
    const common = { 'accept-ranges': 'bytes', ...(etag && { etag }) };
    if (isPart && start >= content.length) {
      head(416, { ...common, 'content-range': `bytes */${content.length}` });
      return void response.end();
    }
    const body = content.subarray(start, end);
    head(isPart ? 206 : 200, {
      ...common,
      ...(!fault.isChunked && { 'content-length': body.length }),
      ...(isPart && { 'content-range': `bytes ${start}-${end - 1}/${content.length}` }),
    });
    await this.#send(body, fault, request, response, noted);
  }

  async #send(
    body: Buffer,
    { cutAfter, stallAfter }: Fault,
    request: IncomingMessage,
    response: ServerResponse,
    noted: ArchiveRequest,
  ): Promise<void> {
    const until = Math.min(body.length, cutAfter ?? body.length, stallAfter ?? body.length);
    // Without a bound, in pieces that let other connections have their turn.
    for (let at = 0; at < until && !response.destroyed; ) {
      const size = Math.min(until - at, this.bytesPerSecond === undefined ? 1 << 18 : 1 << 13);
      await this.#paced(size);
      const piece = body.subarray(at, at + size);
      await new Promise<void>((resolve) => {
        response.once('close', resolve);
        response.write(piece, () => {
          response.off('close', resolve);
          resolve();
        });
      });
      at += size;
      noted.sent += size;
    }
    if (cutAfter !== undefined && cutAfter < body.length) {
      setImmediate(() => request.socket.destroy());
    } else if (stallAfter === undefined || stallAfter >= body.length) response.end();
    else response.flushHeaders();
  }

  /** Waits for the turn of so many bytes. Timers are late by a millisecond or two, which is made up for. */
  async #paced(bytes: number): Promise<void> {
    if (this.bytesPerSecond === undefined) return;
    const now = performance.now();
    const begin = Math.max(now - LATE_MS, this.#busyUntil);
    this.#busyUntil = begin + (bytes / this.bytesPerSecond) * 1000;
    if (this.#busyUntil > now) await sleep(this.#busyUntil - now);
  }

  /** Undefined: there is no such page; empty: there is no such accession. */
  #report(path: string, query: URLSearchParams): Buffer | undefined {
    if (path !== '/ena/portal/api/filereport') return undefined;
    const wanted = query.get('accession')!;
    const runs = this.#runs.filter(({ run, experiment, accessions = [] }) =>
      [run, experiment, ...accessions].includes(wanted),
    );
    if (runs.length === 0) return Buffer.alloc(0);
    const fields = query.get('fields')!.split(',');
    const rows = runs.map(({ run }) => fields.map((field) => this.reportOf(run)[field] ?? '').join('\t'));
    return Buffer.from(`${[fields.join('\t'), ...rows].join('\n')}\n`);
  }
}

function fastqPath(run: string, name: string): string {
  return `/vol1/fastq/${run.slice(0, 6)}/${run.slice(9).padStart(3, '0')}/${run}/${name}`;
}

function sraKey({ run, experiment = '' }: ArchivedRun, at: 'ena' | 'aws' | 'ncbi' | 'ddbj'): string {
  if (at === 'ena') return `files/vol1/${run.slice(0, 3).toLowerCase()}/${run.slice(0, 6)}/${run}`;
  if (at === 'aws') return `aws/sra/${run}/${run}`;
  if (at === 'ncbi') return `ncbi/sos5/sra-pub-run-32/${run}/${run}.1`;
  const folder = `${experiment.slice(0, 6)}/${experiment}`;
  return `ddbj/public/ddbj_database/dra/sra/ByExp/sra/DRX/${folder}/${run}/${run}.sra`;
}

/** Starts the archives. Whoever starts them closes them. */
export async function startArchive(options: ArchiveOptions): Promise<Archive> {
  const archive = new Archive(options);
  await archive.start();
  return archive;
}
