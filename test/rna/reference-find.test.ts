import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { GtkError } from '../../src/errors.js';
import { findReference, referenceStem } from '../../src/rna/reference/find-reference.js';
import { temporaryFolder } from '../run-gtk.js';

/** A folder with empty files of these names. */
function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) writeFileSync(path.join(folder, name), '');
  return folder;
}

const find = (folders: string[], transcriptome?: string) =>
  findReference({ fastaFolders: folders, transcriptome }, 'Mus_musculus');

function refusal(folders: string[], transcriptome?: string): GtkError {
  try {
    find(folders, transcriptome);
  } catch (error) {
    if (error instanceof GtkError) return error;
    throw error;
  }
  throw new Error('it was found');
}

describe('the reference of a species', () => {
  test.each([
    ['Mus_musculus.fa'],
    ['Mus_musculus.fa.gz'],
    ['Mus_musculus.fasta'],
    ['Mus_musculus.fasta.gz'],
    ['Mus_musculus_GRCm39.cdna.fa.gz'],
    ['Mus_musculus_for_kallisto_index.fasta'],
    // Among files that are not its own.
    ['Mus_musculus.fa', 'Mus_spretus.fa', 'mus_musculus.fa', 'Mus_musculus.fq', 'Mus_musculus.fa.bak'],
    // Plain before gzipped, and alone before those whose names go on.
    ['Mus_musculus.fa', 'Mus_musculus.fa.gz'],
    ['Mus_musculus.fa.gz', 'Mus_musculus_domesticus.fa.gz', 'Mus_musculus_castaneus.fa.gz'],
    ['Mus_musculus_for_kallisto_index.fa', 'Mus_musculus_domesticus.fa.gz'],
    ['Mus_musculus_1.fa', 'Mus_musculus_1.fa.gz'],
  ])('is the first of %s %s %s', (...names) => {
    const folder = folderWith(...names);
    expect(find([folder])).toBe(path.join(folder, names[0]!));
  });

  test.each([
    [['Mus_musculus.fa', 'Mus_musculus.fasta']],
    [['Mus_musculus.fa.gz', 'Mus_musculus_for_kallisto_index.fa.gz']],
    [['Mus_musculus_1.fa', 'Mus_musculus_2.fa.gz']],
  ])('is refused where there are several: %j', (names) => {
    const folder = folderWith(...names);
    const { code, message, exitStatus } = refusal([folder]);
    expect([code, exitStatus]).toEqual(['GTK_RNA_REFERENCE', 3]);
    const listed = names.map((name) => path.join(folder, name)).join(', ');
    expect(message).toBe(`There are several references of Mus_musculus, expected one: ${listed}`);
  });

  test('is looked for in all folders in turn, then where the configuration says', () => {
    const [empty, full] = [folderWith(), folderWith('Mus_musculus.fa')];
    const elsewhere = path.join(folderWith('GCF_000001635.27_rna.fna.gz'), 'GCF_000001635.27_rna.fna.gz');
    expect(find(['/nowhere', empty, full], elsewhere)).toBe(path.join(full, 'Mus_musculus.fa'));
    expect(find(['/nowhere', empty], elsewhere)).toBe(elsewhere);
    const { code, message } = refusal(['/nowhere', empty], '/nowhere/rna.fna');
    expect(code).toBe('GTK_RNA_REFERENCE');
    expect(message).toContain(`in /nowhere, ${empty}, /nowhere/rna.fna`);
  });

  test('is a file, or a link to one', () => {
    const folder = folderWith();
    mkdirSync(path.join(folder, 'Mus_musculus.fa'));
    expect(refusal([folder]).code).toBe('GTK_RNA_REFERENCE');
    symlinkSync(path.join(folderWith('x.fa'), 'x.fa'), path.join(folder, 'Mus_musculus.fasta'));
    expect(find([folder])).toBe(path.join(folder, 'Mus_musculus.fasta'));
  });
});

test('names of references tell what is indexed', () => {
  const stems = ['a.b.fa.gz', 'X_for_kallisto_index.fasta', '_for_kallisto_index.fa', '.fa', 'a.txt', 'a.gz'];
  expect(stems.map(referenceStem)).toEqual([
    'a.b',
    'X',
    '_for_kallisto_index',
    undefined,
    undefined,
    undefined,
  ]);
});
