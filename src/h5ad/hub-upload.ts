/** Uploads a finished dataset: its Parquet files, and a card that tells what they are. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { SeriesLog } from '../engine/job.js';
import { type Completion, originOf, readCompletion } from './completion.js';
import type { SideFacts } from './facts.js';
import type { CardColumn, CardFacts, CardSplit } from './hub/card.js';
import type { HubTarget, UploadResult } from './hub/upload.js';
import { sideFolder } from './sides.js';

/** Uploads what stands in an output folder. Throws GTK_HUB, GTK_NO_DATASET. */
export async function uploadFolder(
  out: string,
  target: HubTarget,
  { log, signal }: { log: SeriesLog; signal: AbortSignal },
): Promise<UploadResult> {
  const completion = readCompletion(out);
  const [{ uploadDataset }, { datasetCard }] = await Promise.all([
    import('./hub/upload.js'),
    import('./hub/card.js'),
  ]);
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'gtk-card-'));
  try {
    const card = path.join(temporary, 'README.md');
    writeFileSync(card, await datasetCard(cardFacts(completion)));
    const files = uploaded(completion).map(({ file, remote }) => ({
      path: remote,
      file: path.join(out, file),
    }));
    const message = `Upload ${files.length} data files for ${completion.dataset}`;
    return await uploadDataset(target, [...files, { path: 'README.md', file: card }], {
      message,
      log,
      signal,
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The dataset's Parquet files, and where they go: `train/chunks/X` to `train/X`, `chunks/X` to `data/X`. */
function uploaded({ files, sides }: Completion) {
  return sides.flatMap(({ side }) =>
    files
      .filter(({ file }) => file.startsWith(`${sideFolder(side)}/`))
      .map((file) => ({
        ...file,
        side,
        remote: `${side === 'all' ? 'data' : side}/${path.basename(file.file)}`,
      })),
  );
}

function cardFacts(completion: Completion): CardFacts {
  const { dataset, gtk_version, sides, columns } = completion;
  const files = uploaded(completion);
  const origin = originOf(completion);
  // What a later step decided takes the place of what the first one had.
  const options = { ...origin?.options, ...completion.options };
  const shown = Object.entries(options).filter(([name]) => !HIDDEN.includes(name));
  return {
    name: dataset,
    source: (origin ?? completion).input.name,
    version: gtk_version,
    options: shown.map(([name, value]) => ({ name: kebab(name), value: path.basename(String(value)) })),
    genes: (origin ?? completion).genes.total,
    topGenes: origin?.options.topGenes ?? 0,
    columns: columns.map(cardColumn),
    splits: sides.map((side): CardSplit => {
      const own = files.filter((file) => file.side === side.side);
      return {
        name: side.side === 'all' ? 'train' : side.side,
        files: own.map(({ remote }) => remote),
        cells: side.cells,
        bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
        ...(side.donors > 0 && { donors: side.donors }),
        ...ageRange(side),
      };
    }),
  };
}

/** Options that say nothing of the content. */
const HIDDEN = ['source', 'dataset', 'interim', 'report'];

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const TYPES: Record<string, CardColumn['type']> = {
  utf8: 'string',
  boolean: 'bool',
  int64: 'int64',
  float64: 'float64',
};

const DESCRIPTIONS: Record<string, string> = {
  cell_id: 'index of the cell in the source',
  cell_sentence: 'names of the expressed genes by falling expression',
  age: 'years, read from development_stage',
};

function cardColumn({ name, type }: { name: string; type: string }): CardColumn {
  const members = name.startsWith('gene_sentence_') ? 'the same for the members of a gene list' : '';
  return { name, type: TYPES[type]!, description: DESCRIPTIONS[name] ?? members };
}

function ageRange({ ages }: SideFacts): Pick<CardSplit, 'ages'> {
  const known = ages.filter((entry): entry is { age: number; cells: number } => entry.age !== null);
  const cells = known.reduce((sum, { cells }) => sum + cells, 0);
  if (cells === 0) return {};
  let before = 0;
  const median = known.find((entry) => {
    before += entry.cells;
    return 2 * before >= cells;
  })!.age;
  return { ages: { cells, min: known[0]!.age, median, max: known.at(-1)!.age } };
}
