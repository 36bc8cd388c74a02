/** What the site analysis counted on its way, and how its clones are spread. */
import { fixed, grouped, NOTHING } from '../../../report/format.js';
import { h, pairs } from '../dom.js';
import type { AnalysisSummary } from './site-answer.js';

/** Counts from pairs to sites at a distance, and the statistics of clones, which are those of distance 0. */
export function analysisFigures(summary: AnalysisSummary, distance: number): HTMLElement[] {
  const { raw_pairs: raw, counts, clones } = summary;
  const merged = summary.per_distance.find(({ d }) => d === distance);
  const top = clones.top20.reduce((sum, share) => sum + share, 0);
  return [
    pairs([
      ['Raw pairs', raw === null ? NOTHING : grouped(raw)],
      ['Aligned pairs', grouped(counts.pairs)],
      ['Both mates mapped', grouped(counts.mapped_pairs)],
      ['Fragments', grouped(counts.fragments)],
      ['Unique fragments', grouped(counts.unique_fragments)],
      ['Fragments on the vector', grouped(counts.vector_fragments)],
      ['Merged positions', merged ? grouped(merged.peaks) : NOTHING],
      ['In the table', merged ? grouped(merged.kept) : NOTHING],
    ]),
    h('h3', {}, 'Clones'),
    h(
      'p',
      { class: 'intro' },
      'Every position at distance 0 is taken for a clone, and its reads for its size. The table has those with more than one unique fragment or more than five reads.',
    ),
    pairs([
      ['Clones', grouped(clones.clones)],
      ['Share of the 20 largest', clones.clones > 0 ? `${fixed(top * 100, 1)} %` : NOTHING],
      ['Clones expected (Chao1)', fixed(clones.chao1, 0)],
      ['Clones with half the reads (UC50)', grouped(clones.uc50)],
      ['Entropy', `${fixed(clones.entropy, 2)} bits`],
      ['Gini coefficient', fixed(clones.gini, 2)],
    ]),
  ];
}
