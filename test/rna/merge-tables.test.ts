import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { Layout } from '../../src/rna/layout.js';
import { requireTool } from '../agreement/tools.js';
import { duckQuery } from '../h5ad/duck-query.js';
import { temporaryFolder, testData } from '../run-gtk.js';
import {
  merge,
  merged,
  numbersOf,
  pandas,
  python,
  type TargetRow,
  writeMetadata,
  writeResult,
} from './merge-setup.js';

const measures = ['eff_length', 'est_counts', 'tpm'];

/** Targets t0.1, t1.1, …: counts and abundances of many sizes, zeros, columns of integers alone. */
function randomTargets(seed: number, count: number): TargetRow[] {
  const whole = seed % 3 === 0;
  const value = fc.oneof(
    fc.constant('0'),
    fc.integer({ min: 0, max: 99999 }).map(String),
    ...(whole
      ? []
      : [fc.double({ min: 1e-9, max: 1e7, noNaN: true }).map((x) => `${Number(x.toPrecision(6))}`)]),
  );
  const rows = fc.sample(fc.tuple(value, value), { numRuns: count, seed });
  const lengths = fc.sample(fc.double({ min: 20, max: 9000, noNaN: true }), { numRuns: count, seed });
  return rows.map(([counts, tpm], i) => {
    const length = whole ? `${Math.round(lengths[i]!)}` : lengths[i]!.toPrecision(6);
    // The last gene has no abundance in any run, the one before in some.
    const isSilent = i >= count - 4 || (i >= count - 8 && seed % 2 === 0);
    return [`t${i}.1`, length, i === 0 ? '5' : isSilent ? '0' : counts, isSilent ? '0' : tpm] as const;
  });
}

const runs = ['SRR3', 'SRR1', 'SRR2', 'ERR7', 'my run'];
const experiments = ['SRX1', 'SRX2', 'SRX1', '', 'SRX2'];
const targetCount = 400;
/** Four targets a gene; the first has none. */
const geneOf = Object.fromEntries(
  Array.from({ length: targetCount - 1 }, (_, i) => [`t${i + 1}.1`, `gene${(i + 1) >> 2}`]),
);

describe.skipIf(!python)('tables are those of pandas', () => {
  const folder = temporaryFolder();
  const layout = new Layout(path.join(folder, 'a söt folder'));
  const theirs = path.join(folder, 'pandas');
  const species = 'Genus_species';
  const own = (name: string) => merged(layout, species, `${species}_${name}.tsv`);
  const pandasText = (name: string) => readFileSync(path.join(theirs, `${name}.tsv`), 'utf8');

  beforeAll(async () => {
    const files = runs.map((run, i) => writeResult(layout, run, randomTargets(i, targetCount)));
    writeMetadata(
      layout,
      runs.map((run, i) => ({ run, experiment: experiments[i]! })),
    );
    const tx2gene = path.join(folder, 'tx2gene.tsv');
    // Without versions, as the annotation of Ensembl has them.
    const lines = Object.entries(geneOf).map(([target, gene]) => `${target.replace(/\.1$/, '')}\t${gene}\n`);
    writeFileSync(tx2gene, `transcript_id\tgene_id\n${lines.join('')}`);
    await merge(layout, { tx2gene, by: 'experiment', formats: ['tsv', 'parquet'] });
    pandas({
      out: theirs,
      runs: Object.fromEntries(runs.map((run, i) => [run, files[i]!])),
      groups: Object.fromEntries(runs.map((run, i) => [run, experiments[i] || run])),
      tx2gene: geneOf,
    });
  });

  test.each(measures)('%s of runs, byte for byte', (measure) => {
    expect(own(measure)).toBe(pandasText(measure));
    expect(own(measure).split('\n')).toHaveLength(targetCount + 2);
  });

  test('columns of integers have no points, others have one in every number', () => {
    const { header } = numbersOf(own('est_counts'));
    const [, ...rows] = own('est_counts')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    const cells = (run: string) => rows.map((row) => row[header.indexOf(run)]!);
    expect(cells('SRR3').every((cell) => /^\d+$/.test(cell))).toBe(true);
    expect(cells('SRR1').every((cell) => /[.e]/.test(cell))).toBe(true);
    expect(cells('SRR1')).toContain('0.0');
  });

  test.each([
    ...measures.map((measure) => [`gene_${measure}`, `gene_${measure}`]),
    ...measures.map((measure) => [`experiment_${measure}`, `group_${measure}`]),
    ...measures.map((measure) => [`experiment_gene_${measure}`, `group_gene_${measure}`]),
  ])('%s', (ownName, name) => {
    const [ours, other] = [numbersOf(own(ownName!)), numbersOf(pandasText(name!))];
    expect(ours.header).toEqual(other.header);
    expect(ours.ids).toEqual(other.ids);
    expect(ours.ids.length).toBeGreaterThan(90);
    ours.numbers.forEach((row, i) => {
      row.forEach((value, c) => {
        const expected = other.numbers[i]![c]!;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
      });
    });
  });

  test('a run that is alone in its experiment stays as it is', () => {
    const column = (name: string) => {
      const { header, numbers } = numbersOf(own(name));
      return numbers.map((row) => row[header.indexOf('ERR7') - 1]);
    };
    expect(column('experiment_tpm')).toEqual(column('tpm'));
  });

  test('Parquet has the same numbers', async () => {
    const file = path.join(layout.mergeFolder(species), `${species}_tpm.parquet`);
    const rows = await duckQuery(`SELECT * FROM '${file.replaceAll("'", "''")}'`);
    const { header, ids, numbers } = numbersOf(own('tpm'));
    expect(rows.map((row) => row.target_id)).toEqual(ids);
    expect(rows.map((row) => header.slice(1).map((run) => row[run]))).toEqual(numbers);
  });

  test('nothing else is left', () => {
    const names = ['', 'experiment_'].flatMap((infix) =>
      ['', 'gene_'].flatMap((level) => measures.map((measure) => `${infix}${level}${measure}`)),
    );
    const tables = names.flatMap((name) => [`${species}_${name}.tsv`, `${species}_${name}.parquet`]);
    const expected = [...tables, `${species}_quant_model.tsv`].sort();
    expect(readdirSync(layout.mergeFolder(species)).sort()).toEqual(expected);
    expect(readdirSync(layout.out).sort()).toEqual(['merge', 'metadata', 'quant']);
  });
});

describe('which runs are merged', () => {
  const targets: TargetRow[] = [
    ['a', '800', '4', '1.5'],
    ['b', '800', '0', '0'],
  ];

  test('all that are not excluded and have a valid result, in the order of the metadata', async () => {
    const layout = new Layout(path.join(temporaryFolder(), 'out'));
    for (const run of ['R1', 'R2', 'R4', 'R5', 'R6']) writeResult(layout, run, targets);
    // A table as a full disk leaves it.
    appendFileSync(layout.abundance('R6'), 'c\t1000');
    // As kallisto itself names its files.
    writeResult(layout, 'plain', targets);
    const plain = layout.quantFolder('plain');
    for (const name of ['abundance.tsv', 'run_info.json'])
      renameSync(path.join(plain, `plain_${name}`), path.join(plain, name));
    writeMetadata(layout, [
      { run: 'R5', exclusion: 'low_mapping_rate' },
      { run: 'R2' },
      { run: 'plain', scientific_name: 'Other species' },
      { run: 'R3' },
      { run: 'R1' },
      { run: 'R6' },
      { run: 'R4', is_sampled: 'no' },
      { run: 'R9', scientific_name: 'Third species' },
      { run: 'R8', scientific_name: 'Fourth species', exclusion: 'yes' },
    ]);
    const result = await merge(layout);
    expect(result.species).toEqual([
      { species: 'Genus_species', runs: 3, missing: ['R3', 'R6'], targets: 2 },
      { species: 'Other_species', runs: 1, missing: [], targets: 2 },
    ]);
    expect(result.failures.map(({ code, message }) => [code, message])).toEqual([
      ['GTK_RNA_NO_RESULT', expect.stringContaining('Third_species')],
    ]);
    const text = merged(layout, 'Genus_species', 'Genus_species_est_counts.tsv');
    expect(text).toBe('target_id\tR2\tR1\tR4\na\t4\t4\t4\nb\t0\t0\t0\n');
    expect(merged(layout, 'Genus_species', 'Genus_species_quant_model.tsv')).toBe(
      'run\tbackend\tlength_model\nR2\tkallisto\teffective\nR1\tkallisto\teffective\nR4\tkallisto\teffective\n',
    );
    expect(existsSync(layout.mergeFolder('Third_species'))).toBe(false);
    expect(existsSync(layout.mergeFolder('Fourth_species'))).toBe(false);
  });

  test.each<[string, TargetRow[], string]>([
    ['another target', [targets[0]!, ['c', '800', '1', '1']], 'target 2 of R2 is c, expected b as in R1'],
    ['another order', [targets[1]!, targets[0]!], 'target 1 of R2 is b, expected a as in R1'],
    ['one less', [targets[0]!], 'target 2 of R2 is the end, expected b as in R1'],
    ['one more', [...targets, ['c', '800', '1', '1']], 'target 3 of R2 is c, expected the end as in R1'],
  ])('%s than in the first run is an error that names both', async (_, other, problem) => {
    const layout = new Layout(path.join(temporaryFolder(), 'out'));
    writeResult(layout, 'R1', targets);
    writeResult(layout, 'R2', other);
    const alone = [{ run: 'R1' }, { run: 'R2' }];
    writeMetadata(layout, alone);
    await expect(merge(layout)).rejects.toMatchObject({
      code: 'GTK_RNA_TARGETS_DIFFER',
      exitStatus: 3,
      message: expect.stringContaining(problem),
    });
    expect(existsSync(layout.mergeFolder())).toBe(false);
    // Other species are merged all the same.
    writeResult(layout, 'R3', targets);
    writeMetadata(layout, [...alone, { run: 'R3', scientific_name: 'Other species' }]);
    const { species, failures } = await merge(layout);
    expect(species.map(({ species }) => species)).toEqual(['Other_species']);
    expect(failures.map(({ code }) => code)).toEqual(['GTK_RNA_TARGETS_DIFFER']);
    expect(existsSync(layout.mergeFolder('Genus_species'))).toBe(false);
  });

  test('without any result, nothing is written', async () => {
    const layout = new Layout(path.join(temporaryFolder(), 'out'));
    writeMetadata(layout, [{ run: 'R1' }, { run: 'R2' }]);
    await expect(merge(layout)).rejects.toMatchObject({ code: 'GTK_RNA_NO_RESULT', exitStatus: 1 });
    expect(readdirSync(layout.out)).toEqual(['metadata']);
  });

  test('runs of one biosample are taken together', async () => {
    const layout = new Layout(path.join(temporaryFolder(), 'out'));
    for (const run of ['R1', 'R2', 'R3']) writeResult(layout, run, targets);
    writeMetadata(layout, [
      { run: 'R1', biosample: 'SAMN1' },
      { run: 'R2', sra_sample: 'SRS2' },
      { run: 'R3', biosample: 'SAMN1', sra_sample: 'SRS1' },
    ]);
    await merge(layout, { by: 'sample' });
    expect(merged(layout, 'Genus_species', 'Genus_species_sample_est_counts.tsv')).toBe(
      'target_id\tSAMN1\tSRS2\na\t8\t4\nb\t0\t0\n',
    );
    expect(numbersOf(merged(layout, 'Genus_species', 'Genus_species_sample_tpm.tsv')).numbers).toEqual([
      [1e6, 1.5],
      [0, 0],
    ]);
  });
});

const kallisto = requireTool('kallisto');

describe.skipIf(!kallisto || !python)('real results', () => {
  test('of single and paired reads are merged as by pandas, with the genes that headers tell', async () => {
    const folder = temporaryFolder();
    const layout = new Layout(path.join(folder, 'out'));
    const [index, theirs] = [path.join(folder, 'index'), path.join(folder, 'pandas')];
    const data = (name: string) => testData(`rna/kallisto-examples/${name}`);
    const quiet = { stdio: 'ignore' } as const;
    execFileSync(kallisto!, ['index', '-i', index, data('transcripts.fasta.gz')], { ...quiet, cwd: folder });
    const [first, second] = [data('reads_1.fastq.gz'), data('reads_2.fastq.gz')];
    const orders = { P1: [first, second], S1: ['--single', '-l', '200', '-s', '20', first] };
    for (const [run, args] of Object.entries(orders)) {
      const stage = path.join(folder, run);
      execFileSync(kallisto!, ['quant', '-i', index, '-o', stage, ...args], quiet);
      mkdirSync(layout.quantFolder(run), { recursive: true });
      writeFileSync(layout.abundance(run), readFileSync(path.join(stage, 'abundance.tsv')));
      writeFileSync(layout.runInfo(run), readFileSync(path.join(stage, 'run_info.json')));
    }
    const ids = execFileSync('zcat', [data('transcripts.fasta.gz')], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.startsWith('>'))
      .map((line) => line.slice(1).split(/\s/)[0]!);
    expect(ids).toHaveLength(14);
    const tx2gene = Object.fromEntries(ids.map((id, i) => [id, `ENSG${i % 3}`]));
    mkdirSync(path.join(layout.out, 'fasta'));
    const headers = ids.map((id) => `>${id} cdna chromosome:1 gene:${tx2gene[id]} gene_symbol:X\nACGT\n`);
    writeFileSync(path.join(layout.out, 'fasta', 'Homo_sapiens.fa'), headers.join(''));
    writeMetadata(layout, [
      { run: 'S1', scientific_name: 'Homo sapiens', lib_layout: 'single' },
      { run: 'P1', scientific_name: 'Homo sapiens' },
    ]);
    expect((await merge(layout)).species).toMatchObject([{ runs: 2, targets: 14, genes: 3, withoutGene: 0 }]);
    pandas({ out: theirs, runs: { S1: layout.abundance('S1'), P1: layout.abundance('P1') }, tx2gene });
    for (const measure of measures) {
      const table = (name: string) => merged(layout, 'Homo_sapiens', `Homo_sapiens_${name}.tsv`);
      const pandasText = (name: string) => readFileSync(path.join(theirs, `${name}.tsv`), 'utf8');
      expect(table(measure)).toBe(pandasText(measure));
      const [ours, other] = [`gene_${measure}`].flatMap((name) => [
        numbersOf(table(name)),
        numbersOf(pandasText(name)),
      ]);
      expect(ours!.ids).toEqual(other!.ids);
      expect(ours!.numbers.flat()).toHaveLength(6);
      ours!.numbers.flat().forEach((value, i) => {
        expect(value).toBeCloseTo(other!.numbers.flat()[i]!, 6);
      });
    }
  });
});
