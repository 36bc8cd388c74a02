/** Builds the index of a genome. */
import path from 'node:path';
import { gtkError } from '../../errors.js';
import { findProgram, programVersion, requirePrograms } from '../../tools/find.js';
import { runPipeline, type StageEnd } from '../../tools/run-pipeline.js';
import { runProgram } from '../../tools/run-program.js';
import type { Contig } from './fasta-cleaner.js';
import { type Aligner, indexProblem } from './index-files.js';
import type { ReferenceManifest } from './reference.js';

/**
 * Runs a program to its end in that folder; it throws if that ends with another status than 0. Programs print the
 * paths that they are given, and these tell of the machine.
 */
export type RunIndexer = (program: Aligner, args: readonly string[], cwd: string) => Promise<void>;

/** The aligner that genomes are indexed for: bwa-mem2 where it is installed. Throws GTK_MISSING_TOOL. */
export function chooseAligner(): Aligner {
  if (findProgram('bwa-mem2')) return 'bwa-mem2';
  requirePrograms(['bwa']);
  return 'bwa';
}

/**
 * Builds the index beside the FASTA and checks it.
 *
 * @throws GTK_GENOME_INDEX, and what `run` throws
 */
export async function buildIndex(
  fasta: string,
  contigs: readonly Contig[],
  run: RunIndexer,
): Promise<ReferenceManifest['index']> {
  const program = chooseAligner();
  await run(program, ['index', path.basename(fasta)], path.dirname(fasta));
  const problem = indexProblem(fasta, program, contigs);
  if (problem) {
    const name = path.basename(fasta, '.fa');
    throw gtkError('GTK_GENOME_INDEX', { name, program, reason: `it reported success, but ${problem}` });
  }
  const version = await programVersion(program, requirePrograms([program])[program]);
  return { program, version: version ?? 'unknown' };
}

/** Indexing a genome of 3 Gbp takes about an hour. */
const INDEX_SECONDS = 48 * 3600;

/** Runs the indexer in a process group of its own, which the signal ends. */
export function ownGroupIndexer(name: string, signal: AbortSignal): RunIndexer {
  return async (program, args, cwd) => {
    const { [program]: file } = requirePrograms([program]);
    const end = await runProgram({ program: file, args, cwd, signal, seconds: INDEX_SECONDS });
    refuseFailure(name, program, end, end.output);
  };
}

/** Runs it in the process group of the caller, and hands on what it prints. */
export function callersGroupIndexer(name: string, log: (line: string) => void): RunIndexer {
  return async (program, args, cwd) => {
    const { [program]: file } = requirePrograms([program]);
    const print = (text: Uint8Array) => log(Buffer.from(text).toString().trimEnd());
    const [end] = await runPipeline({ stages: [{ program: file, args }], print, cwd });
    refuseFailure(name, program, end!, '');
  };
}

function refuseFailure(
  name: string,
  program: Aligner,
  end: Pick<StageEnd, 'status' | 'endedBy'>,
  output: string,
): void {
  if (end.status === 0) return;
  const how = end.endedBy ? `ended by ${end.endedBy}` : `exit status ${end.status}`;
  const said = output.trim().split('\n').at(-1);
  throw gtkError('GTK_GENOME_INDEX', { name, program, reason: said ? `${how}: ${said}` : how });
}
