/** Debian's chromium, as tests of the page use it. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';

/** Whether the tests have to be skipped; in CI that is an error. */
export const isMissing = !existsSync(CHROMIUM);
if (isMissing && process.env.CI) throw new Error(`${CHROMIUM} is missing: the page was not looked at`);

export interface Look {
  colorScheme?: 'light' | 'dark';
  width?: number;
}

/** One browser for the file; gives a function that opens a page of its own for each look. */
export function useBrowser(): (
  url: string,
  look: (page: Page) => Promise<void>,
  options?: Look,
) => Promise<void> {
  let browser: Browser;
  beforeAll(async () => {
    const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet],
    });
  });
  afterAll(() => browser?.close());

  return async (url, look, { colorScheme = 'light', width = 1200 } = {}) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    const strangers: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      const isSerious = ['error', 'warning'].includes(message.type());
      // A refusal that the page expects is told here as well.
      if (isSerious && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(new URL(url).origin)) strangers.push(request.url());
    });
    try {
      await page.goto(url);
      await look(page);
      expect(complaints).toEqual([]);
      expect(strangers.filter((address) => !address.startsWith('blob:'))).toEqual([]);
    } finally {
      await context.close();
    }
  };
}
