/** From alignments to fragments: both mates together, from the junction to the shear point. */

import { gtkError } from '../../errors.js';
import type { BamContig } from '../../formats/bam/header.js';
import { type Bam, readBam } from '../../formats/bam/read.js';
import { clippedBases, field, flag, referenceLength } from '../../formats/bam/record.js';
import { fileChunks } from '../../formats/compression/file-chunks.js';
import type { NamedFile } from '../references/table-rows.js';
import { ContigFragments, type ContigSites } from './contig-fragments.js';
import { type Mate, MateTable } from './mate-table.js';
import { FRAGMENT_LIMIT, MAX_CLIP, type SiteRules } from './rules.js';
import { TextFile } from './text-file.js';
import { UmiCoder } from './umi-code.js';

/** What became of the pairs. */
export interface PairCounts {
  /** Pairs in the alignment. */
  pairs: number;
  /** Those of which both mates are mapped. */
  mapped_pairs: number;
  /** Alignments that were dropped because they are clipped. */
  clipped: number;
  fragments: number;
}

export interface Fragments {
  /** In the order of the alignment's header; contigs without fragments are left out. */
  sites: ContigSites[];
  /** All contigs of the alignment. */
  contigs: readonly BamContig[];
  counts: PairCounts;
}

/** Bits that exclude an alignment. */
const NO_ALIGNMENT = flag.unmapped | flag.secondary | flag.supplementary;

/**
 * Reads a BAM file that is sorted by coordinate, and writes its fragments as BED6: contig, start, end, name, the
 * smaller of both mapping qualities, and R1's strand; in the order in which their last alignment comes.
 *
 * @param bed path of the BED file
 * @throws GTK_UNREADABLE, GTK_TRUNCATED, GTK_CORRUPT, GTK_NOT_SORTED, GTK_NOT_WRITABLE
 */
export async function readFragments(
  { file, shown }: NamedFile,
  rules: SiteRules,
  bed: string,
): Promise<Fragments> {
  const bam = await readBam(fileChunks(file), shown);
  const output = new TextFile(bed);
  try {
    return await new FragmentReader(bam, shown, rules, output).read();
  } finally {
    output.close();
    await bam.close();
  }
}

class FragmentReader {
  readonly #counts: PairCounts = { pairs: 0, mapped_pairs: 0, clipped: 0, fragments: 0 };
  readonly #sites: ContigSites[] = [];
  readonly #waiting = new MateTable();
  readonly #gathered: ContigFragments;
  readonly #umis?: UmiCoder;
  readonly #mate: Mate = { position: 0, end: 0, isReverse: false, isFirst: false, quality: 0 };
  #contig = 0;
  #position = 0;
  #contigName = new Uint8Array(0);

  constructor(
    readonly bam: Bam,
    readonly name: string,
    readonly rules: SiteRules,
    readonly output: TextFile,
  ) {
    this.#gathered = new ContigFragments(rules.umi);
    if (rules.umi) this.#umis = new UmiCoder();
  }

  async read(): Promise<Fragments> {
    const { header, batches } = this.bam;
    const order = /^@HD\t(?:.*\t)?SO:(\S+)/.exec(header.text)?.[1];
    if (order !== undefined && order !== 'coordinate')
      throw this.#unsorted(`the order '${order}' in its header`);
    this.#startContig(0);
    for await (const { view, bytes, starts, count, before } of batches) {
      for (let i = 0; i < count; i++) this.#add(view, bytes, starts[i]!, before + i);
    }
    this.#finishContig();
    return { sites: this.#sites, contigs: header.contigs, counts: this.#counts };
  }

  #add(view: DataView, bytes: Uint8Array, at: number, index: number): void {
    const flags = view.getUint16(at + field.flags, true);
    const isPrimary = (flags & (flag.secondary | flag.supplementary)) === 0;
    const isFirst = (flags & flag.first) !== 0;
    if (isPrimary && isFirst) {
      this.#counts.pairs++;
      if ((flags & (flag.unmapped | flag.mateUnmapped)) === 0) this.#counts.mapped_pairs++;
    }
    const contig = view.getInt32(at + field.contig, true);
    const position = view.getInt32(at + field.position, true);
    this.#advance(contig, position, index);
    if ((flags & NO_ALIGNMENT) !== 0 || contig === -1 || position === -1) return;
    // Exactly one of the two: else this is no mate of a pair.
    if ((flags & flag.paired) === 0 || isFirst === ((flags & flag.last) !== 0)) return;
    const isReverse = (flags & flag.reverse) !== 0;
    if (this.#isClipped(view, at, isFirst, isReverse)) {
      this.#counts.clipped++;
      return;
    }
    const mateContig = view.getInt32(at + field.mateContig, true);
    const stated = mateContig === -1 ? -1 : view.getInt32(at + field.matePosition, true);
    if ((flags & flag.mateUnmapped) !== 0 || (mateContig !== -1 && mateContig !== contig)) return;
    if (stated !== -1 && Math.abs(stated - position) >= FRAGMENT_LIMIT) return;
    const mate = this.#mate;
    mate.position = position;
    mate.end = position + referenceLength(view, at);
    mate.isReverse = isReverse;
    mate.isFirst = isFirst;
    mate.quality = view.getUint8(at + field.mappingQuality);
    const { length } = this.bam.header.contigs[contig]!;
    if (mate.end > length || mate.end === position) {
      const found = `an alignment from base ${position + 1} to ${mate.end} on a contig of ${length}`;
      throw gtkError('GTK_CORRUPT', { path: this.name, format: 'BAM', place: `record ${index + 1}`, found });
    }
    if (this.#waiting.pair(mate, bytes, at, stated)) this.#join(mate, this.#waiting.found, bytes, at);
  }

  #isClipped(view: DataView, at: number, isFirst: boolean, isReverse: boolean): boolean {
    if (this.rules.clipFilter === 'left') return clippedBases(view, at, false) > MAX_CLIP;
    return isFirst && clippedBases(view, at, isReverse) > MAX_CLIP;
  }

  /** Both mates of a pair; the name is read from the record of either. */
  #join(mate: Mate, other: Mate, bytes: Uint8Array, record: number): void {
    const start = Math.min(mate.position, other.position);
    const end = Math.max(mate.end, other.end);
    if (end - start >= FRAGMENT_LIMIT) return;
    if (this.rules.clipFilter === 'five_prime' && mate.isReverse === other.isReverse) return;
    const isReverse = mate.isFirst ? mate.isReverse : other.isReverse;
    const nameStart = record + field.name;
    const nameEnd = nameStart + bytes[record + field.nameLength]! - 1;
    this.#counts.fragments++;
    this.#gathered.add(start, end, isReverse, this.#umis?.code(bytes, nameStart, nameEnd));
    this.output.bytes(this.#contigName).tab().integer(start).tab().integer(end).tab();
    this.output.bytes(bytes, nameStart, nameEnd).tab();
    this.output.integer(Math.min(mate.quality, other.quality)).tab();
    this.output.text(isReverse ? '-' : '+').line();
  }

  /** Sees to it that alignments come in order; those without a place come last. */
  #advance(contig: number, position: number, index: number): void {
    if (contig === this.#contig && position >= this.#position) {
      this.#position = position;
      return;
    }
    const after = contig === -1 ? Number.MAX_SAFE_INTEGER : contig;
    const last = this.#contig === -1 ? Number.MAX_SAFE_INTEGER : this.#contig;
    if (after < last || (after === last && contig !== -1)) {
      throw this.#unsorted(`record ${index + 1} before the one in front of it`);
    }
    if (after === last) return;
    this.#finishContig();
    this.#startContig(contig);
    this.#position = position;
  }

  #startContig(contig: number): void {
    this.#contig = contig;
    this.#position = -1;
    this.#contigName = Buffer.from(this.bam.header.contigs[contig]?.name ?? '');
  }

  #finishContig(): void {
    this.#waiting.clear();
    if (this.#gathered.count === 0) return;
    this.#sites.push(this.#gathered.finish(this.bam.header.contigs[this.#contig]!.name));
  }

  #unsorted(found: string) {
    return gtkError('GTK_NOT_SORTED', { path: this.name, found });
  }
}
