/** Which targets belong to which gene: from a table, an annotation or the headers of the reference. */
import { gtkError } from '../../errors.js';
import { dialectOf, gff3Attributes, gtfAttributes, percentDecode } from '../../formats/gff/attributes.js';
import { forEachLine } from '../../formats/gff/lines.js';
import type { GeneOf } from './gene-level.js';
import { openText } from './open-text.js';

const firstLine = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/**
 * Reads targets and their genes from a table of two columns (TSV or CSV, header optional, further columns are
 * left alone), or from GTF or GFF3; plain or compressed.
 *
 * @throws GTK_RNA_TX2GENE; what openText throws
 */
export async function readGeneMap(path: string): Promise<GeneOf> {
  const fault = (place: string, found: string, expected: string) =>
    gtkError('GTK_RNA_TX2GENE', { path, place, found, expected });
  const map = new Map<string, string>();
  const parents = new Parents();
  let kind: 'table' | 'annotation' | undefined;
  let separator = '\t';
  await forEachLine(await openText(path), (bytes, number) => {
    const text = bytes.toString('utf8');
    const line = number === 1 ? text.replace(/^\ufeff/, '') : text;
    if (line.trim() === '' || line.startsWith('#')) return true;
    if (kind === undefined) {
      separator = line.includes('\t') ? '\t' : ',';
      kind = line.split('\t').length === 9 && dialectOf(line.split('\t')[8]!) ? 'annotation' : 'table';
      if (kind === 'table' && isHeader(line.split(separator))) return true;
    }
    if (kind === 'annotation') {
      // GFF3 ends with sequences where it has any.
      if (line.startsWith('>')) return false;
      addFeature(line.split('\t'), map, parents);
      return true;
    }
    const [target = '', gene = ''] = line.split(separator).map(unquoted);
    if (target === '' || gene === '') throw fault(`line ${number}`, firstLine(line), 'a target and its gene');
    const before = map.get(target);
    if (before !== undefined && before !== gene)
      throw fault(`line ${number}`, `gene ${gene} for ${target}`, `${before} as on an earlier line`);
    map.set(target, gene);
    return true;
  });
  parents.addTo(map);
  if (map.size === 0) throw fault('the file', 'no target with a gene', 'at least one');
  return withoutVersions(map);
}

/**
 * Reads the genes that the headers of a reference name as Ensembl does: `>TARGET … gene:GENE …`.
 *
 * @param required throw if no header names one
 * @returns undefined if no header names one
 * @throws GTK_RNA_TX2GENE; what openText throws
 */
export async function genesOfReference(path: string, required: boolean): Promise<GeneOf | undefined> {
  const map = new Map<string, string>();
  await forEachLine(await openText(path), (bytes) => {
    if (bytes[0] !== 0x3e) return true;
    const [, target, gene] = /^>(\S+)(?:\s.*?)?\sgene:(\S+)/.exec(bytes.toString('utf8')) ?? [];
    if (target !== undefined && gene !== undefined) map.set(target, gene);
    return true;
  });
  if (map.size > 0) return (target) => map.get(target);
  if (!required) return undefined;
  const expected = "'gene:' and a name in the headers; else name a file with --tx2gene";
  throw gtkError('GTK_RNA_TX2GENE', { path, place: 'its headers', found: 'no gene', expected });
}

function isHeader([first = '', second = '']: string[]): boolean {
  return (
    /^"?(tx|transcript|target|name)/i.test(first) && /^"?gene/i.test(second) && !/\d/.test(first + second)
  );
}

const unquoted = (cell: string) => cell.trim().replace(/^"(.*)"$/s, '$1');

/** GFF3 names the gene of a transcript by its parent, which may come later. */
class Parents {
  /** Gene by the ID of its feature. */
  readonly genes = new Map<string, string>();
  readonly #transcripts: { names: string[]; parent: string }[] = [];

  add(names: string[], parent: string): void {
    this.#transcripts.push({ names, parent });
  }

  addTo(map: Map<string, string>): void {
    for (const { names, parent } of this.#transcripts) {
      const gene = this.genes.get(parent);
      if (gene === undefined) continue;
      for (const name of names) if (!map.has(name)) map.set(name, gene);
    }
  }
}

function addFeature(columns: string[], map: Map<string, string>, parents: Parents): void {
  const type = columns[2] ?? '';
  const text = columns[8] ?? '';
  if (dialectOf(text) === 'gtf') {
    const attributes = gtfAttributes(text);
    const [target, gene] = [attributes.get('transcript_id'), attributes.get('gene_id')];
    if (target && gene && !map.has(target)) map.set(target, gene);
    return;
  }
  const attributes = gff3Attributes(text);
  const value = (key: string) => percentDecode(attributes.get(key) ?? '');
  const id = value('ID');
  // Ensembl writes gene:ENSG…, NCBI gene-LOC… and rna-XM_….
  const plain = id.replace(/^(gene|transcript|rna)[:-]/, '');
  if (/gene$/i.test(type)) {
    if (id !== '') parents.genes.set(id, value('gene_id') || plain);
  } else if (attributes.has('Parent')) {
    const names = [value('transcript_id'), plain, id].filter((name) => name !== '');
    if (names.length > 0) parents.add(names, value('Parent').split(',')[0]!);
  }
}

/** Finds a target also under another version, or none (`ENST00000456328.2`), if that leaves one gene. */
function withoutVersions(map: ReadonlyMap<string, string>): GeneOf {
  const strip = (target: string) => target.replace(/\.\d+$/, '');
  const stripped = new Map<string, string | undefined>();
  for (const [target, gene] of map) {
    const name = strip(target);
    stripped.set(name, stripped.has(name) && stripped.get(name) !== gene ? undefined : gene);
  }
  return (target) => map.get(target) ?? stripped.get(strip(target));
}
