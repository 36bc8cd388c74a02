/** A stand-in for the amalgkit client: records what it is told and leaves the client's layout. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What is to go wrong, by run. */
export interface AmalgkitFaults {
  /** Exits at once, doing nothing. */
  breaks?: boolean;
  /** getfastq leaves nothing. */
  noReads?: string[];
  /** quant leaves nothing. */
  noResult?: string[];
  /** quant leaves a table of -nan. */
  nothingAligned?: string[];
  /** Runs of which only half of the spots are processed. */
  half?: string[];
  /** quant starts a program and waits for ever. */
  hangs?: boolean;
}

export interface StubAmalgkit {
  /** To be put in front of the PATH. */
  folder: string;
  program: string;
  /** What it was told, call by call. */
  calls(): string[][];
  /** The tables of runs that it was given, as text. */
  tables(): string[];
}

/** Puts the stand-in into a new folder `client` there. */
export function stubAmalgkit(folder: string, faults: AmalgkitFaults = {}): StubAmalgkit {
  const place = path.join(folder, 'client');
  mkdirSync(place);
  const program = path.join(place, 'amalgkit');
  const log = path.join(place, 'calls.jsonl');
  writeFileSync(log, '');
  const text = `#!${process.execPath}\nconst LOG = ${JSON.stringify(log)}, faults = ${JSON.stringify(faults)};\n(${client})(LOG, faults);\n`;
  writeFileSync(program, text, { mode: 0o755 });
  const lines = () => {
    const written = readFileSync(log, 'utf8').trim();
    return written === '' ? [] : written.split('\n').map((line) => JSON.parse(line));
  };
  return {
    folder: place,
    program,
    calls: () => lines().map(({ args }) => args),
    tables: () => lines().map(({ table }) => table),
  };
}

/** The program; it must not use anything of this module. */
function client(log: string, faults: AmalgkitFaults): void {
  const fs = require('node:fs') as typeof import('node:fs');
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const { gzipSync } = require('node:zlib') as typeof import('node:zlib');
  const [subcommand, ...args] = process.argv.slice(2);
  const options: Record<string, string> = {};
  for (let i = 0; i < args.length; i += 1) {
    const [, name, value] = /^--([a-z_]+)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    if (name === undefined) process.exit(2);
    options[name] = value ?? args[++i] ?? process.exit(2);
  }
  const table = fs.readFileSync(options.metadata!, 'utf8');
  fs.appendFileSync(log, `${JSON.stringify({ args: process.argv.slice(2), table })}\n`);
  if (faults.breaks) {
    console.error('Traceback (most recent call last): no module named pandas');
    process.exit(1);
  }
  const [header, ...rows] = table
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  const cell = (row: string[], name: string) => row[header!.indexOf(name)] ?? '';
  const has = (list: string[] | undefined, run: string) => list?.includes(run) ?? false;
  let status = 0;
  const fail = (problem: string) => {
    console.error(problem);
    status = 1;
  };
  for (const row of rows) {
    const run = cell(row, 'run');
    const isPaired = cell(row, 'lib_layout') === 'paired';
    const reads = `${options.out_dir}/getfastq/${run}`;
    const names = (isPaired ? [`${run}_1`, `${run}_2`] : [run]).map((name) => `${name}.amalgkit.fastq.gz`);
    if (subcommand === 'getfastq') getfastq(row, run, reads, names);
    if (subcommand === 'quant') quant(row, run, reads);
  }
  process.exit(status);

  function getfastq(row: string[], run: string, reads: string, names: string[]): void {
    if (has(faults.noReads, run)) return fail(`${run}: could not be downloaded from any source`);
    fs.mkdirSync(reads, { recursive: true });
    fs.writeFileSync(`${reads}/getfastq_stats.tsv`, 'run\n');
    names.forEach((name, i) => {
      if (cell(row, 'private_file') === 'yes')
        fs.symlinkSync(cell(row, `read${i + 1}_path`), `${reads}/${name}`);
      else fs.writeFileSync(`${reads}/${name}`, gzipSync('@a\nACGT\n+\nIIII\n'));
    });
  }

  function quant(row: string[], run: string, reads: string): void {
    const out = `${options.out_dir}/quant/${run}`;
    if (fs.existsSync(`${out}/${run}_abundance.tsv`) && options.redo !== 'yes') return;
    const fastq = fs.existsSync(reads)
      ? fs.readdirSync(reads).filter((name) => name.endsWith('.fastq.gz'))
      : [];
    if (fastq.length === 0) return fail(`${run}: getfastq output not found`);
    if (faults.hangs) spawnSync('sleep', ['1000']);
    if (has(faults.noResult, run)) return fail(`${run}: kallisto failed`);
    const isBad = has(faults.nothingAligned, run);
    const processed = Number(cell(row, 'total_spots')) / (has(faults.half, run) ? 2 : 1);
    fs.mkdirSync(out, { recursive: true });
    fs.writeFileSync(
      `${out}/${run}_abundance.tsv`,
      `target_id\tlength\teff_length\test_counts\ttpm\nt1\t900\t800\t${isBad ? '-nan\t-nan' : '3\t1000000'}\nt2\t700\t600\t0\t0\n`,
    );
    const info = {
      n_targets: 2,
      n_processed: processed,
      n_pseudoaligned: 3,
      p_pseudoaligned: isBad ? 0 : 37.5,
    };
    fs.writeFileSync(`${out}/${run}_run_info.json`, JSON.stringify(info));
    if (options.clean_fastq !== 'yes') return;
    for (const name of fastq) {
      if (fs.lstatSync(`${reads}/${name}`).isSymbolicLink()) return fail(`${run}: refusing to remove a link`);
      fs.rmSync(`${reads}/${name}`);
      fs.writeFileSync(`${reads}/${name}.safely_removed`, 'removed');
    }
  }
}
