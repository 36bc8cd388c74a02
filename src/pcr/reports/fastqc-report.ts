/** Reads what FastQC found in one file, from its zip archive. */
import { readFileSync } from 'node:fs';
import type { QcReport } from '../steps/summaries.js';
import { zipEntry } from './zip-entries.js';

/**
 * @param zip absolute path
 * @returns undefined if there is no such archive, or it is none of FastQC
 */
export function readFastqcReport(
  zip: string,
): (Omit<QcReport, 'html' | 'zip'> & { version: string }) | undefined {
  let archive: Buffer;
  try {
    archive = readFileSync(zip);
  } catch {
    return undefined;
  }
  const summary = zipEntry(archive, '/summary.txt');
  const data = zipEntry(archive, '/fastqc_data.txt');
  if (summary === undefined || data === undefined) return undefined;
  const modules = [...summary.matchAll(/^(PASS|WARN|FAIL)\t([^\t\n]+)\t/gm)].map(([, status, name]) => ({
    name: name!,
    status: status as 'PASS' | 'WARN' | 'FAIL',
  }));
  const measure = (name: string) => new RegExp(`^${name}\t(.*)$`, 'm').exec(data)?.[1] ?? '';
  if (modules.length === 0 || measure('Total Sequences') === '') return undefined;
  return {
    version: measure('##FastQC'),
    file: measure('Filename'),
    sequences: Number(measure('Total Sequences')),
    length: measure('Sequence length'),
    gc_percent: Number(measure('%GC')),
    modules,
  };
}
