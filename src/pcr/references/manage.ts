/** Adds, lists and removes genomes for the command line. */
import { renameSync } from 'node:fs';
import path from 'node:path';
import type { OptionValues } from '../../engine/command.js';
import type { Live, Outcome } from '../../engine/live.js';
import { gtkError } from '../../errors.js';
import { addReference } from './add.js';
import { addArchive } from './add-archive.js';
import { findReference, listReferences } from './find.js';
import type { Reference } from './reference.js';
import { genomeName, type Registration, whileRegistering } from './registration.js';

/**
 * Does what the command line asks for.
 *
 * @throws GTK_USAGE, GTK_NO_GENOME, and as `addReference` and `addArchive`
 */
export async function manageGenomes(
  values: OptionValues,
  [action = '', name]: string[],
  live: Live,
): Promise<Outcome> {
  const files = values as Record<string, string | undefined>;
  const root = files.genomeDir ?? path.join(files.dataDir!, 'reference');
  const given = ['fasta', 'genes', 'knownSites', 'tar'].filter((option) => files[option] !== undefined);
  if (action !== 'add' && given.length > 0) throw usage(`--${given[0]} is only for add`);
  if (action === 'list') {
    if (name !== undefined) throw usage(`found ${name} behind list, expected nothing`);
    return listed(root);
  }
  if (action !== 'add' && action !== 'remove')
    throw usage(`ACTION: found ${JSON.stringify(action)}, expected add, list or remove`);
  if (name === undefined) throw usage(`NAME: found nothing, expected the name of the genome to ${action}`);
  const notes: string[] = [];
  const registration: Registration = {
    root,
    name: genomeName(name),
    signal: live.signal,
    log: (line) => {
      notes.push(line);
      live.log('info', 'genome', { message: line });
    },
  };
  live.show(() => ({ done: 0, total: 1, words: notes.at(-1) ?? registration.name }));
  return action === 'add' ? add(registration, files, notes) : remove(registration);
}

async function add(
  registration: Registration,
  { fasta, genes, knownSites, tar }: Record<string, string | undefined>,
  notes: readonly string[],
): Promise<Outcome> {
  if ((fasta === undefined) === (tar === undefined)) throw usage('Give either --fasta or --tar');
  if (tar !== undefined && (genes ?? knownSites) !== undefined)
    throw usage('--tar takes no --genes and no --known-sites: they are in the archive');
  const reference =
    tar === undefined
      ? await addReference({
          ...registration,
          fasta: fasta!,
          ...(genes !== undefined && { genes }),
          ...(knownSites !== undefined && { knownSites }),
        })
      : await addArchive({ ...registration, tar });
  const text = `${notes.map((note) => `${note}\n`).join('')}${table([reference])}`;
  return { text, json: { ...summaryOf(reference), notes }, status: 0 };
}

async function remove(registration: Registration): Promise<Outcome> {
  const { root, name } = registration;
  const { folder } = findReference(root, name);
  await whileRegistering(registration, async (aside) => {
    findReference(root, name);
    // Gone at once for everybody who looks for it; then from the disk, with the folder.
    renameSync(folder, path.join(aside, name));
  });
  return { text: `${name} removed\n`, json: { removed: name }, status: 0 };
}

function listed(root: string): Outcome {
  const references = listReferences(root);
  const text = references.length > 0 ? table(references) : `no genome in ${root}\n`;
  return { text, json: { folder: root, genomes: references.map(summaryOf) }, status: 0 };
}

function summaryOf({ name, folder, manifest }: Reference) {
  const { contigs, index, genes, knownSites, createdAt } = manifest;
  const bases = contigs.reduce((sum, { length }) => sum + length, 0);
  return { name, folder, contigs: contigs.length, bases, genes, knownSites, index, createdAt };
}

function table(references: readonly Reference[]): string {
  const rows = references
    .map(summaryOf)
    .map((genome) => [
      genome.name,
      ...[genome.contigs, genome.bases, genome.genes, genome.knownSites].map((count) =>
        count === null ? '-' : count.toLocaleString('en'),
      ),
      `${genome.index.program} ${genome.index.version}`,
      genome.createdAt.slice(0, 10),
    ]);
  const all = [['genome', 'contigs', 'bases', 'genes', 'sites', 'index', 'registered'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const isNumber = (column: number) => column >= 1 && column <= 4;
  const line = (row: string[]) =>
    row.map((cell, i) => (isNumber(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  ');
  return all.map((row) => `${line(row).trimEnd()}\n`).join('');
}

function usage(problem: string) {
  return gtkError('GTK_USAGE', { problem, command: 'gtk pcr genome' });
}
