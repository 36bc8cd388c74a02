/** Statements about runs. */
import type { Connection } from './connect.js';
import { configColumns, type StoredRow, toRun, toStored } from './rows.js';
import type { Database, RunQuery, RunRow, RunStatus } from './types.js';

type RunStatements = Pick<
  Database,
  | 'insertRun'
  | 'addReads'
  | 'run'
  | 'runs'
  | 'countRunsOf'
  | 'updateRun'
  | 'forgetReads'
  | 'deleteRun'
  | 'runsOlderThan'
  | 'counts'
>;

const inserted = ['id', 'name', 'description', 'created_by', 'created_at', 'updated_at', ...configColumns];

/** Columns that may be changed from outside. */
const changeable = new Set(['name', 'description', ...configColumns]);

/** Columns by which runs are looked for; each has an index. */
const sought = ['created_by', 'status', 'genome'] as const satisfies (keyof RunQuery)[];

const idle = `NOT EXISTS (SELECT 1 FROM jobs WHERE run_id = runs.id AND status IN ('pending', 'running'))`;

const now = () => new Date().toISOString();

export function runStatements(db: Connection): RunStatements {
  const insert = db.prepare(
    `INSERT INTO runs (${inserted.join(', ')}) VALUES (${inserted.map((name) => `@${name}`).join(', ')})`,
  );
  const addReads = db.prepare(
    `UPDATE runs SET r1_sha256 = @r1_sha256, r2_sha256 = @r2_sha256, r1_bytes = @r1_bytes, r2_bytes = @r2_bytes,
       updated_at = @now
     WHERE id = @id AND r1_sha256 IS NULL`,
  );
  const upload = db.prepare(
    `INSERT INTO jobs (run_id, step_name, status, input, created_at, started_at, completed_at, exit_code)
     VALUES (@id, 'upload', 'completed', 'auto', @started, @started, @now, 0)`,
  );
  const forget = db.prepare(
    `UPDATE runs SET r1_sha256 = NULL, r2_sha256 = NULL, r1_bytes = NULL, r2_bytes = NULL, updated_at = @now
     WHERE id = @id`,
  );
  const one = db.prepare<[string], StoredRow>('SELECT * FROM runs WHERE id = ?');
  const countOf = db.prepare<[string], number>('SELECT count(*) FROM runs WHERE created_by = ?').pluck();
  const remove = db.prepare(`DELETE FROM runs WHERE id = ? AND ${idle}`);
  const older = db.prepare<[string], StoredRow>(
    `SELECT * FROM runs WHERE updated_at < ? AND ${idle} ORDER BY updated_at, rowid`,
  );
  const byStatus = db.prepare<[], { status: RunStatus; number: number }>(
    'SELECT status, count(*) AS number FROM runs GROUP BY status',
  );
  const active = db.prepare<[], { status: 'running' | 'pending'; number: number }>(
    `SELECT status, count(*) AS number FROM jobs WHERE status IN ('pending', 'running') GROUP BY status`,
  );

  const storeReads: Database['addReads'] = (id, reads, started) => {
    const isStored = addReads.run({ ...reads, id, now: now() }).changes === 1;
    if (isStored) upload.run({ id, started, now: now() });
    return isStored;
  };

  return {
    insertRun: db.transaction((run, reads, uploadStartedAt) => {
      const { config, ...rest } = run;
      const at = now();
      insert.run({ ...rest, ...toStored(config), created_at: at, updated_at: at });
      if (reads) storeReads(run.id, reads, uploadStartedAt);
    }).immediate as Database['insertRun'],

    addReads: db.transaction(storeReads).immediate as Database['addReads'],

    run(id) {
      const row = one.get(id);
      return row && toRun(row);
    },

    runs: db.transaction((query: RunQuery) => {
      const given = sought.filter((name) => query[name] !== undefined);
      const where =
        given.length > 0 ? `WHERE ${given.map((name) => `${name} = @${name}`).join(' AND ')}` : '';
      const values = { limit: query.limit, offset: query.offset, ...pick(query, given) };
      const page = `SELECT * FROM runs ${where} ORDER BY created_at DESC, rowid DESC LIMIT @limit OFFSET @offset`;
      const rows = db.prepare<[object], StoredRow>(page).all(values);
      const total = db.prepare<[object], number>(`SELECT count(*) FROM runs ${where}`).pluck();
      return { runs: rows.map(toRun), total: total.get(values)! };
    }),

    countRunsOf: (createdBy) => countOf.get(createdBy)!,

    updateRun(id, values) {
      const names = Object.keys(values);
      const unknown = names.find((name) => !changeable.has(name));
      if (unknown !== undefined) throw new Error(`${unknown} is no column that may be changed`);
      const set = [...names, 'updated_at'].map((name) => `${name} = @${name}`).join(', ');
      const update = db.prepare(`UPDATE runs SET ${set} WHERE id = @id AND ${idle}`);
      return update.run({ ...toStored(values), updated_at: now(), id }).changes === 1;
    },

    forgetReads: (id) => void forget.run({ id, now: now() }),
    deleteRun: (id) => remove.run(id).changes === 1,
    runsOlderThan: (time) => older.all(time).map(toRun),

    counts: db.transaction(() => {
      const runs: Record<RunStatus, number> = { pending: 0, running: 0, completed: 0, failed: 0, killed: 0 };
      for (const { status, number } of byStatus.all()) runs[status] = number;
      const total = Object.values(runs).reduce((sum, number) => sum + number, 0);
      const jobs = { running: 0, pending: 0 };
      for (const { status, number } of active.all()) jobs[status] = number;
      return { runs, total, ...jobs };
    }),
  };
}

function pick(query: RunQuery, names: readonly (typeof sought)[number][]): Partial<RunRow> {
  return Object.fromEntries(names.map((name) => [name, query[name]]));
}
