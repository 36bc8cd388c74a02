import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { takeLock } from '../../src/engine/lock.js';
import { Layout } from '../../src/rna/layout.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { merged, type TargetRow, writeMetadata, writeResult } from './merge-setup.js';

const targets: TargetRow[] = [
  ['t1', '800', '4.5', '999000'],
  ['t2', '900', '1', '1000'],
];

function twoSpecies(): { folder: string; layout: Layout } {
  const folder = temporaryFolder();
  const layout = new Layout(path.join(folder, 'out'));
  for (const run of ['R1', 'R2']) writeResult(layout, run, targets);
  writeMetadata(layout, [
    { run: 'R1' },
    { run: 'R2' },
    { run: 'R3' },
    { run: 'R4', scientific_name: 'Other species' },
  ]);
  return { folder, layout };
}

test('gtk rna merge merges what there is and tells what there is not', async () => {
  const { folder, layout } = twoSpecies();
  writeFileSync(path.join(folder, 'genes.csv'), 't1,g1\n');
  const args = ['rna', 'merge', 'out', '--tx2gene', 'genes.csv', '--json'];
  const { status, stdout, stderr } = await gtk(args, { cwd: folder });
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'some failed',
    exit_status: 1,
    folder: layout.mergeFolder(),
    species: [{ species: 'Genus_species', runs: 2, missing: ['R3'], targets: 2, genes: 1, withoutGene: 1 }],
    warnings: ['Genus_species: 1 of 2 targets have no known gene'],
    failures: [{ code: 'GTK_RNA_NO_RESULT' }],
  });
  expect(stderr).toContain('Other_species cannot be merged');
  const table = 'gene_id\tR1\tR2\ng1\t4.5\t4.5\n';
  expect(merged(layout, 'Genus_species', 'Genus_species_gene_est_counts.tsv')).toBe(table);
});

test('a configuration tells where results are', async () => {
  const { folder, layout } = twoSpecies();
  const config = path.join(folder, 'amalgkit_genus.yaml');
  writeFileSync(config, 'work_dir: out\nspecies_list:\n  - Genus_species\n');
  const other = new Layout(path.join(folder, 'elsewhere'));
  mkdirSync(other.out);
  writeMetadata(other, [{ run: 'R2' }]);
  const { status, stdout } = await gtk(
    ['rna', 'merge', '--config', config, '--root', folder, '--metadata', other.metadata],
    { cwd: other.out },
  );
  expect(status).toBe(0);
  expect(stdout).toBe(`Genus_species: 1 runs, 2 targets\n${layout.mergeFolder()}\n`);
  expect(merged(layout, 'Genus_species', 'Genus_species_tpm.tsv')).toBe(
    'target_id\tR2\nt1\t999000\nt2\t1000\n',
  );
});

test('what another gtk is merging is left alone', async () => {
  const { layout } = twoSpecies();
  const unlock = takeLock(path.join(layout.own, 'merge.lock'), layout.mergeFolder());
  const { status, stderr } = await gtk(['rna', 'merge', layout.out]);
  unlock();
  expect(status).toBe(4);
  expect(stderr).toContain(`${process.pid}`);
  expect(existsSync(layout.mergeFolder())).toBe(false);
});

test.each<[string, string[], number, string]>([
  ['no folder', [], 2, 'Missing OUT'],
  ['no metadata', ['.'], 3, 'metadata.tsv'],
  ['genes of other targets', ['out', '--tx2gene', 'other.tsv'], 3, 'none of the 2 targets'],
  ['genes that must be known', ['out', '--gene-level', 'yes'], 3, 'Genus_species'],
])('%s is refused', async (_, args, expected, problem) => {
  const { folder, layout } = twoSpecies();
  writeFileSync(path.join(folder, 'other.tsv'), 'x1\tg1\n');
  const { status, stderr } = await gtk(['rna', 'merge', ...args], { cwd: folder });
  expect(status).toBe(expected);
  expect(stderr).toContain(problem);
  expect(existsSync(layout.mergeFolder())).toBe(false);
});
