/** Batches of runs that are killed, and given again: what every start must find, leave and not repeat. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, watch } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { readJournal } from '../../../src/rna/journal.js';
import type { ProcessIdentity } from '../../../src/tools/process-identity.js';
import type { Killer } from '../../runs/kills.js';
import {
  counters,
  mouseByHand,
  mousePairs,
  Project,
  type Result,
  rowOf,
  sraOf,
} from '../acceptance/project.js';
import type { Archive, ArchivedRun } from '../archive.js';

/** Twelve runs of different reads; every fourth one only as an archive file. */
export function twelveRuns(isSra = (n: number) => n % 4 === 3): ArchivedRun[] {
  return Array.from({ length: 12 }, (_, n) => {
    const run = mousePairs(`ERR${910_000 + n}`, n * 700, n * 700 + 2000);
    return isSra(n) ? { ...run, fastq: {}, sra: sraOf(run), sraAt: [n % 8 === 3 ? 'aws' : 'ena'] } : run;
  });
}

/** What kallisto by hand makes of each. */
export function tablesByHand(runs: readonly ArchivedRun[]): Record<string, string> {
  return Object.fromEntries(
    runs.map((run, n) => [run.run, mouseByHand(mousePairs(run.run, n * 700, n * 700 + 2000))]),
  );
}

/** How a run of gtk is given again and again. */
export interface Given {
  archive: Archive;
  runs: readonly ArchivedRun[];
  args: readonly string[];
  env?: Record<string, string>;
}

/** One project whose batch is killed. */
export class Killed {
  readonly project: Project;
  /** Kills that hit. */
  kills = 0;
  /** Whole files that stood when a start was killed and were not downloaded again. */
  kept = 0;

  constructor(private readonly given: Given) {
    const { archive, runs } = given;
    this.project = new Project({ rows: runs.map((run) => rowOf(run, columnsOf(archive, run))) });
  }

  get journalFile(): string {
    return this.project.path('.gtk', 'journal.jsonl');
  }

  /** Starts gtk, which is killed or comes to its end; false if it did. */
  async start(expected: Record<string, string>, killer: Killer = {}): Promise<Result | undefined> {
    const { archive, args, env } = this.given;
    const standing = this.#standing();
    const before = archive.requests.length;
    let stop = () => {};
    const ended = await this.project.batch(archive, args, {
      env: { ...env, ...killer.env },
      started: (child) => {
        stop = killer.started?.(child) ?? stop;
      },
    });
    stop();
    this.#notAskedFor(standing, before);
    this.#soundResults(expected);
    if (ended.signal !== 'SIGKILL') return ended;
    this.kills += 1;
    return undefined;
  }

  /** Files that gtk told of and that are there, of runs without a result: they are not to be fetched again. */
  #standing(): { run: string; name: string }[] {
    return journalOf(this.journalFile)
      .flatMap((line) => (line.type === 'file' ? [line] : []))
      .filter(({ path: file, bytes }) => existsSync(file) && statSync(file).size === bytes)
      .filter(({ run }) => this.project.table(run) === undefined)
      .map(({ run, path: file }) => ({ run, name: path.basename(file) }));
  }

  #notAskedFor(standing: { run: string; name: string }[], before: number): void {
    const asked = this.given.archive.requests
      .slice(before)
      .map(({ path: address }) => path.basename(address));
    for (const { run, name } of standing) {
      expect(asked).not.toContain(name);
      // The archive file that it is, or that it was unpacked from, is called like the run.
      if (name.endsWith('.sra') || this.given.runs.some((one) => one.run === run && one.sra))
        expect(asked).not.toContain(run);
    }
    this.kept += standing.length;
  }

  /** A table is whole as soon as it is there. */
  #soundResults(expected: Record<string, string>): void {
    for (const [run, table] of Object.entries(expected)) {
      const found = this.project.table(run);
      if (found !== undefined) expect(found, run).toBe(table);
    }
  }

  /** What holds at the end of a start that was not killed. */
  sound(ended: Result, expected: Record<string, string>): void {
    const { project } = this;
    const runs = Object.keys(expected);
    expect(ended, ended.stderr).toMatchObject({ status: 0, signal: null });
    const { counts, balances } = counters(ended);
    expect(balances).toBe(true);
    expect(counts.processed! + counts.skipped!).toBe(runs.length);
    for (const run of runs) {
      expect(project.table(run), run).toBe(expected[run]);
      expect(project.readsOf(run).filter((name) => !name.endsWith('.safely_removed'))).toEqual([]);
    }
    const own = readdirSync(project.path('.gtk'), { recursive: true });
    expect(own.filter((name) => name !== 'staging')).toEqual(['journal.jsonl']);
    expect(this.alive()).toEqual([]);
  }

  /** What kallisto tells of each run, but for when and how it was called. */
  infos(): Record<string, object> {
    const infoOf = (run: string) => {
      const file = this.project.path('quant', run, `${run}_run_info.json`);
      const { start_time, call, ...info } = JSON.parse(readFileSync(file, 'utf8'));
      expect(info.n_processed).toBe(2000);
      return info;
    };
    return Object.fromEntries(this.given.runs.map(({ run }) => [run, infoOf(run)]));
  }

  /** Programs of any start that still live. */
  alive(): ProcessIdentity[] {
    const lines = journalOf(this.journalFile);
    return lines.flatMap((line) =>
      line.type === 'process-started' && lives(line.process) ? [line.process] : [],
    );
  }
}

/** What the metadata say of the files at ENA, so that nobody need be asked. */
function columnsOf(archive: Archive, { run, sra }: ArchivedRun): Record<string, string> {
  const { fastq_ftp, fastq_md5, fastq_bytes } = archive.reportOf(run) as Record<string, string>;
  return sra
    ? { fastq_ftp: '' }
    : { fastq_ftp: fastq_ftp!, fastq_md5: fastq_md5!, fastq_bytes: fastq_bytes! };
}

const journalOf = (file: string) => (existsSync(file) ? [...readJournal(file)] : []);

/** By the time that it started at: proc(5), field 22, counted behind the name, which may hold blanks. */
export function lives({ pid, started }: ProcessIdentity): boolean {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return false;
  const fields = readFileSync(file, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields[19] === started && fields[0] !== 'Z';
}

/** Kills as soon as the journal has so many lines more. */
export function afterLines(journal: string, more: number): Killer {
  const count = () => (existsSync(journal) ? readFileSync(journal, 'latin1').split('\n').length : 0);
  return {
    started: (child) => {
      mkdirSync(path.dirname(journal), { recursive: true });
      const from = count();
      const watcher = watch(path.dirname(journal), () => {
        if (count() >= from + more) child.kill('SIGKILL');
      });
      return () => watcher.close();
    },
  };
}
