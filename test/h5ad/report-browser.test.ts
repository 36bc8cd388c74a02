import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { h5adReport } from '../../src/h5ad/report.js';
import { LARGE, ONE_CELL, SECTIONS, withResult } from './report-sample.js';

const CHROMIUM = '/usr/bin/chromium';
const isMissing = !existsSync(CHROMIUM);
if (isMissing && process.env.CI) throw new Error(`${CHROMIUM} is missing: the report was not looked at`);

const LONG = 'a_name_without_any_place_to_break_it_'.repeat(12);
const REPORTS = {
  large: LARGE,
  'one-cell': ONE_CELL,
  'long-names': withResult(
    {
      dataset: LONG,
      columns: [{ name: LONG, type: 'utf8' }],
      files: [{ file: `/${LONG}/${LONG}`, rows: 1, bytes: 1 }],
      warnings: [LONG],
    },
    {
      command: LONG,
      options: [{ name: 'hgnc', value: LONG }],
      frequentGenes: [{ name: LONG, sentences: 48_000 }],
    },
  ),
} as const;

describe.skipIf(isMissing)('the h5ad report in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gtk-h5ad-report-'));
  const fileOf = (name: string) => join(folder, `${name}.html`);
  let browser: Browser;

  beforeAll(async () => {
    for (const [name, data] of Object.entries(REPORTS)) writeFileSync(fileOf(name), h5adReport(data));
    const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a report without a network and runs `look`; it may complain of nothing and ask for nothing. */
  async function open<T>(
    name: keyof typeof REPORTS,
    options: { width: number; colorScheme?: 'light' | 'dark'; javaScriptEnabled?: boolean },
    look: (page: Page) => Promise<T>,
  ): Promise<T> {
    const { width, ...others } = options;
    const context = await browser.newContext({ offline: true, viewport: { width, height: 800 }, ...others });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    const address = pathToFileURL(fileOf(name)).href;
    await page.goto(address);
    const seen = await look(page);
    await context.close();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([address]);
    return seen;
  }

  // Given as text, since the types of a browser's globals are not those of Node.
  const sizes = (page: Page) =>
    page.evaluate<{ page: number; sections: [string, boolean][]; plots: boolean[] }>(`({
      page: document.documentElement.scrollWidth,
      sections: [...document.querySelectorAll('section')].map((section) => {
        const { left, right, height } = section.getBoundingClientRect();
        return [section.id, left >= 0 && right <= innerWidth && height > 60 && section.checkVisibility()];
      }),
      plots: [...document.querySelectorAll('svg.plot')].map((plot) => {
        const { left, right, height } = plot.getBoundingClientRect();
        return left >= 0 && right <= innerWidth && height > 60;
      }),
    })`);

  const cases = Object.keys(REPORTS).flatMap((name) => [400, 1280].map((width) => ({ name, width })));

  it.each(cases)(
    'shows all of $name on a page $width pixels wide, which does not overflow',
    async ({ name, width }) => {
      const report = name as keyof typeof REPORTS;
      const seen = await open(report, { width }, sizes);
      expect(seen.page).toBe(width);
      const warnings = REPORTS[report].result.warnings.length > 0 ? ['warnings'] : [];
      expect(seen.sections).toEqual([...warnings, ...SECTIONS].map((id) => [id, true]));
      expect(seen.plots).toEqual(new Array(report === 'one-cell' ? 1 : 2).fill(true));
    },
  );

  it('shows train and test in colours of their own, the same in chart and key, light and dark', async () => {
    const look = (page: Page) =>
      page.evaluate<string[]>(`['train', 'test'].flatMap((side) => [
        getComputedStyle(document.querySelector('.ages .' + side)).fill,
        getComputedStyle(document.querySelector('.side-key .' + side)).backgroundColor,
      ])`);
    for (const colorScheme of ['light', 'dark'] as const) {
      const colours = await open('large', { width: 1280, colorScheme }, look);
      const [train, trainKey, test, testKey] = colours;
      expect([trainKey, testKey]).toEqual([train, test]);
      expect(train).not.toBe(test);
      expect(colours.join()).toMatch(/^(rgb\(\d+, \d+, \d+\),?){4}$/);
    }
  });

  it('sorts the most frequent genes by the heading that is clicked', async () => {
    const orders = await open('large', { width: 1280 }, async (page) => {
      const column = () => page.locator('#top-genes tbody th').allTextContents();
      const first = await column();
      await page.click('#top-genes th:has-text("Gene") button');
      return { first, byName: await column() };
    });
    expect(orders.first).toEqual(LARGE.frequentGenes.map(({ name }) => name));
    expect(orders.byName).toEqual([...orders.first].sort());
  });

  it('is whole without its script', async () => {
    const seen = await open('large', { width: 1280, javaScriptEnabled: false }, async (page) => ({
      sections: await page.locator('section:visible').count(),
      buttons: await page.locator('button:visible').count(),
    }));
    expect(seen).toEqual({ sections: SECTIONS.length + 1, buttons: 0 });
  });

  it.each(['large', 'one-cell'] as const)('closes every element of %s that it opens', async (name) => {
    const report = readFileSync(fileOf(name), 'utf8');
    const body = report.slice(report.indexOf('<header'), report.indexOf('<footer'));
    // The strict parser of XML, which stops where that of HTML guesses.
    const xml = `<r>${body.replace(' hidden>', ' hidden="">')}</r>`;
    const fault = await open(name, { width: 1280 }, (page) =>
      page.evaluate<string | null>(`(() => {
        const parsed = new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml');
        return parsed.querySelector('parsererror')?.textContent ?? (parsed.querySelector('section') ? null : 'empty');
      })()`),
    );
    expect(fault).toBeNull();
  });
});
