/** From the YAML file of a species to its configuration, with every path absolute. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { gtkError } from '../../errors.js';
import { sourceNames } from '../sources/names.js';
import type { SpeciesConfig, StepOptions } from '../species.js';
import { speciesCode } from './discover.js';
import { absolutePath, Fields } from './fields.js';
import { stepFlags, unknownKeys } from './known-keys.js';
import { outFolder } from './out-folder.js';

/** What a configuration is read with. */
export interface LoadOptions {
  /** Folder that relative paths start from. */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
  /** From the command line: they count before environment and file. */
  overrides?: { out?: string; metadata?: string; threads?: number };
}

/** The environment's names for keys of the file. */
const environmentKeys = { AK_THREADS: 'threads', AK_WORK_DIR: 'work_dir', AK_LOG_DIR: 'log_dir' } as const;

/** Threads of the workflow where nothing tells. */
const DEFAULT_THREADS = 8;

/**
 * Loads a configuration.
 *
 * @throws GTK_INPUT_MISSING; GTK_RNA_CONFIG; GTK_ENVIRONMENT_VALUE for AK_THREADS
 */
export function loadSpeciesConfig(file: string, options: LoadOptions): SpeciesConfig {
  const { env, overrides = {} } = options;
  const root = path.resolve(options.root);
  const fields = new Fields(file, [], readYaml(file));
  const warnings: string[] = [];
  const unknown = unknownKeys(fields);
  if (unknown.length > 0) warnings.push(`${file}: unknown keys are ignored: ${unknown.join(', ')}`);
  if (fields.flag('auto_install_amalgkit'))
    warnings.push(`${file}: auto_install_amalgkit is ignored: gtk installs nothing`);
  const species = fields.list('species_list');
  if (species.length === 0) throw fields.missing('species_list', 'the name of the species');
  const steps = stepsOf(fields, env);
  const [getfastq, quant] = [fields.map('steps').map('getfastq'), fields.map('steps').map('quant')];
  const fromEnvironment = (name: keyof typeof environmentKeys) =>
    env[name] ? absolutePath(env[name], root) : fields.path(environmentKeys[name], root);
  const workDir = fromEnvironment('AK_WORK_DIR');
  if (workDir === undefined) throw fields.missing('work_dir', 'the work folder of the species');
  const { out, roots, warning } = outFolder({
    given: overrides.out === undefined ? undefined : path.resolve(overrides.out),
    workDir,
    getfastq: getfastq.path('out_dir', root),
    quant: quant.path('out_dir', root),
  });
  if (warning) warnings.push(`${file}: ${warning}`);
  const genome = fields.map('genome');
  const transcriptome = genome.map('files').text('transcriptome_fasta');
  const genomeFolder = genome.path('dest_dir', root) ?? path.join(path.dirname(workDir), 'genome');
  const retry = fields.map('retry');
  return {
    file,
    code: speciesCode(file),
    name: species[0]!.replaceAll('_', ' '),
    workDir,
    logDir: fromEnvironment('AK_LOG_DIR') ?? path.join(workDir, 'logs'),
    out,
    roots,
    metadata:
      overrides.metadata === undefined ? metadataFile(workDir, out) : path.resolve(overrides.metadata),
    threads:
      overrides.threads ??
      threadsOf(env) ??
      quant.count('threads') ??
      fields.count('threads') ??
      DEFAULT_THREADS,
    sourcesOff: sourceNames.filter((name) => getfastq.flag(name) === false),
    parallelDump: getfastq.flag('pfd') ?? false,
    fastp: getfastq.flag('fastp') ?? false,
    keepFastq: quant.flag('keep_fastq') ?? false,
    redo: quant.flag('redo') ?? false,
    buildIndex: quant.flag('build_index') ?? true,
    fastaFolders: [
      ...new Set([
        quant.path('fasta_dir', root) ?? path.join(out, 'fasta'),
        ...[quant.path('genome_dir', root), path.join(workDir, 'fasta')].filter(
          (folder) => folder !== undefined,
        ),
      ]),
    ],
    indexFolder: quant.path('index_dir', root) ?? path.join(out, 'index'),
    transcriptome: transcriptome === undefined ? undefined : absolutePath(transcriptome, genomeFolder),
    requireTissue: fields.map('filters').flag('require_tissue') ?? false,
    retry: given({
      retries: retry.number('max_retries'),
      delaySeconds: retry.number('retry_delay'),
      backoff: retry.number('backoff_factor'),
    }),
    steps,
    warnings,
  };
}

/** @throws GTK_INPUT_MISSING; GTK_RNA_CONFIG */
function readYaml(file: string): unknown {
  const fault = (place: string, found: string, expected: string, cause?: unknown) =>
    gtkError('GTK_RNA_CONFIG', { path: file, place, found, expected }, cause);
  if (!existsSync(file)) throw gtkError('GTK_INPUT_MISSING', { path: file });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw gtkError('GTK_UNREADABLE', { path: file, reason: (error as Error).message }, error);
  }
  try {
    const document = parseDocument(text, { prettyErrors: true });
    const [error] = document.errors;
    if (error) {
      const [start] = error.linePos ?? [];
      throw fault(`line ${start?.line ?? 1}`, error.message.split(/ at line |\n/)[0]!, 'YAML', error);
    }
    // A key may be called __proto__; prototypes are left alone.
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof Error && error.name === 'GtkError') throw error;
    throw fault('the whole file', (error as Error).message, 'YAML', error);
  }
}

/** Options of all steps; those that are true or false as such. @throws GTK_RNA_CONFIG */
function stepsOf(file: Fields, env: LoadOptions['env']): Record<string, StepOptions> {
  const steps = file.map('steps');
  const options: Record<string, StepOptions> = Object.fromEntries(
    steps.keys.map((name) => {
      const step = steps.map(name);
      const flags = stepFlags
        .map((key) => [key, step.flag(key)] as const)
        .filter(([, flag]) => flag !== undefined);
      return [name, { ...step.values, ...Object.fromEntries(flags) }];
    }),
  );
  return env.NCBI_EMAIL
    ? { ...options, metadata: { ...options.metadata, entrez_email: env.NCBI_EMAIL } }
    : options;
}

/** The table of the work folder, the one that another tool filtered, or that of OUT. */
function metadataFile(workDir: string, out: string): string {
  const files = [
    path.join(workDir, 'metadata', 'metadata.tsv'),
    path.join(workDir, 'metadata', 'metadata.filtered.tissue.tsv'),
    path.join(out, 'metadata', 'metadata.tsv'),
  ];
  return files.find((candidate) => existsSync(candidate)) ?? files[0]!;
}

/** @throws GTK_ENVIRONMENT_VALUE */
function threadsOf({ AK_THREADS: text }: LoadOptions['env']): number | undefined {
  if (!text) return undefined;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw gtkError('GTK_ENVIRONMENT_VALUE', {
    variable: 'AK_THREADS',
    found: text,
    expected: 'a whole number of at least 1',
  });
}

function given(retry: Record<string, number | undefined>): SpeciesConfig['retry'] {
  return Object.fromEntries(Object.entries(retry).filter(([, value]) => value !== undefined));
}
