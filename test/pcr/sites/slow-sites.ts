/** Fragments and peaks from the text of an alignment, as slowly as they are defined. */
import type { SiteRules } from '../../../src/pcr/sites/rules.js';

export interface SlowFragment {
  contig: string;
  start: number;
  end: number;
  name: string;
  quality: number;
  strand: '+' | '-';
}

interface Alignment {
  name: string;
  isFirst: boolean;
  strand: '+' | '-';
  contig: string;
  start: number;
  end: number;
  quality: number;
}

/** @param sam records in their order, without header */
export function slowFragments(sam: string, clipFilter: SiteRules['clipFilter']): SlowFragment[] {
  const waiting = new Map<string, Alignment>();
  const fragments: SlowFragment[] = [];
  for (const line of sam.split('\n').filter(Boolean)) {
    const [name, flagText, contig, position, quality, cigar, mateContig, matePosition] = line.split('\t') as [
      string,
      ...string[],
    ];
    const flags = Number(flagText);
    // A mate that is not mapped (8) makes no fragment, whatever else has the name.
    if (flags & (2308 | 8) || !(flags & 1) || !(flags & 64) === !(flags & 128)) continue;
    const operations = [...cigar!.matchAll(/(\d+)([MIDNSHP=X])/g)].map(([, n, op]) => ({
      n: Number(n),
      op: op!,
    }));
    const strand = flags & 16 ? '-' : '+';
    const isFirst = (flags & 64) !== 0;
    const outermost = clipFilter === 'five_prime' && strand === '-' ? operations.at(-1)! : operations[0]!;
    const isTested = clipFilter === 'left' || isFirst;
    if (isTested && 'SH'.includes(outermost.op) && outermost.n >= 7) continue;
    const length = operations.filter(({ op }) => 'MDN=X'.includes(op)).reduce((sum, { n }) => sum + n, 0);
    const start = Number(position) - 1;
    const alignment = {
      name,
      isFirst,
      strand,
      contig: contig!,
      start,
      end: start + length,
      quality: Number(quality),
    } as const;
    if (mateContig !== '=' && mateContig !== '*') continue;
    const isStated = mateContig === '=' && matePosition !== '0';
    const mateStart = Number(matePosition) - 1;
    const places = isStated ? (isFirst ? [start, mateStart] : [mateStart, start]) : [];
    const key = [name, contig, ...places].join(' ');
    const own = `${key} ${isFirst ? 1 : 2}`;
    const other = waiting.get(`${key} ${isFirst ? 2 : 1}`);
    if (!other) {
      if (!waiting.has(own)) waiting.set(own, alignment);
      continue;
    }
    waiting.delete(`${key} ${isFirst ? 2 : 1}`);
    const fragment = {
      contig: contig!,
      start: Math.min(start, other.start),
      end: Math.max(alignment.end, other.end),
      name,
      quality: Math.min(alignment.quality, other.quality),
      strand: isFirst ? strand : other.strand,
    };
    if (fragment.end - fragment.start >= 1000) continue;
    if (clipFilter === 'five_prime' && strand === other.strand) continue;
    fragments.push(fragment);
  }
  return fragments;
}

export interface SlowPeak {
  contig: string;
  start: number;
  end: number;
  strand: '+' | '-';
  unique: number;
  reads: number;
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const position = ({ start, end, strand }: SlowFragment) => (strand === '+' ? start : end);

/** The lines of distinct fragments; with UMIs, one for each. */
export function slowDistinct(fragments: SlowFragment[], umi: boolean): SlowFragment[] {
  const seen = new Map<string, SlowFragment>();
  for (const fragment of fragments) {
    const { contig, start, end, strand, name } = fragment;
    const text = name.includes('_') ? name.slice(name.lastIndexOf('_') + 1) : '';
    seen.set([contig, start, end, strand, umi ? text : ''].join(' '), fragment);
  }
  return [...seen.values()];
}

export function bedLines(fragments: SlowFragment[]): string {
  return fragments
    .map((f) => `${f.contig}\t${f.start}\t${f.end}\t.\t.\t${f.strand}\n`)
    .sort(byBytes)
    .join('');
}

/** Peaks in the order of their table. */
export function slowPeaks(fragments: SlowFragment[], distinct: SlowFragment[], distance: number): SlowPeak[] {
  const sited = fragments.filter(({ contig }) => !contig.includes('vector'));
  const peaks: SlowPeak[] = [];
  for (const contig of new Set(sited.map((fragment) => fragment.contig))) {
    for (const strand of ['+', '-'] as const) {
      const here = (list: SlowFragment[]) =>
        list.filter((f) => f.contig === contig && f.strand === strand).map(position);
      const cuts = [...new Set(here(sited))].sort((a, b) => a - b);
      const groups: number[][] = [];
      for (const cut of cuts) {
        const last = groups.at(-1);
        if (last && cut - (last.at(-1)! + 1) <= distance) last.push(cut);
        else groups.push([cut]);
      }
      for (const group of groups) {
        const [start, end] = [group[0]!, group.at(-1)! + 1];
        const inside = (list: SlowFragment[]) => here(list).filter((p) => p >= start && p < end).length;
        peaks.push({ contig, start, end, strand, unique: inside(distinct), reads: inside(sited) });
      }
    }
  }
  return peaks.sort(
    (a, b) => byBytes(a.contig, b.contig) || a.start - b.start || byBytes(a.strand, b.strand),
  );
}
