/** Names and states of steps and runs in words, and times as people read them. */
import type { TaskName } from '../../pcr/steps/names.js';
import type { JobName, JobStatus, RunStatus } from '../database/types.js';

/** Tasks in the order of the list Steps, with their names for people. */
export const taskWords: Readonly<Record<JobName, string>> = {
  upload: 'Upload',
  qc_before: 'Quality control of raw reads',
  umi: 'UMI extraction',
  cutadapt: 'Cutadapt',
  fastp: 'fastp',
  qc_after: 'Quality control of trimmed reads',
  readlen: 'Read length',
  read_mapping: 'Read mapping',
  site_analysis: 'Site analysis',
};

export const tasks = Object.keys(taskWords).slice(1) as TaskName[];

/** A job's state. */
export const stateWords: Readonly<Record<JobStatus, string>> = {
  pending: 'Waiting',
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  killed: 'Killed',
};

/** How far a run is. */
export function progressWords(run: { status: RunStatus; current_step: JobName | null }): string {
  if (run.status === 'pending') return 'Not started';
  if (run.status !== 'running') return stateWords[run.status];
  return run.current_step === null ? 'Running' : `Running: ${taskWords[run.current_step]}`;
}

const two = (value: number) => String(value).padStart(2, '0');

/** A time in the reader's time zone: `2024-03-05 14:07`. */
export function localTime(iso: string | null, seconds = false): string {
  const time = new Date(iso ?? '');
  if (Number.isNaN(time.getTime())) return '–';
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return `${day} ${clock}${seconds ? `:${two(time.getSeconds())}` : ''}`;
}

/** A span of time: `0.8 s`, `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 2880) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 1440)} days`;
}

/** The time between two moments, or up to now. */
export function between(from: string | null, to: string | null, now = Date.now()): string {
  if (from === null) return '';
  const span = (to === null ? now : Date.parse(to)) - Date.parse(from);
  return Number.isNaN(span) ? '' : duration(span);
}
