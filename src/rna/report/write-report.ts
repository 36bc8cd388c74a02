/** Writes the report of species as they stand on the disk. */
import path from 'node:path';
import { writeFileAtomically } from '../../engine/atomic.js';
import { makeFolder } from '../../engine/folders.js';
import { packageVersion } from '../../root.js';
import type { Layout } from '../layout.js';
import type { Sample } from '../sample.js';
import { readStatus } from '../status/species-status.js';
import { rnaReport } from './report.js';

/** A species to report on. */
export interface Reported {
  name: string;
  layout: Layout;
  samples: readonly Sample[];
}

/** @throws GTK_NOT_WRITABLE */
export function writeReport(file: string, reported: readonly Reported[]): void {
  const species = reported.map(({ name, layout, samples }) => readStatus(name, layout, samples));
  makeFolder(path.dirname(file));
  writeFileAtomically(file, rnaReport({ version: packageVersion(), species }));
}
