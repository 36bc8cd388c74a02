// A stand-in for the amalgkit client: records what it is told and leaves the client's layout.
// First argument: its folder, with faults.json; it appends to calls.jsonl there.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const [place = '', ...words] = process.argv.slice(2);
/** @type {import('./amalgkit.js').AmalgkitFaults} */
const faults = JSON.parse(fs.readFileSync(path.join(place, 'faults.json'), 'utf8'));
const [subcommand, ...args] = words;

/** @type {Record<string, string>} */
const options = {};
for (let i = 0; i < args.length; i += 1) {
  const [, name, value] = /^--([a-z_]+)(?:=(.*))?$/s.exec(args[i] ?? '') ?? [];
  const given = value ?? args[++i];
  if (name === undefined || given === undefined) process.exit(2);
  options[name] = given;
}
const table = fs.readFileSync(options.metadata ?? '', 'utf8');
fs.appendFileSync(path.join(place, 'calls.jsonl'), `${JSON.stringify({ args: words, table })}\n`);
if (faults.breaks) {
  console.error('ModuleNotFoundError: No module named pandas');
  process.exit(1);
}

const [header = [], ...rows] = table
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

if (subcommand === 'merge') merge();
else for (const row of rows) work(row);

/** @param {string[]} row */
function work(row) {
  /** @param {string} name */
  const cell = (name) => row[header.indexOf(name)] ?? '';
  const run = cell('run');
  const problem = subcommand === 'getfastq' ? getfastq(run, cell) : quant(run, cell);
  if (problem === undefined) return;
  console.error(`${run}: ${problem}`);
  process.exitCode = 1;
}

/** @param {string} run @param {(name: string) => string} cell @returns {string | undefined} */
function getfastq(run, cell) {
  if (faults.noReads?.includes(run)) return 'no source has it';
  const reads = path.join(options.out_dir ?? '', 'getfastq', run);
  fs.mkdirSync(reads, { recursive: true });
  fs.writeFileSync(path.join(reads, 'getfastq_stats.tsv'), 'run\n');
  const mates = cell('lib_layout') === 'paired' ? ['_1', '_2'] : [''];
  for (const [i, mate] of mates.entries()) {
    const file = path.join(reads, `${run}${mate}.amalgkit.fastq.gz`);
    if (cell('private_file') === 'yes') fs.symlinkSync(cell(`read${i + 1}_path`), file);
    else fs.writeFileSync(file, gzipSync('@a\nACGT\n+\nIIII\n'));
  }
  return undefined;
}

/** @param {string} run @param {(name: string) => string} cell @returns {string | undefined} */
function quant(run, cell) {
  const out = path.join(options.out_dir ?? '', 'quant', run);
  const abundance = path.join(out, `${run}_abundance.tsv`);
  if (fs.existsSync(abundance) && options.redo !== 'yes') return undefined;
  const reads = path.join(options.out_dir ?? '', 'getfastq', run);
  const fastq = fs.existsSync(reads)
    ? fs.readdirSync(reads).filter((name) => /\.fastq(\.gz)?$/.test(name))
    : [];
  if (fastq.length === 0) return 'getfastq output not found';
  if (faults.hangs) spawnSync('sleep', ['1000']);
  if (faults.noResult?.includes(run)) return 'kallisto ended with status 1';
  const isBad = faults.nothingAligned?.includes(run) ?? false;
  const counts = isBad ? '-nan\t-nan' : '3\t1000000';
  const processed = Number(cell('total_spots')) / (faults.half?.includes(run) ? 2 : 1);
  const info = {
    n_targets: 2,
    n_processed: processed,
    n_pseudoaligned: 3,
    p_pseudoaligned: isBad ? 0 : 37.5,
  };
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(
    abundance,
    `target_id\tlength\teff_length\test_counts\ttpm\nt1\t900\t800\t${counts}\nt2\t700\t600\t0\t0\n`,
  );
  fs.writeFileSync(path.join(out, `${run}_run_info.json`), JSON.stringify(info));
  if (options.clean_fastq !== 'yes') return undefined;
  for (const name of fastq) {
    const file = path.join(reads, name);
    if (fs.lstatSync(file).isSymbolicLink()) return 'it will not remove a link';
    fs.rmSync(file);
    fs.writeFileSync(`${file}.safely_removed`, 'removed');
  }
  return undefined;
}

function merge() {
  const runs = rows.map((row) => row[header.indexOf('run')] ?? '');
  const species = (rows[0]?.[header.indexOf('scientific_name')] ?? '').replaceAll(' ', '_');
  const folder = path.join(options.out_dir ?? '', 'merge', species);
  const there = runs.filter(
    (run) =>
      !faults.notMerged?.includes(run) &&
      fs.existsSync(path.join(options.out_dir ?? '', 'quant', run, `${run}_abundance.tsv`)),
  );
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ['est_counts', 'tpm', 'eff_length']) {
    const file = path.join(folder, `${species}_${name}.tsv`);
    fs.writeFileSync(
      file,
      `${['target_id', ...there].join('\t')}\n${['t1', ...there.map(() => '1.0')].join('\t')}\n`,
    );
  }
}
