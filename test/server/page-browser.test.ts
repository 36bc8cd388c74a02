import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isMissing, useBrowser } from './browser.js';
import { faintTexts } from './contrast.js';
import { job, RUN_ID, RUN_NAME, type StandIn, standIn, TOKEN } from './page-stand-in.js';

const steps = ['qc_before', 'cutadapt', 'fastp', 'readlen', 'read_mapping', 'site_analysis'];
const ended = steps.map((step, i) => job(i + 2, step, 'completed'));

describe.skipIf(isMissing)('the page in a browser', () => {
  const open = useBrowser();
  /** Where all steps were run: nothing here changes its state. */
  let done: StandIn;
  beforeAll(async () => {
    done = await standIn();
    done.jobs.push(...ended);
    const message = 'no read begins with a UMI\nsee the log';
    done.jobs.push(job(8, 'umi', 'failed', { error_message: message }));
  });
  afterAll(() => done?.close());

  const runAddress = (server: StandIn, rest = '') => `${server.url}/ui/runs/${RUN_ID}${rest}`;
  const stepItem = (page: Page, name: string) =>
    page
      .getByRole('list', { name: 'Steps' })
      .getByRole('listitem')
      .filter({ has: page.getByText(name, { exact: true }) });

  const views = [
    ['/', 'Runs'],
    ['/ui/new', 'New run'],
    ['/ui/system', 'System'],
    [`/ui/runs/${RUN_ID}`, RUN_NAME],
  ] as const;

  it.each([
    ['light', 1200],
    ['dark', 360],
  ] as const)('shows each view at its address, %s and %i wide', async (colorScheme, width) => {
    for (const [address, heading] of views) {
      const look = async (page: Page) => {
        for (const visit of ['first', 'again']) {
          if (visit === 'again') await page.reload();
          await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
        }
        if (heading === 'New run') await page.getByText('Further settings').click();
        if (heading === RUN_NAME) {
          await page.getByText('Name, description and all settings').click();
          await page.getByRole('cell', { name: 'promoter' }).first().waitFor();
          await page.getByRole('log', { name: 'Log' }).getByText('umi line 2500 ').waitFor();
        }
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        const { seen, faint } = await faintTexts(page);
        expect(seen).toBeGreaterThan(10);
        expect(faint, address).toEqual([]);
      };
      await open(done.url + address, look, { colorScheme, width });
    }
  });

  it('turns light into dark, and stays so', () =>
    open(`${done.url}/ui/system`, async (page) => {
      const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      expect(await ground()).toBe('rgb(246, 247, 249)');
      await page.getByRole('button', { name: 'Switch to dark colours' }).click();
      expect(await ground()).toBe('rgb(14, 19, 24)');
      await page.reload();
      await page.getByRole('button', { name: 'Switch to light colours' }).waitFor();
      expect(await ground()).toBe('rgb(14, 19, 24)');
      expect((await faintTexts(page)).faint).toEqual([]);
      const system = page.getByRole('region', { name: 'System' });
      expect(await system.getByRole('row', { name: 'bwa-mem2' }).textContent()).toContain('missing');
    }));

  it('can be worked by keyboard', () =>
    open(`${done.url}/`, async (page) => {
      const table = page.getByRole('table', { name: 'Runs' });
      await table.waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      await table.getByRole('link', { name: RUN_NAME }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: RUN_NAME }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/ui/runs/${RUN_ID}`);
      expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
      await page.goBack();
      await table.waitFor();
    }));

  it('shows fifty thousand sites a page at a time: sorted, filtered, merged, and the same after a reload', async () => {
    const server = await standIn({ sites: 50_000 });
    server.jobs.push(...ended);
    await open(runAddress(server), async (page) => {
      const table = page.getByRole('table', { name: 'Sites' });
      const count = page.getByRole('region', { name: 'Integration sites' }).getByRole('status').first();
      const column = (name: string) => table.getByRole('columnheader', { name, exact: true });
      const cells = (index: number) => table.locator(`tbody tr > :nth-child(${index})`).allTextContents();
      await table.locator('tbody tr').first().waitFor();
      expect(await count.textContent()).toBe('rows 1 to 50 of 50,000 sites');
      expect(await cells(3)).toEqual(new Array(50).fill('97'));
      expect(await column('Unique fragments').getAttribute('aria-sort')).toBe('descending');
      await column('Unique fragments').getByRole('button').click();
      expect(await column('Unique fragments').getAttribute('aria-sort')).toBe('ascending');
      expect(await cells(3)).toEqual(new Array(50).fill('1'));
      await column('Position').getByRole('button').click();
      expect(await column('Unique fragments').getAttribute('aria-sort')).toBeNull();
      expect((await cells(1)).every((position) => position.startsWith('chr1:'))).toBe(true);
      await page.getByRole('button', { name: 'Next rows' }).click();
      expect(await count.textContent()).toBe('rows 51 to 100 of 50,000 sites');

      await page.getByLabel('Filter sites').fill('chr7 promoter');
      await page.getByLabel('Merge distance').selectOption('9');
      // A tenth of the sites is left; the first numbers of the rows tell which these are.
      const rows = Array.from({ length: 5000 }, (_, i) => i).filter((i) => i % 16 === 6 && i % 5 === 1);
      const expected = `rows 1 to 50 of ${rows.length} sites (of 5,000, filtered)`;
      await vi.waitFor(async () => expect(await count.textContent()).toBe(expected), { timeout: 10_000 });
      expect(new URL(page.url()).search).toBe('?d=9&filter=chr7+promoter&sort=position');
      const before = await table.textContent();
      await page.reload();
      await table.locator('tbody tr').first().waitFor();
      expect(await count.textContent()).toBe(expected);
      expect(await table.textContent()).toBe(before);
      expect(await page.getByLabel('Merge distance').inputValue()).toBe('9');
      for (const name of ['Site map', 'Clone shares', 'Read lengths']) {
        expect(await page.getByRole('img', { name, exact: true }).count()).toBe(1);
      }
      // The contigs of the genome, not only as far as there are sites.
      const map = page.getByRole('img', { name: 'Site map' });
      expect(await map.locator('title').allTextContents()).toContain('chr1, 1,500,000 bases');
    });
    await server.close();
  });

  it('shows what is said as text, and the last 2,000 lines of a log', () =>
    open(runAddress(done, '/log'), async (page) => {
      const log = page.getByRole('log', { name: 'Log' });
      await log.getByText('umi line 2500 ').waitFor();
      const lines = (await log.locator('div').allTextContents()).slice(0, -1);
      expect(lines).toHaveLength(2000);
      expect(lines[0]).toBe('umi line 501 <b>&amp;');
      expect(await stepItem(page, 'UMI extraction').textContent()).toContain(
        'no read begins with a UMI\nsee the log',
      );
      await stepItem(page, 'Cutadapt').getByRole('button', { name: 'Log' }).click();
      await log.getByText('cutadapt line 2500 ').waitFor();
      expect(await log.getByText('umi line').count()).toBe(0);
      expect(await page.locator('main img').count()).toBe(0);
      expect(await stepItem(page, 'fastp').textContent()).toContain('out of date');
    }));

  it('follows a run live, starts all chosen steps, and kills', async () => {
    const server = await standIn();
    await open(runAddress(server), async (page) => {
      const kill = page.getByRole('button', { name: 'Kill' });
      const all = page.getByRole('button', { name: 'Run all' });
      const cutadapt = stepItem(page, 'Cutadapt');
      await cutadapt.getByText('Not run').waitFor();
      expect(await kill.isDisabled()).toBe(true);
      await page.getByLabel('fastp').check();
      await page.getByLabel('Quality control', { exact: true }).uncheck();
      server.jobs.push(job(2, 'cutadapt', 'running'));
      await all.click();
      await cutadapt.getByText('Running').waitFor();
      expect(await all.isDisabled()).toBe(true);
      await kill.click();
      server.jobs[1] = job(2, 'cutadapt', 'killed', { error_message: 'asked for by ann' });
      server.tell();
      await cutadapt.getByText('asked for by ann').waitFor();
      await cutadapt.getByRole('button', { name: 'Re-run' }).click();
      await vi.waitFor(() => expect(server.asked).toHaveLength(3));
      server.jobs.push(job(3, 'cutadapt', 'completed'));
      server.tell();
      await cutadapt.getByText('Completed').waitFor();
      await page.getByRole('table', { name: 'Cutadapt' }).getByText('3,179').first().waitFor();
    });
    expect(
      server.asked.map(({ method, url, body }) => [method, url.replace(RUN_ID, 'ID'), body ?? null]),
    ).toEqual([
      [
        'POST',
        '/runs/ID/pipeline',
        { steps: ['cutadapt', 'fastp', 'readlen', 'read_mapping', 'site_analysis'] },
      ],
      ['DELETE', '/runs/ID/kill', null],
      ['POST', '/runs/ID/cutadapt', null],
    ]);
    await server.close();
  });

  it('tells what is wrong with a new run beside the fields, its own findings first', () =>
    open(`${done.url}/ui/new`, async (page) => {
      await page.getByRole('heading', { name: 'New run' }).waitFor();
      expect(await page.getByLabel('R1 sequence').inputValue()).toBe('ATCCCTCAGACCCTTTTAGTCAGTGTGGAAAATCTC');
      await page.getByLabel('R1 sequence').fill('ACGT;X');
      await page.getByRole('button', { name: 'Create run' }).click();
      const alert = page.getByRole('alert');
      expect(await alert.getByRole('listitem').allTextContents()).toEqual([
        'Name: is missing: expected 1 to 200 characters',
        'R1 reads: is missing: choose a FASTQ file',
        'R2 reads: is missing: choose a FASTQ file',
        'R1 sequence: found ACGT;X, expected up to 200 nucleotide codes (ACGT, IUPAC)',
      ]);
      const described = (label: string) =>
        page
          .getByLabel(label)
          .evaluate<string, unknown, { getAttribute(name: string): string }>((control) =>
            control.getAttribute('aria-describedby'),
          );
      for (const id of (await described('R1 sequence')).split(' '))
        expect(await page.locator(`#${id}`).count()).toBe(1);
      expect(await page.getByLabel('R1 sequence').getAttribute('aria-invalid')).toBe('true');

      await page.getByLabel('Name').fill('two');
      await page.getByLabel('R1 sequence').fill('acgu');
      const reads = { name: 'a.fastq', mimeType: 'text/plain', buffer: Buffer.from('@a\nA\n+\nI\n') };
      await page.getByLabel('R1 reads').setInputFiles(reads);
      await page.getByLabel('R2 reads').setInputFiles({ ...reads, buffer: Buffer.alloc(1_000_001) });
      await page.getByRole('button', { name: 'Create run' }).click();
      await alert.getByText('R2 reads: has 1.0 MB, this server takes up to 1.0 MB').waitFor();
      await page.getByLabel('R2 reads').setInputFiles(reads);
      await page.getByLabel('Genome').selectOption('yeast');
      await page.getByRole('button', { name: 'Create run' }).click();
      await alert.getByText('R2 sequence: found XX, expected up to 200 nucleotide codes').waitFor();
      expect(await page.getByLabel('R1 sequence').getAttribute('aria-invalid')).toBeNull();
      expect(await page.getByRole('button', { name: 'Create run' }).isEnabled()).toBe(true);

      // A server that takes its time.
      await page.route('**/runs', () => {});
      await page.getByRole('button', { name: 'Create run' }).click();
      await page.getByRole('progressbar', { name: 'Upload' }).waitFor();
      await page.keyboard.press('Enter');
      await alert.getByText('Not created: the upload was cancelled').waitFor();
      expect(await page.getByRole('button', { name: 'Create run' }).isEnabled()).toBe(true);
    }));

  it('saves only what was changed', async () => {
    const server = await standIn();
    await open(runAddress(server, '/configuration'), async (page) => {
      await page.getByLabel('R1 error rate').fill('0.25');
      await page.getByLabel('Name').fill('Another name');
      await page.getByLabel('Require the LTR primer').uncheck();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('heading', { name: 'Another name', level: 1 }).waitFor();
    });
    expect(server.asked).toEqual([
      {
        method: 'PATCH',
        url: `/runs/${RUN_ID}`,
        body: { r1_error_rate: 0.25, require_ltr: false, name: 'Another name' },
      },
    ]);
    await server.close();
  });

  it('asks for a token where one is needed, and follows runs with it', async () => {
    const server = await standIn({ team: true, banner: 'For trying out <b>only</b>' });
    await open(runAddress(server), async (page) => {
      await page.getByLabel('Token').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').getByText('does not know this token').waitFor();
      await page.getByLabel('Token').fill(TOKEN);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: RUN_NAME }).waitFor();
      expect(await page.getByRole('note').textContent()).toBe('For trying out <b>only</b>');
      server.jobs.push(job(2, 'fastp', 'running'));
      server.tell();
      await stepItem(page, 'fastp').getByText('Running').waitFor();
      await page.getByRole('log', { name: 'Log' }).getByText('fastp line 2500 ').waitFor();
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Export' }).click();
      expect((await download).suggestedFilename()).toBe('run.json');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    });
    await server.close();
  });

  it('asks before it deletes', async () => {
    const server = await standIn();
    await open(runAddress(server), async (page) => {
      const ask = page.getByRole('dialog', { name: 'Delete this run?' });
      await page.getByRole('button', { name: 'Delete' }).click();
      await ask.waitFor();
      await page.keyboard.press('Escape');
      await ask.waitFor({ state: 'hidden' });
      expect(server.asked).toEqual([]);
      await page.getByRole('button', { name: 'Delete' }).click();
      await ask.getByRole('button', { name: 'Delete run' }).click();
      await page.getByRole('table', { name: 'Runs' }).waitFor();
    });
    expect(server.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([`DELETE /runs/${RUN_ID}`]);
    await server.close();
  });

  it('says so where there is nothing', () =>
    open(`${done.url}/ui/runs/none`, async (page) => {
      await page.getByRole('heading', { name: 'Not found' }).waitFor();
    }));
});
