/** What was published with a dataset of CELLxGENE: a table that is looked up by the dataset's id. */

import { gtkError } from '../errors.js';
import { listNames, type Refusal, tableColumns, tableText } from './text-table.js';

/** The columns of the output that say what was published, in their order. */
export const publicationColumns = [
  'collection_id',
  'publication_title',
  'publication_doi',
  'publication_description',
  'publication_contact_name',
  'publication_contact_email',
] as const;

/** What was published with a dataset; null where the table does not say. */
export type Publication = Record<(typeof publicationColumns)[number], string | null>;

/** The names that a table may have for each column, `doi` for `publication_doi` among them. */
const sourceNames: [column: string, names: string[]][] = publicationColumns.map((column) => {
  const short = column.replace('publication_', '');
  // CELLxGENE's own service calls the title of a collection its name.
  return [column, [column, short, ...(short === 'title' ? ['name'] : [])]];
});

/** A dataset, and the value that its row has under a name. */
interface Row {
  id: string | null;
  value: (name: string) => string | null;
}

/** True for a file named (without `.h5ad`) as CELLxGENE names datasets: by a UUID, in either case. */
export function isUuid(stem: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(stem);
}

/**
 * Reads what was published with each dataset, by `dataset_id`. The file is told by its content:
 * TSV in any compression or Parquet with the columns dataset_id, collection_id, title, doi, description,
 * contact_name and contact_email; or JSON, a list of objects with these names, or of collections with a list
 * `datasets` (as CELLxGENE's curation service gives it), either also as the member `collections` of an object.
 * The names of {@link publicationColumns} do as well; of rows with one id the first counts.
 *
 * @throws GTK_COLLECTIONS for a file without dataset_id or any of the others; GTK_UNREADABLE, GTK_TRUNCATED,
 *   GTK_CORRUPT
 */
export async function readCollections(path: string): Promise<Map<string, Publication>> {
  const refuse = (found: string) =>
    gtkError('GTK_COLLECTIONS', { path, found, expected: 'dataset_id, collection_id, title, doi …' });
  const text = await tableText(path, refuse);
  const isJson = text !== undefined && /^\s*[[{]/.test(text);
  const rows = isJson ? jsonRows(parseJson(text, refuse), refuse) : await tableRows(path, text, refuse);
  const publications = new Map<string, Publication>();
  for (const { id, value } of rows) {
    if (id !== null && !publications.has(id)) publications.set(id, publicationOf(value));
  }
  if (publications.size === 0) throw refuse('no dataset_id');
  return publications;
}

function publicationOf(value: Row['value']): Publication {
  const first = (names: string[]) => names.map(value).find((found) => found !== null) ?? null;
  return Object.fromEntries(sourceNames.map(([column, names]) => [column, first(names)])) as Publication;
}

async function tableRows(path: string, text: string | undefined, refuse: Refusal): Promise<Row[]> {
  const columns = await tableColumns(path, text, (names) => {
    const others = sourceNames.flatMap(([, wanted]) => wanted).filter((name) => names.includes(name));
    if (!names.includes('dataset_id') || others.length === 0) throw refuse(listNames(names));
    return ['dataset_id', ...others];
  });
  return columns.get('dataset_id')!.map((id, row) => ({
    id: id ?? null,
    value: (name) => {
      const value = columns.has(name) ? columns.get(name)![row] : null;
      // A line end within a value looks like this: the rest of the row would be lost.
      if (value === undefined) throw refuse(`row ${row + 1} that ends before its column ${name}`);
      return value;
    },
  }));
}

function parseJson(text: string, refuse: Refusal): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(`what is no JSON (${(error as Error).message.replace(/\s+/g, ' ')})`);
  }
}

function* jsonRows(json: unknown, refuse: Refusal): Generator<Row> {
  const list = Array.isArray(json) ? json : (json as { collections?: unknown }).collections;
  if (!Array.isArray(list)) throw refuse('a JSON object without a list named collections');
  for (const [index, item] of list.entries()) {
    if (!isObject(item)) throw refuse(`JSON whose item ${index + 1} is no object`);
    const value = (name: string) => textOf(item[name]);
    const datasets = Array.isArray(item.datasets) ? item.datasets.filter(isObject) : [item];
    for (const dataset of datasets) yield { id: textOf(dataset.dataset_id), value };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null for what is no text or number, and for an empty text. */
function textOf(value: unknown): string | null {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : null;
}
