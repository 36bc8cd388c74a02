import { describe, expect, it, vi } from 'vitest';
import { RecordDistributions } from '../../src/codon/distributions.js';
import { expectedEnc } from '../../src/codon/indices/enc.js';
import { type CodonReportData, codonReport } from '../../src/codon/report.js';
import { rscuBars } from '../../src/codon/report-plots.js';
import { rscuStep } from '../../src/codon/report-table.js';
import { CODONS, countYeast, SECTIONS, SMALL, usageOf, yeast } from './report-sample.js';

const EMPTY: CodonReportData = {
  ...SMALL,
  inputs: [],
  options: [],
  totals: { sequences: 0, bases: 0, codons: 0, ambiguous: 0, partial: 0 },
  indices: { gc: null, gc3s: null, enc: null },
  usage: usageOf(new Array(64).fill(0)),
};

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
    expect([0, 0.25, 0.5, 0.75, 1].map(expectedEnc)).toEqual([31, 48.65, 60.5, 49.15, 32]);
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
