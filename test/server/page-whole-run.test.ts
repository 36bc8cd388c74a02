import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../src/server/server.js';
import { requireTool } from '../agreement/tools.js';
import { yeastReference } from '../pcr/reference.js';
import { temporaryFolder, testData } from '../run-gtk.js';
import { isMissing, useBrowser } from './browser.js';

const tools = ['fastqc', 'cutadapt', 'bwa', 'samtools'].map(requireTool);

/** Planted sites that can be found, as `contig:position strand` with their fragments. */
function planted(): Map<string, number> {
  const [head, ...lines] = readFileSync(testData('pcr/qslam_clean/truth.tsv'), 'utf8').trimEnd().split('\n');
  const columns = head!.split('\t');
  const sites = lines.map((line) => Object.fromEntries(line.split('\t').map((cell, i) => [columns[i], cell])));
  return new Map(sites.map((site) => [`${site.contig}:${site.pos} ${site.strand}`, Number(site.fragments)]));
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

  it('goes from the upload to the table of sites', () =>
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
      for (const name of ['Site map', 'Clone shares', 'Read lengths']) await page.getByRole('img', { name }).waitFor();
      const steps = page.getByRole('list', { name: 'Steps' }).getByRole('listitem');
      const states = await steps.locator('.state').allTextContents();
      expect(states).toEqual(['Completed', 'Completed', 'Not run', 'Completed', 'Not run', 'Not run', 'Completed', 'Completed', 'Completed']);
      expect(await page.getByRole('log', { name: 'Log' }).textContent()).not.toBe('');
      await page.getByRole('link', { name: 'FastQC report of R1.fastq.gz' }).waitFor();

      const truth = planted();
      await page.getByLabel('Filter sites').fill('chrXII');
      const shown = await table.locator('tbody tr').evaluateAll<[string, string, string][], never>((rows: { cells: { textContent: string }[] }[]) =>
        rows.map(({ cells }) => [cells[0]!.textContent, cells[1]!.textContent, cells[2]!.textContent]),
      );
      console.error(shown, [...truth].filter(([k]) => k.startsWith('chrXII')));
      expect(await page.getByText('yeast').count()).toBeGreaterThan(0);
    }), 120_000);
});
