/** Reading the coding sequences out of GFF3 and GTF text. */
import { gtkError } from '../../errors.js';
import type { Annotation, CdsSegment, CodingTranscript } from './annotation.js';
import { type Dialect, dialectOf, gff3Attributes, gtfAttributes, percentDecode } from './attributes.js';
import { cdsSegment, type FeatureLine, featureType, type Place, parseFeature } from './feature.js';
import { forEachLine } from './lines.js';
import { type CdsGroup, codingTranscripts } from './transcript-builder.js';

/** Types that are parts of transcripts and so never the parent of a CDS: most lines of a large GFF3 file. */
const neverParents = new Set([
  'exon',
  'intron',
  'UTR',
  'five_prime_UTR',
  'three_prime_UTR',
  'start_codon',
  'stop_codon',
  'match',
  'match_part',
  'repeat_region',
]);

const HASH = 35;
const GREATER = 62;
const fastaDirective = Buffer.from('##FASTA');
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads GFF3 or GTF 2.2 text, recognised by its column 9, and gathers its CDS lines into coding sequences.
 *
 * GFF3: lines with the same `Parent` belong together (a line with several parents belongs to each), lines without
 * one by `ID`, else each is alone; a coding sequence is named for its parent, as the file spells it. GTF: lines
 * with the same `transcript_id`, or `gene_id` where that is empty. The same name on two contigs makes two coding
 * sequences. Reading stops at `##FASTA`. Memory: some 150 bytes a CDS line.
 *
 * @param path named in errors
 * @throws GTK_NOT_GFF, GTK_GFF_VALUE, GTK_NO_CDS
 * @see https://github.com/The-Sequence-Ontology/Specifications/blob/master/gff3.md
 * @see http://mblab.wustl.edu/GTF22.html
 */
export async function readAnnotation(text: AsyncIterable<Uint8Array>, path: string): Promise<Annotation> {
  const reader = new AnnotationReader(path);
  await forEachLine(text, (wholeLine, number) => {
    const line =
      number === 1 && wholeLine.subarray(0, 3).equals(byteOrderMark) ? wholeLine.subarray(3) : wholeLine;
    // Sequence may follow the features without its directive; before any feature the file is just FASTA.
    const isSequence = line[0] === GREATER && reader.features > 0;
    if (isSequence || line.subarray(0, 7).equals(fastaDirective)) return false;
    if (line.length > 0 && line[0] !== HASH && !isBlank(line)) reader.feature(line, number);
    return true;
  });
  return reader.finish();
}

function isBlank(line: Buffer): boolean {
  return line[0]! <= 32 && line.toString('latin1').trim() === '';
}

function standsAlone(contig: string, { start, end, strand }: CdsSegment): string {
  return `${contig}:${start}-${end}(${strand})`;
}

class AnnotationReader {
  readonly #path: string;
  #dialect: Dialect | undefined;
  /** Lines that are features, of whatever type. */
  features = 0;
  /** Contig, then parent. */
  readonly #groups = new Map<string, Map<string, CdsGroup>>();
  /** Parent's ID by ID, for features that may be parents of CDS. */
  readonly #parents = new Map<string, string>();
  readonly #circular = new Map<string, number>();
  readonly #interned = new Map<string, string>();

  constructor(path: string) {
    this.#path = path;
  }

  feature(line: Buffer, number: number): void {
    const place = { path: this.#path, line: number };
    const type = featureType(line, place);
    this.features += 1;
    const isCds = type === 'CDS' || type === 'SO:0000316';
    if (!isCds && (this.#dialect === 'gtf' || neverParents.has(type))) return;
    const feature = parseFeature(line);
    this.#dialect ??= dialectOf(feature.attributes);
    if (this.#dialect === 'gtf') {
      if (isCds) this.#gtfCds(feature, place);
    } else if (isCds) {
      this.#gff3Cds(feature, place);
    } else {
      this.#gff3Parent(feature);
    }
  }

  #gtfCds(feature: FeatureLine, place: Place): void {
    const attributes = gtfAttributes(feature.attributes);
    const gene = attributes.get('gene_id');
    // Prokaryote annotation has genes without transcripts and leaves the second identifier empty.
    const name = attributes.get('transcript_id') || gene;
    if (!name) {
      const found = `attributes ${JSON.stringify(feature.attributes.slice(0, 60))}`;
      throw gtkError('GTK_GFF_VALUE', { ...place, found, expected: 'a CDS with a transcript_id' });
    }
    const segment = cdsSegment(feature, place);
    const group = this.#group(feature.seqid, name, gene);
    group.parts.push({ segment, id: undefined, part: undefined, transSpliced: false });
  }

  #gff3Cds(feature: FeatureLine, place: Place): void {
    const { attributes: column } = feature;
    if (column !== '' && column !== '.' && dialectOf(column) !== 'gff3') {
      const found = `attributes ${JSON.stringify(column.slice(0, 60))}`;
      throw gtkError('GTK_GFF_VALUE', {
        ...place,
        found,
        expected: 'key=value pairs (GFF3) or key "value" pairs (GTF)',
      });
    }
    const attributes = gff3Attributes(column);
    const segment = cdsSegment(feature, place);
    const contig = percentDecode(feature.seqid);
    const id = attributes.get('ID');
    const parents = attributes.get('Parent') || id || standsAlone(contig, segment);
    const part = attributes.get('part');
    const line = {
      id: id && this.#intern(percentDecode(id)),
      part: part && /^\d/.test(part) ? Number.parseInt(part, 10) : undefined,
      transSpliced: attributes.get('exception') === 'trans-splicing',
    };
    for (const parent of parents.split(',')) {
      this.#group(contig, percentDecode(parent), undefined).parts.push({ segment, ...line });
    }
  }

  #gff3Parent(feature: FeatureLine): void {
    const attributes = gff3Attributes(feature.attributes);
    const id = attributes.get('ID');
    const parent = attributes.get('Parent')?.split(',')[0];
    if (id && parent) this.#parents.set(this.#intern(percentDecode(id)), this.#intern(percentDecode(parent)));
    if (attributes.get('Is_circular') === 'true' && feature.start === '1') {
      this.#circular.set(this.#intern(percentDecode(feature.seqid)), Number(feature.end));
    }
  }

  #group(contig: string, name: string, gene: string | undefined): CdsGroup {
    let groups = this.#groups.get(contig);
    if (!groups) {
      groups = new Map();
      this.#groups.set(this.#intern(contig), groups);
    }
    let group = groups.get(name);
    if (!group) {
      const own = this.#intern(name);
      group = { name: own, gene: this.#intern(gene ?? ''), contig: this.#intern(contig), parts: [] };
      groups.set(own, group);
    }
    return group;
  }

  /** The text as a string of its own: a slice would keep the whole line in memory. */
  #intern(text: string): string {
    let own = this.#interned.get(text);
    if (own === undefined) {
      own = Buffer.from(text).toString('utf8');
      this.#interned.set(own, own);
    }
    return own;
  }

  finish(): Annotation {
    if (this.#groups.size === 0) {
      throw gtkError('GTK_NO_CDS', { path: this.#path, features: this.features });
    }
    const transcripts = new Map<string, CodingTranscript[]>();
    for (const [contig, groups] of this.#groups) {
      const onContig: CodingTranscript[] = [];
      for (const group of groups.values()) {
        // GFF3: the transcript's own parent, or the CDS's parent where that is the gene itself.
        group.gene ||= this.#parents.get(group.name) ?? group.name;
        onContig.push(...codingTranscripts(group));
      }
      transcripts.set(contig, onContig);
    }
    return { path: this.#path, transcripts, circular: this.#circular };
  }
}
