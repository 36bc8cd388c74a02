/** Lists of gene symbols, each of which gives a column of its own. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gtkError } from '../errors.js';
import { unreadable } from '../formats/compression/file-chunks.js';

/** Bytes of a list at most: all symbols of all species together are fewer. */
const mostBytes = 1 << 26;

export interface GeneList {
  /** Name of the file without `.txt`. */
  name: string;
  symbols: Set<string>;
}

/**
 * The files of a folder that are gene lists, in the order of their names: those that end in `.txt`, but not
 * hidden ones.
 *
 * @throws GTK_INPUT_MISSING, GTK_UNREADABLE, GTK_GENE_LIST if there is none
 */
export function geneListFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })) throw gtkError('GTK_INPUT_MISSING', { path: folder });
  const names = attempt(folder, () => readdirSync(folder)).filter((name) => /^[^.].*\.txt$/.test(name));
  if (names.length === 0) throw refusal(folder, 'no file that ends in .txt');
  return names.sort().map((name) => path.join(folder, name));
}

/**
 * Reads the gene lists of a folder: UTF-8 text, one symbol a line, white space around it and blank lines
 * ignored; upper and lower case differ.
 *
 * @throws what {@link geneListFiles} throws; GTK_UNREADABLE; GTK_GENE_LIST for a file without any symbol, or
 *   that is no text
 */
export function readGeneLists(folder: string): GeneList[] {
  return geneListFiles(folder).map((file) => ({
    name: path.basename(file, '.txt'),
    symbols: readSymbols(file),
  }));
}

function readSymbols(file: string): Set<string> {
  const { size } = attempt(file, () => statSync(file));
  if (size > mostBytes) throw refusal(file, `${size} bytes`);
  const text = attempt(file, () => readFileSync(file, 'utf8'));
  if (text.includes('\0')) throw refusal(file, 'binary data');
  // trim() takes a byte order mark for white space.
  const symbols = new Set(text.split(/\r\n|\n|\r/).map((line) => line.trim()));
  symbols.delete('');
  if (symbols.size === 0) throw refusal(file, 'no symbol');
  return symbols;
}

/**
 * Which columns of a matrix belong to a list.
 *
 * @param tokens token of each column, '' for none
 * @returns 1 for each column whose token is in the list, and how many symbols of the list are tokens
 */
export function listMembers(
  { symbols }: GeneList,
  tokens: readonly string[],
): { members: Uint8Array; found: number } {
  const members = Uint8Array.from(tokens, (token) => (symbols.has(token) ? 1 : 0));
  const found = new Set(tokens.filter((_, column) => members[column] === 1)).size;
  return { members, found };
}

function refusal(path: string, found: string) {
  return gtkError('GTK_GENE_LIST', { path, found, expected: 'one gene symbol a line' });
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error);
  }
}
