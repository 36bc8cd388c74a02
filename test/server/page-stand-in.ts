/**
 * A server with the page and canned answers, for what a real one is seldom in: many sites, refusals, tokens,
 * a step that runs for as long as the test wants.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fastify, { type FastifyReply } from 'fastify';
import { defaultConfig } from '../../src/pcr/config/columns.js';
import type { SiteRow } from '../../src/pcr/sites/site-rows.js';
import type { ServerContext } from '../../src/server/context.js';
import type { AnalysisSummary } from '../../src/server/page/results/site-answer.js';
import { pageRoutes } from '../../src/server/routes/page.js';
import { sharedSchemas } from '../../src/server/schemas.js';
import { temporaryFolder } from '../run-gtk.js';

export const RUN_ID = '5b0c8a52-6f0e-4f0b-9a57-0d1a4c5f2e11';
/** A name that would do harm if it were taken for markup. */
export const RUN_NAME = 'Patient 7 <img src=x onerror=alert(1)>';
export const TOKEN = 'correct-horse';

/** The content security policy that the guard of the server sends. */
const POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

type Job = Record<string, unknown> & { step_name: string; status: string };

export interface StandIn {
  url: string;
  /** Method, path and body of what was asked for, save GET. */
  asked: { method: string; url: string; body: unknown }[];
  jobs: Job[];
  /** Tells all who follow that the jobs are others now. */
  tell(): void;
  close(): Promise<void>;
}

export interface StandInOptions {
  sites?: number;
  /** Whether a token is asked for. */
  team?: boolean;
  banner?: string;
}

export function job(id: number, step: string, status: string, more: object = {}): Job {
  const started = status === 'pending' ? null : `2024-05-04T10:0${id}:00.000Z`;
  const ended = ['pending', 'running'].includes(status) ? null : `2024-05-04T10:0${id}:42.000Z`;
  return {
    job_id: id,
    step_name: step,
    status,
    started_at: started,
    completed_at: ended,
    error_message: null,
    ...more,
  };
}

const contigs = Array.from({ length: 16 }, (_, i) => ({
  name: `chr${i + 1}`,
  length: 1_500_000 - i * 60_000,
}));

/** A row of the table of sites; the numbers are spread, not random. */
export function siteRow(i: number): SiteRow {
  const start = (i * 7919) % 500_000;
  const unique = 1 + ((i * 31) % 97);
  return {
    row: i + 1,
    seqnames: `chr${(i % 16) + 1}`,
    start,
    end: start + 1,
    name: `aligned_${i + 1}`,
    nUniqueReads: unique,
    strand: i % 2 ? '-' : '+',
    nReads: unique * 3,
    nOverlapWithSpike: 0,
    gene: i % 5 ? `YGENE${i % 300}` : 'NA',
    tss_distances: i % 5 ? String((i % 9000) - 4000) : 'NA',
    gene_region: ['NA', 'promoter', 'enhancer', 'inside', 'upstream'][i % 5]!,
    refined_start: start,
    refined_end: start + 1,
    percent: 0.01,
    percentAllReads: 0.02,
  };
}

const modules = ['Basic Statistics', 'Per base sequence quality', 'Adapter Content'];
const totals = { total_reads: 6358, total_bases: 953_700, q30_rate: 0.91, gc_content: 0.41 };

const summaries: Record<string, unknown> = {
  qc_before: {
    reads: ['R1', 'R2'].map((read) => ({
      file: `${read}.fastq.gz`,
      html: `${read}_fastqc.html`,
      zip: `${read}_fastqc.zip`,
      sequences: 3179,
      length: '150',
      gc_percent: 41,
      modules: modules.map((name, i) => ({ name, status: ['PASS', 'WARN', 'FAIL'][i] })),
    })),
  },
  cutadapt: {
    pairs_in: 3179,
    pairs_out: 2900,
    passes: ['ltr', 'linker', 'readthrough'].map((cuts) => ({
      cuts,
      pairs_in: 3179,
      pairs_out: 2900,
      r1_with_adapter: cuts === 'linker' ? null : 3000,
      r2_with_adapter: cuts === 'ltr' ? null : 3100,
      too_short: 12,
      without_ltr: cuts === 'ltr' ? 179 : 0,
      bases_in: 953_700,
      bases_out: 800_000,
    })),
  },
  fastp: {
    before_filtering: totals,
    after_filtering: totals,
    filtering_result: { passed_filter_reads: 6000, low_quality_reads: 358 },
    duplication_rate: 0.3,
    insert_size_peak: 180,
    adapter_trimmed_reads: 51,
  },
  readlen: {
    files: ['R1.fastq.gz', 'R2.fastq.gz'].map((file) => ({
      file,
      reads: 200,
      bases: 20_000,
      lengths: Array.from({ length: 20 }, (_, i) => ({
        length: 90 + i,
        count: 10,
        cumulative_fraction: 1 - i / 20,
      })),
    })),
  },
  read_mapping: {
    aligner: 'bwa',
    aligner_version: '0.7.17-r1188',
    genome: 'yeast',
    index: { program: 'bwa', version: '0.7.17-r1188' },
    flagstat: Object.fromEntries(
      [
        'total',
        'primary',
        'secondary',
        'supplementary',
        'duplicates',
        'primary_duplicates',
        'mapped',
        'primary_mapped',
        'paired',
        'read1',
        'read2',
        'properly_paired',
        'both_mapped',
        'singletons',
        'mate_on_other_contig',
        'mate_on_other_contig_mapq5',
      ].map((key, i) => [key, 5800 - i]),
    ),
  },
};

const analysis: AnalysisSummary = {
  raw_pairs: 3179,
  counts: { pairs: 2900, mapped_pairs: 2890, fragments: 2800, unique_fragments: 900, vector_fragments: 0 },
  per_distance: [{ d: 0, peaks: 99, kept: 62 }],
  clones: { clones: 99, top20: [0.4, 0.2], entropy: 4.123, chao1: 140.4, uc50: 7, gini: 0.71 },
};

/** A folder of genomes in which `yeast` is registered. */
function genomes(): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'yeast'));
  writeFileSync(path.join(folder, 'yeast/manifest.json'), JSON.stringify({ name: 'yeast', contigs }));
  return folder;
}

/** Starts it on a free port of this machine. */
export async function standIn({ sites = 40, team = false, banner }: StandInOptions = {}): Promise<StandIn> {
  const app = fastify({ forceCloseConnections: true });
  for (const schema of sharedSchemas) app.addSchema(schema);
  const asked: StandIn['asked'] = [];
  const followers = new Set<FastifyReply['raw']>();
  const jobs: Job[] = [job(1, 'upload', 'completed')];
  const run: Record<string, unknown> = {
    id: RUN_ID,
    name: RUN_NAME,
    description: null,
    status: 'pending',
    current_step: null,
    created_at: '2024-05-04T10:00:00.000Z',
    updated_at: '2024-05-04T10:00:00.000Z',
    created_by: 'ann',
    r1_sha256: 'ab',
    r1_bytes: 1,
    r2_bytes: 1,
    ...defaultConfig(),
    genome: 'yeast',
  };
  const status = () => {
    const last = jobs.at(-1)!;
    const isActive = ['pending', 'running'].includes(last.status);
    const done = new Set(jobs.filter((one) => one.status === 'completed').map((one) => one.step_name));
    run.status = jobs.length === 1 ? 'pending' : isActive ? 'running' : last.status;
    run.current_step = isActive ? last.step_name : null;
    return {
      run_id: RUN_ID,
      status: run.status,
      current_step: run.current_step,
      step_history: jobs,
      products: [...done]
        .filter((step) => step !== 'upload')
        .map((step) => ({
          step_name: step,
          source: 'cutadapt',
          stale: step === 'fastp',
          completed_at: '2024-05-04T10:09:00.000Z',
        })),
      pipeline: null,
    };
  };
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', POLICY);
    const isOpen = request.url === '/' || request.url.startsWith('/ui');
    if (team && !isOpen && request.headers.authorization !== `Bearer ${TOKEN}`) {
      return reply.code(401).send({ error: 'expected a token', code: 'unauthorized' });
    }
  });
  app.addContentTypeParser('multipart/form-data', (_request, body, done) => {
    body.resume().on('end', () => done(null, 'form'));
  });
  app.addHook('preHandler', async ({ method, url, body }) => {
    if (method !== 'GET') asked.push({ method, url, body });
  });
  pageRoutes(app, { settings: { genomeDir: genomes() } } as ServerContext);
  app.get('/runs', () => ({ runs: [{ ...run, status: status().status }], total: 1 }));
  app.get(`/runs/${RUN_ID}`, () => ({ ...run, jobs }));
  app.get(`/runs/${RUN_ID}/status`, status);
  app.get<{ Params: { step: string }; Querystring: { d?: string } }>(
    `/runs/${RUN_ID}/results/:step`,
    ({ params: { step }, query }) => {
      if (step !== 'site_analysis') return { summary: summaries[step] };
      // At a larger distance there are fewer sites.
      const rows = Array.from({ length: Math.ceil(sites / (1 + Number(query.d ?? 0))) }, (_, i) =>
        siteRow(i),
      );
      return { summary: analysis, ...(query.d !== undefined && { table: rows }) };
    },
  );
  app.get(`/runs/${RUN_ID}/files`, () => ({
    files: { bwa: [{ name: 'aligned.stat', path: 'bwa/aligned.stat', size: 400, modified: run.created_at }] },
  }));
  const stream = (reply: FastifyReply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    return reply.raw;
  };
  app.get(`/runs/${RUN_ID}/events`, (_request, reply) => {
    const raw = stream(reply);
    followers.add(raw);
    raw.on('close', () => followers.delete(raw));
    raw.write(`event: status\ndata: ${JSON.stringify(status())}\n\n`);
  });
  app.get<{ Params: { step: string } }>(
    `/runs/${RUN_ID}/:step/logs/stream`,
    ({ params: { step } }, reply) => {
      const raw = stream(reply);
      for (let i = 1; i <= 2500; i += 1)
        raw.write(`event: log\nid: ${i}\ndata: ${step} line ${i} <b>&amp;\ndata: \n\n`);
      raw.end(`event: status\ndata: {"status":"completed"}\n\n`);
    },
  );
  app.post('/runs', (_request, reply) =>
    reply.code(400).send({
      error: 'values are refused',
      code: 'bad_value',
      details: [{ field: 'r2_seq', message: 'found XX, expected up to 200 nucleotide codes' }],
    }),
  );
  app.post('/runs/*', () => ({}));
  app.get(`/runs/${RUN_ID}/export`, () => ({ export_version: '1.0' }));
  app.patch('/runs/*', ({ body }) => Object.assign(run, body));
  app.delete('/runs/*', () => ({ message: 'Job killed', job_id: 2 }));
  app.get('/system/info', () => ({
    version: '0.1.0',
    deployment_mode: team ? 'team' : 'local',
    tools: { bwa: '0.7.17-r1188', 'bwa-mem2': null },
    limits: {
      max_upload: 1_000_000,
      runs_per_client: null,
      jobs_per_client: null,
      run_hours: null,
      max_jobs: 2,
      threads: 2,
      step_seconds: 86_400,
    },
    banner: banner ?? null,
  }));
  app.get('/system/status', () => ({
    active_jobs: 0,
    queued_jobs: 0,
    total_runs: 1,
    run_stats: { pending: 1, running: 0, completed: 0, failed: 0, killed: 0 },
    disk_usage: 1e6,
    disk_free: 1e10,
    server_uptime: 61,
  }));
  const genome = { contigs: 17, bases: 12_157_105, genes: 7127, known_sites: null, aligner: 'bwa' };
  app.get('/system/genomes', () => ({
    genomes: [
      { name: 'yeast', registered: true, ...genome },
      {
        name: 'GRCh38',
        registered: false,
        contigs: null,
        bases: null,
        genes: null,
        known_sites: null,
        aligner: null,
      },
    ],
  }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${(app.server.address() as { port: number }).port}`,
    asked,
    jobs,
    tell() {
      for (const raw of followers) raw.write(`event: status\ndata: ${JSON.stringify(status())}\n\n`);
    },
    close: () => app.close(),
  };
}
