import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasH5py } from '../formats/hdf5/h5py.js';
import { sample } from '../h5ad/samples.js';
import { gtk, onceWritten, temporaryFolder } from '../run-gtk.js';
import { completeDatasets, contents, writeCells } from './h5ad-files.js';
import { afterStart, beforeStep, complete, type Killer, Kills, random, type Subject } from './kills.js';
import { namesIn } from './run-state.js';

const KILLS = 30;
const folder = temporaryFolder();
const kills = new Kills();
const draw = random(20_240_229);

interface H5adSubject extends Subject {
  /** Folder of all that the command writes but its logs. */
  home: string;
  /** That folder as an undisturbed run leaves it. */
  whole: string;
}

/** A command with folders of its own, which has been run once without being disturbed. */
async function subject(
  name: string,
  given: string,
  datasets: string[],
  options: string[],
): Promise<H5adSubject> {
  const home = path.join(folder, name);
  const output = path.join(home, 'output');
  const args = [
    ...['h5ad', given, '--output-dir', output, '--interim-dir', path.join(home, 'interim')],
    ...['--log-dir', path.join(folder, 'logs'), '--test-size', '0.25', ...options],
  ];
  let started = 0;
  const ended = await gtk(args, {
    started: (child) =>
      onceWritten(child, '"msg":"start"', () => {
        started = performance.now();
      }),
  });
  const milliseconds = performance.now() - started;
  expect(ended).toMatchObject({ status: 0 });
  expect(await completeDatasets(output)).toEqual(datasets);
  const whole = `${home}-undisturbed`;
  cpSync(home, whole, { recursive: true, preserveTimestamps: true });
  return {
    args,
    outs: datasets.map((dataset) => path.join(output, dataset)),
    files: () => contents(home),
    expected: contents(home),
    milliseconds,
    inspect: async () => {
      await completeDatasets(output);
      await completeDatasets(path.join(home, 'interim/parquet_chunks'));
    },
    home,
    whole,
  };
}

const clear = ({ home }: H5adSubject) => rmSync(home, { recursive: true, force: true });

describe.skipIf(!hasH5py)('a run killed at any moment', () => {
  /** Five tasks of one block; one task of five blocks; three files, the second of three blocks. */
  const subjects: H5adSubject[] = [];
  beforeAll(async () => {
    const byCell = writeCells(path.join(folder, 'by_cell.h5ad'), { cells: 12_000 });
    const byGene = writeCells(path.join(folder, 'by_gene.h5ad'), { cells: 12_000, kind: 'csc', seed: 2 });
    const batch = path.join(folder, 'batch');
    mkdirSync(batch);
    copyFileSync(sample('cxg_perturb_500x2000_csr.h5ad'), path.join(batch, 'a.h5ad'));
    writeCells(path.join(batch, 'b.h5ad'), { cells: 7500, seed: 3 });
    copyFileSync(sample('cxg_labels_320x143_oldcat.h5ad'), path.join(batch, 'c.h5ad'));
    const chunks = ['--chunk-size', '2000', '--keep-interim'];
    subjects.push(
      await subject('one', byCell, ['by_cell'], [...chunks, '--workers', '2']),
      await subject(
        'columns',
        byGene,
        ['by_gene'],
        ['--skip-train-test-split', '--report', '--workers', '1'],
      ),
      await subject('several', batch, ['a', 'b', 'c'], [...chunks, '--workers', '1']),
      await subject('abreast', batch, ['a', 'b', 'c'], [...chunks, '--workers', '2']),
    );
  });

  it.each([
    ['tasks of one block', 0],
    ['one task of many blocks', 1],
    ['several files one after another', 2],
    ['several files at once', 3],
  ])('ends in the same files as an undisturbed one: %s', async (_, which) => {
    const run = subjects[which]!;
    for (let n = 0; n < 3; n += 1) {
      clear(run);
      await kills.kill(run, afterStart(draw() * run.milliseconds));
      // Now and then the one that resumes is killed as well.
      while (draw() < 0.3) await kills.kill(run, afterStart(draw() * run.milliseconds));
      await complete(run);
    }
  });
});
