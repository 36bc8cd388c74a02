import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { gtkError } from '../../src/errors.js';
import { clientArguments, clientWarnings, handedOptions } from '../../src/rna/amalgkit/arguments.js';
import { amalgkitBatch } from '../../src/rna/amalgkit/batch.js';
import { mergeWithClient } from '../../src/rna/amalgkit/merge.js';
import { DiskPromises } from '../../src/rna/disk.js';
import type { RnaEvent } from '../../src/rna/events.js';
import { Layout } from '../../src/rna/layout.js';
import { type Metadata, readMetadata } from '../../src/rna/metadata/read.js';
import { Slots } from '../../src/rna/slots.js';
import type { SourceName } from '../../src/rna/sources/names.js';
import type { SpeciesConfig } from '../../src/rna/species.js';
import type { SpeciesWork } from '../../src/rna/work/species-work.js';
import { temporaryFolder } from '../run-gtk.js';
import { type AmalgkitFaults, type StubAmalgkit, stubAmalgkit } from './stubs/amalgkit.js';

const folder = temporaryFolder();

/** Options of amalgkit 0.16 as its help lists them, as far as they matter here. */
const ofTheClient: Record<string, string> = {
  getfastq: `out_dir metadata threads internal_jobs internal_cpu_budget redo batch max_bp min_read_length
    treat_identical_paired_as_single fasterq_size_check fasterq_disk_limit fastp fastp_option rrna_filter
    contam_filter remove_sra remove_tmp ncbi aws gcp ena ddbj gcp_project ncbi_download_max_concurrency
    aws_download_max_concurrency gcp_download_max_concurrency ena_download_max_concurrency
    ddbj_download_max_concurrency sra_download_method sra_download_wait_timeout_seconds
    sra_download_transfer_timeout_seconds tool_timeout_seconds`,
  quant: `out_dir metadata threads internal_jobs internal_cpu_budget redo batch quant_backend kallisto_options
    index_dir fasta_dir build_index clean_fastq index_lock_poll index_lock_timeout tool_timeout_seconds`,
  merge: 'out_dir metadata threads internal_jobs internal_cpu_budget',
};

/** Names and values of a call, or a failure of the test where one has none. */
function parsed([subcommand, ...words]: string[]): { subcommand: string; options: Record<string, string> } {
  const options: Record<string, string> = {};
  const names = ofTheClient[subcommand!]!.split(/\s+/);
  while (words.length > 0) {
    const [, name, value] = /^--([a-z_]+)(?:=(.*))?$/s.exec(words.shift()!) ?? [];
    expect(names).toContain(name);
    expect(options).not.toHaveProperty(name!);
    options[name!] = value ?? words.shift()!;
    expect(options[name!]).toBeTypeOf('string');
  }
  return { subcommand: subcommand!, options };
}

describe('arguments', () => {
  test('hand on what a step may set, and name the rest', () => {
    const { options, dropped } = handedOptions('getfastq', {
      ...{
        out_dir: 'x',
        threads: 12,
        redo: true,
        aws: 'yes',
        pfd: 'no',
        accelerate: true,
        keep_fastq: false,
      },
      ...{ fastp: 'yes', rrna_filter: false, max_bp: '1,000', min_read_length: 30, remove_tmp: 'maybe' },
      ...{
        pfd_exe: 'fastq-dump',
        prefetch_exe: 'prefetch',
        max_b: 1,
        fastp_option: '-q 20',
        remove_sra: null,
      },
      ...{ fasterq_disk_limit: ['a'], sra_download_method: 'a\0b' },
    });
    expect(options).toEqual({
      fastp: true,
      rrna_filter: false,
      max_bp: '1,000',
      min_read_length: 30,
      fastp_option: '-q 20',
    });
    expect(dropped).toEqual([
      'remove_tmp: "maybe"',
      'pfd_exe',
      'prefetch_exe',
      'max_b',
      'fasterq_disk_limit: ["a"]',
      'sra_download_method: "a\\u0000b"',
    ]);
  });

  test('left out are told once a step', () => {
    const steps = {
      getfastq: { max_b: 1, fastp: 'yes' },
      quant: { threads: 4 },
      merge: { out: 'x', top: 3, a: 1 },
    };
    expect(clientWarnings(steps)).toEqual([
      'steps.getfastq: not handed on to amalgkit: max_b',
      'steps.merge: not handed on to amalgkit: top, a',
    ]);
  });

  test('have a value each, yes or no where it is a switch', () => {
    expect(clientArguments('quant', { redo: true, clean_fastq: false, threads: 4, out_dir: '/a b' })).toEqual(
      ['quant', '--redo', 'yes', '--clean_fastq', 'no', '--threads', '4', '--out_dir', '/a b'],
    );
    expect(clientArguments('quant', { kallisto_options: '--bias' })).toEqual([
      'quant',
      '--kallisto_options=--bias',
    ]);
    for (const name of ['out', 'out_', 'pfd', 'keep_fastq', 'id', '__proto__', 'constructor']) {
      expect(() => clientArguments('merge', { [name]: 'x' })).toThrow(`no --${name}`);
    }
  });

  test('are options of the client, whatever a configuration says', () => {
    const value = fc.oneof(
      fc.boolean(),
      fc.integer(),
      fc.string(),
      fc.constantFrom('yes', 'no', null, [], {}, '-x'),
    );
    const names = [
      ...Object.values(ofTheClient).join(' ').split(/\s+/),
      'pfd',
      'id',
      'id_list',
      'out',
      'config',
    ];
    const step = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value);
    fc.assert(
      fc.property(fc.constantFrom('getfastq', 'quant', 'merge'), step, (subcommand, options) => {
        const handed = handedOptions(subcommand, options).options;
        const call = parsed(clientArguments(subcommand, handed));
        expect(Object.keys(call.options)).toEqual(Object.keys(handed));
        for (const own of ['out_dir', 'metadata', 'threads', 'redo', 'batch', 'clean_fastq']) {
          expect(handed).not.toHaveProperty(own);
        }
      }),
    );
  });
});

const header = [
  ...['scientific_name', 'run', 'lib_layout', 'total_spots', 'total_bases', 'spot_length'],
  ...['exclusion', 'is_sampled', 'private_file', 'read1_path', 'read2_path', 'study_title'],
];

interface Setting {
  out: string;
  work: SpeciesWork;
  metadata: Metadata;
  client: StubAmalgkit;
  told: RnaEvent[];
  controller: AbortController;
}

interface Wish {
  runs?: string[];
  /** A run with files of the user. */
  own?: string;
  faults?: AmalgkitFaults;
  steps?: SpeciesConfig['steps'];
  rules?: Partial<SpeciesWork['shop']['rules']>;
  sources?: SourceName[];
  gcpProject?: string;
}

/** Runs in a folder whose name needs care, and a stand-in for the client. */
function setting(wish: Wish = {}): Setting {
  const { runs = ['SRR1', 'SRR10', 'ERR2'], own, faults, steps = {}, rules, sources = ['ena', 'aws'] } = wish;
  const place = mkdtempSync(path.join(folder, 'Größe é '));
  const out = path.join(place, 'out');
  mkdirSync(path.join(out, 'metadata'), { recursive: true });
  const mine = [1, 2].map((mate) => path.join(place, `mine_${mate}.fastq.gz`));
  if (own) for (const file of mine) writeFileSync(file, 'reads of the user');
  const rows = [...runs, ...(own ? [own] : [])].map((run) => {
    const files = run === own ? ['yes', ...mine] : ['', '', ''];
    const layout = run.startsWith('ERR') ? 'single' : 'paired';
    return ['Mus musculus', run, layout, '1000', '100000', '100', 'no', 'yes', ...files, 'a "title"'].join(
      '\t',
    );
  });
  const table = path.join(out, 'metadata', 'metadata.tsv');
  writeFileSync(table, `${[header.join('\t'), ...rows].join('\n')}\n`);
  const controller = new AbortController();
  const client = stubAmalgkit(place, faults);
  const told: RnaEvent[] = [];
  const config = {
    out,
    logDir: path.join(place, 'logs'),
    steps,
    indexFolder: path.join(out, 'index'),
    fastaFolders: [path.join(out, 'fasta')],
    buildIndex: true,
  };
  const shop = {
    signal: controller.signal,
    rules: {
      ...{ settleSeconds: 0, sraSettleSeconds: 0, sraMinBytes: 0, sraMaxBytes: 1e12, attempts: 1 },
      ...{ keepFastq: false, deleteOnFailure: false, redo: false, skipDownload: false, minMappedPercent: 0 },
      ...{ quantHours: 12, silentSeconds: 3600, ...rules },
    },
    transfers: { sources, gcpProject: wish.gcpProject, limitSeconds: 21_600 },
    processors: new Slots(2),
    disk: new DiskPromises({ folder: out, floor: 0, margin: 0 }),
    tell: (event: RnaEvent) => void told.push(event),
    program: () => client.program,
  };
  const work = {
    config,
    layout: new Layout(out),
    wrote: () => false,
    shop,
    owner: 'mus',
  } as unknown as SpeciesWork;
  return { out, work, metadata: readMetadata(table), client, told, controller };
}

/** The end of each run in a word. */
async function ends({ metadata, work }: Setting, batch?: number): Promise<Record<string, string>> {
  const records = await amalgkitBatch(metadata.samples, metadata, work, batch);
  expect(records.map(({ run }) => run)).toEqual(metadata.samples.map(({ run }) => run));
  return Object.fromEntries(
    records.map(({ run, state, reason }) => [run, reason ? `${state} ${reason}` : state]),
  );
}

const fastqOf = (out: string) => {
  const files = existsSync(path.join(out, 'getfastq'))
    ? readdirSync(path.join(out, 'getfastq'), { recursive: true })
    : [];
  return (files as string[]).filter((name) => /\.(fastq\.gz|sra)$/.test(name)).sort();
};

describe('a batch', () => {
  test('is fetched, quantified and deleted, with options of the client alone', async () => {
    const given = setting({
      steps: { getfastq: { fastp: 'yes', max_b: 1 }, quant: { kallisto_options: '--bias' } },
    });
    const { out, client, told, work } = given;
    expect(await ends(given, 1)).toEqual({ SRR1: 'done', SRR10: 'done', ERR2: 'done' });
    const calls = client.calls().map(parsed);
    expect(calls.map(({ subcommand }) => subcommand)).toEqual(['getfastq', 'quant']);
    expect(calls[0]!.options).toMatchObject({
      ...{ out_dir: out, threads: '2', redo: 'no', fastp: 'yes', tool_timeout_seconds: '172800' },
      ...{ ncbi: 'no', aws: 'yes', gcp: 'no', ena: 'yes', ddbj: 'no' },
    });
    expect(calls[1]!.options).toMatchObject({
      ...{ out_dir: out, threads: '2', clean_fastq: 'yes', kallisto_options: '--bias', build_index: 'yes' },
      ...{
        index_dir: path.join(out, 'index'),
        fasta_dir: path.join(out, 'fasta'),
        tool_timeout_seconds: '43200',
      },
    });
    const table = readFileSync(path.join(out, 'metadata/metadata.tsv'), 'utf8');
    expect(client.tables()).toEqual([table, table]);
    for (const { options } of calls) {
      expect(path.relative(path.join(out, '.gtk'), options.metadata!)).not.toMatch(/^\.\./);
      expect(existsSync(path.dirname(options.metadata!))).toBe(false);
    }
    expect(fastqOf(out)).toEqual([]);
    expect(told.filter(({ type }) => type === 'valid')).toEqual(
      ['SRR1', 'SRR10', 'ERR2'].map((run) => {
        const stats = [work.layout.abundance(run), work.layout.runInfo(run)].map((file) => lstatSync(file));
        const stamp = stats.map(({ size, mtimeMs }) => `${size}@${mtimeMs}`).join(' ');
        return { type: 'valid', run, stamp, readsProcessed: 1000, pPseudoaligned: 37.5 };
      }),
    );
    const started = told.filter(({ type }) => type === 'process-started').length;
    expect([started, told.filter(({ type }) => type === 'process-ended').length]).toEqual([2, 2]);
    expect([work.shop.processors.used, work.shop.disk.projected > 0]).toEqual([0, true]);
  });

  test('with a valid result calls nothing', async () => {
    const given = setting();
    await ends(given);
    const before = given.client.calls().length;
    expect(await ends(given)).toEqual({ SRR1: 'skipped', SRR10: 'skipped', ERR2: 'skipped' });
    expect(given.client.calls().length).toBe(before);
  });

  test('fetches only runs without a result and without reads', async () => {
    const given = setting();
    const { metadata, work, out, client } = given;
    await amalgkitBatch(metadata.samples.slice(0, 1), metadata, work);
    const reads = path.join(out, 'getfastq/ERR2');
    mkdirSync(reads);
    writeFileSync(path.join(reads, 'ERR2.fastq.gz'), Buffer.alloc(2000));
    expect(await ends(given)).toEqual({ SRR1: 'skipped', SRR10: 'done', ERR2: 'done' });
    const seen = client.tables().map((table) => table.match(/[SE]RR\d+/g));
    expect(seen).toEqual([['SRR1'], ['SRR1'], ['SRR10'], ['SRR10', 'ERR2']]);
  });

  test('does again what it is told to, and never takes the old result for the new one', async () => {
    const given = setting();
    await ends(given);
    given.work.shop.rules.redo = true;
    expect(await ends(given)).toEqual({ SRR1: 'done', SRR10: 'done', ERR2: 'done' });
    expect(
      given.client
        .calls()
        .slice(2)
        .map(parsed)
        .map(({ options }) => options.redo),
    ).toEqual(['no', 'yes']);
    writeFileSync(path.join(given.client.folder, 'faults.json'), JSON.stringify({ noResult: ['SRR1'] }));
    expect(await ends(given)).toEqual({ SRR1: 'failed client-failed', SRR10: 'done', ERR2: 'done' });
  });

  test('keeps reads when told', async () => {
    const given = setting({ runs: ['SRR1'], rules: { keepFastq: true } });
    expect(await ends(given)).toEqual({ SRR1: 'done' });
    expect(parsed(given.client.calls()[1]!).options.clean_fastq).toBe('no');
    expect(fastqOf(given.out)).toEqual(['SRR1/SRR1_1.amalgkit.fastq.gz', 'SRR1/SRR1_2.amalgkit.fastq.gz']);
  });

  test('never lets the client clean where the reads are the user’s', async () => {
    const given = setting({ runs: ['SRR1'], own: 'mine' });
    expect(await ends(given)).toEqual({ SRR1: 'done', mine: 'done' });
    const calls = given.client.calls().map(parsed);
    expect(calls.map(({ options }) => options.clean_fastq)).toEqual([undefined, 'yes', 'no']);
    expect(given.client.tables()[2]).toMatch(/\tmine\t/);
    expect(fastqOf(given.out)).toEqual([]);
    const file = path.join(path.dirname(given.out), 'mine_1.fastq.gz');
    expect(readFileSync(file, 'utf8')).toBe('reads of the user');
  });

  test('judges each run by what the client left, not by its exit status', async () => {
    const runs = ['SRR1', 'SRR10', 'SRR2', 'SRR3', 'ERR4'];
    const faults = { noReads: ['SRR1'], noResult: ['SRR2'], nothingAligned: ['SRR3'] };
    const given = setting({ runs, faults });
    expect(await ends(given)).toEqual({
      SRR1: 'failed client-failed',
      SRR10: 'done',
      SRR2: 'failed client-failed',
      SRR3: 'failed invalid-result',
      ERR4: 'done',
    });
    const problems = given.told.flatMap((event) => (event.type === 'end' ? [event.record.problem] : []));
    expect(problems[0]).toMatch(
      /^amalgkit getfastq ended with status 1: SRR1: no source has it \(.*getfastq\.log\)$/,
    );
    expect(problems[2]).toMatch(/^amalgkit quant ended with status 1: SRR2: kallisto ended with status 1 /);
    expect(readFileSync(path.join(given.work.config.logDir, 'amalgkit.getfastq.log'), 'utf8')).toContain(
      'SRR1: no',
    );
  });

  test('takes a half result for what it is, unless reads were filtered', async () => {
    const faults = { half: ['SRR1'] };
    const strict = setting({ faults, steps: { getfastq: { fastp: false } } });
    expect(await ends(strict)).toMatchObject({ SRR1: 'failed truncated-input', SRR10: 'done' });
    expect(existsSync(strict.work.layout.abundance('SRR1'))).toBe(false);
    expect(await ends(setting({ faults }))).toMatchObject({ SRR1: 'done' });
    const sampled = { getfastq: { fastp: false, max_bp: 1000 } };
    expect(await ends(setting({ faults, steps: sampled }))).toMatchObject({ SRR1: 'done' });
  });

  test('downloads nothing when told so', async () => {
    const given = setting({ rules: { skipDownload: true } });
    mkdirSync(path.join(given.out, 'getfastq/SRR1'), { recursive: true });
    writeFileSync(path.join(given.out, 'getfastq/SRR1/SRR1.sra'), Buffer.alloc(2000));
    const nothing = 'failed nothing-downloaded';
    expect(await ends(given)).toEqual({ SRR1: 'done', SRR10: nothing, ERR2: nothing });
    const { options } = parsed(given.client.calls()[0]!);
    expect([options.ncbi, options.aws, options.gcp, options.ena, options.ddbj]).toEqual(Array(5).fill('no'));
    expect(given.client.tables()[0]!.match(/[SE]RR\d+/g)).toEqual(['SRR1']);
  });

  test('names the project that pays', async () => {
    const given = setting({ runs: ['SRR1'], sources: ['gcp'], gcpProject: 'mine' });
    await ends(given);
    expect(parsed(given.client.calls()[0]!).options).toMatchObject({
      gcp: 'yes',
      gcp_project: 'mine',
      aws: 'no',
    });
  });

  test('fails as a whole where the client breaks, and says how', async () => {
    const given = setting({ faults: { breaks: true } });
    expect(new Set(Object.values(await ends(given)))).toEqual(new Set(['failed client-failed']));
    const [end] = given.told.flatMap((event) => (event.type === 'end' ? [event.record.problem] : []));
    expect(end).toContain('No module named pandas');
  });

  test('ends a client that shows no sign of life', async () => {
    const given = setting({ runs: ['SRR1'], faults: { hangs: true }, rules: { silentSeconds: 1 } });
    expect(await ends(given)).toEqual({ SRR1: 'failed hung' });
    expect(fastqOf(given.out)).toHaveLength(2);
  });

  test('ends with the client, and its children, when it is aborted', async () => {
    const given = setting({ runs: ['SRR1'], faults: { hangs: true } });
    const ended = ends(given);
    ended.catch(() => {});
    await vi.waitFor(() => expect(given.client.calls()).toHaveLength(2), { timeout: 20_000 });
    given.controller.abort('SIGINT');
    await expect(ended).rejects.toBe('SIGINT');
    expect(given.work.shop.processors.used).toBe(0);
    expect(readdirSync(given.work.layout.staging)).toEqual([]);
  });

  test('without a client is refused', async () => {
    const given = setting();
    const missing = gtkError('GTK_MISSING_TOOL', { tools: ['amalgkit'], install: 'conda' });
    given.work.shop.program = () => {
      throw missing;
    };
    await expect(ends(given)).rejects.toBe(missing);
  });
});

describe('merging', () => {
  test('is believed when every run with a result is in every table', async () => {
    const given = setting({ faults: { noResult: ['SRR10'] } });
    await ends(given);
    await mergeWithClient(given.metadata, given.work);
    const { subcommand, options } = parsed(given.client.calls().at(-1)!);
    expect([subcommand, Object.keys(options).sort()]).toEqual(['merge', ['metadata', 'out_dir', 'threads']]);
    expect(given.client.tables().at(-1)).toBe(readFileSync(given.metadata.file, 'utf8'));
    const table = path.join(given.out, 'merge/Mus_musculus/Mus_musculus_tpm.tsv');
    expect(readFileSync(table, 'utf8')).toMatch(/^target_id\tSRR1\tERR2\n/);
  });

  test('is refused where a table is old, or lacks a run', async () => {
    const given = setting();
    await ends(given);
    await mergeWithClient(given.metadata, given.work);
    const fault = (faults: AmalgkitFaults) =>
      writeFileSync(path.join(given.client.folder, 'faults.json'), JSON.stringify(faults));
    fault({ breaks: true });
    await expect(mergeWithClient(given.metadata, given.work)).rejects.toMatchObject({
      code: 'GTK_AMALGKIT',
      message: expect.stringMatching(/_est_counts\.tsv was not written; it ended with status 1$/),
    });
    fault({ notMerged: ['SRR10'] });
    await expect(mergeWithClient(given.metadata, given.work)).rejects.toThrow(/has no column SRR10/);
  });
});
