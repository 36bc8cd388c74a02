/** How the items of a series ended: as a table on disk, and for the user. */

import path from 'node:path';
import { writeFileAtomically } from '../engine/atomic.js';
import type { OptionValues } from '../engine/command.js';
import { makeFolder } from '../engine/folders.js';
import type { Series, SeriesCommand } from '../engine/job.js';
import { type ErrorRecord, ExitStatus } from '../errors.js';
import { errorText } from './print-error.js';

/** How one item ended. */
export interface ItemReport {
  name: string;
  input: string;
  out: string;
  status: 'SUCCESS' | 'FAILED' | 'SKIPPED';
  seconds: number;
  message: string;
  error?: ErrorRecord;
  /** Where it succeeded. */
  upToDate?: boolean;
  outputs?: string[];
  result?: unknown;
}

/** Seconds as HH:MM:SS. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Writes the table of the items so far, a line each. Throws GTK_NOT_WRITABLE. */
export function writeSummary(file: string, reports: readonly ItemReport[]): void {
  const head = [
    'dataset_name',
    'status',
    'processing_time_seconds',
    'processing_time_formatted',
    'output_path',
    'message',
  ];
  const rows = reports.map(({ name, status, seconds, out, message }) => [
    name,
    status,
    seconds.toFixed(2),
    clock(seconds),
    out,
    message,
  ]);
  const lines = [head, ...rows].map((row) =>
    row.map((field) => field.replaceAll(/[\t\r\n]+/g, ' ')).join('\t'),
  );
  makeFolder(path.dirname(file));
  writeFileAtomically(file, `${lines.join('\n')}\n`);
}

/** Tells the user; returns the exit status: of one input its own, of several 1 if any failed. */
export function printSeries(
  command: SeriesCommand,
  series: Series,
  reports: readonly ItemReport[],
  { values, seconds }: { values: OptionValues; seconds: number },
): number {
  const failed = reports.filter(({ status }) => status === 'FAILED');
  const status =
    failed.length === 0
      ? ExitStatus.done
      : reports.length === 1
        ? failed[0]!.error!.exitStatus
        : ExitStatus.someFailed;
  if (values.json) process.stdout.write(`${JSON.stringify(asJson(reports, status))}\n`);
  else if (!values.quiet) process.stdout.write(asText(command, series, reports, { values, seconds }));
  for (const { error } of failed) if (error) process.stderr.write(errorText(error));
  return status;
}

function asJson(reports: readonly ItemReport[], status: number) {
  const datasets = reports.map(
    ({ name, input, out, status, seconds, message, error, upToDate, outputs, result }) => ({
      name,
      status,
      input,
      out,
      seconds,
      message,
      ...(error && { error }),
      ...(outputs && { up_to_date: upToDate, outputs, summary: result }),
    }),
  );
  const words = status === ExitStatus.done ? 'done' : reports.length === 1 ? 'failed' : 'some failed';
  return { status: words, exit_status: status, datasets };
}

function asText(
  command: SeriesCommand,
  series: Series,
  reports: readonly ItemReport[],
  { values, seconds }: { values: OptionValues; seconds: number },
): string {
  const count = (status: string) => reports.filter((report) => report.status === status).length;
  const shown = reports.filter(({ result }) => result !== undefined);
  // Of many only a line each, or the end would be far away.
  const details = reports.length <= 3 ? shown.map(({ result }) => `${command.print(result, values)}\n`) : [];
  const width = Math.max(...reports.map(({ name }) => name.length));
  const lines = reports.map(
    (report) =>
      `  ${MARKS[report.status]} ${report.name.padEnd(width)}  ${clock(report.seconds)}  ${report.message}`,
  );
  const total = `${reports.length} in all: ${count('SUCCESS')} successful, ${count('FAILED')} failed`;
  const skipped = count('SKIPPED') > 0 ? `, ${count('SKIPPED')} skipped` : '';
  return [
    ...details,
    `${total}${skipped}; ${seconds.toFixed(2)} s\n`,
    ...lines.map((line) => `${line}\n`),
    ...series.folders.map(({ label, path }) => `${label.padEnd(8)} ${path}\n`),
  ].join('');
}

const MARKS = { SUCCESS: '✓', FAILED: '✗', SKIPPED: '–' } as const;
