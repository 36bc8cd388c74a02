/** The step that finds insertion sites in the alignment. */
import { existsSync } from 'node:fs';
import { writeFileAtomically } from '../../engine/atomic.js';
import { gtkError } from '../../errors.js';
import { analyseSites, type SiteAnalysis } from '../sites/analyse.js';
import { siteRules } from '../sites/rules.js';
import type { Workspace } from '../workspace.js';
import type { ReadsSource } from './names.js';
import { readRecord } from './record.js';
import type { Step } from './step.js';
import type { CutadaptSummary, FastpSummary, UmiSummary } from './summaries.js';

/** What the step counted. */
export interface SiteSummary extends SiteAnalysis {
  /** Pairs that were uploaded; null if no record tells. */
  raw_pairs: number | null;
}

export const siteAnalysisStep: Step = {
  programs: [],
  needsReference: true,
  inputs(workspace) {
    if (existsSync(workspace.alignment)) return [workspace.alignment];
    const missing = 'bwa/aligned.sorted.bam';
    throw gtkError('GTK_STEP_INPUT', { step: 'site_analysis', missing, maker: 'read_mapping' });
  },
  async run({ workspace, config, reference, scratch, threads, log }) {
    const sources = sourcesOfAlignment(workspace);
    const rules = siteRules(config, sources.includes('umi'));
    const { genes, knownSites, name } = reference!;
    const analysis = await analyseSites({
      alignment: { file: workspace.alignment, shown: 'bwa/aligned.sorted.bam' },
      rules,
      ...(genes && { genes: { file: genes, shown: `${name}/genes.gtf.gz` } }),
      ...(knownSites && { knownSites: { file: knownSites, shown: `${name}/known_sites.bed` } }),
      bam2bed: scratch.resolve('bam2bed'),
      bed2peak: scratch.resolve('bed2peak'),
      threads,
      log,
    });
    const summary: SiteSummary = { raw_pairs: rawPairs(workspace, sources.at(-1)), ...analysis };
    writeFileAtomically(scratch.resolve('bed2peak', 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    return summary;
  },
};

/** Steps that the aligned reads went through, the last one first. */
function sourcesOfAlignment(workspace: Workspace): Exclude<ReadsSource, 'raw'>[] {
  const sources: Exclude<ReadsSource, 'raw'>[] = [];
  let source = readRecord(workspace, 'read_mapping')?.source;
  while (source && source !== 'raw' && !sources.includes(source)) {
    sources.push(source);
    source = readRecord(workspace, source)?.source;
  }
  return sources;
}

/** What the first step on raw reads counted. */
function rawPairs(workspace: Workspace, first: ReadsSource | undefined): number | null {
  if (!first || first === 'raw') return null;
  const summary = readRecord(workspace, first)?.summary;
  if (first === 'fastp') return (summary as FastpSummary).before_filtering.total_reads / 2;
  return (summary as CutadaptSummary | UmiSummary).pairs_in;
}
