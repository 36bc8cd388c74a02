import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../src/server/server.js';
import { requireTool } from '../agreement/tools.js';
import { yeastReference } from '../pcr/reference.js';
import { temporaryFolder, testData } from '../run-gtk.js';
import { isMissing, useBrowser } from './browser.js';

const tools = ['fastqc', 'cutadapt', 'bwa', 'samtools'].map(requireTool);

interface Site {
  contig: string;
  start: number;
  end: number;
  strand: string;
}

/** Sites that were planted where they can be found and pass the table's filter. */
function planted(): Site[] {
  const [head, ...lines] = readFileSync(testData('pcr/qslam_clean/truth.tsv'), 'utf8').trimEnd().split('\n');
  const columns = head!.split('\t');
  return lines.flatMap((line) => {
    const site = Object.fromEntries(line.split('\t').map((cell, i) => [columns[i], cell]));
    const isKept = Number(site.mappable_fragments) > 1 || Number(site.mappable_pairs) > 5;
    if (site.class === 'repeat' || site.mappable_fragments === '0' || !isKept) return [];
    const start = Number(site.peak_start0);
    return [{ contig: site.chrom!, start, end: start + 1, strand: site.strand! }];
  });
}

/** Sites of all rows of the table, a page after the other. */
async function shownSites(page: Page): Promise<Site[]> {
  const table = page.getByRole('table', { name: 'Sites' });
  const next = page.getByRole('button', { name: 'Next rows' });
  const previous = page.getByRole('button', { name: 'Previous rows' });
  const sites: Site[] = [];
  while (await previous.isEnabled()) await previous.click();
  for (;;) {
    const positions = await table.locator('tbody tr > :nth-child(1)').allTextContents();
    const strands = await table.locator('tbody tr > :nth-child(2)').allTextContents();
    positions.forEach((position, i) => {
      const [, contig, start, end] = /^(\w+):(\d+)(?:-(\d+))?$/.exec(position)!;
      sites.push({
        contig: contig!,
        start: Number(start),
        end: Number(end ?? Number(start) + 1),
        strand: strands[i]!,
      });
    });
    if (await next.isDisabled()) return sites;
    await next.click();
  }
}

/** Sites of a table that the analysis wrote. */
async function writtenSites(url: string): Promise<Site[]> {
  const [head, ...lines] = (await (await fetch(url)).text()).trimEnd().split('\n');
  const at = ['seqnames', 'start', 'end', 'strand'].map((name) => head!.split('\t').indexOf(name));
  return lines.map((line) => {
    const [contig, start, end, strand] = at.map((i) => line.split('\t')[i]!) as [
      string,
      string,
      string,
      string,
    ];
    return { contig, start: Number(start), end: Number(end), strand };
  });
}

describe.skipIf(isMissing || tools.includes(undefined))('a whole run by clicks', () => {
  const open = useBrowser();
  let server: RunningServer;
  beforeAll(async () => {
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    server = await startServer(
      {
        mode: 'local',
        dataDir: temporaryFolder(),
        genomeDir: await yeastReference(),
        host: '127.0.0.1',
        port: 0,
        maxUpload: 2 ** 30,
        maxJobs: 1,
        threads: 2,
        stepSeconds: 600,
        genomeHosts: [],
        hostNames: [],
        adopt: false,
        leaveJobs: false,
      },
      log,
    );
    return () => server.close();
  });

  it(
    'goes from the upload to the table of sites',
    () =>
      open(server.url, async (page) => {
        await page.getByRole('button', { name: 'New run' }).click();
        await page.getByLabel('Name').fill('Clean junctions');
        await page.getByLabel('R1 reads').setInputFiles(testData('pcr/qslam_clean/R1.fastq.gz'));
        await page.getByLabel('R2 reads').setInputFiles(testData('pcr/qslam_clean/R2.fastq.gz'));
        await page.getByLabel('Genome').selectOption('yeast');
        await page.getByRole('button', { name: 'Create run' }).click();
        await page.getByRole('heading', { name: 'Clean junctions' }).waitFor();
        await page.getByRole('button', { name: 'Run all' }).click();

        const table = page.getByRole('table', { name: 'Sites' });
        await table.locator('tbody tr').first().waitFor({ timeout: 100_000 });
        for (const name of ['Site map', 'Clone shares', 'Read lengths'])
          await page.getByRole('img', { name }).waitFor();
        const steps = page.getByRole('list', { name: 'Steps' }).getByRole('listitem');
        const states = await steps.locator('.state').allTextContents();
        expect(states).toEqual([
          'Completed',
          'Completed',
          'Not run',
          'Completed',
          'Not run',
          'Not run',
          'Completed',
          'Completed',
          'Completed',
        ]);
        expect(await page.getByRole('log', { name: 'Log' }).textContent()).not.toBe('');
        await page.getByRole('link', { name: 'FastQC report of R1.fastq.gz' }).waitFor();

        const expected = planted();
        const found = await shownSites(page);
        const isAt = (a: Site, b: Site) =>
          a.contig === b.contig && a.strand === b.strand && a.start < b.end && b.start < a.end;
        expect(expected).toHaveLength(56);
        expect(expected.filter((site) => !found.some((row) => isAt(row, site)))).toEqual([]);

        const run = new URL(page.url()).pathname.replace('/ui', '');
        const merged = await writtenSites(
          `${server.url}${run.slice(1)}/files/bed2peak/aligned.d10.peak.merge.tsv`,
        );
        expect(merged).not.toEqual(found);
        await page.getByLabel('Merge distance').selectOption('10');
        await page.getByRole('link', { name: 'tsv' }).and(page.locator('[download*=d10]')).waitFor();
        expect(await shownSites(page)).toEqual(merged);
        await page.reload();
        await table.locator('tbody tr').first().waitFor();
        expect(await shownSites(page)).toEqual(merged);

        const qc = steps.nth(1);
        await qc.getByRole('button', { name: 'Re-run' }).click();
        await qc.getByText('Running', { exact: true }).waitFor();
        await page.getByRole('button', { name: 'Kill' }).click();
        await qc.getByText('Killed', { exact: true }).waitFor();
        await page.getByRole('link', { name: 'Runs', exact: true }).click();
        const row = page.getByRole('table', { name: 'Runs' }).getByRole('row', { name: 'Clean junctions' });
        expect(await row.textContent()).toContain('Killed');
      }),
    120_000,
  );
});
