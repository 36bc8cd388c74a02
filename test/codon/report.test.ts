import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RecordDistributions } from '../../src/codon/distributions.js';
import { type CodonReportData, type CodonUsageRow, codonReport } from '../../src/codon/report.js';
import { rscuBars, wrightCurve } from '../../src/codon/report-plots.js';
import { rscuStep } from '../../src/codon/report-table.js';

/** NCBI table 1 in the order TTT, TTC, TTA, TTG, TCT … GGG. */
const STANDARD = 'FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG';
const CODONS = [...'TCAG'].flatMap((a) => [...'TCAG'].flatMap((b) => [...'TCAG'].map((c) => a + b + c)));

function usageOf(counts: readonly number[]): CodonUsageRow[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return CODONS.map((codon, i) => {
    const family = counts.filter((_, j) => STANDARD[j] === STANDARD[i]);
    const total = family.reduce((sum, count) => sum + count, 0);
    const count = counts[i]!;
    return {
      codon,
      aminoAcid: STANDARD[i]!,
      count,
      frequency: all ? count / all : null,
      perThousand: all ? (1000 * count) / all : null,
      rscu: total ? (count * family.length) / total : null,
    };
  });
}

/** Counts of the yeast coding sequences by the plainest loop there is. */
function countYeast(): CodonReportData {
  const file = new URL('../data/codon/yeast_cds.fa.gz', import.meta.url);
  const records = gunzipSync(readFileSync(file)).toString('latin1').split('>').slice(1);
  const position = new Map(CODONS.map((codon, i) => [codon, i]));
  const counts = new Array<number>(64).fill(0);
  const distributions = new RecordDistributions();
  let bases = 0;
  for (const record of records) {
    const sequence = record.slice(record.indexOf('\n')).replaceAll('\n', '');
    let gc = 0;
    let gc3 = 0;
    for (let i = 0; i < sequence.length; i += 3) {
      const codon = sequence.slice(i, i + 3);
      counts[position.get(codon)!]! += 1;
      for (let j = 0; j < 3; j += 1) if ('GC'.includes(codon[j]!)) gc += 1;
      if ('GC'.includes(codon[2]!)) gc3 += 1;
    }
    bases += sequence.length;
    const gc3s = (3 * gc3) / sequence.length;
    // Not Nc itself, which has its own tests, but points below the curve as real genes are.
    const enc = Math.max(20, wrightCurve(gc3s) - (sequence.length % 200) / 10);
    distributions.add(sequence.length, gc / sequence.length, gc3s, enc);
  }
  return {
    ...SMALL,
    inputs: [{ path: 'yeast_cds.fa.gz', bytes: 3_000_000, sequences: records.length }],
    totals: { sequences: records.length, bases, codons: bases / 3, ambiguous: 0, partial: 0 },
    usage: usageOf(counts),
    distributions,
  };
}

let counted: CodonReportData | undefined;
const yeast = () => {
  counted ??= countYeast();
  return counted;
};

const SMALL: CodonReportData = {
  version: '1.2.3',
  command: 'gtk codon --report genes.fa',
  inputs: [{ path: 'genes.fa', bytes: 1234, sequences: 2 }],
  options: [{ name: '--batch-size', value: '5000' }],
  geneticCode: { id: 1, name: 'Standard' },
  frame: 0,
  totals: { sequences: 2, bases: 6051, codons: 2016, ambiguous: 1, partial: 1 },
  indices: { gc: 0.397, gc3s: 0.3615, enc: 51.92, cai: null, later: 0.5 },
  usage: usageOf(CODONS.map((_, i) => i)),
  distributions: new RecordDistributions(),
};

const EMPTY: CodonReportData = {
  ...SMALL,
  inputs: [],
  options: [],
  totals: { sequences: 0, bases: 0, codons: 0, ambiguous: 0, partial: 0 },
  indices: { gc: null, gc3s: null, enc: null },
  usage: usageOf(new Array(64).fill(0)),
};

const SECTIONS = [
  ...['codons', 'rscu', 'nc', 'lengths', 'gc'],
  ...['indices', 'usage', 'totals', 'provenance', 'definitions'],
];

/** Text between tags, one piece after another. */
function textOf(markup: string): string {
  return markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

describe('the codon report', () => {
  it('has every section and every codon in table, bars and list', () => {
    const report = codonReport(SMALL);
    const sections = [...report.matchAll(/<section id="(\w+)"[\s\S]*?<\/section>/g)];
    expect(sections.map((section) => section[1])).toEqual(SECTIONS);
    expect([...report.matchAll(/<a href="#(\w+)">/g)].map((link) => link[1])).toEqual(SECTIONS);
    for (const id of ['codons', 'rscu', 'usage']) {
      const body = sections.find((section) => section[1] === id)![0];
      const codons = [...body.matchAll(/class="code"[^>]*>([ACGT]{3})</g)].map((match) => match[1]!);
      expect(codons.sort()).toEqual([...CODONS].sort());
    }
  });

  it('shows each codon of the table with the count and RSCU of that codon, in the order of the code', () => {
    const report = codonReport(SMALL);
    const rows = [...report.matchAll(/<tr>[\s\S]*?<\/tr>/g)].map((row) => textOf(row[0]).trim());
    // T, C, A, G by first, second and third base: TTT is codon 0, GGG codon 63.
    expect(rows.find((row) => row.includes('TTT Phe'))).toMatch(
      /^T TTT Phe 0\.00 0 TCT Ser 0\.22 4 TAT Tyr 0\.94 8 TGT Cys 0\.96 12 T$/,
    );
    expect(rows.find((row) => row.includes('GGG Gly'))).toMatch(
      /^GTG Val 1\.03 51 GCG Ala 1\.03 55 GAG Glu 1\.01 59 GGG Gly 1\.02 63 G$/,
    );
  });

  it('colours RSCU evenly to both sides of 1', () => {
    const steps = [0, 0.25, 0.5, 0.75, 0.95, 1, 1.05, 1.06, 1.5, 2, 2.31, 6].map(rscuStep);
    expect(steps).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd4', 'd4', 'd5', 'd6', 'd7', 'd8', 'd8']);
  });

  it('draws bars as high as their RSCU', () => {
    const bars = [
      ...rscuBars(SMALL.usage).text.matchAll(/height="([\d.]+)" rx="1.5"><title>(\w+) ([\d.]+)/g),
    ];
    expect(bars).toHaveLength(64);
    const unit = Number(bars.find((bar) => bar[2] === 'ATG')![1]);
    for (const [, height, , rscu] of bars) {
      expect(Math.abs(Number(height) / unit - Number(rscu))).toBeLessThan(0.002);
    }
  });

  it("draws Wright's curve through the values of his equation", () => {
    // 2 + s + 29 / (s² + (1 − s)²) by hand: 31 at 0, 60.5 at 1/2, 32 at 1; 48.65 at 1/4 and 49.15 at 3/4.
    expect([0, 0.25, 0.5, 0.75, 1].map(wrightCurve)).toEqual([31, 48.65, 60.5, 49.15, 32]);
    const report = codonReport(yeast());
    const [, data] = /<path class="curve" d="([^"]*)"/.exec(report)!;
    const points = data!
      .slice(1)
      .split('L')
      .map((point) => point.split(' ').map(Number));
    expect(points).toHaveLength(101);
    const tick = (label: string) => {
      const match = new RegExp(`y="([\\d.]+)" text-anchor="end">${label}<`).exec(report.split('id="nc"')[1]!);
      return Number(match![1]) - 4;
    };
    const perCodon = (tick('20') - tick('60')) / 40;
    const drawn = [0, 25, 50, 75, 100].map((i) => 20 + (tick('20') - points[i]![1]!) / perCodon);
    for (const [i, value] of [31, 48.65, 60.5, 49.15, 32].entries()) {
      expect(Math.abs(drawn[i]! - value)).toBeLessThan(0.01);
    }
  });

  it('gives the known figures of the yeast coding sequences', () => {
    const text = textOf(codonReport(yeast()));
    expect(text).toContain('Sequences 6,600 8,762,001 bases');
    expect(text).toContain('2,920,667 codons of 6,600 sequences');
    expect(text).toContain('CTG Leu 0.68');
  });

  it('is the same text for the same data whatever the date, and below 300 kB for any run', () => {
    vi.useFakeTimers({ now: new Date('2001-02-03T04:05:06Z'), toFake: ['Date'] });
    const report = codonReport(yeast());
    vi.setSystemTime(new Date('2031-12-11T10:09:08Z'));
    expect(codonReport(countYeast())).toBe(report);
    vi.useRealTimers();
    expect(Buffer.byteLength(report)).toBeLessThan(300_000);
    const crowded = new RecordDistributions();
    // Counts that never have a neighbour of their own colour: the longest drawing there can be.
    for (let i = 0; i < crowded.nc.length; i += 1) crowded.nc[i] = 2 ** (i % 6);
    const inputs = Array.from({ length: 20_000 }, (_, i) => ({
      path: `/${'long/'.repeat(200)}${i}.fa`,
      bytes: i,
      sequences: 1,
    }));
    const command = inputs.map(({ path }) => path).join(' ');
    const largest = codonReport({ ...SMALL, inputs, command, distributions: crowded });
    expect(Buffer.byteLength(largest)).toBeLessThan(300_000);
    expect(largest).toContain('19,900 further files');
  });

  it('loads nothing: no address and no resource but what is in the file', () => {
    const report = codonReport(yeast());
    expect(report).not.toMatch(/https?:|\/\/[a-z]|@import|url\(|<img|<iframe|<object|<embed|\ssrc=/i);
    const references = [...report.matchAll(/\shref="([^"]*)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(5);
    expect(references.filter((reference) => !/^#\w+$|^data:,$/.test(reference))).toEqual([]);
  });

  it('keeps hostile text as text, wherever it comes from', () => {
    const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>&lt;`;
    const report = codonReport({
      ...SMALL,
      version: hostile,
      command: hostile,
      inputs: [{ path: hostile, bytes: 1, sequences: 1 }],
      options: [{ name: hostile, value: hostile }],
      geneticCode: { id: 1, name: hostile },
      indices: { [hostile]: 1 },
    });
    expect(report.match(/<script>/g)).toHaveLength(1);
    expect(report).not.toMatch(/<img|<\/script>"/);
    expect(report.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;/g)!.length).toBeGreaterThanOrEqual(7);
  });

  it('shows dashes, not NaN, for a run without a single codon', () => {
    const report = codonReport(EMPTY);
    expect(report.replace(/<script>[\s\S]*/, '')).not.toMatch(/NaN|Infinity|\bnull\b|\[object/);
    expect(textOf(report)).toContain('TTT Phe – 0');
  });

  it('lists an index it has no words for under its own name', () => {
    expect(textOf(codonReport(SMALL))).toContain('later 0.5000');
  });
});

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
