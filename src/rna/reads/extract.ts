/** From an SRA archive to compressed FASTQ in the run's folder, which appears whole or not at all. */
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../../tools/find.js';
import { UNPACKING_BYTES_PER_BASE } from '../disk.js';
import { SampleFailure } from '../failure.js';
import { RunSpace } from '../run-space.js';
import type { Sample } from '../sample.js';
import type { Workshop } from '../workshop.js';
import { countFiles } from './check-reads.js';
import { type ArchiveCounts, type Dumped, dumpArchive, inspectArchive } from './dump.js';
import { extractFolder, fastqNames } from './file-names.js';
import { gzipTextBytes } from './gzip-text-bytes.js';
import { withPlainPath } from './plain-path.js';
import { failureOf, runStep } from './run-step.js';

/** How an archive is unpacked. */
export interface ExtractOptions {
  /** With parallel-fastq-dump instead of fasterq-dump. */
  parallelDump: boolean;
  threads: number;
  /** What the disk has promised to the run; it is given back in the end. */
  space?: RunSpace;
}

type ExtractShop = Pick<
  Workshop,
  'signal' | 'rules' | 'tell' | 'program' | 'disk' | 'processors' | 'counting'
>;

/**
 * Unpacks an archive; it is deleted once the FASTQ files stand.
 *
 * @param sraFile absolute, in `folder`
 * @param folder of the run
 * @returns absolute paths of `RUN_1.fastq.gz` and `RUN_2.fastq.gz`, or of `RUN.fastq.gz`
 * @throws SampleFailure, and nothing of the FASTQ is left; the signal's reason
 */
export async function extractRun(
  sample: Sample,
  sraFile: string,
  folder: string,
  shop: ExtractShop,
  options: ExtractOptions,
): Promise<string[]> {
  const { run } = sample;
  const { space = new RunSpace(shop.disk, shop.signal) } = options;
  const scratch = path.join(folder, extractFolder(run));
  rmSync(scratch, { recursive: true, force: true });
  try {
    return await withPlainPath(folder, async (plain) => {
      const sra = path.join(plain, path.basename(sraFile));
      const counts = await inspectArchive(run, sra, shop);
      await space.take(counts.bases * UNPACKING_BYTES_PER_BASE, 'extract');
      // Only now: whoever waits for space must not keep those from working who will free some.
      const processors = await shop.processors.take(options.threads, shop.signal);
      try {
        mkdirSync(scratch);
        const job = { run, sra, folder: path.join(plain, extractFolder(run)), threads: options.threads };
        const dumped = await dumpArchive({ ...job, parallel: options.parallelDump }, counts, shop);
        await checkCounts(sample, dumped, counts, shop);
        const packed = await Promise.all(
          dumped.files.map((file) => compress(run, file, options.threads, shop)),
        );
        const files = publish(run, packed, folder, shop);
        rmSync(sraFile, { force: true });
        return files;
      } finally {
        processors();
      }
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    space.giveBack();
  }
}

/** Counts what came out; warns of what is not as the metadata have it. */
async function checkCounts(
  { run, layout }: Sample,
  { files, orphans }: Dumped,
  { spots }: ArchiveCounts,
  shop: ExtractShop,
): Promise<void> {
  const counts = await countFiles(orphans === undefined ? files : [...files, orphans], 'extract', shop);
  const [first, second = first] = counts.map(({ reads }) => reads);
  const lost = orphans === undefined ? 0 : counts.at(-1)!.reads;
  if (files.length === 2 && first !== second) {
    const problem = `${run} gave ${first} first and ${second} second mates`;
    throw new SampleFailure('extract', 'mate-count-mismatch', problem);
  }
  if (first! + lost > spots) {
    throw new SampleFailure(
      'extract',
      'extract-failed',
      `${run} gave ${first! + lost} reads of ${spots} spots`,
    );
  }
  const warn = (problem: string) => shop.tell({ type: 'warning', run, problem });
  if (lost > 0) warn(`${run}: ${lost} of ${spots} reads have lost their mates and are left out`);
  const found = files.length === 2 ? 'paired' : 'single';
  if (found !== layout) warn(`${run}: layout-mismatch: the archive is ${found}, the metadata say ${layout}`);
}

/** Compresses a file, unless it is compressed; the plain one is gone then. */
async function compress(run: string, file: string, threads: number, shop: ExtractShop): Promise<string> {
  if (file.endsWith('.gz')) return file;
  const { size } = statSync(file);
  const step = { run, stage: 'extract', reason: 'extract-failed', folder: path.dirname(file) } as const;
  // Level 1 takes a fraction of the time, for files that are read once.
  const [program, args] =
    findProgram('pigz') === undefined
      ? (['gzip', ['-1']] as const)
      : (['pigz', ['-1', '-p', `${threads}`]] as const);
  await runStep({ ...step, program, args: [...args, file] }, shop);
  const packed = `${file}.gz`;
  const found = gzipTextBytes(packed);
  if (found === size % 2 ** 32) return packed;
  throw failureOf(step, `${program} left a file of ${found ?? 'no'} bytes of text, expected ${size}`);
}

/** The second mate first: a run of which only that one is there has to be unpacked again. */
function publish(run: string, packed: readonly string[], folder: string, shop: ExtractShop): string[] {
  const files = fastqNames(run, packed.length).map((name) => path.join(folder, name));
  for (const at of [...files.keys()].reverse()) {
    renameSync(packed[at]!, files[at]!);
    shop.tell({ type: 'file', run, path: files[at]!, bytes: statSync(files[at]!).size });
  }
  return files;
}
