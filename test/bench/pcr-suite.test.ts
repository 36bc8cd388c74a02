import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Program } from '../../bench/measure.js';
import { pcrGroups, pcrProbes } from '../../bench/pcr.js';
import { PcrInputs, siteTables, smallWorkloads } from '../../bench/pcr-inputs.js';
import type { Figure } from '../../bench/suite.js';
import { meetsGoal } from '../../bench/table.js';
import { requireTool } from '../agreement/tools.js';
import { yeastReference } from '../pcr/reference.js';
import { temporaryFolder, testData } from '../run-gtk.js';

const folder = temporaryFolder();
const groups = pcrGroups({ small: true }, folder);
const probes = pcrProbes({ small: true }, folder);
const [sites, chain] = groups;
const hasTools = ['cutadapt', 'bwa', 'samtools', 'bedtools', 'curl'].every(requireTool);

/** Runs a program as the bench warms it up; `spoil` may change what it left. */
async function warmUp(program: Program, spoil: (scratch: string) => void = () => {}): Promise<string> {
  const scratch = mkdtempSync(path.join(folder, 'scratch-'));
  program.arrange?.(scratch);
  const [executable, ...args] = program.command(scratch);
  await promisify(execFile)(executable!, args);
  spoil(scratch);
  await program.check?.(scratch);
  return scratch;
}

/** The yeast genome of all tests, with known sites, as the bench registers it. */
async function layGenome(): Promise<void> {
  const made = path.join(await yeastReference(), 'yeast');
  const own = path.join(folder, 'pcr-genomes', 'yeast');
  mkdirSync(own, { recursive: true });
  for (const ending of ['fa', 'fa.amb', 'fa.ann', 'fa.bwt', 'fa.pac', 'fa.sa'])
    symlinkSync(path.join(made, `yeast.${ending}`), path.join(own, `yeast.${ending}`));
  cpSync(path.join(made, 'genes.gtf.gz'), path.join(own, 'genes.gtf.gz'));
  cpSync(testData('pcr/yeast_R64-1-1.ltr.bed'), path.join(own, 'known_sites.bed'));
  const manifest = JSON.parse(readFileSync(path.join(made, 'manifest.json'), 'utf8'));
  writeFileSync(path.join(own, 'manifest.json'), JSON.stringify({ ...manifest, knownSites: 383 }));
}

test('the full groups claim what the commands are held to, of workloads of full size', () => {
  const full = pcrGroups({ small: false }, folder);
  expect(full.map(({ title }) => title)).toEqual([
    'Sites of 2,000,000 fragments',
    'The chain on qslam_clean: cutadapt, read_mapping, site_analysis',
  ]);
  const claims = full.flatMap(({ claims }) => claims);
  expect(claims.map(({ of, over, figure, bound, limit }) => [of, over, figure, bound, limit])).toEqual([
    ['gtk, site_analysis', 'samtools, awk, sort and bedtools', 'time', 'at most', 0.2],
    ['gtk pcr run', 'its external programs in a script', 'time', 'at most', 1.15],
    ['gtk pcr run', 'the same, then bedtools', 'time', 'at most', 1.15],
  ]);
  expect(full[0]!.programs).toMatchObject([{}, { name: 'gtk, site_analysis', memoryLimit: 400e6 }]);
  for (const { claims, programs } of full) {
    const names = programs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { of, over } of claims) expect(names).toEqual(expect.arrayContaining([of, over]));
  }
  expect(pcrProbes({ small: false }, folder).map(({ title }) => title)).toEqual([
    'GET /runs/ID/status by 50 clients while two steps work',
    'Upload of 2 × 1,000 MB of reads',
    'Kill',
    '1,000 runs in the database',
  ]);
});

describe.skipIf(!hasTools)('with its inputs', () => {
  let probed: Promise<Figure[][]>;
  beforeAll(async () => {
    await layGenome();
    await new PcrInputs(smallWorkloads, folder).makeUploads();
    // Beside all else: most of the time, a probe waits.
    probed = Promise.all(probes.map(({ measure }) => measure(1)));
    probed.catch(() => {});
  });
  // No server outlives its folder, whatever part of this file is run.
  afterAll(() => probed?.catch(() => {}), 60_000);

  describe('the comparisons', () => {
    beforeAll(async () => {
      for (const { prepare } of groups) await prepare!();
    }, 120_000);

    test('gtk and bedtools find the same tables of sites, byte by byte', async () => {
      const [bedtools, gtk] = sites!.programs;
      const folders = [await warmUp(bedtools!), await warmUp(gtk!)];
      const read = (name: string) =>
        folders.map((scratch) => readFileSync(path.join(scratch, 'bed2peak', name), 'utf8')) as [
          string,
          string,
        ];
      expect(siteTables).toHaveLength(22);
      for (const name of siteTables) {
        const [theirs, ours] = read(name);
        expect(ours).toBe(theirs);
      }
      const rows = (name: string) => read(name)[0].trimEnd().split('\n');
      const { clones } = smallWorkloads.alignment;
      expect(rows('aligned.d0.peak.merge.txt').length).toBeGreaterThan(clones / 2);
      expect(rows('aligned.d10.peak.merge.2.txt').some((row) => !row.endsWith('\t0'))).toBe(true);
      const fragments = readFileSync(path.join(folders[0]!, 'bam2bed', 'aligned.bed'), 'utf8');
      expect(fragments.match(/\n/g)).toHaveLength(smallWorkloads.alignment.fragments);
    }, 60_000);

    test('a table that differs is found out', async () => {
      const spoil = (scratch: string) => {
        const table = path.join(scratch, 'bed2peak', 'aligned.d7.peak.merge.txt');
        writeFileSync(table, readFileSync(table, 'utf8').replace(/\d\n$/, 'x\n'));
      };
      const [, gtk] = sites!.programs;
      await expect(warmUp(gtk!, spoil)).rejects.toThrow(/left another aligned\.d7\.peak\.merge\.txt/);
    }, 60_000);

    test.each(chain!.programs.map((program) => ({ program, name: program.name })))(
      'the chain: $name does its work',
      async ({ program }) => {
        await warmUp(program);
      },
      60_000,
    );
  });

  describe('the probes', () => {
    const figures = new Map<string, number>();
    const missed: string[] = [];
    beforeAll(async () => {
      for (const found of await probed) {
        for (const figure of found) {
          figures.set(figure.name, figure.value);
          if (meetsGoal(figure) === false) missed.push(figure.name);
        }
      }
    }, 120_000);

    test('all end with a number', () => {
      expect(figures.size).toBeGreaterThan(25);
      expect([...figures].filter(([, value]) => !Number.isFinite(value) || value < 0)).toEqual([]);
    });

    test('clients are answered, and see that the runs are worked on', () => {
      expect(missed).not.toContain('errors');
      expect(figures.get('answers that said running')).toBeGreaterThan(50);
      expect(figures.get('requests a second')).toBeGreaterThan(1);
      expect(figures.get("server's share of one processor")).toBeGreaterThan(0);
    });
  });
});
