/** Which versions of the programs are at work. */
import type { ProgramName } from '../../tools/catalogue.js';
import { findProgram, programVersion } from '../../tools/find.js';
import type { SpeciesConfig } from '../species.js';
import type { Workshop } from '../workshop.js';

const dumpPrograms = ['fasterq-dump', 'parallel-fastq-dump'] as const;

/**
 * Versions by program, of those that will be at work.
 *
 * @throws GTK_MISSING_TOOL if the one that quantifies is not there
 */
export async function toolVersions(
  { program, rules }: Pick<Workshop, 'program' | 'rules'>,
  configs: readonly Pick<SpeciesConfig, 'fastp' | 'parallelDump'>[],
): Promise<Record<string, string>> {
  program(rules.engine);
  const dumps = new Set(configs.map(({ parallelDump }) => dumpPrograms[parallelDump ? 1 : 0]!));
  const names: ProgramName[] = [
    rules.engine,
    ...(rules.skipDownload ? [] : dumps),
    ...(configs.some(({ fastp }) => fastp) ? (['fastp'] as const) : []),
  ];
  const versions = names.map(async (name) => {
    const file = findProgram(name);
    return file === undefined ? [] : [[name, (await programVersion(name, file)) ?? 'unknown'] as const];
  });
  return Object.fromEntries((await Promise.all(versions)).flat());
}
