/** From the cells of a row to a sample. */
import os from 'node:os';
import path from 'node:path';
import type { ArchiveFiles, LibraryLayout, Sample, SraLinks } from '../sample.js';
import { archiveFiles } from '../sources/archive-files.js';
import { CellFault, isSafeName, numberOf, shown, yesOf } from './cell.js';
import type { ColumnName } from './columns.js';

/** A cell's text by the name of its column; '' where it is missing. */
export type Cells = (column: ColumnName) => string;

/** What decides over a row besides its own cells. */
export interface RowRules {
  /** Of `exclusion` and `is_sampled`, those that are to be heeded. */
  decisive: ReadonlySet<ColumnName>;
  requireTissue: boolean;
  /** Absolute; where relative paths of private files start from. */
  root: string;
}

/** kallisto's fragment length for single reads whose own is unknown or shorter, in bases. */
const LEAST_FRAGMENT_LENGTH = 200;

/** Reads longer on average are not for kallisto and salmon. */
const LONG_READ = 1000;

/**
 * The sample of a row. A row that is excluded is not looked at further than its run.
 *
 * @throws CellFault
 */
export function sampleOf(cells: Cells, rules: RowRules, row: number): Sample {
  const excluded = exclusionOf(cells, rules);
  const sample: Sample = {
    run: runOf(cells('run')),
    species: excluded === undefined ? speciesOf(cells) : anySpeciesOf(cells),
    layout: 'single',
    totalSpots: 0,
    totalBases: undefined,
    spotLength: 0,
    fragmentLength: LEAST_FRAGMENT_LENGTH,
    size: undefined,
    experiment: isSafeName(cells('experiment')) ? cells('experiment') : '',
    links: {},
    archive: undefined,
    privateFiles: undefined,
    excluded,
    row,
  };
  if (excluded !== undefined) return sample;
  sample.layout = layoutOf(cells);
  sample.totalSpots = spotsOf(cells('total_spots'));
  sample.totalBases = numberOf('total_bases', cells('total_bases'));
  sample.spotLength = spotLengthOf(cells, sample);
  sample.fragmentLength = Math.max(
    numberOf('nominal_length', cells('nominal_length')) ?? 0,
    LEAST_FRAGMENT_LENGTH,
  );
  sample.size = numberOf('size', cells('size'));
  sample.links = linksOf(cells);
  sample.archive = archiveOf(cells);
  sample.privateFiles = privateFilesOf(cells, sample.layout, rules.root);
  if (isLongRead(cells, sample.spotLength)) sample.excluded = 'long-read';
  return sample;
}

function runOf(run: string): string {
  if (!isSafeName(run)) throw new CellFault('run', shown(run), 'the name of a run, which can name a file');
  return run;
}

function speciesOf(cells: Cells): string {
  const token = cells('species_token');
  if (token !== '') {
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(token) || !isSafeName(token))
      throw new CellFault('species_token', shown(token), 'letters, digits, dot, underscore and hyphen');
    return token;
  }
  const name = cells('scientific_name');
  if (name === 'Please add in format: Genus species')
    throw new CellFault('scientific_name', 'the text that stands for a name', 'the name of a species');
  const species = name.replace(/\s+/g, '_');
  if (!isSafeName(species))
    throw new CellFault(
      'scientific_name',
      shown(name),
      'the name of a species, which can name a folder; else fill species_token',
    );
  return species;
}

/** As {@link speciesOf}, with another name where that can name no folder. */
function anySpeciesOf(cells: Cells): string {
  try {
    return speciesOf(cells);
  } catch {
    return cells('scientific_name').replace(/\W+/g, '_');
  }
}

function exclusionOf(cells: Cells, { decisive, requireTissue }: RowRules): string | undefined {
  const exclusion = cells('exclusion');
  if (decisive.has('exclusion') && exclusion.toLowerCase() !== 'no')
    return `exclusion: ${exclusion || 'empty'}`;
  if (decisive.has('is_sampled') && !yesOf('is_sampled', cells('is_sampled'))) return 'not sampled';
  if (requireTissue && cells('tissue') === '') return 'no tissue';
  return undefined;
}

function layoutOf(cells: Cells): LibraryLayout {
  const column = cells('layout_amalgkit') === '' ? 'lib_layout' : 'layout_amalgkit';
  const layout = cells(column).toLowerCase();
  if (layout !== 'paired' && layout !== 'single')
    throw new CellFault(column, shown(cells(column)), 'paired or single');
  return layout;
}

function spotsOf(text: string): number {
  const spots = numberOf('total_spots', text) ?? 0;
  if (!Number.isSafeInteger(spots) || spots <= 0)
    throw new CellFault('total_spots', shown(text), 'a whole number above 0');
  return spots;
}

function spotLengthOf(cells: Cells, { totalBases = 0, totalSpots }: Sample): number {
  const told = numberOf('spot_length', cells('spot_length')) ?? 0;
  if (told > 0) return told;
  if (totalBases > 0) return totalBases / totalSpots;
  throw new CellFault(
    'spot_length',
    shown(cells('spot_length')),
    'the bases of a spot, here or as total_bases',
  );
}

const linkColumns = [
  ['aws', 'AWS_Link'],
  ['gcp', 'GCP_Link'],
  ['ncbi', 'NCBI_Link'],
  ['ena', 'ENA_SRA_Link'],
  ['ddbj', 'DDBJ_SRA_Link'],
] as const;

function linksOf(cells: Cells): SraLinks {
  const links: SraLinks = {};
  for (const [name, column] of linkColumns) {
    const link = cells(column);
    if (link !== '') links[name] = link;
  }
  return links;
}

function archiveOf(cells: Cells): ArchiveFiles | undefined {
  const lists = {
    fastq_ftp: cells('fastq_ftp'),
    fastq_md5: cells('fastq_md5'),
    fastq_bytes: cells('fastq_bytes'),
  };
  try {
    return archiveFiles(lists);
  } catch {
    throw new CellFault('fastq_ftp', shown(lists.fastq_ftp), "addresses as in ENA's file report");
  }
}

function privateFilesOf(cells: Cells, layout: LibraryLayout, root: string): readonly string[] | undefined {
  if (!yesOf('private_file', cells('private_file'))) return undefined;
  const [first, second] = [cells('read1_path'), cells('read2_path')];
  if (first === '') throw new CellFault('read1_path', 'nothing', 'the path of the FASTQ file');
  if (second !== '' && layout === 'single')
    throw new CellFault('read2_path', shown(second), 'nothing, for the library is single');
  if (second === first)
    throw new CellFault('read2_path', 'the same file as in read1_path', 'that of the other mates');
  const files = second === '' ? [first] : [first, second];
  return files.map((file) =>
    path.resolve(
      root,
      file.replace(/^~(?=\/|$)/, () => os.homedir()),
    ),
  );
}

function isLongRead(cells: Cells, spotLength: number): boolean {
  const platform = /OXFORD_?NANOPORE|PACBIO/i.test(cells('platform'));
  const instrument = /MinION|GridION|PromethION|Sequel|PacBio|Revio/i.test(cells('instrument'));
  return platform || instrument || spotLength >= LONG_READ;
}
