/** The step `umi`: moves the UMI from the start of a read into the names of both mates. */
import { writeFileSync } from 'node:fs';
import { RECORD_LINES } from '../reads/fastq-records.js';
import { GzipFile } from '../reads/gzip-file.js';
import { type Mates, nameEnd, readPairs } from '../reads/read-pairs.js';
import { type UmiPattern, umiPattern } from '../reads/umi-pattern.js';
import { shownReads } from './shown-reads.js';
import type { Step } from './step.js';
import type { UmiSummary } from './summaries.js';

/** Distinct UMIs that are counted, at some 100 bytes each; of more it is only known that there are more. */
const MOST_UMIS = 1_000_000;

const LF = 0x0a;
const PLUS = 0x2b;
const UNDERSCORE = 0x5f;

export const umiStep: Step = {
  programs: [],
  notConfigured: ({ umi_read, umi_pattern }) =>
    umi_read === null ? 'umi_read' : umi_pattern === null ? 'umi_pattern' : undefined,

  async run({ config, reads, workspace, scratch, log }): Promise<UmiSummary> {
    const read = config.umi_read!;
    const pattern = umiPattern(config.umi_pattern!);
    const tagged = read === 'r1' ? 0 : 1;
    const { r1, r2 } = scratch.reads('umi');
    const outputs = [new GzipFile(r1), new GzipFile(r2)] as const;
    const umis = new Set<string>();
    let hasMore = false;
    let pairsIn = 0;
    let pairsOut = 0;
    for await (const { count, mates } of readPairs(reads!, shownReads(workspace, reads!))) {
      const writers = mates.map((mate) => new RecordWriter(mate, count, pattern)) as [
        RecordWriter,
        RecordWriter,
      ];
      for (let i = 0; i < count; i++) {
        const umi = writers[tagged]!.umi(i);
        if (umi === undefined) continue;
        if (umis.size < MOST_UMIS) umis.add(umi);
        else hasMore ||= !umis.has(umi);
        for (const [mate, writer] of writers.entries()) writer.write(i, umi, mate === tagged);
        pairsOut += 1;
      }
      pairsIn += count;
      await Promise.all(outputs.map((output, mate) => output.write(writers[mate]!.written())));
    }
    await Promise.all(outputs.map((output) => output.end()));
    const summary: UmiSummary = {
      read,
      pattern: config.umi_pattern!,
      pairs_in: pairsIn,
      pairs_out: pairsOut,
      too_short: pairsIn - pairsOut,
      distinct_umis: umis.size,
      distinct_umis_is_minimum: hasMore,
    };
    writeFileSync(scratch.resolve('umi', 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    log(`${pairsOut} of ${pairsIn} pairs, ${hasMore ? 'more than ' : ''}${umis.size} distinct UMIs`);
    return summary;
  },
};

/** Writes records of one mate anew. */
class RecordWriter {
  readonly #out: Buffer;
  #at = 0;

  constructor(
    private readonly mates: Mates,
    count: number,
    private readonly pattern: UmiPattern,
  ) {
    // A record grows by the UMI, what joins it to the name, and the line feeds where the text has none or its own.
    this.#out = Buffer.allocUnsafe(mates.text.length + count * (pattern.length + 8));
  }

  /** The UMI of record `i`, or undefined if the read is too short for one. */
  umi(i: number): string | undefined {
    const { text, lines, first } = this.mates;
    const at = RECORD_LINES * (first + i);
    const begin = lines[at + 2]!;
    if (lines[at + 3]! - begin < this.pattern.length) return undefined;
    return String.fromCharCode(...this.pattern.taken.map((place) => text[begin + place]!));
  }

  write(i: number, umi: string, isTagged: boolean): void {
    const { lines, first } = this.mates;
    const record = first + i;
    const at = RECORD_LINES * record;
    const end = nameEnd(this.mates, record);
    this.#copy(lines[at]!, end);
    this.#out[this.#at++] = UNDERSCORE;
    this.#at += this.#out.write(umi, this.#at, 'latin1');
    this.#copy(end, lines[at + 1]!);
    this.#out[this.#at++] = LF;
    this.#line(lines[at + 2]!, lines[at + 3]!, isTagged);
    // The line with `+` may repeat the old name.
    this.#out[this.#at++] = PLUS;
    this.#out[this.#at++] = LF;
    this.#line(lines[at + 6]!, lines[at + 7]!, isTagged);
  }

  written(): Buffer {
    return this.#out.subarray(0, this.#at);
  }

  /** Bases or qualities, without those of the UMI if it is there. */
  #line(begin: number, end: number, isTagged: boolean): void {
    const { kept, length } = this.pattern;
    if (isTagged) for (const place of kept) this.#out[this.#at++] = this.mates.text[begin + place]!;
    this.#copy(isTagged ? begin + length : begin, end);
    this.#out[this.#at++] = LF;
  }

  #copy(begin: number, end: number): void {
    this.#at += this.mates.text.copy(this.#out, this.#at, begin, end);
  }
}
