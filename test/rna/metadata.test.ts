import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { standardColumns } from '../../src/rna/metadata/columns.js';
import { type MetadataRules, readMetadata } from '../../src/rna/metadata/read.js';
import { temporaryFolder } from '../run-gtk.js';
import { python } from './merge-setup.js';

const folder = temporaryFolder();
let tables = 0;

type Row = Record<string, string>;

const usual: Row = {
  scientific_name: 'Mus musculus',
  is_sampled: 'yes',
  exclusion: 'no',
  lib_layout: 'paired',
  total_spots: '10000',
  total_bases: '1520000',
  spot_length: '152',
};

/** The text of a table of these rows, each on top of the usual one. */
function textOf(rows: Row[], without: string[] = []): string {
  const full = rows.map((row, i) => ({ ...usual, run: `SRR${i + 1}`, ...row }) as Row);
  const header = [...new Set(full.flatMap((row) => Object.keys(row)))].filter(
    (name) => !without.includes(name),
  );
  return `${[header, ...full.map((row) => header.map((name) => row[name] ?? ''))].map((line) => line.join('\t')).join('\n')}\n`;
}

function readText(text: string | Buffer, rules: MetadataRules = {}) {
  tables += 1;
  const file = path.join(folder, `${tables}.tsv`);
  writeFileSync(file, text);
  return readMetadata(file, rules);
}

const read = (...rows: Row[]) => readText(textOf(rows)).samples;
const readOne = (row: Row) => read(row)[0]!;
const problem = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    expect(error).toMatchObject({ code: 'GTK_RNA_METADATA', exitStatus: 3 });
    return (error as Error).message.replace(/^.*\.tsv, /, '');
  }
  return 'accepted';
};

describe('A row of the metadata', () => {
  it('becomes a sample', () => {
    const row = {
      run: ' SRR6357070 ',
      scientific_name: 'Saccharomyces  cerevisiae',
      lib_layout: 'PAIRED',
      total_spots: '100.0',
      size: '1234',
      experiment: 'SRX3457420',
      AWS_Link: 'https://sra-pub-run-odp.s3.amazonaws.com/sra/SRR6357070/SRR6357070',
      fastq_ftp: 'ftp://ftp.sra.ebi.ac.uk/vol1/a_1.fastq.gz;ftp.sra.ebi.ac.uk/vol1/a_2.fastq.gz',
      fastq_md5: `${'a'.repeat(32)};${'B'.repeat(32)}`,
      fastq_bytes: '10;20',
    };
    expect(readOne(row)).toEqual({
      run: 'SRR6357070',
      species: 'Saccharomyces_cerevisiae',
      layout: 'paired',
      totalSpots: 100,
      totalBases: 1_520_000,
      spotLength: 152,
      fragmentLength: 200,
      size: 1234,
      experiment: 'SRX3457420',
      links: { aws: row.AWS_Link },
      archive: {
        files: [
          {
            address: 'ftp.sra.ebi.ac.uk/vol1/a_1.fastq.gz',
            name: 'a_1.fastq.gz',
            md5: 'a'.repeat(32),
            bytes: 10,
          },
          {
            address: 'ftp.sra.ebi.ac.uk/vol1/a_2.fastq.gz',
            name: 'a_2.fastq.gz',
            md5: 'b'.repeat(32),
            bytes: 20,
          },
        ],
        md5s: ['a'.repeat(32), 'b'.repeat(32)],
      },
      privateFiles: undefined,
      excluded: undefined,
      row: 0,
    });
  });

  it('keeps checksums apart from the files where there are fewer of them', () => {
    const fastq_ftp = 'h/v/a.fastq.gz;h/v/a_1.fastq.gz;h/v/a_2.fastq.gz';
    const { archive } = readOne({
      fastq_ftp,
      fastq_md5: `${'1'.repeat(32)};${'2'.repeat(32)}`,
      fastq_bytes: '1;2;3',
    });
    expect(archive!.files.map(({ name, md5, bytes }) => [name, md5, bytes])).toEqual([
      ['a.fastq.gz', undefined, 1],
      ['a_1.fastq.gz', undefined, 2],
      ['a_2.fastq.gz', undefined, 3],
    ]);
    expect(archive!.md5s).toEqual(['1'.repeat(32), '2'.repeat(32)]);
  });

  it.each([
    [{ spot_length: '' }, 152],
    [{ spot_length: '0' }, 152],
    [{ spot_length: '-1', total_bases: '755000' }, 75.5],
    [{ spot_length: '99.0' }, 99],
    [{ spot_length: 'NA', total_spots: '1000.0', total_bases: '150000.0' }, 150],
  ])('takes spots of %j to have %d bases', (row, length) => {
    expect(readOne(row).spotLength).toBe(length);
  });

  it.each([
    ['', 200],
    ['0', 200],
    ['-5', 200],
    ['150', 200],
    ['199.9', 200],
    ['250.0', 250],
    ['nan', 200],
  ])('takes a nominal_length of %j for fragments of %d bases', (nominal_length, length) => {
    expect(readOne({ nominal_length }).fragmentLength).toBe(length);
  });

  it('has the layout that layout_amalgkit tells', () => {
    const rows = read(
      { layout_amalgkit: 'Single' },
      { layout_amalgkit: '' },
      { layout_amalgkit: 'NA', lib_layout: 'single' },
    );
    expect(rows.map(({ layout }) => layout)).toEqual(['single', 'paired', 'single']);
  });

  it('finds files of the user, from the root, its own folder or anywhere', () => {
    const text = textOf([
      { private_file: 'yes', read1_path: 'reads/a_1.fq.gz', read2_path: '/data/a_2.fq.gz' },
      { private_file: 'YES', read1_path: '~/b.fq', lib_layout: 'single' },
      { private_file: 'no', read1_path: 'x' },
      { private_file: 'yes', read1_path: '/only.fq' },
    ]);
    expect(readText(text, { root: '/project' }).samples.map(({ privateFiles }) => privateFiles)).toEqual([
      ['/project/reads/a_1.fq.gz', '/data/a_2.fq.gz'],
      [`${process.env.HOME}/b.fq`],
      undefined,
      ['/only.fq'],
    ]);
  });
});

describe('A row is excluded', () => {
  it('unless its exclusion is no', () => {
    const rows = read(
      { exclusion: 'no' },
      { exclusion: 'low_nspots' },
      { exclusion: '' },
      { exclusion: 'No' },
    );
    expect(rows.map(({ excluded }) => excluded)).toEqual([
      undefined,
      'exclusion: low_nspots',
      'exclusion: empty',
      undefined,
    ]);
  });

  it('unless it is sampled', () => {
    const rows = read({ is_sampled: 'yes' }, { is_sampled: 'NO' }, { is_sampled: '' });
    expect(rows.map(({ excluded }) => excluded)).toEqual([undefined, 'not sampled', 'not sampled']);
  });

  it('by neither column where it is empty in all rows, or not there', () => {
    const empty = { exclusion: '', is_sampled: '' };
    expect(read(empty, empty).map(({ excluded }) => excluded)).toEqual([undefined, undefined]);
    expect(
      read({ is_sampled: '' }, { is_sampled: '', exclusion: 'x' }).map(({ excluded }) => excluded),
    ).toEqual([undefined, 'exclusion: x']);
    const { samples } = readText(textOf([{}, {}], ['exclusion', 'is_sampled']));
    expect(samples.map(({ excluded }) => excluded)).toEqual([undefined, undefined]);
  });

  it('without tissue, where one is required', () => {
    const text = textOf([{ tissue: 'brain' }, { tissue: '' }, { tissue: 'NA' }]);
    expect(readText(text).samples.map(({ excluded }) => excluded)).toEqual([undefined, undefined, undefined]);
    expect(readText(text, { requireTissue: true }).samples.map(({ excluded }) => excluded)).toEqual([
      undefined,
      'no tissue',
      'no tissue',
    ]);
  });

  it.each<Row>([
    { platform: 'OXFORD_NANOPORE' },
    { platform: 'PACBIO_SMRT' },
    { instrument: 'MinION' },
    { instrument: 'PacBio RS II' },
    { spot_length: '1000' },
    { spot_length: '', total_bases: '10000000' },
  ])('as long reads with %j', (row) => {
    expect(readOne(row).excluded).toBe('long-read');
  });

  it('and then need not be right', () => {
    const rows = read({ exclusion: 'bad', lib_layout: '', total_spots: '0', scientific_name: '' }, {});
    expect(rows.map(({ excluded }) => excluded)).toEqual(['exclusion: bad', undefined]);
  });

  it('and is still of its species', () => {
    const rows = read(
      { is_sampled: 'no', scientific_name: 'Canis sp. X-1' },
      { exclusion: 'x', species_token: 'dog' },
      { exclusion: 'x', scientific_name: 'Bos/Bison' },
      {},
    );
    expect(rows.map(({ species }) => species)).toEqual(['Canis_sp._X-1', 'dog', 'Bos_Bison', 'Mus_musculus']);
  });

  it.each<Row>([
    { platform: 'ILLUMINA', instrument: 'Illumina NovaSeq 6000', spot_length: '602' },
    { spot_length: '999' },
  ])('not with %j', (row) => {
    expect(readOne(row).excluded).toBeUndefined();
  });
});

describe('A table is refused', () => {
  it.each([
    [
      [{}, { run: '' }],
      'line 3, column run: found nothing, expected the name of a run, which can name a file',
    ],
    [[{ run: 'NA' }], 'line 2, column run: found nothing, expected the name of a run, which can name a file'],
    [[{}, { run: 'SRR1' }], 'line 3, column run: found SRR1 a second time, expected it once, as on line 2'],
    [[{ lib_layout: 'both' }], 'line 2, column lib_layout: found "both", expected paired or single'],
    [[{ layout_amalgkit: 'x' }], 'line 2, column layout_amalgkit: found "x", expected paired or single'],
    [[{ total_spots: '0' }], 'line 2, column total_spots: found "0", expected a whole number above 0'],
    [[{ total_spots: '' }], 'line 2, column total_spots: found nothing, expected a whole number above 0'],
    [[{ total_spots: '1.5' }], 'line 2, column total_spots: found "1.5", expected a whole number above 0'],
    [[{ total_spots: '0x10' }], 'line 2, column total_spots: found "0x10", expected a number'],
    [
      [{ spot_length: '', total_bases: '' }],
      'line 2, column spot_length: found nothing, expected the bases of a spot, here or as total_bases',
    ],
    [[{ nominal_length: 'long' }], 'line 2, column nominal_length: found "long", expected a number'],
    [[{ is_sampled: 'maybe' }], 'line 2, column is_sampled: found "maybe", expected yes or no'],
    [[{ private_file: 'perhaps' }], 'line 2, column private_file: found "perhaps", expected yes or no'],
    [
      [{ private_file: 'yes' }],
      'line 2, column read1_path: found nothing, expected the path of the FASTQ file',
    ],
    [
      [{ private_file: 'yes', read1_path: '/a', read2_path: '/a' }],
      'line 2, column read2_path: found the same file as in read1_path, expected that of the other mates',
    ],
    [
      [{ private_file: 'yes', lib_layout: 'single', read1_path: '/a', read2_path: '/b' }],
      'line 2, column read2_path: found "/b", expected nothing, for the library is single',
    ],
    [
      [{ scientific_name: 'Please add in format: Genus species' }],
      'line 2, column scientific_name: found the text that stands for a name, expected the name of a species',
    ],
    [
      [{ species_token: 'a b' }],
      'line 2, column species_token: found "a b", expected letters, digits, dot, underscore and hyphen',
    ],
    [
      [{ species_token: 'Mouse' }, { species_token: 'mouse', scientific_name: 'Mus spretus' }],
      'line 3, column scientific_name: found "Mus spretus", whose folder mouse is that of "Mus musculus", expected a folder for each species: fill species_token',
    ],
    [
      [{ fastq_ftp: 'h/../x' }],
      `line 2, column fastq_ftp: found "h/../x", expected addresses as in ENA's file report`,
    ],
  ])('for %j', (rows, sentence) => {
    expect(problem(() => read(...(rows as Row[])))).toBe(sentence);
  });

  it.each(['../SRR1', 'a/b', 'a\\b', '.hidden', '..', 'a..b', 'a\u0007b', 'x'.repeat(201)])(
    'for a run or species called %j',
    (name) => {
      expect(problem(() => read({ run: name }))).toContain('column run');
      expect(problem(() => read({ scientific_name: name }))).toContain('column scientific_name');
    },
  );

  it.each(['run', 'scientific_name', 'total_spots', 'lib_layout'])('without the column %s', (name) => {
    expect(problem(() => readText(textOf([{}], [name])))).toBe(
      `line 1: found no column ${name}, expected it among the names of columns`,
    );
  });

  it('that is empty, has an open quote, too many values in a row, or another encoding', () => {
    expect(problem(() => readText(''))).toBe('line 1: found nothing, expected names of columns');
    expect(problem(() => readText(`${textOf([{}])}"x\n`))).toContain(
      'line 3: found a quote that is never closed',
    );
    expect(problem(() => readText(textOf([{ run: 'a\tb' }])))).toContain(
      'line 2: found 9 columns, expected 8',
    );
    expect(problem(() => readText(Buffer.from(textOf([{ tissue: 'è' }]), 'latin1')))).toContain('no UTF-8');
  });

  it('that is not there, with how to make one', () => {
    expect(() => readMetadata(path.join(folder, 'none.tsv'))).toThrow(
      expect.objectContaining({ code: 'GTK_RNA_NO_METADATA', exitStatus: 3 }),
    );
  });
});

describe('Rows of a table', () => {
  const title = '"Ants: ""queens""\nand\tworkers"';
  const rows = textOf([{ study_title: title }, { study_title: 'say "x"' }, { study_title: '' }]);

  it('are given byte for byte, in any choice', () => {
    const { textOf: choose, samples } = readText(rows);
    expect(samples).toHaveLength(3);
    expect(choose([0, 1, 2])).toBe(rows);
    const [header, ...lines] = rows.split('\n');
    // The title of the first row has a line end.
    expect(choose([2, 0])).toBe(`${[header, lines[3], lines[0], lines[1]].join('\n')}\n`);
    expect(choose([])).toBe(`${header}\n`);
  });

  it('end in a line end even where the file does not, and keep CR LF and byte order mark', () => {
    expect(readText(rows.trimEnd()).textOf([0, 1, 2]).endsWith('\n')).toBe(true);
    const dos = `\ufeff${textOf([{}, {}]).replaceAll('\n', '\r\n')}`;
    const { textOf: choose, samples, header } = readText(dos);
    expect(header[0]).toBe('scientific_name');
    expect(samples.map(({ spotLength }) => spotLength)).toEqual([152, 152]);
    expect(choose([0, 1])).toBe(dos);
  });

  it.skipIf(!python)('are those that pandas sees', () => {
    const { file, samples } = readText(rows);
    const script = `
import pandas, sys
table = pandas.read_csv(sys.argv[1], sep='\\t')
print(table[['run', 'total_spots', 'study_title']].fillna('').to_json(orient='values'))`;
    const seen = JSON.parse(execFileSync(python!, ['-c', script, file], { encoding: 'utf8' })) as unknown[][];
    expect(seen.map(([run, spots]) => [run, spots])).toEqual(
      samples.map(({ run, totalSpots }) => [run, totalSpots]),
    );
    expect(seen[0]![2]).toBe('Ants: "queens"\nand\tworkers');
  });
});

it("amalgkit's columns are 51, each once, with the group of samples in second place", () => {
  expect(new Set(standardColumns).size).toBe(51);
  expect(standardColumns.slice(0, 3)).toEqual(['scientific_name', 'sample_group', 'tissue']);
});
