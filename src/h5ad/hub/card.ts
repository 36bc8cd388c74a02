/** The dataset card: the README of a dataset on a hub, with the header that makes it loadable. */
import { code, plain, table, withoutFolders } from './markdown.js';

/** A column of the dataset, in the type names of `datasets`. */
export interface CardColumn {
  name: string;
  type: 'string' | 'bool' | 'int64' | 'float64';
  /** One line; '' where the name says it all. */
  description: string;
}

/** A part of the dataset that is loaded under its own name. */
export interface CardSplit {
  /** 'train', 'test'. */
  name: string;
  /** The paths of its Parquet files in the repository. */
  files: string[];
  cells: number;
  /** Size of these files. */
  bytes: number;
  /** Undefined where the source names no donors. */
  donors?: number;
  /** Ages in years of the cells that have one; undefined where none has. */
  ages?: { cells: number; min: number; median: number; max: number };
}

/** Everything that a card tells. */
export interface CardFacts {
  /** Title. */
  name: string;
  /** Name of the source file; folders are left out. */
  source: string;
  /** Identifier of a licence as the hub knows them, if one was given. */
  license?: string;
  /** Version of gtk. */
  version: string;
  /** Options that shaped the content, as they were given; folders are left out. */
  options: { name: string; value: string }[];
  /** Genes of the source. */
  genes: number;
  /** Longest cell sentence in genes; 0 for no limit. */
  topGenes: number;
  columns: CardColumn[];
  splits: CardSplit[];
}

/** The hub's buckets for a number of rows (`size_categories` of its card specification). */
const buckets: [number, string][] = [
  [1e3, 'n<1K'],
  [1e4, '1K<n<10K'],
  [1e5, '10K<n<100K'],
  [1e6, '100K<n<1M'],
  [1e7, '1M<n<10M'],
  [1e8, '10M<n<100M'],
  [1e9, '100M<n<1B'],
  [1e10, '1B<n<10B'],
  [1e11, '10B<n<100B'],
  [1e12, '100B<n<1T'],
  [Infinity, 'n>1T'],
];

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

/** The text of README.md; the same facts give the same text. */
export async function datasetCard(facts: CardFacts): Promise<string> {
  const { default: yaml } = await import('yaml');
  const splits = facts.splits.filter(({ files }) => files.length > 0);
  // Every text in quotes: readers of YAML 1.1, as the hub and Python have, take more words for something else
  // than the library knows. They also refuse control characters that it leaves bare.
  const header = yaml
    .stringify(headerOf(facts, splits), {
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
      lineWidth: 0,
    })
    .replace(
      /[\x7f-\x9f\ufeff\ufffe\uffff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return `---\n${header}---\n\n${body(facts, splits)}`;
}

function headerOf(facts: CardFacts, splits: CardSplit[]): object {
  const cells = sum(splits.map((split) => split.cells));
  return {
    pretty_name: facts.name,
    ...(facts.license !== undefined && { license: facts.license }),
    tags: ['biology', 'single-cell', 'transcriptomics', 'cell2sentence'],
    size_categories: [buckets.find(([limit]) => cells < limit)![1]],
    configs: [
      {
        config_name: 'default',
        data_files: splits.map(({ name, files }) => ({ split: name, path: patternFor(files) })),
      },
    ],
    dataset_info: {
      features: facts.columns.map(({ name, type }) => ({ name, dtype: type })),
      splits: splits.map(({ name, cells: num_examples }) => ({ name, num_examples })),
      download_size: sum(splits.map(({ bytes }) => bytes)),
    },
  };
}

/** One pattern where a single folder holds the files, else their paths. */
function patternFor(files: string[]): string | string[] {
  const folders = new Set(files.map((file) => file.slice(0, file.lastIndexOf('/') + 1)));
  return folders.size === 1 ? `${[...folders][0]}*.parquet` : files;
}

function body(facts: CardFacts, splits: CardSplit[]): string {
  const limit = facts.topGenes === 0 ? '' : `, at most ${facts.topGenes}`;
  const cells = sum(splits.map((split) => split.cells));
  return [
    `# ${plain(facts.name)}`,
    'Single cells as sentences: each row is one cell, and its `cell_sentence` names the genes the cell ' +
      `expresses, from the highest value to the lowest${limit}, separated by spaces.`,
    `- Source: ${code(withoutFolders(facts.source))}\n- Cells: ${cells}\n- Genes in the source: ${facts.genes}`,
    '## Splits',
    table(
      ['split', 'cells', 'donors', 'cells with an age', 'age in years: min / median / max'],
      splits.map(({ name, cells: count, donors, ages }) => [
        code(name),
        `${count}`,
        donors === undefined ? 'unknown' : `${donors}`,
        `${ages?.cells ?? 0}`,
        ages ? [ages.min, ages.median, ages.max].map(shortNumber).join(' / ') : '',
      ]),
    ),
    '## Columns',
    table(
      ['column', 'type', 'content'],
      facts.columns.map(({ name, type, description }) => [code(name), type, plain(description)]),
    ),
    '## How it was made',
    `With gtk ${plain(facts.version)}${facts.options.length > 0 ? ' and these options:' : '.'}`,
    facts.options.map(({ name, value }) => `- ${code(name)}: ${code(withoutFolders(value))}`).join('\n'),
  ]
    .filter(Boolean)
    .map((paragraph) => `${paragraph}\n`)
    .join('\n');
}

/** At most two decimals, none that are zero. */
const shortNumber = (value: number) => String(Number(value.toFixed(2)));
