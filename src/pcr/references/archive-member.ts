/** What an archive of a genome may hold: names are compared with a fixed set, and never used as paths. */
import type { Header } from 'tar-stream';
import { type GtkError, gtkError } from '../../errors.js';
import { indexEndings } from './index-files.js';
import { genomeAliases } from './reference.js';

/** What an entry is. */
export type Member =
  | { kind: 'fasta' }
  /** Of an index, with its ending. */
  | { kind: 'index'; ending: string }
  | { kind: 'genes.gtf.gz' | 'known_sites.bed' }
  /** A folder, or what is made anew in any case. */
  | { kind: 'nothing' };

const endings = new Set(Object.values(indexEndings).flat());

/**
 * What an entry of the archive of that genome is. It stands at the top or in a folder called like the genome.
 *
 * @throws GTK_GENOME_ARCHIVE
 */
export function memberOf({ name: entry, type }: Header, genome: string, archive: string): Member {
  const stems = [genome, ...Object.keys(genomeAliases).filter((alias) => genomeAliases[alias] === genome)];
  const words = entry.replace(/^(\.\/)+/, '').replace(/\/$/, '');
  if (type === 'directory') {
    if (['', '.', ...stems].includes(words)) return { kind: 'nothing' };
    throw refuse(archive, `the folder ${quote(entry)}`, `at most one, called ${genome}`);
  }
  if (type !== 'file')
    throw refuse(archive, `the ${type ?? 'unknown'} entry ${quote(entry)}`, 'regular files');
  const stem = stems.find((candidate) => words.startsWith(`${candidate}/`));
  const name = stem === undefined ? words : words.slice(stem.length + 1);
  if (name === 'genes.gtf.gz' || name === 'known_sites.bed') return { kind: name };
  if (name === 'manifest.json') return { kind: 'nothing' };
  for (const candidate of stems) {
    if (name === `${candidate}.fa`) return { kind: 'fasta' };
    if (name === `${candidate}.fa.fai`) return { kind: 'nothing' };
    const ending = name.startsWith(`${candidate}.fa`) ? name.slice(candidate.length + 3) : '';
    if (endings.has(ending)) return { kind: 'index', ending };
  }
  const expected = `${genome}.fa, its index, genes.gtf.gz and known_sites.bed`;
  throw refuse(archive, `the entry ${quote(entry)}`, expected);
}

export function refuse(archive: string, found: string, expected: string, cause?: unknown): GtkError {
  return gtkError('GTK_GENOME_ARCHIVE', { archive, found, expected }, cause);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
