import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remedies } from '../../src/rna/failure.js';
import { momentsOf } from '../../src/rna/report/disk-plot.js';
import { rnaReport } from '../../src/rna/report/report.js';
import type { SpeciesStatus } from '../../src/rna/status/run-status.js';
import { doneRun, emptyState, failedRun, LARGE, statusOf } from './report-sample.js';

const reportOf = (...species: SpeciesStatus[]) => rnaReport({ version: '1.2.3', species });

/** What a reader sees of markup. */
function textOf(markup: string): string {
  return markup
    .replace(/<(style|script|title|desc)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const sectionOf = (report: string, id: string) =>
  new RegExp(`<section id="${id}"[\\s\\S]*?</section>`).exec(report)![0];

/** Rows of a section's tables as text. */
function rowsOf(report: string, id: string): string[] {
  return [...sectionOf(report, id).matchAll(/<tbody>[\s\S]*?<\/tbody>/g)].flatMap(([body]) =>
    [...body.matchAll(/<tr>[\s\S]*?<\/tr>/g)].map(([row]) => textOf(row)),
  );
}

const sections = (report: string) => [...report.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id);
const whole = (text: string) => Number(text.replaceAll(',', ''));
const all = [
  'states',
  'failures',
  'warnings',
  'mapping',
  'reads',
  'disk',
  'sources',
  'slowest',
  'provenance',
];

describe('the report on runs', () => {
  const report = reportOf(LARGE);

  it('has every section, a link to each, and plots with title and description', () => {
    expect(sections(report)).toEqual(all);
    expect([...report.matchAll(/<a href="#([\w-]+)">/g)].map(([, id]) => id)).toEqual(all);
    for (const id of ['mapping-plot', 'reads-plot', 'disk-plot-0'])
      expect(report).toMatch(new RegExp(`<title id="${id}-t">[^<]+</title><desc id="${id}-d">[^<]+</desc>`));
  });

  it('says at the top how the runs stand', () => {
    const text = textOf(report);
    expect(text).toContain(
      '240 of 307 runs have a valid result. 12 runs failed. 15 runs are not to be quantified. 40 runs are still to be done.',
    );
    for (const tile of ['Done 240 82.2 % of 292', 'Failed 12', 'Left 40', 'Downloaded 360.0 GB'])
      expect(text).toContain(tile);
    const rates = LARGE.runs.flatMap(({ pPseudoaligned }) => pPseudoaligned ?? []).sort((a, b) => a - b);
    expect(text).toContain(`Pseudoaligned ${((rates[119]! + rates[120]!) / 2).toFixed(1)} % median`);
    expect(rowsOf(report, 'states')).toEqual(['Camponotus floridanus 307 240 12 15 4 6 1 29 82.2 %']);
  });

  it('draws every run that is done into each histogram, in its bin', () => {
    const bars = (id: string, form: RegExp) => [...sectionOf(report, id).matchAll(form)];
    const rates = bars('mapping', /<title>(\d+) to (\d+) %: ([\d,]+)<\/title>/g);
    expect(rates.reduce((sum, [, , , count]) => sum + whole(count!), 0)).toBe(240);
    for (const [, from, to, count] of rates) {
      const inside = LARGE.runs.filter(
        ({ pPseudoaligned: rate = -1 }) => rate >= Number(from) && rate < Number(to),
      );
      expect(whole(count!)).toBe(inside.length);
    }
    const reads = bars('reads', /<title>[^<]*reads: ([\d,]+)<\/title>/g);
    expect(reads.length).toBeGreaterThan(5);
    expect(reads.reduce((sum, [, count]) => sum + whole(count!), 0)).toBe(240);
    const hundred = reportOf(statusOf('x', [doneRun('SRR1', { pPseudoaligned: 100, readsProcessed: 1 })]));
    expect(sectionOf(hundred, 'mapping')).toContain('<title>95 to 100 %: 1</title>');
  });

  it('lists failed runs with reason and problem, and what to do about each reason', () => {
    const rows = rowsOf(report, 'failures');
    expect(rows.slice(0, 3).sort()).toEqual([
      `checksum 4 ${remedies.checksum}`,
      `not-found 4 ${remedies['not-found']}`,
      `zero-aligned 4 ${remedies['zero-aligned']}`,
    ]);
    expect(rows).toHaveLength(3 + 12);
    expect(rows[3]).toBe('SRR2000 checksum fetch SRR2000_1.fastq.gz has another MD5 than ENA announces 3');
  });

  it('sums bytes by source and shows the slowest runs', () => {
    expect(rowsOf(report, 'sources')).toEqual(['ena 192 288.0 GB', 'aws 48 72.0 GB']);
    const seconds = LARGE.runs.flatMap(({ state, record }) => (state === 'done' ? record!.seconds : []));
    const slowest = seconds.sort((a, b) => b - a).slice(0, 15);
    expect(rowsOf(report, 'slowest').map((row) => Number(row.split(' ')[1]))).toEqual(slowest);
  });

  it('draws the disk over the time of work alone, the peak and the starts told', () => {
    const moments = momentsOf(LARGE.state.disk);
    // 1,500 samples, 6 s apart, but for a day's pause behind the 901st.
    expect(moments.at(-1)!.seconds).toBe(1498 * 6);
    expect(moments.every(({ seconds }, i) => seconds >= (moments[i - 1]?.seconds ?? 0))).toBe(true);
    const text = textOf(sectionOf(report, 'disk'));
    const peak = Math.max(...LARGE.state.disk.map(({ reads }) => reads));
    expect(text).toContain(`At most ${(peak / 1e9).toFixed(1)} GB of reads were on the disk at once`);
    expect(text).toContain('gtk was started 2 times');
    expect(sectionOf(report, 'disk').match(/class="mark"/g)).toHaveLength(1);
    const curve = /class="curve" d="M([^"]+)"/.exec(sectionOf(report, 'disk'))![1]!.split('L');
    expect(curve).toHaveLength(1500);
  });

  it('has a plot a species with several, and says nothing of a disk that was never measured', () => {
    const other = statusOf('Other', [doneRun('SRR9')], emptyState({ disk: LARGE.state.disk.slice(0, 5) }));
    const two = reportOf(LARGE, other);
    expect(two.match(/id="disk-plot-\d-t"/g)).toHaveLength(2);
    expect(sectionOf(two, 'disk')).toContain('<h3>Other</h3>');
    expect(sections(reportOf(statusOf('x', [doneRun('SRR1')])))).toEqual([
      'states',
      'mapping',
      'reads',
      'sources',
      'slowest',
      'provenance',
    ]);
  });

  it('tells all starts, the last first, and the options of the last', () => {
    const rows = rowsOf(report, 'provenance');
    expect(rows[0]).toContain('2026-03-02 09:00:00');
    expect(rows[1]).toContain('none: interrupted, or at work');
    const text = textOf(sectionOf(report, 'provenance'));
    expect(text).toContain('config /data/amalgkit_cfloridanus.yaml batchSize 8');
    expect(text).not.toMatch(/keepFastq|memory/);
  });

  it('is the same text for the same data, small, and loads nothing', () => {
    expect(reportOf(structuredClone(LARGE))).toBe(report);
    expect(Buffer.byteLength(report)).toBeLessThan(120_000);
    expect(report).not.toMatch(/https?:|@import|url\(|<img|<iframe|<object|<embed|\ssrc=/i);
    const many = statusOf(
      'x',
      Array.from({ length: 20_000 }, (_, i) => failedRun(`SRR${i}`, { problem: 'x'.repeat(9999) })),
    );
    const large = reportOf(many);
    expect(Buffer.byteLength(large)).toBeLessThan(300_000);
    expect(large).toContain('19,800 further runs not listed');
  });

  it('keeps hostile text as text, and shows no secret of an address', () => {
    const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
    const run = { ...failedRun(hostile, { problem: hostile }), reason: hostile, species: hostile };
    const session = { ...LARGE.state.sessions[0]!, command: hostile, version: hostile };
    const options = { [hostile]: hostile, url: 'https://me:hush@host.org/a?sig=hush' };
    const state = emptyState({ sessions: [{ ...session, options }], warnings: [{ problem: hostile }] });
    const text = reportOf(statusOf(hostile, [run, doneRun(hostile, { source: hostile })], state));
    expect(text.match(/<script>/g)).toHaveLength(1);
    expect(text).not.toMatch(/<img|hush/);
  });

  const done = doneRun('SRR1');
  const extremes = {
    'no species': [],
    'no run': [statusOf('x', [])],
    'one run, done by others': [statusOf('x', [{ ...done, record: undefined } as never])],
    'runs without a reason': [
      statusOf('x', [{ run: 'a', species: 'b', state: 'failed', retries: 0 } as const]),
    ],
    'a disk without reads': [
      statusOf(
        'x',
        [done],
        emptyState({ disk: [0, 1].map((at) => ({ ...LARGE.state.disk[0]!, at, reads: 0 })) }),
      ),
    ],
    'excluded runs alone': [
      statusOf('x', [{ run: 'a', species: 'b', state: 'excluded', retries: 0 } as const]),
    ],
  };

  it.each(Object.entries(extremes))('is whole for %s', (_, species) => {
    const text = reportOf(...species).replace(/<script>[\s\S]*/, '');
    expect(text).not.toMatch(/NaN|Infinity|\bnull\b|undefined|\[object/);
    expect(sections(text)).toEqual(
      expect.arrayContaining(['states', 'mapping', 'reads', 'sources', 'slowest', 'provenance']),
    );
  });
});

const CHROMIUM = '/usr/bin/chromium';
const isMissing = !existsSync(CHROMIUM);
if (isMissing && process.env.CI) throw new Error(`${CHROMIUM} is missing: the report was not looked at`);

describe.skipIf(isMissing)('the report on runs in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gtk-rna-report-'));
  const file = join(folder, 'report.html');
  let browser: Browser;

  beforeAll(async () => {
    const long = 'a_name_without_any_place_to_break_it_'.repeat(12);
    writeFileSync(
      file,
      reportOf(LARGE, statusOf(long, [doneRun('SRR1'), failedRun('SRR2', { problem: long })])),
    );
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open<T>(
    width: number,
    colorScheme: 'light' | 'dark',
    look: (page: Page) => Promise<T>,
  ): Promise<T> {
    const context = await browser.newContext({
      offline: true,
      viewport: { width, height: 800 },
      colorScheme,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(file).href);
    const seen = await look(page);
    await context.close();
    expect(complaints).toEqual([]);
    return seen;
  }

  it.each([400, 1280])('shows all of it on a page %i pixels wide, which does not overflow', async (width) => {
    const seen = await open(width, 'light', (page) =>
      page.evaluate<{ page: number; shown: [string, boolean][] }>(`({
        page: document.documentElement.scrollWidth,
        shown: [...document.querySelectorAll('section, svg.plot')].map((element) => {
          const { left, right, height } = element.getBoundingClientRect();
          return [element.id, left >= 0 && right <= innerWidth && height > 60 && element.checkVisibility()];
        }),
      })`),
    );
    expect(seen.page).toBe(width);
    expect(seen.shown.filter(([id]) => id !== '').map(([id]) => id)).toEqual(all);
    expect(seen.shown.filter(([, isShown]) => !isShown)).toEqual([]);
    expect(seen.shown).toHaveLength(all.length + 3);
  });

  it('draws the time line in the colours of light and dark, and sorts failures by their headings', async () => {
    const colour = (page: Page) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('.curve')).stroke`);
    expect(await open(1280, 'light', colour)).not.toBe(await open(1280, 'dark', colour));
    const runs = await open(1280, 'light', async (page) => {
      await page.click('#slowest th:has-text("Reads") button');
      return page.locator('#slowest tbody td:nth-child(3)').allTextContents();
    });
    const numbers = runs.map(whole);
    expect(numbers.length).toBeGreaterThan(10);
    expect([numbers, numbers.toReversed()]).toContainEqual(numbers.toSorted((a, b) => a - b));
  });
});
