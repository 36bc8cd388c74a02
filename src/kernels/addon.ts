import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gtkError } from '../errors.js';
import { packageRoot } from '../root.js';
import type { CodonCounter } from './codons/types.js';
import type { Sentences } from './sentences/types.js';

/**
 * Inflates raw DEFLATE streams (RFC 1951), one after another. A step ends when the stream does, when the window is
 * full, or when but a few bytes of the input are left, with which the next one must begin.
 */
export interface RawInflater {
  /**
   * @param last no other input follows
   * @param window of 256 KiB or more, the same at each step; the new text is from `start` to `end` in it
   */
  step(
    input: Uint8Array,
    last: boolean,
    window: Uint8Array,
  ): { consumed: number; start: number; end: number; ended: boolean };
  /** The next step begins another stream. */
  restart(): void;
}

/** What the compiled addon exports; `level` is one of `levels()`. */
export interface Addon {
  /** Instruction sets that this processor can run, best first; the last is `scalar`. */
  levels(): string[];
  CodonCounter: new (frame: number, rows: boolean, keepAmbiguous: boolean, level: string) => CodonCounter;
  recordStarts(fd: number, start: number, end: number, level: string): Promise<Float64Array>;
  /** `pieces`: after, nothing, before each column; `kinds` and `arrays` as row-text/native.ts lays them out. */
  rowText(
    rows: number,
    escaping: number,
    nonFinite: boolean,
    pieces: Uint8Array[],
    kinds: Uint8Array,
    arrays: ArrayBufferView[],
  ): Uint8Array<ArrayBuffer>;
  /** `state`: see fastq/state.ts. */
  countFastq(text: Uint8Array, state: Float64Array): void;
  /** See plain-reads/types.ts. */
  plainReads(
    text: Uint8Array,
    from: number,
    end: number,
    otherMate: number,
    most: number,
    state: Float64Array,
  ): number;
  deltaPacked(values: Uint32Array): Uint8Array;
  transpose(matrix: Uint32Array, width: number): Uint32Array;
  indexTerms(
    counts: Uint32Array,
    weights: Float64Array,
    wrightSingle: number,
    wright: Uint8Array,
    sunSingle: number,
    sun: Uint8Array,
  ): Float64Array;
  Inflater: new (level: string) => RawInflater;
  inflate(compressed: Uint8Array, output: Uint8Array, level: string): void;
  unshuffle(from: Uint8Array, itemBytes: number, to: Uint8Array): void;
  sentences(
    rowStarts: Uint32Array,
    columns: Int32Array,
    values: Float32Array | Float64Array,
    rows: Uint32Array,
    tokenBytes: Uint8Array,
    tokenOffsets: Uint32Array,
    groups: Uint32Array | undefined,
    top: number,
    lists: readonly Uint8Array[],
    appearances: Uint32Array | undefined,
  ): Sentences;
}

/** The kernels in use. */
export interface KernelChoice {
  /** `reference`, or `native` with the instruction set: `native (avx512)`. */
  name: string;
  /** Why these, in words for `gtk doctor`. */
  reason: string;
  /** The addon and the instruction set to ask of it; undefined for the reference kernels. */
  native: { addon: Addon; level: string } | undefined;
}

const addonPath = fileURLToPath(new URL('native/build/gtk.node', packageRoot));

/**
 * Chooses between the native kernels and the reference.
 *
 * `GTK_KERNELS` decides: `reference`, `native` (an error where they cannot be loaded) or nothing (native
 * where they can). `GTK_SIMD` forces an instruction set: `scalar`, `avx2` or `avx512`.
 *
 * @throws GTK_ENVIRONMENT_VALUE, GTK_NO_NATIVE_KERNELS
 */
export function chooseKernels(environment: NodeJS.ProcessEnv = process.env): KernelChoice {
  const wanted = environment.GTK_KERNELS ?? '';
  if (!['', 'native', 'reference'].includes(wanted)) {
    throw gtkError('GTK_ENVIRONMENT_VALUE', {
      variable: 'GTK_KERNELS',
      found: wanted,
      expected: 'native or reference',
    });
  }
  if (wanted === 'reference') return reference('GTK_KERNELS=reference');
  const loaded = loadAddon();
  if (typeof loaded === 'string') {
    if (wanted === 'native') throw gtkError('GTK_NO_NATIVE_KERNELS', { reason: loaded });
    return reference(loaded);
  }
  const level = chooseLevel(loaded, environment.GTK_SIMD ?? '');
  return { name: `native (${level})`, reason: `loaded ${addonPath}`, native: { addon: loaded, level } };
}

function reference(reason: string): KernelChoice {
  return { name: 'reference', reason, native: undefined };
}

function loadAddon(): Addon | string {
  if (!existsSync(addonPath)) return `${addonPath} was not built`;
  try {
    return createRequire(import.meta.url)(addonPath);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function chooseLevel(addon: Addon, wanted: string): string {
  const levels = addon.levels();
  if (wanted === '') return levels[0]!;
  if (levels.includes(wanted)) return wanted;
  throw gtkError('GTK_ENVIRONMENT_VALUE', {
    variable: 'GTK_SIMD',
    found: wanted,
    expected: `one that this processor has: ${levels.join(', ')}`,
  });
}

let choice: KernelChoice | undefined;

/** The choice for this process, made at the first call. */
export function kernelChoice(): KernelChoice {
  choice ??= chooseKernels();
  return choice;
}
