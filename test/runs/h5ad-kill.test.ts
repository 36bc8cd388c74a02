import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasH5py } from '../formats/hdf5/h5py.js';
import { sample } from '../h5ad/samples.js';
import { filesBelow, gtk, onceWritten, temporaryFolder } from '../run-gtk.js';
import { marker } from './at-step.js';
import { completeDatasets, contents, h5adCommand, writeCells } from './h5ad-files.js';
import { afterStart, beforeStep, complete, type Killer, Kills, random, type Subject } from './kills.js';
import { markerNames, namesIn, wholeMarkers } from './run-state.js';

const KILLS = 30;
const folder = temporaryFolder();
const kills = new Kills();
const draw = random(20_240_229);

interface H5adSubject extends Subject {
  /** Holds all that the command writes. */
  home: string;
}

/** A command with folders of its own, which has been run once without being disturbed. */
async function subject(name: string, given: string, options: string[]): Promise<H5adSubject> {
  const home = path.join(folder, name);
  const output = path.join(home, 'output');
  const args = h5adCommand(home, given, options);
  let started = 0;
  const began = () => {
    started = performance.now();
  };
  const ended = await gtk(args, { started: (child) => onceWritten(child, '"msg":"start"', began) });
  expect(ended).toMatchObject({ status: 0 });
  const milliseconds = performance.now() - started;
  const datasets = await completeDatasets(output);
  expect(datasets).toHaveLength(given.endsWith('.h5ad') ? 1 : namesIn(given).length);
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
  };
}

const clear = ({ home }: H5adSubject) => rmSync(home, { recursive: true, force: true });

const times = (out: string) =>
  [...filesBelow(out).keys()].map((name) => statSync(path.join(out, name), { bigint: true }).mtimeNs);

describe.skipIf(!hasH5py)('a run killed at any moment', () => {
  /** Of five blocks, each a task. */
  let blocks: H5adSubject;
  /** Of five blocks, all in one task. */
  let columns: H5adSubject;
  /** Of three files, the second of three blocks; one after another, or two at once. */
  let several: H5adSubject;
  let abreast: H5adSubject;
  /** The home of the first one as it is after a run with other options. */
  const earlier = path.join(folder, 'earlier');

  beforeAll(async () => {
    const byCell = writeCells(path.join(folder, 'cells.h5ad'), { cells: 12_000 });
    const byGene = writeCells(path.join(folder, 'genes.h5ad'), { cells: 12_000, kind: 'csc', seed: 2 });
    const batch = path.join(folder, 'batch');
    mkdirSync(batch);
    copyFileSync(sample('cxg_labels_320x143_oldcat.h5ad'), path.join(batch, 'a.h5ad'));
    writeCells(path.join(batch, 'b.h5ad'), { cells: 7500, seed: 3 });
    copyFileSync(sample('cxg_perturb_500x2000_csr.h5ad'), path.join(batch, 'c.h5ad'));
    const chunks = ['--chunk-size', '2000', '--keep-interim'];
    blocks = await subject('blocks', byCell, [...chunks, '--workers', '2']);
    columns = await subject('columns', byGene, ['--skip-train-test-split', '--report', '--workers', '1']);
    several = await subject('several', batch, [...chunks, '--workers', '1']);
    abreast = await subject('abreast', batch, [...chunks, '--workers', '2']);
    clear(blocks);
    const other = blocks.args.map((word) => (word === '2000' ? '7000' : word));
    expect(await gtk([...other, '--report'])).toMatchObject({ status: 0 });
    cpSync(blocks.home, earlier, { recursive: true, preserveTimestamps: true });
  });

  it.each<[string, number, () => H5adSubject]>([
    ['tasks of a block each', 4, () => blocks],
    ['one task of many blocks', 2, () => columns],
    ['several files one after another', 1, () => several],
    ['several files, two at once', 2, () => abreast],
  ])('ends in the same files as an undisturbed one: %s', async (_, times, which) => {
    const run = which();
    for (let n = 0; n < times; n += 1) {
      clear(run);
      await kills.kill(run, afterStart(draw() * run.milliseconds));
      // Now and then the one that resumes is killed as well.
      while (draw() < 0.3) await kills.kill(run, afterStart(draw() * run.milliseconds));
      await complete(run);
    }
  });

  const inPlace = /staged\/.*\/chunk.* .*\/cells\/(test|train)\/chunks/;
  /** What it is about to do when it dies. */
  const moments: [string, Killer][] = [
    ['its record takes the place of the earlier one', beforeStep('renameSync', /\.gtk\/run\.json$/)],
    ['its plan is written', beforeStep('renameSync', /tasks\.jsonl$/)],
    ['its first marker is written', beforeStep('renameSync', marker)],
    ['its second marker is written', beforeStep('renameSync', marker, 2)],
    ['the chunks that the other one kept are removed', beforeStep('rmSync', /cells\/chunks/)],
    ['its second chunk is kept', beforeStep('renameSync', /parquet_chunks.*\/chunk_\d+\.parquet$/, 2)],
    ['the kept chunks are said complete', beforeStep('renameSync', /parquet_chunks.*\/_SUCCESS\.json$/)],
    ['its first chunk is made', beforeStep('renameSync', /staged\/.*\/\.chunk_\d+\.parquet/)],
    ['its files are listed', beforeStep('renameSync', /publish\.json$/)],
    ['its first file takes its place', beforeStep('renameSync', inPlace)],
    ['it is said complete', beforeStep('renameSync', /cells\/_SUCCESS\.json$/)],
    ['it is recorded as finished', beforeStep('renameSync', /\.gtk\/run\.json$/, 2)],
    ['the list of its files is removed', beforeStep('rmSync', /publish\.json/, 2)],
    ['its markers are removed', beforeStep('rmSync', /\.gtk\/done/, 2)],
  ];

  it.each(moments)('and replacing another leaves one of them whole: just before %s', async (_, killer) => {
    clear(blocks);
    cpSync(earlier, blocks.home, { recursive: true, preserveTimestamps: true });
    const afresh = { ...blocks, args: [...blocks.args, '--fresh'] };
    const { hit } = kills;
    expect(await kills.kill(afresh, killer)).toBe(true);
    expect(kills.hit).toBe(hit + 1);
    const record = JSON.parse(readFileSync(path.join(blocks.outs[0]!, '.gtk/run.json'), 'utf8'));
    // Until its record stands, the folder is the earlier run's.
    await complete(record.options.chunkSize === 2000 ? blocks : afresh);
  });

  it('makes way through many kills in a row', async () => {
    clear(columns);
    const out = columns.outs[0]!;
    for (let done = 1; done < 5; done += 1) {
      expect(await kills.kill(columns, beforeStep('renameSync', marker, 2))).toBe(true);
      expect(markerNames(out)).toHaveLength(done);
    }
    await complete(columns);
  });

  it('among several files leaves those alone that are finished', async () => {
    clear(several);
    const [first, second, third] = several.outs as [string, string, string];
    expect(
      await kills.kill(several, beforeStep('renameSync', /output\/b\/.*\/done\/\d+-\d+\.json$/, 3)),
    ).toBe(true);
    expect(namesIn(path.join(first, '.gtk'))).toEqual(['run.json']);
    expect(wholeMarkers(second)).toHaveLength(2);
    expect(existsSync(third)).toBe(false);
    const before = times(first);
    expect(before).toHaveLength(3);
    expect(await kills.kill(several, beforeStep('renameSync', /batch_processing_summary\.tsv$/, 2))).toBe(
      true,
    );
    expect(existsSync(path.join(third, '_SUCCESS.json'))).toBe(false);
    await complete(several);
    expect(times(first)).toEqual(before);
  });

  it(`was killed at least ${KILLS} times while it ran, some of them amid blocks and amid publishing`, async () => {
    for (let tries = 0; kills.hit < KILLS; tries += 1) {
      expect(tries, 'runs that ended before their kill').toBeLessThan(60);
      clear(blocks);
      await kills.kill(blocks, afterStart(draw() * blocks.milliseconds));
      await complete(blocks);
    }
    expect(kills.hit).toBeGreaterThanOrEqual(KILLS);
    expect(kills.amid).toBeGreaterThanOrEqual(10);
    expect(kills.publishing).toBeGreaterThanOrEqual(5);
  });
});
