/** Runs a sub-command of amalgkit on rows of the metadata. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../engine/folders.js';
import { type ProgramEnd, runProgram } from '../../tools/run-program.js';
import { SampleFailure, type Stage } from '../failure.js';
import type { Metadata } from '../metadata/read.js';
import type { Sample } from '../sample.js';
import type { SpeciesConfig } from '../species.js';
import type { SpeciesWork } from '../work/species-work.js';
import { journalled } from '../workshop.js';
import { type ClientOptions, clientArguments, handedOptions, type Subcommand } from './arguments.js';

/** One call of the client. */
export interface ClientCall {
  subcommand: Subcommand;
  /** Rows that it is to see, of that table. */
  samples: readonly Sample[];
  metadata: Metadata;
  /** What gtk sets, beyond what every call has. */
  options: ClientOptions;
  /** Seconds that it may take. */
  seconds: number;
}

/**
 * Runs the client to its end; its output goes to {@link clientLog}. Its exit status is 1 even
 * where only one of many runs failed, so what it left is to be judged for each run.
 *
 * @throws GTK_MISSING_TOOL, GTK_NOT_WRITABLE; the signal's reason
 */
export async function runClient(call: ClientCall, work: SpeciesWork): Promise<ProgramEnd> {
  const { subcommand, samples, metadata, options, seconds } = call;
  const { layout, config, shop } = work;
  const program = shop.program('amalgkit');
  makeFolder(layout.staging);
  makeFolder(config.logDir);
  // Two batches at work each have a table of their own.
  const folder = mkdtempSync(path.join(layout.staging, 'amalgkit-'));
  try {
    const table = path.join(folder, 'metadata.tsv');
    writeFileSync(table, metadata.textOf(samples.map(({ row }) => row)));
    const args = clientArguments(subcommand, {
      ...handedOptions(subcommand, config.steps[subcommand]).options,
      ...options,
      out_dir: layout.out,
      metadata: table,
      // For all that the client runs at once, not for each.
      threads: shop.processors.total,
    });
    return await runProgram({
      program,
      args,
      signal: shop.signal,
      seconds,
      logFile: clientLog(config, subcommand),
      life: {
        silentSeconds: shop.rules.silentSeconds,
        grows: ['getfastq', 'quant', 'index', 'merge', 'downloads'].map((name) =>
          path.join(layout.out, name),
        ),
      },
      onProcess: journalled(shop, samples.map(({ run }) => run).join(' '), 'amalgkit'),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the client's output goes. */
export function clientLog({ logDir }: Pick<SpeciesConfig, 'logDir'>, subcommand: Subcommand): string {
  return path.join(logDir, `amalgkit.${subcommand}.log`);
}

/** Why the client left nothing for a run: what ended it, or what it said of that run last. */
export function failureOf(
  run: string,
  end: ProgramEnd,
  stage: Stage,
  { config, shop }: SpeciesWork,
): SampleFailure {
  const subcommand = stage === 'fetch' ? 'getfastq' : 'quant';
  const name = `amalgkit ${subcommand}`;
  if (end.stopped === 'time') return new SampleFailure(stage, 'timeout', `${name} took too long`);
  if (end.stopped === 'silence') {
    const silence = `${name} showed no sign of life for ${shop.rules.silentSeconds} seconds`;
    return new SampleFailure(stage, 'hung', silence);
  }
  const log = clientLog(config, subcommand);
  const how = end.endedBy ? `was ended by ${end.endedBy}` : `ended with status ${end.status}`;
  return new SampleFailure(stage, 'client-failed', `${name} ${how}: ${lastWords(run, end.output)} (${log})`);
}

/** The last line that names the run and no longer one; else the last at all. */
function lastWords(run: string, output: string): string {
  const lines = output.split(/[\r\n]+/).filter((line) => /\w/.test(line));
  const own = new RegExp(`(?<![A-Za-z0-9])${run.replace(/[^\w]/g, '\\$&')}(?![A-Za-z0-9])`);
  const line = lines.findLast((line) => own.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return line.trim().slice(0, 300);
}
