import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder, testData } from '../../run-gtk.js';
import { type Analysed, analyse, sorted } from './analysis.js';
import { bedtoolsChain, type ChainOutput } from './bedtools-chain.js';
import { canMap, mapReads } from './mapped.js';

const folder = temporaryFolder();
const knownSites = testData('pcr/yeast_R64-1-1.ltr.bed');
const python = requireTool('python3');
const filters = ['five_prime', 'left'] as const;

describe.skipIf(!canMap || !requireTool('bedtools'))('mapped reads, as bedtools finds their sites', () => {
  let mapped: { trimmed: string; untrimmed: string };

  beforeAll(async () => {
    mapped = await mapReads(folder);
  });

  describe.each(['trimmed', 'untrimmed'] as const)('%s', (kind) => {
    describe.each(filters)('clip filter %s', (clipFilter) => {
      let ours: Analysed;
      let theirs: ChainOutput;

      beforeAll(async () => {
        const place = path.join(folder, `${kind}-${clipFilter}`);
        mkdirSync(place);
        theirs = bedtoolsChain(mapped[kind], clipFilter, place, 11, knownSites);
        ours = await analyse(mapped[kind], path.join(place, 'ours'), { clipFilter }, { knownSites });
      });

      test('fragments', () => {
        expect(ours.counts.fragments).toBeGreaterThan(2500);
        expect(sorted(ours.text('aligned.bed'))).toBe(theirs.bed);
        expect(ours.text('aligned.rmdup.bed')).toBe(theirs.rmdup);
      });

      test('positions and peaks of all merge distances', () => {
        expect(ours.text('aligned.all_peaks.txt')).toBe(theirs.positions);
        expect(theirs.peaks.filter(({ counted }) => counted.includes('\t1\n')).length).toBe(11);
        theirs.peaks.forEach(({ merged, counted }, d) => {
          expect(ours.text(`aligned.d${d}.peak.merge.txt`)).toBe(merged);
          expect(ours.text(`aligned.d${d}.peak.merge.2.txt`)).toBe(counted);
        });
      });
    });
  });

  test.skipIf(!python).each([
    ['trimmed', 'five_prime', 56, 33],
    ['untrimmed', 'left', 49, 17],
  ] as const)('planted sites are found: %s, %s', (kind, clipFilter, found, exact) => {
    const peaks = path.join(folder, `${kind}-${clipFilter}`, 'ours/aligned.d0.peak.merge.3.txt');
    const script = fileURLToPath(new URL('../score_sites.py', import.meta.url));
    const truth = testData('pcr/qslam_clean/truth.tsv');
    const args = [script, '--truth', truth, '--peaks', peaks, '--filter', 'xlsx'];
    const score = JSON.parse(execFileSync(python!, args, { encoding: 'utf8' }));
    expect(score).toMatchObject({
      expected: 56,
      found,
      precision: 1,
      sites_with_exact_fragment_count: exact,
    });
  });
});
