/** The columns of the table that a file becomes. */

import { publicationColumns } from './collections.js';

/** A column of `obs`. */
export interface ObsColumn {
  name: string;
  type: 'text' | 'categorical' | 'boolean' | 'integer' | 'float';
}

/** Which columns there are besides `cell_id`, `cell_sentence` and those of `obs`. */
export interface GeneratedColumns {
  age: boolean;
  /** Names of the gene lists, all different. */
  geneLists: readonly string[];
  datasetId: boolean;
  publication: boolean;
}

export interface OutputColumn {
  name: string;
  source:
    | { kind: 'obs'; column: string }
    | {
        kind: 'generated';
        what: 'cell_id' | 'cell_sentence' | 'age' | 'gene_list' | 'dataset_id' | 'publication';
      };
  type: 'utf8' | 'boolean' | 'int64' | 'float64';
  nullable: boolean;
}

/** What each kind of column of `obs` is in the table. */
export const tableTypes = {
  text: 'utf8',
  categorical: 'utf8',
  boolean: 'boolean',
  integer: 'int64',
  float: 'float64',
} as const;

/**
 * The columns of the table in their order: generated ones, then those of `obs` as they come. A column of
 * `obs` whose name a generated one has is called `<name>_original`, or `<name>_original_2` … where `obs` has
 * that too. `age` always counts as generated: in every table it means years, also in one to which they have
 * yet to be added.
 *
 * @returns the columns, and which of `obs` have other names than there
 */
export function outputColumns(
  obs: readonly ObsColumn[],
  { age, geneLists, datasetId, publication }: GeneratedColumns,
): { columns: OutputColumn[]; renamed: { from: string; to: string }[] } {
  const generated: OutputColumn[] = [
    text('cell_id', 'cell_id', false),
    text('cell_sentence', 'cell_sentence', false),
  ];
  if (age) {
    generated.push({
      name: 'age',
      source: { kind: 'generated', what: 'age' },
      type: 'float64',
      nullable: true,
    });
  }
  for (const list of geneLists) generated.push(text(`gene_sentence_${list}`, 'gene_list', false));
  if (datasetId) generated.push(text('dataset_id', 'dataset_id', false));
  if (publication) for (const name of publicationColumns) generated.push(text(name, 'publication', true));

  const reserved = new Set(['age', ...generated.map(({ name }) => name)]);
  const taken = new Set([...reserved, ...obs.map(({ name }) => name)]);
  const renamed: { from: string; to: string }[] = [];
  const kept = obs.map(({ name: column, type }): OutputColumn => {
    const name = reserved.has(column) ? freeName(column, taken) : column;
    taken.add(name);
    if (name !== column) renamed.push({ from: column, to: name });
    return { name, source: { kind: 'obs', column }, type: tableTypes[type], nullable: true };
  });
  return { columns: [...generated, ...kept], renamed };
}

function text(
  name: string,
  what: (OutputColumn['source'] & { kind: 'generated' })['what'],
  nullable: boolean,
): OutputColumn {
  return { name, source: { kind: 'generated', what }, type: 'utf8', nullable };
}

function freeName(column: string, taken: ReadonlySet<string>): string {
  const wanted = `${column}_original`;
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
  return name;
}
