/** `gtk h5ad inspect`: what is in a file, and what a run would make of it. */
import path from 'node:path';
import type { CommandSpec, OptionValues } from '../engine/command.js';
import type { AnswerCommand } from '../engine/job.js';
import { datasetName, fileStem } from './dataset-name.js';
import { type ColumnLook, type Inspection, inspect } from './inspect.js';
import { optionsNamed } from './option-table.js';
import { findCompanions, fingerprint, runOptions, statOf } from './series.js';

const spec: CommandSpec = {
  name: 'h5ad inspect',
  summary: 'show what is in an h5ad file and what a run would make of it',
  description:
    'Shows the matrices of a file with their encodings and sizes, the columns of obs and var with their first values, and which cells, genes, ages, donors and split a run with the same options would have. Takes a second at most, whatever the size of the file, since no matrix is read.',
  positionals: [{ name: 'FILE', summary: 'an h5ad file', required: true, variadic: false, path: true }],
  options: [
    ...optionsNamed(
      'matrix',
      'hgnc',
      'shared-dir',
      'age-filter',
      'test-size',
      'seed',
      'skip-train-test-split',
    ),
    { name: 'json', kind: 'flag', summary: 'print JSON' },
  ],
  engine: false,
  examples: [{ command: 'gtk h5ad inspect cells.h5ad', does: 'what is in it' }],
};

async function answer(values: OptionValues, positionals: string[]) {
  const file = path.resolve(positionals[0]!);
  statOf(file);
  fingerprint(file);
  const options = runOptions(datasetName(fileStem(file)), values, findCompanions(values).paths);
  const found = await inspect(file, options);
  return { text: asText(found), json: found };
}

function asText(found: Inspection): string {
  const count = (number: number) => number.toLocaleString('en');
  const { run } = found;
  const lines = [
    `${found.path}: ${count(found.bytes)} bytes, ${count(found.cells)} cells, ${count(found.genes)} genes${found.organism ? `, ${found.organism}` : ''}`,
    '',
    'Matrices:',
    ...found.matrices.map(
      (matrix) =>
        `  ${matrix.name}: ${matrix.encoding} ${matrix.value_type}, ${count(matrix.rows)} x ${count(matrix.columns)}, ${count(matrix.stored_values)} values stored`,
    ),
    ...found.unusable.map(({ name, reason }) => `  ${name}: cannot be read: ${reason}`),
    '',
    `obs, index ${found.cell_index.name}: ${shown(found.cell_index.values)}`,
    ...found.obs.map(columnLine),
    ...found.unreadable.map(({ name, encoding }) => `  ${name}: left out, ${encoding} is not known`),
    '',
    `var, index ${found.gene_index.name}: ${shown(found.gene_index.values)}`,
    ...found.var.map(columnLine),
    '',
    'A run would have:',
  ];
  if (run.genes) {
    const { hgnc, symbol, index, leftOut } = run.genes;
    lines.push(
      `  genes  ${count(hgnc)} by HGNC, ${count(symbol)} by a column of symbols, ${count(index)} by the index, ${count(leftOut)} left out`,
    );
  }
  if (run.ages) {
    const { with_age, without_age, dropped, without } = run.ages;
    lines.push(
      `  ages   ${count(with_age)} cells with, ${count(without_age)} without${dropped > 0 ? ', which are left out' : ''}${without.length > 0 ? ` (${without.map(({ label, cells }) => `${label}: ${count(cells)}`).join('; ')})` : ''}`,
    );
  }
  if (run.split) {
    const sides = run.split.sides.map(
      ({ side, cells, donors }) =>
        `${side} ${count(cells)} cells${donors > 0 ? ` of ${count(donors)} donor${donors === 1 ? '' : 's'}` : ''}`,
    );
    lines.push(`  split  ${sides.join(', ')}${run.split.column ? `, by ${run.split.column}` : ''}`);
    lines.push(...run.split.warnings.map((warning) => `  warning: ${warning}`));
  }
  lines.push(...run.problems.map((problem) => `  it would fail: ${problem}`));
  lines.push(...run.not_looked_at.map((what) => `  not looked at, for it would take long: ${what}`));
  return `${lines.join('\n')}\n`;
}

function columnLine({ name, type, distinct, values }: ColumnLook): string {
  const number = distinct === undefined ? '' : ` of ${distinct}`;
  return `  ${name}: ${type}${number}: ${shown(values)}`;
}

function shown(values: readonly string[]): string {
  return values.map((value) => (value.length > 30 ? `${value.slice(0, 29)}…` : value)).join(', ');
}

export const inspectCommand: AnswerCommand = { spec, answer };
