/** The database of the server, SQLite in one file: every statement is fixed here, values are only ever bound. */
import { connect } from './connect.js';
import { jobStatements } from './jobs.js';
import { runStatements } from './runs.js';
import type { Database } from './types.js';

/**
 * Opens the database, made if there is none.
 *
 * @param file absolute path
 * @throws GTK_DATABASE if it is damaged, of a newer gtk or something else; GTK_NOT_WRITABLE
 */
export function openDatabase(file: string): Database {
  const connection = connect(file);
  return {
    ...runStatements(connection),
    ...jobStatements(connection),
    close: () => void connection.close(),
  };
}
