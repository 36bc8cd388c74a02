/** `gtk rna status`: how all runs stand, told from the disk. */
import path from 'node:path';
import { writeFileAtomically } from '../engine/atomic.js';
import type { CommandSpec, OptionValues } from '../engine/command.js';
import { makeFolder } from '../engine/folders.js';
import type { AnswerCommand } from '../engine/job.js';
import { packageVersion } from '../root.js';
import { givenPlaces, placeOptions, placePositional } from './status/places.js';
import { statusJson, statusText } from './status/print-status.js';
import { readStatus } from './status/species-status.js';

const spec: CommandSpec = {
  name: 'rna status',
  summary: 'show how far the runs are, from the disk alone',
  description:
    'Counts runs by what is on the disk, whether or not a gtk works there: done with a valid result; ready with all their reads, partial with some, pending without any. The journal adds which runs are being worked on, and which failed and why.',
  positionals: [placePositional],
  options: [
    ...placeOptions,
    { name: 'runs', kind: 'flag', summary: 'list every run' },
    { name: 'report', kind: 'path', placeholder: 'FILE', summary: 'write an HTML report' },
    { name: 'json', kind: 'flag', summary: 'print JSON' },
  ],
  engine: false,
  examples: [
    { command: 'gtk rna status output/pbarbatus', does: 'one species' },
    { command: 'gtk rna status --config-dir config/amalgkit --report status.html', does: 'all, as a page' },
  ],
};

async function answer(values: OptionValues, positionals: string[]) {
  const { places, failures } = givenPlaces(values, positionals, spec.name);
  const all = places.map(({ name, layout, samples }) => readStatus(name, layout, samples));
  if (values.report !== undefined) {
    const { rnaReport } = await import('./report/report.js');
    const file = values.report as string;
    makeFolder(path.dirname(file));
    writeFileAtomically(file, rnaReport({ version: packageVersion(), species: all }));
  }
  const listsRuns = values.runs as boolean;
  return { text: statusText(all, listsRuns), json: statusJson(all, listsRuns), failures };
}

export const statusCommand: AnswerCommand = { spec, answer };
