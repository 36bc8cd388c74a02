/** What DuckDB says of Parquet files. */
import { DuckDBInstance } from '@duckdb/node-api';

/** The rows that a query gives. */
export async function duckQuery(query: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(query)).getRowObjects();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Columns of a file with DuckDB's names of their types. */
export async function duckSchema(file: string): Promise<[name: string, type: string][]> {
  const rows = await duckQuery(`DESCRIBE SELECT * FROM read_parquet('${file.replaceAll("'", "''")}')`);
  return rows.map(({ column_name, column_type }) => [column_name as string, column_type as string]);
}
