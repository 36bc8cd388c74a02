/**
 * The manifest of a species: what was run, with which inputs and outputs, one JSON object a line, in the words
 * of amalgkit's workflows. Unlike the journal it is for people and other programs: gtk never reads it.
 */
import { closeSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { withShownAddresses } from '../net/address.js';
import type { RnaEvent, SampleRecord } from './events.js';
import { openForLines } from './journal.js';
import type { Layout } from './layout.js';
import type { SpeciesConfig } from './species.js';

/** A file as the manifest lists it. */
export interface ManifestFile {
  path: string;
  bytes: number;
  md5?: string;
}

/** One line. */
export interface ManifestLine {
  /** `quant` for a run, `summary` for the end of the command. */
  step: string;
  /** 0: done; 126: a program is missing; 204: there was nothing to do; others: failed. */
  return_code: number;
  /** Output of programs, which both streams send to one log. */
  stdout_bytes: number;
  stderr_bytes: number;
  /** ISO 8601 with Z. */
  started_utc: string;
  finished_utc: string;
  duration_seconds: number;
  work_dir: string;
  log_dir: string;
  params: unknown;
  command: string;
  note?: string;
  run?: string;
  species?: string;
  batch?: number;
  attempt?: number;
  tool_versions?: Readonly<Record<string, string>>;
  inputs?: ManifestFile[];
  outputs?: ManifestFile[];
  reads_processed?: number;
  p_pseudoaligned?: number;
}

const MISSING_TOOL = 126;
const NOTHING_TO_DO = 204;

/** Appends to `work_dir/amalgkit.manifest.jsonl` as it is told of events. A full disk costs lines, never the work. */
export class Manifest {
  readonly #fd: number;
  readonly #inputs = new Map<string, ManifestFile[]>();
  #command = { text: '', params: {} as unknown, started: new Date(), samples: 0 };

  /** @throws GTK_NOT_WRITABLE */
  constructor(
    private readonly config: Pick<SpeciesConfig, 'workDir' | 'logDir'>,
    private readonly layout: Layout,
    private readonly toolVersions: Readonly<Record<string, string>>,
  ) {
    this.#fd = openForLines(path.join(config.workDir, 'amalgkit.manifest.jsonl'));
  }

  /** Is told of every event; writes a line for each run that was attempted and for the end. */
  tell(event: RnaEvent): void {
    if (event.type === 'start') {
      const { command, options, samples } = event;
      this.#command = { text: `gtk ${command}`, params: options, started: new Date(), samples };
    } else if (event.type === 'file') {
      const { run, path, bytes, md5 } = event;
      const file = { path, bytes, ...(md5 !== undefined && { md5 }) };
      this.#inputs.set(run, [...(this.#inputs.get(run) ?? []), file]);
    } else if (event.type === 'end') {
      const { state, run } = event.record;
      if (state === 'done' || state === 'failed') this.#append(this.#ofRun(event.record));
      this.#inputs.delete(run);
    } else if (event.type === 'finish') {
      const { started, samples } = this.#command;
      this.#append({
        step: 'summary',
        return_code: samples === 0 ? NOTHING_TO_DO : event.status,
        ...this.#common((Date.now() - started.getTime()) / 1000, 0),
        ...(samples === 0 && { note: 'the metadata has no rows' }),
        ...(event.statistics as object),
      });
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #ofRun(record: SampleRecord): ManifestLine {
    const { run, species, batch, attempt, seconds, state, reason, problem, readsProcessed, pPseudoaligned } =
      record;
    const isDone = state === 'done';
    const { layout } = this;
    return {
      step: 'quant',
      return_code: isDone ? 0 : reason === 'missing-tool' ? MISSING_TOOL : 1,
      ...this.#common(seconds, sizeOf(path.join(this.config.logDir, `${run}.quant.log`)) ?? 0),
      ...(!isDone && { note: `${reason}: ${problem}` }),
      run,
      species,
      ...(batch !== undefined && { batch }),
      attempt,
      tool_versions: this.toolVersions,
      inputs: this.#inputs.get(run) ?? [],
      outputs: isDone ? filesOf([layout.abundance(run), layout.runInfo(run)]) : [],
      ...(readsProcessed !== undefined && { reads_processed: readsProcessed }),
      ...(pPseudoaligned !== undefined && { p_pseudoaligned: pPseudoaligned }),
    };
  }

  #common(seconds: number, logBytes: number) {
    const finished = new Date();
    return {
      stdout_bytes: 0,
      stderr_bytes: logBytes,
      started_utc: new Date(finished.getTime() - seconds * 1000).toISOString(),
      finished_utc: finished.toISOString(),
      duration_seconds: Math.round(seconds * 1000) / 1000,
      work_dir: this.config.workDir,
      log_dir: this.config.logDir,
      params: this.#command.params,
      command: this.#command.text,
    };
  }

  #append(line: ManifestLine): void {
    try {
      writeSync(this.#fd, manifestText(line));
    } catch {
      // The journal and the results tell the same.
    }
  }
}

/** A line as it is written, its end included; of addresses what may be secret is left out. */
export function manifestText(line: ManifestLine): string {
  return `${JSON.stringify(line, (_, value) => (typeof value === 'string' ? withShownAddresses(value) : value))}\n`;
}

function filesOf(paths: string[]): ManifestFile[] {
  return paths.flatMap((path) => {
    const bytes = sizeOf(path);
    return bytes === undefined ? [] : [{ path, bytes }];
  });
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
