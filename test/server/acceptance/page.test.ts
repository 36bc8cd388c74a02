/** The page of a real server, by clicks and by keyboard: from two files to the table of sites. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { yeastReference } from '../../pcr/reference.js';
import { simulateReads } from '../../pcr/simulated.js';
import { testData } from '../../run-gtk.js';
import { isMissing, useBrowser } from '../browser.js';
import { faintTexts } from '../contrast.js';
import { assay, type GtkServe, isReady, membersOf, readPair, serverFolder, startServe } from './gtk-serve.js';
import { heldBwa } from './held-bwa.js';

const folder = serverFolder();
const reads = path.join(folder, 'lambda');
const files = ['R1', 'R2'].map((mate) => path.join(reads, `${mate}.fastq.gz`)) as [string, string];
const chain = ['Cutadapt', 'Read length', 'Read mapping', 'Site analysis'];

/** A row of the table that the step has written. */
interface SiteRow {
  seqnames: string;
  start: number;
  end: number;
  nUniqueReads: number;
  strand: string;
}

/** As the page writes it. */
const positionOf = ({ seqnames, start, end }: SiteRow) =>
  `${seqnames}:${start}${end - start > 1 ? `-${end}` : ''}`;

describe.skipIf(!isReady || isMissing)('the page', () => {
  const open = useBrowser();
  const bwa = heldBwa();
  let server: GtkServe;
  /** Address of the run that the first test makes. */
  let address: string;

  beforeAll(async () => {
    const genomes = await yeastReference();
    simulateReads(
      testData('pcr/lambda_virus.fa.gz'),
      reads,
      ...['--seed', '21', '--sites', '12', '--clusters', '1', '--frag-max', '400', '--spacing', '300'],
      ...['--decoys', '20', '--chimeras', '5'],
    );
    server = await startServe(path.join(folder, 'data'), { genomes, env: bwa.env });
  });

  const stepItem = (page: Page, name: string) =>
    page
      .getByRole('list', { name: 'Steps' })
      .getByRole('listitem')
      .filter({ has: page.getByText(name, { exact: true }) });
  const sites = (page: Page) => page.getByRole('table', { name: 'Sites' });
  const column = (page: Page, index: number) =>
    sites(page).locator(`tbody tr > :nth-child(${index})`).allTextContents();

  test('leads from two files to the table of sites', async () => {
    await open(server.url, async (page) => {
      await page.getByRole('button', { name: 'New run' }).click();
      await page.getByLabel('Name').fill('Lambda by clicks');
      await page.getByLabel('R1 reads').setInputFiles(files[0]);
      await page.getByLabel('R2 reads').setInputFiles(files[1]);
      await page.getByLabel('Genome').selectOption('lambda');
      expect(await page.getByLabel('R1 sequence').inputValue()).toBe(assay.r1_seq);
      expect(await page.getByLabel('R2 sequence').inputValue()).toBe(assay.r2_seq);
      await page.getByRole('button', { name: 'Create run' }).click();
      await page.getByRole('heading', { name: 'Lambda by clicks' }).waitFor();
      address = page.url();
      await page.getByLabel('Quality control', { exact: true }).uncheck();
      await page.getByRole('button', { name: 'Run all' }).click();
      for (const step of chain) await stepItem(page, step).getByText('Completed').waitFor();
      expect(await stepItem(page, 'fastp').textContent()).toContain('Not run');
      await sites(page).locator('tbody tr').first().waitFor();
      await page.getByRole('log', { name: 'Log' }).getByText('merge distance 10').waitFor();
    });
    // What is shown is what the step has written.
    const id = new URL(address).pathname.split('/')[3]!;
    const rowsAt = (d: number) => {
      const file = path.join(server.dataDir, 'runs', id, `bed2peak/aligned.d${d}.peak.merge.json`);
      return JSON.parse(readFileSync(file, 'utf8')) as SiteRow[];
    };
    const [rows, merged] = [rowsAt(0), rowsAt(10)];
    expect(merged.map(positionOf)).not.toEqual(rows.map(positionOf));
    expect(rows.length).toBeGreaterThan(5);
    await open(address, async (page) => {
      await sites(page).locator('tbody tr').first().waitFor();
      const largest = rows.map((row) => String(row.nUniqueReads));
      expect(await column(page, 3)).toEqual(largest);
      expect(await column(page, 2)).toEqual(rows.map(({ strand }) => strand));
      const head = sites(page).getByRole('columnheader', { name: 'Unique fragments' });
      expect(await head.getAttribute('aria-sort')).toBe('descending');
      await head.getByRole('button').click();
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      expect(await column(page, 3)).toEqual(largest.toSorted((a, b) => Number(a) - Number(b)));

      await page.getByLabel('Merge distance').selectOption('10');
      const positions = async () => (await column(page, 1)).toSorted();
      await expect.poll(positions, { timeout: 15_000 }).toEqual(merged.map(positionOf).toSorted());
      await page.getByLabel('Filter sites').fill('+');
      const kept = await column(page, 2);
      expect(kept).toEqual(merged.filter(({ strand }) => strand === '+').map(() => '+'));
      await page.reload();
      await sites(page).locator('tbody tr').first().waitFor();
      expect(await column(page, 2)).toEqual(kept);
      expect(await page.getByLabel('Merge distance').inputValue()).toBe('10');
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      for (const name of ['Site map', 'Clone shares', 'Read lengths'])
        expect(await page.getByRole('img', { name, exact: true }).isVisible()).toBe(true);
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Export' }).click();
      const exported = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
      expect(exported).toMatchObject({
        export_version: '1.0',
        run_id: id,
        config: { name: 'Lambda by clicks', read_mapping: { genome: 'lambda' } },
      });
    });
  });

  test('can be read in light and dark, wide and narrow, with its results', async () => {
    for (const [colorScheme, width] of [
      ['light', 360],
      ['dark', 1200],
    ] as const) {
      const look = async (page: Page) => {
        await sites(page).locator('tbody tr').first().waitFor();
        await page.getByRole('img', { name: 'Read lengths', exact: true }).waitFor();
        await page.getByText('Name, description and all settings').click();
        const { seen, faint } = await faintTexts(page);
        expect(seen).toBeGreaterThan(100);
        expect(faint).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      };
      await open(address, look, { colorScheme, width });
    }
  });

  test('kills a run, and runs the step again, by keyboard alone', async () => {
    const run = await server.create('By keyboard', readPair(reads), { ...assay, genome: 'lambda' });
    expect(await server.work(run, 'cutadapt')).toMatchObject({ status: 'completed' });
    bwa.hold();
    await open(server.url, async (page) => {
      await page.getByRole('table', { name: 'Runs' }).getByText('By keyboard').waitFor();
      const focused = () =>
        page.evaluate<string>(
          '(document.activeElement.textContent || document.activeElement.labels?.[0]?.textContent || "").trim()',
        );
      /** As somebody without a mouse goes on until the words are reached. */
      const tabTo = async (words: string) => {
        for (let presses = 0; presses < 200; presses += 1) {
          await page.keyboard.press('Tab');
          if ((await focused()) === words) return;
        }
        throw new Error(`${words} cannot be reached by Tab`);
      };
      await tabTo('By keyboard');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'By keyboard' }).waitFor();
      await stepItem(page, 'Cutadapt').getByText('Completed').waitFor();
      await tabTo('Run Read mapping');
      await page.keyboard.press('Enter');
      await stepItem(page, 'Read mapping').getByText('Running').waitFor();
      await expect.poll(() => bwa.waiting().length, { timeout: 20_000 }).toBe(1);
      const [held] = bwa.waiting();
      // Killing stands before the steps.
      await page.reload();
      await stepItem(page, 'Read mapping').getByText('Running').waitFor();
      await tabTo('Kill');
      await page.keyboard.press('Enter');
      const mapping = stepItem(page, 'Read mapping');
      await mapping.getByText('Killed', { exact: true }).waitFor();
      expect(await mapping.textContent()).toContain('asked for by 127.0.0.1');
      expect(membersOf(held!.pgid)).toEqual([]);
      bwa.letGo();
      await tabTo('Re-run Read mapping');
      await page.keyboard.press('Enter');
      await mapping.getByText('Completed').waitFor();
    });
    expect(await server.settled(run)).toMatchObject({ status: 'completed' });
  });

  test('tells the state of the server', () =>
    open(`${server.url}ui/system`, async (page) => {
      const system = page.getByRole('region', { name: 'System' });
      await system.getByRole('row', { name: 'samtools' }).waitFor();
      expect(await system.textContent()).toContain('lambda');
    }));
});
