/** The result of a run, for a terminal. */
import type { H5adResult } from './aggregate.js';

/** What came of one dataset, in a few lines. */
export function printResult(result: unknown): string {
  const { dataset, facts, cells, genes, sentence, files, warnings } = result as H5adResult;
  const { file, ages, split } = facts;
  const sides = split.sides.map(
    ({ side, cells, donors }) =>
      `${side} ${count(cells)} cells${donors > 0 ? ` of ${count(donors)} donor${donors === 1 ? '' : 's'}` : ''}`,
  );
  const lines = [`${dataset}: ${count(file.cells)} cells`];
  if (file.matrix !== undefined) {
    const { matrix, encoding, value_type } = file;
    lines[0] += `, ${count(genes.total)} genes; ${matrix} is ${encoding} ${value_type}`;
    const sources = [`${count(genes.hgnc)} by HGNC`, `${count(genes.symbol)} by a column of symbols`];
    sources.push(`${count(genes.index)} by the index`, `${count(genes.leftOut)} left out`);
    lines.push(`  genes    ${sources.join(', ')}`);
    const mean = cells.kept === 0 ? 0 : sentence.sum / cells.kept;
    const empty = cells.empty > 0 ? `; ${count(cells.empty)} are empty` : '';
    lines.push(`  sentence ${sentence.min} to ${sentence.max} genes, ${mean.toFixed(1)} on average${empty}`);
  }
  lines.push(
    `  ages     ${count(ages.with_age)} cells have one, ${count(ages.without_age)} have none${ages.dropped > 0 ? ' and are left out' : ''}`,
    `  split    ${sides.join(', ')}`,
    `  files    ${count(files.length)}, ${count(files.reduce((sum, { bytes }) => sum + bytes, 0))} bytes`,
    ...warnings.map((warning) => `  warning: ${warning}`),
  );
  return `${lines.join('\n')}\n`;
}

const count = (number: number) => number.toLocaleString('en');
