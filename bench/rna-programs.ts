import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { stubKallisto } from '../test/rna/stubs/kallisto.js';
import { whole } from './input-files.js';
import type { Program } from './measure.js';
import type { DiskPeak, PacedArchive } from './rna-archive.js';
import { configIn, type ListedRun, laySpecies, placeReads, type RnaInput } from './rna-inputs.js';

/** The programs of the rna bench, each with a check of what it left. */

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** `gtk rna batch` as all groups call it, on the species that {@link laySpecies} laid out there. */
function batch(folder: string, options: readonly string[]): string[] {
  const fixed = ['--config', configIn(folder), '--threads', '2', '--settle-seconds', '0', '--quiet'];
  return [process.execPath, main, 'rna', 'batch', ...fixed, ...options];
}

function resultIn(scratch: string, run: string): string {
  return path.join(scratch, 'out', 'quant', run, `${run}_abundance.tsv`);
}

function expectTables(name: string, input: RnaInput, threads: 1 | 2, tableOf: (run: string) => string): void {
  for (const run of input.runs) {
    if (readFileSync(tableOf(run)).equals(input.expected(run, threads))) continue;
    throw new Error(`${name} left another table of ${run} than kallisto`);
  }
}

/**
 * gtk on reads that are there.
 *
 * @param threads that gtk gives to each run, with these options
 */
export function gtkOnFiles(
  name: string,
  input: RnaInput,
  options: readonly string[] = [],
  threads: 1 | 2 = 1,
): Program {
  const runs = input.runs.map((run) => ({ run, pairs: input.workload.pairs }));
  return {
    name,
    arrange(scratch) {
      laySpecies(scratch, path.dirname(input.index), runs);
      for (const run of input.runs) placeReads(scratch, run, input.reads(run));
    },
    command: (scratch) => batch(scratch, ['--skip-download', ...options]),
    check: (scratch) => expectTables(name, input, threads, (run) => resultIn(scratch, run)),
  };
}

/** gtk on reads that it downloads. */
export function gtkOnDownloads(
  name: string,
  archive: PacedArchive,
  options: readonly string[],
  peak: DiskPeak,
): Program {
  const { input } = archive;
  return {
    name,
    arrange(scratch) {
      laySpecies(scratch, path.dirname(input.index), archive.listed());
      peak.watch(path.join(scratch, 'out'));
    },
    command: (scratch) => ['env', ...archive.env(), ...batch(scratch, options)],
    check: (scratch) => expectTables(name, input, 1, (run) => resultIn(scratch, run)),
  };
}

/**
 * What people write instead: one run after the other, with both threads; with addresses, reads are downloaded
 * before and deleted afterwards.
 */
export function shellLoop(name: string, input: RnaInput, addressesOf?: (run: string) => string[]): Program {
  const onFiles = 'kallisto quant -t 2 -i "$index" -o "$out/$run" "$1" "$2"';
  const onDownloads = `
    curl -sSf -o "$out/$run.1.gz" "$1" -o "$out/$run.2.gz" "$2"
    kallisto quant -t 2 -i "$index" -o "$out/$run" "$out/$run.1.gz" "$out/$run.2.gz"
    rm "$out/$run.1.gz" "$out/$run.2.gz"`;
  const script = `
    set -e; out=$1; index=$2; shift 2
    while [ $# -gt 0 ]; do
    run=$1; shift
    ${addressesOf ? onDownloads : onFiles}
    shift 2
    done`;
  return {
    name,
    command(scratch) {
      const reads = addressesOf ?? ((run: string) => input.reads(run));
      const runs = input.runs.flatMap((run) => [run, ...reads(run)]);
      return ['sh', '-c', script, 'sh', scratch, input.index, ...runs];
    },
    check: (scratch) => expectTables(name, input, 2, (run) => path.join(scratch, run, 'abundance.tsv')),
  };
}

/** Pairs of the reads that all runs of {@link NamedRuns} have. */
const fewPairs = 4;

/** Runs that are there in name only, and a stand-in for kallisto that leaves the same result for each. */
export class NamedRuns {
  readonly runs: ListedRun[];
  readonly #folder: string;

  constructor(
    count: number,
    private readonly inputs: string,
    private readonly indexFolder: string,
  ) {
    const name = (at: number) => `SRR8${String(at + 1).padStart(6, '0')}`;
    this.runs = Array.from({ length: count }, (_, at) => ({ run: name(at), pairs: fewPairs }));
    this.#folder = path.join(inputs, `rna-done-${count}`);
  }

  /** Makes the folder in which all runs are done, if it is not there. */
  async make(): Promise<void> {
    if (existsSync(this.#folder)) return;
    await whole(this.#folder, async (temporary) => {
      mkdirSync(temporary);
      this.#layOut(temporary);
      const [program, ...args] = this.#command(temporary);
      execFileSync(program!, args, { stdio: ['ignore', 'ignore', 'inherit'] });
      this.#expectResults(temporary);
    });
  }

  /** gtk with a stand-in for kallisto. */
  quantified(name: string, memoryLimit: number): Program {
    return {
      name,
      memoryLimit,
      arrange: (scratch) => this.#layOut(scratch),
      command: (scratch) => this.#command(scratch),
      check: (scratch) => this.#expectResults(scratch),
    };
  }

  /** gtk on runs that are all done. */
  done(name: string): Program {
    const journal = path.join(this.#folder, 'out', '.gtk', 'journal.jsonl');
    let before = '';
    return {
      name,
      arrange: () => {
        before = readFileSync(journal, 'utf8');
        // Where the folder was made it had another name.
        laySpecies(this.#folder, this.indexFolder, this.runs);
      },
      command: () => batch(this.#folder, ['--skip-download']),
      check: () => {
        this.#expectResults(this.#folder);
        if (readFileSync(journal, 'utf8') !== before) throw new Error(`${name} found something to do`);
      },
    };
  }

  #layOut(folder: string): void {
    const reads = [1, 2].map((mate) => path.join(this.inputs, `rna-few-reads_${mate}.fastq.gz`));
    const content = gzipSync(`@r\n${'ACGT'.repeat(10)}\n+\n${'F'.repeat(40)}\n`.repeat(fewPairs));
    for (const file of reads) if (!existsSync(file)) writeFileSync(file, content);
    for (const { run } of this.runs) placeReads(folder, run, reads);
    laySpecies(folder, this.indexFolder, this.runs);
    stubKallisto(folder, fewPairs);
  }

  #command(folder: string): string[] {
    const path = `${folder}/kallisto-stub:${process.env.PATH}`;
    return ['env', `PATH=${path}`, ...batch(folder, ['--skip-download'])];
  }

  #expectResults(folder: string): void {
    const missing = this.runs.filter(({ run }) => !existsSync(resultIn(folder, run)));
    if (missing.length > 0) throw new Error(`${missing.length} of ${this.runs.length} runs have no result`);
  }
}
