/** Whether an index is whole, and of a version that the program at hand reads. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from '../../tools/run-program.js';
import type { QuantEngine } from '../workshop.js';
import { BadIndex, walkKallistoIndex } from './kallisto-index.js';

/** An index, and the program that is to use it. */
export interface IndexInUse {
  /** A file of kallisto's, a folder of salmon's. */
  place: string;
  engine: QuantEngine;
  /** Path of the program. */
  program: string;
  signal: AbortSignal;
}

/** Seconds that loading an index may take. */
const LOAD_SECONDS = 3600;

/**
 * Checks an index.
 *
 * @returns the number of targets; undefined for salmon, which leaves out those of the same sequence
 * @throws BadIndex; the signal's reason
 */
export async function checkIndex(index: IndexInUse): Promise<number | undefined> {
  if (index.engine === 'kallisto') return kallistoTargets(index);
  checkSalmonFiles(index.place);
  return undefined;
}

async function kallistoTargets({ place, program, signal }: IndexInUse): Promise<number> {
  walkKallistoIndex(place);
  const args = ['inspect', place];
  const { output } = await runProgram({ program, args, signal, seconds: LOAD_SECONDS });
  // It exits with 0 on an index of another version too (0.48).
  const targets = /number of targets: ([\d,]+)/.exec(output)?.[1];
  if (targets === undefined) {
    const complaint = /^Error: .*/m.exec(output)?.[0] ?? 'kallisto inspect breaks down on it';
    throw new BadIndex(`${place} cannot be used: ${complaint}`);
  }
  return Number(targets.replaceAll(',', ''));
}

/** Files without which salmon cannot use an index. */
const salmonFiles = ['versionInfo.json', 'info.json', 'seq.bin', 'pos.bin', 'mphf.bin', 'refseq.bin'];

function checkSalmonFiles(folder: string): void {
  for (const name of salmonFiles) {
    const stat = statSync(path.join(folder, name), { throwIfNoEntry: false });
    if (!stat?.size) throw new BadIndex(`${folder} is no whole index of salmon: ${name} is missing or empty`);
  }
  const info = readFileSync(path.join(folder, 'info.json'), 'utf8');
  if (!/"num_kmers": *[1-9]/.test(info)) throw new BadIndex(`${folder} holds no k-mers`);
}
