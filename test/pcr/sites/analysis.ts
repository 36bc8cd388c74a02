/** Runs the analysis of sites in a folder. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { analyseSites, type SiteAnalysis } from '../../../src/pcr/sites/analyse.js';
import type { SiteRules } from '../../../src/pcr/sites/rules.js';

export const rules: SiteRules = {
  clipFilter: 'five_prime',
  vectorContig: 'vector',
  promoterLeft: 5000,
  promoterRight: 2000,
  enhancerLeft: 50_000,
  umi: false,
};

export interface Analysed extends SiteAnalysis {
  /** A file that was written, by its name. */
  text(name: string): string;
}

export interface Annotations {
  genes?: string;
  knownSites?: string;
  threads?: number;
}

/** @param folder made anew */
export async function analyse(
  bam: string,
  folder: string,
  changes: Partial<SiteRules> = {},
  { genes, knownSites, threads = 1 }: Annotations = {},
): Promise<Analysed> {
  mkdirSync(folder);
  const analysis = await analyseSites({
    alignment: { file: bam, shown: 'aligned.sorted.bam' },
    rules: { ...rules, ...changes },
    ...(genes && { genes: { file: genes, shown: 'genes.gtf.gz' } }),
    ...(knownSites && { knownSites: { file: knownSites, shown: 'known_sites.bed' } }),
    bam2bed: folder,
    bed2peak: folder,
    threads,
    log: () => {},
  });
  return { ...analysis, text: (name) => readFileSync(path.join(folder, name), 'utf8') };
}

/** Lines in the order of their bytes. */
export function sorted(text: string): string {
  const lines = text.split('\n').slice(0, -1);
  lines.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return lines.map((line) => `${line}\n`).join('');
}
