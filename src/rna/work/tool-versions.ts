/** Which versions of the programs are at work. */
import type { ProgramName } from '../../tools/catalogue.js';
import { findProgram, programVersion } from '../../tools/find.js';
import type { Workshop } from '../workshop.js';

/** Programs that are used where they are needed. */
const optional: readonly ProgramName[] = ['fasterq-dump', 'fastp', 'parallel-fastq-dump'];

/**
 * Versions by program, of those that are there.
 *
 * @throws GTK_MISSING_TOOL if the one that quantifies is not
 */
export async function toolVersions({
  program,
  rules,
}: Pick<Workshop, 'program' | 'rules'>): Promise<Record<string, string>> {
  program(rules.engine);
  const names = [rules.engine, ...optional];
  const versions = names.map(async (name) => {
    const file = findProgram(name);
    return file === undefined ? [] : [[name, (await programVersion(name, file)) ?? 'unknown'] as const];
  });
  return Object.fromEntries((await Promise.all(versions)).flat());
}
