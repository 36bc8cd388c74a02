import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, defaultConfig, type RunConfig } from '../../src/pcr/config/columns.js';
import { openDatabase } from '../../src/server/database/database.js';
import { jobStatements } from '../../src/server/database/jobs.js';
import { configOf } from '../../src/server/database/rows.js';
import { runStatements } from '../../src/server/database/runs.js';
import { migrations } from '../../src/server/database/schema.js';
import type { Database, StoredReads } from '../../src/server/database/types.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const reads: StoredReads = {
  r1_sha256: 'a'.repeat(64),
  r2_sha256: 'b'.repeat(64),
  r1_bytes: 10,
  r2_bytes: 11,
};
const long = '2020-01-01T00:00:00.000Z';
const step = (task: 'umi' | 'cutadapt' | 'readlen') => ({ task, input: 'auto' as const });

function fresh(): { database: Database; file: string } {
  const file = path.join(folder, `${randomUUID()}.db`);
  return { database: openDatabase(file), file };
}

interface Given {
  created_by?: string;
  genome?: string;
  reads?: StoredReads | undefined;
}

function addRun(database: Database, given: Given = {}): string {
  const id = randomUUID();
  const { created_by = null, genome = null } = given;
  const config = { ...defaultConfig(), genome };
  const stored = 'reads' in given ? given.reads : reads;
  database.insertRun({ id, name: 'run', description: null, created_by, config }, stored, long);
  return id;
}

const process1 = { pgid: 7, pid_start: '8', boot_id: 'b', log_file: 'logs/x.log', threads: 2 };

describe('the schema', () => {
  const { database, file } = fresh();
  const raw = new Sqlite(file);

  test('has a column of the right kind for each setting', () => {
    const kinds = { number: 'REAL', integer: 'INTEGER', boolean: 'INTEGER' } as Record<string, string>;
    const stored = raw.pragma('table_info(runs)') as { name: string; type: string; notnull: number }[];
    const own = columns.map(({ name, kind, default: value }) => {
      const isOptional = value === null || kind === 'contig';
      return { name, type: kinds[kind] ?? 'TEXT', notnull: isOptional ? 0 : 1 };
    });
    const names = new Set<string>(own.map(({ name }) => name));
    const found = stored.filter(({ name }) => names.has(name));
    expect(found.map(({ name, type, notnull }) => ({ name, type, notnull }))).toEqual(own);
  });

  test('takes every choice of a setting, and no other word', () => {
    const id = addRun(database);
    for (const { name, choices } of columns.filter(({ kind }) => kind === 'choice')) {
      for (const choice of choices!) expect(database.updateRun(id, { [name]: choice })).toBe(true);
      expect(() => database.updateRun(id, { [name]: 'other' })).toThrow(/CHECK/);
    }
  });

  test('stays as it was released', () => {
    const sha256 = createHash('sha256').update(migrations[0]!).digest('hex');
    expect(sha256).toBe('05ab02e1b51249b2d5be8fa2f7163fe35a429c629774e3853398de90b24baa9d');
  });

  test('is durable, and holds rows together', () => {
    expect(raw.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(raw.pragma('user_version', { simple: true })).toBe(migrations.length);
    const id = addRun(database);
    expect(database.jobsOf(id)).toHaveLength(1);
    expect(database.deleteRun(id)).toBe(true);
    expect(database.jobsOf(id)).toEqual([]);
  });
});

describe('a file that is no database of ours', () => {
  const file = (name: string) => path.join(folder, name);

  test.each([
    ['text', (name: string) => writeFileSync(name, 'not a database\n'.repeat(1000)), /not a database/],
    [
      'another program’s',
      (name: string) => new Sqlite(name).exec('CREATE TABLE t (a)').close(),
      /another program/,
    ],
    [
      'a newer gtk’s',
      (name: string) => {
        openDatabase(name).close();
        const raw = new Sqlite(name);
        raw.pragma('user_version = 99');
        raw.close();
      },
      /found version 99, of a newer gtk, expected version 1/,
    ],
    [
      'a damaged one',
      (name: string) => {
        const database = openDatabase(name);
        for (let run = 0; run < 50; run++) addRun(database);
        database.close();
        const bytes = readFileSync(name);
        bytes.fill(0xff, 8192, 40_000);
        writeFileSync(name, bytes);
      },
      /is no usable database of gtk serve: found/,
    ],
  ])('%s', (_, make, message) => {
    const name = file(randomUUID());
    make(name);
    const before = readFileSync(name);
    expect(() => openDatabase(name)).toThrow(expect.objectContaining({ code: 'GTK_DATABASE' }));
    expect(() => openDatabase(name)).toThrow(message);
    expect(readFileSync(name).equals(before)).toBe(true);
  });

  test('a folder, and a name below a file', () => {
    mkdirSync(file('folder.db'));
    const existing = file('some.txt');
    writeFileSync(existing, '');
    for (const name of [file('folder.db'), path.join(existing, 'qslam.db')])
      expect(() => openDatabase(name)).toThrow(expect.objectContaining({ code: 'GTK_NOT_WRITABLE' }));
  });
});

describe('runs', () => {
  const { database } = fresh();

  test('keep every configuration as it is', () => {
    const value = ({ kind, choices, default: preset }: (typeof columns)[number]): fc.Arbitrary<unknown> => {
      const values: Partial<Record<typeof kind, fc.Arbitrary<unknown>>> = {
        boolean: fc.boolean(),
        integer: fc.integer({ min: -500, max: 10_000_000 }),
        number: fc.double({ min: 0, max: 0.999, noNaN: true }),
        ...(choices && { choice: fc.constantFrom(...choices) }),
      };
      const one = values[kind] ?? fc.string();
      return preset === null || kind === 'contig' ? fc.option(one) : one;
    };
    const config = fc.record(Object.fromEntries(columns.map((column) => [column.name, value(column)])));
    fc.assert(
      fc.property(config as unknown as fc.Arbitrary<RunConfig>, (given) => {
        const id = randomUUID();
        const run = { id, name: 'n', description: 'd', created_by: 'me', config: given };
        database.insertRun(run, undefined, long);
        // JSON has but one zero, as the database has.
        expect(configOf(database.run(id)!)).toEqual(JSON.parse(JSON.stringify(given)));
        database.updateRun(id, defaultConfig());
        expect(configOf(database.run(id)!)).toEqual(defaultConfig());
        database.deleteRun(id);
      }),
      { numRuns: 50 },
    );
  });

  test('have an upload from their first moment, or when reads come, once', () => {
    const id = addRun(database, { reads: undefined });
    expect(database.run(id)).toMatchObject({ status: 'pending', current_step: null, r1_sha256: null });
    expect(database.jobsOf(id)).toEqual([]);
    expect(database.addReads(id, reads, long)).toBe(true);
    expect(database.addReads(id, reads, long)).toBe(false);
    const uploads = database.jobsOf(id);
    expect(uploads).toMatchObject([
      { step_name: 'upload', status: 'completed', started_at: long, exit_code: 0 },
    ]);
    expect(database.jobsOf(addRun(database))).toMatchObject([{ step_name: 'upload', status: 'completed' }]);
    expect(database.run(id)).toMatchObject({ status: 'pending', ...reads });
    database.forgetReads(id);
    expect(database.addReads(id, { ...reads, r1_bytes: 12 }, long)).toBe(true);
    expect(database.run(id)).toMatchObject({ r1_bytes: 12 });
  });

  test('nothing of one is left where inserting fails', () => {
    const id = randomUUID();
    const bad = { ...reads, r1_bytes: 'many' as unknown as number };
    const run = { id, name: 'n', description: null, created_by: null, config: defaultConfig() };
    expect(() => database.insertRun(run, bad, long)).toThrow(/cannot store/);
    expect(database.run(id)).toBeUndefined();
  });

  test('only settings, name and description can be changed, and only while nothing is done', () => {
    const id = addRun(database);
    const before = database.run(id)!;
    for (const field of ['id', 'status', 'created_at', 'created_by', 'current_step', 'r1_bytes', 'x = 1; --'])
      expect(() => database.updateRun(id, { [field]: 'x' })).toThrow(/no column that may be changed/);
    expect(database.run(id)).toEqual(before);
    expect(database.updateRun(id, { name: 'other', r1_anchored: true })).toBe(true);
    expect(database.run(id)).toMatchObject({ name: 'other', r1_anchored: true, r2_anchored: false });
    const job = database.insertJob(id, step('umi'))!;
    expect(database.updateRun(id, { name: 'third' })).toBe(false);
    expect(database.deleteRun(id)).toBe(false);
    expect(database.runsOlderThan('9999')).not.toContainEqual(expect.objectContaining({ id }));
    database.endJob(job.id, { status: 'killed' });
    expect(database.runsOlderThan('9999')).toContainEqual(expect.objectContaining({ id }));
    expect(database.runsOlderThan(long)).toEqual([]);
    expect(database.deleteRun(id)).toBe(true);
    expect(database.insertJob(id, step('umi'))).toBeUndefined();
  });

  test('are found by who made them, state and genome, newest first', () => {
    const { database } = fresh();
    const made = Array.from({ length: 12 }, (_, index) => {
      const created_by = `user ${index % 2}`;
      const genome = ['yeast', 'lambda', undefined][index % 3];
      const id = addRun(database, { created_by, ...(genome && { genome }) });
      if (index % 4 === 0) database.insertJob(id, step('umi'));
      return { id, created_by, genome, status: index % 4 === 0 ? 'running' : 'pending' } as const;
    }).reverse();
    for (const created_by of [undefined, 'user 0', 'user 1', "user 0' OR 1"]) {
      for (const genome of [undefined, 'yeast', 'lambda']) {
        for (const status of [undefined, 'running', 'pending', 'killed'] as const) {
          const fits = made.filter(
            (run) =>
              (!created_by || run.created_by === created_by) &&
              (!genome || run.genome === genome) &&
              (!status || run.status === status),
          );
          const query = {
            ...(created_by && { created_by }),
            ...(genome && { genome }),
            ...(status && { status }),
          };
          const found = database.runs({ ...query, limit: 3, offset: 1 });
          expect(found.total).toBe(fits.length);
          expect(found.runs.map(({ id }) => id)).toEqual(fits.slice(1, 4).map(({ id }) => id));
        }
      }
    }
    expect(database.countRunsOf('user 0')).toBe(6);
    expect(database.countActiveJobsOf('user 0')).toBe(3);
    expect(database.countActiveJobsOf('user 1')).toBe(0);
    const none = { completed: 0, failed: 0, killed: 0 };
    expect(database.counts()).toEqual({
      runs: { ...none, pending: 9, running: 3 },
      total: 12,
      running: 0,
      pending: 3,
    });
  });
});

describe('jobs', () => {
  test('keep what they were made with', () => {
    const { database } = fresh();
    const id = addRun(database);
    const job = database.insertJob(id, step('cutadapt'))!;
    expect(database.startJob(job.id, process1)).toBe(true);
    const commands = [
      { program: 'cutadapt', version: '4.2', command_line: 'cutadapt -e 0.3' },
      { program: 'samtools', version: null, command_line: 'samtools sort' },
    ];
    const inputs = [
      { path: 'rawdata/R1.fastq.gz', bytes: 3, modified_at: long, sha256: 'c' },
      { path: 'rawdata/R2.fastq.gz', bytes: 4, modified_at: long, sha256: null },
    ];
    database.endJob(job.id, { status: 'completed', exit_code: 0, commands, inputs });
    expect(database.commandsOf(job.id)).toEqual(commands);
    expect(database.inputsOf(job.id)).toEqual(inputs);
    expect(database.job(job.id)).toMatchObject({
      ...process1,
      status: 'completed',
      exit_code: 0,
      signal: null,
    });
    expect(database.commandsOf(job.id + 1)).toEqual([]);
  });

  test('old ones go, save the latest of each step', () => {
    const { database } = fresh();
    const id = addRun(database);
    const tries = (['umi', 'umi', 'cutadapt', 'umi', 'readlen'] as const).map((task) => {
      const job = database.insertJob(id, step(task))!;
      if (task !== 'readlen') database.endJob(job.id, { status: 'failed', error_message: task });
      return job.id;
    });
    expect(database.removeJobsBefore(long)).toEqual([]);
    const removed = database.removeJobsBefore('9999').map((job) => job.id);
    expect(removed.sort()).toEqual([tries[0], tries[1]]);
    const left = database.jobsOf(id).map(({ step_name }) => step_name);
    expect(left).toEqual(['upload', 'cutadapt', 'umi', 'readlen']);
    expect(database.latestJob(id, ['umi'])!.id).toBe(tries[3]);
    expect(database.latestJob(id, ['umi', 'cutadapt'])!.id).toBe(tries[3]);
    expect(database.latestJob(id, ['fastp', 'qc_before'])).toBeUndefined();
    expect(database.activeJob(id)!.id).toBe(tries[4]);
  });

  test('no question reads a whole table', () => {
    const { file } = fresh();
    const raw = new Sqlite(file);
    const asked: string[] = [];
    const prepare = raw.prepare.bind(raw);
    raw.prepare = ((sql: string) => {
      asked.push(sql);
      return prepare(sql);
    }) as typeof raw.prepare;
    const database = { ...runStatements(raw), ...jobStatements(raw) };
    const page = { limit: 1, offset: 0 };
    database.runs(page);
    for (const filter of [{ created_by: 'x' }, { status: 'failed' as const }, { genome: 'x' }])
      database.runs({ ...filter, ...page });
    database.updateRun('x', { name: 'x' });
    const plans = asked
      .filter((sql) => !/^INSERT INTO (runs|job_commands|job_inputs|chain_steps)|completed_at </.test(sql))
      .map((sql) => {
        const explained = prepare(`EXPLAIN QUERY PLAN ${sql.replace(/@\w+|\?/g, 'NULL')}`);
        return { sql, plan: (explained.all() as { detail: string }[]).map(({ detail }) => detail) };
      });
    expect(plans.length).toBeGreaterThan(25);
    const isSlow = (line: string) => /^SCAN (?!json_each|CONSTANT)(?!.*USING)|TEMP B-TREE/.test(line);
    // There are but few active jobs: sorting them costs nothing.
    const slow = plans.filter(({ sql, plan }) => plan.some(isSlow) && !/pending.*ORDER BY id$/.test(sql));
    expect(slow).toEqual([]);
  });
});
