/** Opening the file of the database: its settings, and the schema that it is brought to. */
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { makeFolder } from '../../engine/folders.js';
import { gtkError } from '../../errors.js';
import { migrations } from './schema.js';

export type Connection = Sqlite.Database;

/** Marks our databases in the file's header: the letters "gtkp". */
const APPLICATION_ID = 0x67_74_6b_70;

/** How long a statement waits for another connection, such as that of a backup. */
const BUSY_MS = 5000;

/**
 * Opens the database, made with its folder if there is none, with all migrations.
 *
 * @param file absolute path
 * @throws GTK_DATABASE if it is damaged, of a newer gtk or something else; GTK_NOT_WRITABLE
 */
export function connect(file: string): Connection {
  makeFolder(path.dirname(file));
  let connection: Connection | undefined;
  try {
    connection = new Sqlite(file, { timeout: BUSY_MS });
    recognise(connection, file);
    connection.pragma('journal_mode = WAL');
    // A state that a client was told survives a power cut.
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    migrate(connection, file);
    return connection;
  } catch (error) {
    connection?.close();
    if (!(error instanceof Sqlite.SqliteError)) throw error;
    const reason = error.message;
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(error.code)) throw unusable(file, reason, error);
    throw gtkError('GTK_NOT_WRITABLE', { path: file, reason }, error);
  }
}

function unusable(file: string, found: string, cause?: unknown): Error {
  return gtkError('GTK_DATABASE', { path: file, found, expected: `version ${migrations.length}` }, cause);
}

/** Nothing is written before it is known to be ours. */
function recognise(connection: Connection, file: string): void {
  const objects = connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  const id = connection.pragma('application_id', { simple: true });
  if (id !== APPLICATION_ID && objects !== 0) throw unusable(file, 'the database of another program');
  const damage = connection.pragma('quick_check(1)', { simple: true });
  if (damage !== 'ok') throw unusable(file, String(damage));
}

function migrate(connection: Connection, file: string): void {
  connection
    .transaction(() => {
      const version = connection.pragma('user_version', { simple: true }) as number;
      if (version > migrations.length) throw unusable(file, `version ${version}, of a newer gtk`);
      for (const migration of migrations.slice(version)) connection.exec(migration);
      connection.pragma(`application_id = ${APPLICATION_ID}`);
      connection.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
}
