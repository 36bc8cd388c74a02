import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codonReport } from '../../src/codon/report.js';
import { CODONS, SECTIONS, yeast } from './report-sample.js';

const CHROMIUM = '/usr/bin/chromium';
const isMissing = !existsSync(CHROMIUM);
if (isMissing && process.env.CI) throw new Error(`${CHROMIUM} is missing: the report was not looked at`);

describe.skipIf(isMissing)('the codon report in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gtk-report-'));
  const address = pathToFileURL(join(folder, 'report.html')).href;
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(join(folder, 'report.html'), codonReport(yeast()));
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

  /** Opens the report without a network and runs `look`; what the page complains of and asks for. */
  async function open<T>(
    options: { colorScheme: 'light' | 'dark'; width: number; javaScriptEnabled?: boolean },
    look: (page: Page) => Promise<T>,
  ): Promise<T> {
    const { colorScheme, width, javaScriptEnabled = true } = options;
    const context = await browser.newContext({
      offline: true,
      colorScheme,
      javaScriptEnabled,
      viewport: { width, height: 800 },
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(address);
    const seen = await look(page);
    await context.close();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([address]);
    return seen;
  }

  // Given as text, since the types of a browser's globals are not those of Node.
  const colours = (page: Page) =>
    page.evaluate<string[]>(`(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      const cell = getComputedStyle(document.querySelector('.genetic-code td'));
      return [backgroundColor, color, cell.backgroundColor];
    })()`);

  it('follows the light and the dark scheme, and the switch turns one into the other', async () => {
    const look = async (page: Page) => {
      const before = await colours(page);
      await page.click('#theme');
      return [before, await colours(page)];
    };
    const light = await open({ colorScheme: 'light', width: 1200 }, look);
    const dark = await open({ colorScheme: 'dark', width: 1200 }, look);
    expect(light[0]).toEqual(['rgb(246, 247, 249)', 'rgb(23, 33, 43)', 'rgb(251, 230, 210)']);
    expect(dark).toEqual([...light].reverse());
    expect(new Set(light.flat()).size).toBe(6);
  });

  it.each([390, 768, 1200])('does not overflow a page %i pixels wide', async (width) => {
    const sizes = await open({ colorScheme: 'light', width }, (page) =>
      page.evaluate<{ page: number; plots: boolean[] }>(`({
        page: document.documentElement.scrollWidth,
        plots: [...document.querySelectorAll('svg.plot')].map((plot) => {
          const { left, right, height } = plot.getBoundingClientRect();
          return left >= 0 && right <= innerWidth && height > 60;
        }),
      })`),
    );
    expect(sizes.page).toBe(width);
    expect(sizes.plots).toEqual(new Array(24).fill(true));
  });

  it('sorts the usage table by the heading that is clicked', async () => {
    const orders = await open({ colorScheme: 'light', width: 1200 }, async (page) => {
      const column = () => page.locator('#usage tbody th').allTextContents();
      const first = await column();
      await page.click('#usage th:has-text("Codon") button');
      const byName = await column();
      await page.click('#usage th:has-text("RSCU") button');
      return { first, byName, byRscu: await column() };
    });
    const { usage } = yeast();
    expect(orders.byName).toEqual([...CODONS].sort());
    expect(orders.first[0]).toBe('GAA');
    const rscu = orders.byRscu.map((codon) => usage.find((row) => row.codon === codon)!.rscu!);
    expect(rscu).toHaveLength(64);
    expect(rscu).toEqual([...rscu].sort((a, b) => b - a));
  });

  it('is whole without its script', async () => {
    const seen = await open(
      { colorScheme: 'light', width: 1200, javaScriptEnabled: false },
      async (page) => ({
        sections: await page.locator('section:visible').count(),
        buttons: await page.locator('button:visible').count(),
      }),
    );
    expect(seen).toEqual({ sections: SECTIONS.length, buttons: 0 });
  });

  it('closes every element it opens', async () => {
    const report = readFileSync(join(folder, 'report.html'), 'utf8');
    const body = report.slice(report.indexOf('<header'), report.indexOf('<footer'));
    // The strict parser of XML, which stops where that of HTML guesses.
    const xml = `<r>${body.replace(' hidden>', ' hidden="">').replaceAll('&ensp;', ' ')}</r>`;
    const fault = await open({ colorScheme: 'light', width: 1200 }, (page) =>
      page.evaluate<string | null>(`(() => {
        const parsed = new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml');
        return parsed.querySelector('parsererror')?.textContent ?? (parsed.querySelector('section') ? null : 'empty');
      })()`),
    );
    expect(fault).toBeNull();
  });
});
