/** Writes the report of species into a file. */
import path from 'node:path';
import { writeFileAtomically } from '../../engine/atomic.js';
import { makeFolder } from '../../engine/folders.js';
import { packageVersion } from '../../root.js';
import type { SpeciesStatus } from '../status/run-status.js';
import { rnaReport } from './report.js';

/** @throws GTK_NOT_WRITABLE */
export function writeReport(file: string, species: readonly SpeciesStatus[]): void {
  makeFolder(path.dirname(file));
  writeFileAtomically(file, rnaReport({ version: packageVersion(), species }));
}
