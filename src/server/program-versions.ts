/** The external programs of the steps, and which of them are there. */
import { jobPrograms } from '../tools/catalogue.js';
import { findProgram, installCommand, programVersion } from '../tools/find.js';

/** A program as it is found now. */
export interface Dependency {
  name: string;
  /** Null where it is not installed. */
  version: string | null;
  needed: boolean;
  purpose: string;
  install: string;
}

/** Asking takes up to a second, and the answer stays the same as long as the file does. */
const versions = new Map<string, Promise<string>>();

export async function findDependencies(): Promise<Dependency[]> {
  return Promise.all(
    jobPrograms.pcr!.map(async ({ program, isNeeded = false, purpose }) => {
      const file = findProgram(program);
      let version: string | null = null;
      if (file !== undefined) {
        const asked = versions.get(file) ?? programVersion(program, file).then((text) => text ?? 'unknown');
        versions.set(file, asked);
        version = await asked;
      }
      return { name: program, version, needed: isNeeded, purpose, install: installCommand([program]) };
    }),
  );
}

/** Programs without which a step cannot start. */
export function missingPrograms(): string[] {
  return jobPrograms
    .pcr!.map(({ program }) => program)
    .filter((program) => program !== FASTER_ALIGNER && findProgram(program) === undefined);
}

/** Where it is missing, bwa does its work. */
const FASTER_ALIGNER = 'bwa-mem2';
