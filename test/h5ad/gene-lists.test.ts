import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GtkError } from '../../src/errors.js';
import { geneListFiles, listMembers, readGeneLists } from '../../src/h5ad/gene-lists.js';
import { temporaryFolder } from '../run-gtk.js';

const root = temporaryFolder();
let folders = 0;

function folderOf(files: Record<string, string | Uint8Array>): string {
  const folder = path.join(root, String(folders++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

function refusal(folder: string): GtkError {
  try {
    readGeneLists(folder);
  } catch (error) {
    expect(error).toBeInstanceOf(GtkError);
    return error as GtkError;
  }
  throw new Error('nothing was thrown');
}

describe('a folder of gene lists', () => {
  it('gives its .txt files in the order of their names', () => {
    const folder = folderOf({
      'b.txt': 'B',
      'a.long.name.txt': 'A',
      'C.txt': 'C',
      'notes.md': '#',
      '.hidden.txt': '',
      '.txt': 'D',
      'x.TXT': 'X',
    });
    expect(geneListFiles(folder)).toEqual(
      ['C.txt', 'a.long.name.txt', 'b.txt'].map((n) => path.join(folder, n)),
    );
    expect(readGeneLists(folder)).toEqual([
      { name: 'C', symbols: new Set(['C']) },
      { name: 'a.long.name', symbols: new Set(['A']) },
      { name: 'b', symbols: new Set(['B']) },
    ]);
  });

  it('has one symbol a line, trimmed, in the letter case of the file', () => {
    const text = '\uFEFFTP53\r\n\r\n  Trp53\t\n\nC1orf112\rTP53\n \nHLA-A';
    const [list] = readGeneLists(folderOf({ 'aging.txt': text }));
    expect([...list!.symbols]).toEqual(['TP53', 'Trp53', 'C1orf112', 'HLA-A']);
  });

  it('is refused without a list, or with a file that is none', () => {
    const without = refusal(folderOf({ 'genes.csv': 'TP53' }));
    expect(without.code).toBe('GTK_GENE_LIST');
    expect(without.message).toContain('found no file that ends in .txt');
    const blank = refusal(folderOf({ 'a.txt': 'TP53', 'blank.txt': ' \n\n' }));
    expect(blank.message).toMatch(
      /blank\.txt is no gene list: found no symbol, expected one gene symbol a line/,
    );
    expect(refusal(folderOf({ 'a.txt': new Uint8Array(9) })).message).toContain('found binary data');
    expect(refusal(path.join(root, 'none')).code).toBe('GTK_INPUT_MISSING');
    expect(refusal(path.join(folderOf({ 'a.txt': 'A' }), 'a.txt')).code).toBe('GTK_UNREADABLE');
    const nested = folderOf({});
    mkdirSync(path.join(nested, 'a.txt'));
    expect(refusal(nested).message).toContain('a.txt cannot be read: it is a folder');
  });
});

describe('the members of a gene list', () => {
  it('are the columns whose tokens it has, however often', () => {
    const list = { name: 'l', symbols: new Set(['B', 'D', 'b']) };
    const { members, found } = listMembers(list, ['A', 'B', '', 'C', 'B', 'D']);
    expect([...members]).toEqual([0, 1, 0, 0, 1, 1]);
    expect(found).toBe(2);
  });

  it('are none of the columns without a token', () => {
    expect(listMembers({ name: 'l', symbols: new Set(['A']) }, ['', ''])).toEqual({
      members: new Uint8Array(2),
      found: 0,
    });
  });
});
