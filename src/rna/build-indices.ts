/** Builds indices of FASTA files, or the one that a species needs. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { OptionValues } from '../engine/command.js';
import type { Live, Outcome } from '../engine/live.js';
import { workerCount } from '../engine/resources.js';
import { type ErrorRecord, gtkError, toErrorRecord } from '../errors.js';
import { requirePrograms } from '../tools/find.js';
import { loadSpeciesConfig } from './config/load.js';
import { indexError, SampleFailure } from './failure.js';
import { findReference, referenceStem } from './reference/find-reference.js';
import { indexPlace, provideIndex } from './reference/provide-index.js';
import type { QuantEngine } from './workshop.js';

/** What is to be indexed, and where to. */
interface Target {
  stem: string;
  reference: string;
  folder: string;
  logFolder: string;
}

/**
 * Builds the indices that are asked for. Of several, one that cannot be built fails alone.
 *
 * @throws GTK_USAGE; GTK_INPUT_MISSING; GTK_RNA_CONFIG; GTK_RNA_REFERENCE; GTK_RNA_INDEX; GTK_MISSING_TOOL
 */
export async function buildIndices(values: OptionValues, files: string[], live: Live): Promise<Outcome> {
  const engine = values.engine as QuantEngine;
  const targets = targetsOf(values, files);
  const { [engine]: program } = requirePrograms([engine]);
  const made: { species: string; index: string; reference: string; built: boolean }[] = [];
  const failures: ErrorRecord[] = [];
  let words = '';
  live.show(() => ({ done: made.length + failures.length, total: targets.length, words }));
  for (const { stem, reference, folder, logFolder } of targets) {
    const place = indexPlace(folder, stem, engine);
    words = path.basename(place);
    live.log('info', 'index', { reference, index: place });
    try {
      const built = await provideIndex({
        stem,
        place,
        reference,
        engine,
        program,
        ...(values.kmerSize !== undefined && { k: values.kmerSize as number }),
        threads: workerCount(values.threads as number | undefined),
        redo: values.redo as boolean,
        signal: live.signal,
        silentSeconds: SILENT_SECONDS,
        logFile: path.join(logFolder, `${stem}.index.log`),
      });
      made.push({ species: stem, index: place, reference, built });
    } catch (thrown) {
      live.signal.throwIfAborted();
      const error = thrown instanceof SampleFailure ? indexError(stem, thrown) : thrown;
      if (targets.length === 1) throw error;
      failures.push(toErrorRecord(error));
    }
  }
  const lines = made.map(({ index, built }) => `${index}  ${built ? 'built' : 'was there already'}\n`);
  const status = failures.length > 0 ? 1 : 0;
  return { text: lines.join(''), json: { indices: made, failures }, failures, status };
}

/** Seconds without a sign of life after which a program is ended. */
const SILENT_SECONDS = 3600;

/** Throws GTK_USAGE, GTK_INPUT_MISSING, GTK_RNA_CONFIG, GTK_RNA_REFERENCE. */
function targetsOf(values: OptionValues, files: string[]): Target[] {
  const usage = (problem: string) => gtkError('GTK_USAGE', { problem, command: 'gtk rna index' });
  const { config: file, out, root } = values as Record<string, string | undefined>;
  const k = values.kmerSize as number | undefined;
  if (k !== undefined && k % 2 === 0) throw usage(`--kmer-size: found ${k}, expected an odd number`);
  if ((file === undefined) === (files.length === 0)) throw usage('Give either FASTA files or --config');
  if (file !== undefined) {
    const config = loadSpeciesConfig(file, { root: root!, env: process.env });
    const stem = config.name.replaceAll(' ', '_');
    const reference = findReference(config, stem);
    return [{ stem, reference, folder: out ?? config.indexFolder, logFolder: config.logDir }];
  }
  const targets = files.map((fasta) => {
    const reference = path.resolve(fasta);
    const stem = referenceStem(path.basename(reference));
    if (stem === undefined) throw usage(`found ${fasta}, expected a name that ends in .fa, .fasta or .gz`);
    if (!existsSync(reference)) throw gtkError('GTK_INPUT_MISSING', { path: reference });
    const folder = out ?? path.dirname(reference);
    return { stem, reference, folder, logFolder: folder };
  });
  const places = targets.map(({ folder, stem }) => path.join(folder, stem));
  const twice = targets.find((_, i) => places.indexOf(places[i]!) < i);
  if (twice) throw usage(`found ${twice.reference} and another file whose index has the same name`);
  return targets;
}
