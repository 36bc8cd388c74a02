/** Makes sure that an index stands, whole, of this reference, and for this version of the program. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { ExitStatus, GtkError } from '../../errors.js';
import { programVersion } from '../../tools/find.js';
import { bytesBelow } from '../../tools/watch.js';
import { type FailureReason, SampleFailure } from '../failure.js';
import type { Release } from '../slots.js';
import type { QuantEngine } from '../workshop.js';
import { buildIndex, type IndexOrder } from './build-index.js';
import { checkIndex } from './check-index.js';
import { withIndexLock } from './index-lock.js';
import { isOfReference, readIndexRecord } from './index-record.js';
import { BadIndex } from './kallisto-index.js';

/** An index that is wanted. */
export interface IndexWish extends Omit<IndexOrder, 'reference' | 'version' | 'k'> {
  /** `Genus_species`: names lock and log. */
  stem: string;
  /** FASTA file, or why none may be used: then what stands there has to do. */
  reference: string | { missing: string };
  /** Length of a k-mer; what stands there may have another one unless this is given. */
  k?: number;
  /** Builds even if a right one stands there. */
  redo?: boolean;
  /** Waits for so many processors. */
  hold?: (threads: number) => Promise<Release>;
}

/** File or folder of a species' index. */
export function indexPlace(folder: string, stem: string, engine: QuantEngine): string {
  return path.join(folder, `${stem}.${engine === 'kallisto' ? 'idx' : 'salmon'}`);
}

const DEFAULT_K = 31;

const failure = (reason: FailureReason, problem: string) => new SampleFailure('index', reason, problem);

/**
 * Leaves an index that is right as it is, and builds it otherwise. One that gtk did not build counts as right if
 * the program can read all of it.
 *
 * @returns whether it was built
 * @throws SampleFailure; GTK_NOT_WRITABLE; the signal's reason
 */
export async function provideIndex(wish: IndexWish): Promise<boolean> {
  const { place, stem, reference, signal, redo = false } = wish;
  const version = await versionOf(wish.engine, wish.program);
  const flaw = redo ? 'it is to be built anew' : await flawOf(wish, version);
  if (flaw === undefined) return false;
  if (typeof reference !== 'string') {
    const why = `${flaw}; it cannot be built: ${reference.missing}`;
    throw failure(existsSync(place) ? 'bad-index' : 'no-index', why);
  }
  const refusal = `${place} ${stampOf(reference)}`;
  const before = refused.get(refusal);
  if (before) throw before;
  return withIndexLock(path.dirname(place), stem, signal, async () => {
    // Another process may have built it while this one waited.
    if (!redo && (await flawOf(wish, version)) === undefined) return false;
    const k = wish.k ?? readIndexRecord(place)?.k ?? DEFAULT_K;
    const release = await wish.hold?.(wish.threads);
    try {
      await buildIndex({ ...wish, reference, version, k });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      const told = asFailure(error);
      if (told instanceof SampleFailure && !told.retryable) refused.set(refusal, told);
      throw told;
    } finally {
      release?.();
    }
  });
}

/** References that could not be indexed, as they were: hundreds of runs must not try each anew. */
const refused = new Map<string, SampleFailure>();

/** Indices of others that were read to their end, as they were. */
const read = new Set<string>();

const versions = new Map<string, Promise<string | undefined>>();

async function versionOf(engine: QuantEngine, program: string): Promise<string> {
  const version = versions.get(program) ?? programVersion(engine, program);
  versions.set(program, version);
  return (await version) ?? '';
}

/** Why what stands there cannot be used; undefined if it can. */
async function flawOf(wish: IndexWish, version: string): Promise<string | undefined> {
  const { place, reference, engine, signal, k } = wish;
  if (!existsSync(place)) return `there is no index ${place}`;
  const record = readIndexRecord(place);
  if (record?.bytes === bytesBelow(place)) {
    if (k !== undefined && k !== record.k) return `${place} has k-mers of ${record.k} bases`;
    if (record.version === version && typeof reference !== 'string') return undefined;
    if (typeof reference === 'string') {
      if (record.version !== version) return `${place} was built with ${engine} ${record.version}`;
      const isCurrent = await isOfReference(place, record, reference, signal);
      return isCurrent ? undefined : `${reference} changed since ${place} was built`;
    }
  } else if (record && engine === 'salmon') {
    // The files of salmon alone do not tell whether they are whole.
    return `${place} does not have the ${record.bytes} bytes that it was built with`;
  }
  const stamp = stampOf(place);
  if (read.has(stamp)) return undefined;
  try {
    await checkIndex(wish);
    read.add(stamp);
    return undefined;
  } catch (error) {
    if (error instanceof BadIndex) return error.message;
    throw error;
  }
}

function stampOf(file: string): string {
  return `${file} ${bytesBelow(file)} ${statSync(file).mtimeMs}`;
}

/** What is wrong with the reference's text is the reference's fault. */
function asFailure(error: unknown): unknown {
  const isBad = error instanceof GtkError && error.exitStatus === ExitStatus.badInput;
  return isBad ? failure('bad-reference', error.message) : error;
}
