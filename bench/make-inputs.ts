import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { inputsFolder, whole } from './input-files.js';

/**
 * Inputs of the codon bench: FASTA made from a seed, so that every machine measures the same bytes. They look
 * like the organelle set that gtk's predecessor failed on: 32,240 records of very unequal length, about
 * 142 million bases, lines of 60, A and T more often than G and C, 2 % lower case, a few N.
 *
 * Lengths come from one random stream and bases from another: what a workload holds is known without making it.
 */

/** What a generated FASTA file is made from. */
export interface Workload {
  /** Name of the file, without folder. */
  file: string;
  records: number;
  /** Shortest and longest record, in bases; lengths are uniform between them. */
  shortest: number;
  longest: number;
}

/** What a generated file holds, exactly. */
export interface Contents {
  records: number;
  bases: number;
  /** Whole codons in frame 0, ambiguous ones included. */
  codons: number;
  bytes: number;
}

/** Bases on a line. */
const columns = 60;

const organelle = { shortest: 1321, longest: 7487 };

/** The organelle set, ten times as much of the same (it begins with the first), and one chromosome-like record. */
export const workloads = {
  organelle: { file: 'organelle.fa', records: 32_240, ...organelle },
  organelle10: { file: 'organelle-10x.fa', records: 322_400, ...organelle },
  huge: { file: 'huge.fa', records: 1, shortest: 3_000_000_000, longest: 3_000_000_000 },
} satisfies Record<string, Workload>;

/** Marsaglia's xorshift32 ("Xorshift RNGs", J. Stat. Softw. 8:14, 2003): 32 random bits a call. */
function xorshift(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function* lengths(workload: Workload): Generator<number> {
  const random = xorshift(0x1b873593);
  const span = workload.longest - workload.shortest + 1;
  for (let record = 0; record < workload.records; record++) yield workload.shortest + (random() % span);
}

function header(record: number): string {
  return `>org${record} organelle sequence ${record}\n`;
}

/** Counts what {@link generate} makes, without making a base. */
export function contents(workload: Workload): Contents {
  const total: Contents = { records: 0, bases: 0, codons: 0, bytes: 0 };
  for (const length of lengths(workload)) {
    total.bytes += header(total.records).length + length + Math.ceil(length / columns);
    total.records += 1;
    total.bases += length;
    total.codons += Math.floor(length / 3);
  }
  return total;
}

const acgt = Buffer.from('ACGT');

/** Fills `line` with bases and a line feed. Different bits of one draw decide letter, bias, case and N. */
function fillLine(line: Buffer, random: () => number): void {
  const end = line.length - 1;
  for (let at = 0; at < end; at++) {
    const bits = random();
    let letter = acgt[bits & 3]!;
    // A quarter of all C and G become A and T: 37.5 % GC.
    if ((letter === 0x43 || letter === 0x47) && (bits & 0xc) === 0) letter = letter === 0x43 ? 0x41 : 0x54;
    if ((bits >>> 4) % 5000 === 0) letter = 0x4e;
    if ((bits >>> 18) % 50 === 0) letter |= 0x20;
    line[at] = letter;
  }
  line[end] = 0x0a;
}

/** Yields the bytes of a workload in pieces of a few megabytes at most, the same ones every time. */
export function* generate(workload: Workload): Generator<Buffer> {
  const piece = 4 * 1024 * 1024;
  const random = xorshift(0x9e3779b9);
  let buffer = Buffer.allocUnsafe(piece);
  let used = 0;
  let record = 0;
  for (const length of lengths(workload)) {
    const head = header(record++);
    // Room for one header or line at least is kept free, so that neither is ever cut.
    if (used + head.length + columns + 1 > piece) {
      yield buffer.subarray(0, used);
      buffer = Buffer.allocUnsafe(piece);
      used = 0;
    }
    used += buffer.write(head, used, 'latin1');
    for (let left = length; left > 0; left -= columns) {
      const line = Math.min(columns, left) + 1;
      if (used + line > piece) {
        yield buffer.subarray(0, used);
        buffer = Buffer.allocUnsafe(piece);
        used = 0;
      }
      fillLine(buffer.subarray(used, used + line), random);
      used += line;
    }
  }
  yield buffer.subarray(0, used);
}

/** The workload's file, made if it is not there (or of another size than it must have). Returns its path. */
export async function makeFasta(workload: Workload, folder = inputsFolder): Promise<string> {
  const file = path.join(folder, workload.file);
  if (statSync(file, { throwIfNoEntry: false })?.size === contents(workload).bytes) return file;
  return whole(file, (temporary) => pipeline(generate(workload), createWriteStream(temporary)));
}

const compressors = {
  gz: ['gzip', '-n', '-c'],
  'bgzf.gz': ['bgzip', '-@', '2', '-c'],
  zst: ['zstd', '-q', '-c'],
} as const;

/** `fasta` compressed by gzip, bgzip or zstd, beside it, made if it is not there or older. Returns its path. */
export async function compress(fasta: string, extension: keyof typeof compressors): Promise<string> {
  const file = `${fasta}.${extension}`;
  if (existsSync(file) && statSync(file).mtimeMs >= statSync(fasta).mtimeMs) return file;
  const [program, ...args] = compressors[extension];
  return whole(file, async (temporary) => {
    const child = spawn(program, [...args, fasta], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    await pipeline(child.stdout, createWriteStream(temporary));
    const [status] = await ended;
    if (status !== 0) throw new Error(`${program} ended with status ${status} on ${fasta}`);
  });
}
