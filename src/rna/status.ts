/** Tells how all runs of species stand. */
import type { OptionValues } from '../engine/command.js';
import type { Answer } from '../engine/job.js';
import { givenPlaces } from './status/places.js';
import { statusJson, statusText } from './status/print-status.js';
import { readStatus } from './status/species-status.js';

/** Throws GTK_USAGE; GTK_INPUT_MISSING; GTK_RNA_CONFIG; GTK_RNA_METADATA. */
export async function tellStatus(values: OptionValues, positionals: string[]): Promise<Answer> {
  const { places, failures } = givenPlaces(values, positionals, 'rna status');
  const all = places.map(({ name, layout, samples }) => readStatus(name, layout, samples));
  if (values.report !== undefined) {
    const { writeReport } = await import('./report/write-report.js');
    writeReport(values.report as string, all);
  }
  const listsRuns = values.runs as boolean;
  return { text: statusText(all, listsRuns), json: statusJson(all, listsRuns), failures };
}
