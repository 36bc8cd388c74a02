/** Commands as the command line calls them, and tables of runs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '../../src/cli/parse.js';
import type { AnswerCommand } from '../../src/engine/job.js';

/** What a command answers to these arguments. */
export async function answerOf(command: AnswerCommand, args: string[]) {
  const { values, positionals } = await parse(command.spec, args);
  const {
    text,
    json,
    failures = [],
  } = await command.answer(values, positionals, new AbortController().signal);
  // As a program would read it.
  return { text, json: JSON.parse(JSON.stringify(json)), failures };
}

/** A row of the table. */
export interface Row {
  run: string;
  species?: string;
  layout?: string;
  exclusion?: string;
}

export function writeTable(file: string, rows: readonly Row[]): string {
  const header = [
    'scientific_name',
    'exclusion',
    'run',
    'lib_layout',
    'total_spots',
    'total_bases',
    'spot_length',
  ];
  const lines = rows.map(({ run, species = 'Genus species', layout = 'paired', exclusion = 'no' }) =>
    [species, exclusion, run, layout, 10_000, 1_360_000, 136].join('\t'),
  );
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${[header.join('\t'), ...lines].join('\n')}\n`);
  return file;
}
