/** Cuts what a counter finds into batches of the engine. */
import type { TaskContext } from '../engine/job.js';
import type { TextOrigin } from '../formats/fasta/text-problem.js';
import type { PartWriter } from '../formats/table/arrow-part.js';
import { codonKernel } from '../kernels/codons/index.js';
import type { CodonBatch, CodonCounter, SequenceRows, TextProblem } from '../kernels/codons/types.js';
import { adaptationModel } from './adaptation-model.js';
import { RecordDistributions } from './distributions.js';
import { geneticCode } from './genetic-code.js';
import { createIndexer, type Indexer } from './indices/index.js';
import type { CodonOptions, CodonSummary, Role } from './options.js';
import { partChunk, partSchema } from './sequence-part.js';

/** Rows taken from the counter, and written as one record batch, at a time. */
const ROWS = 4096;

export class BatchCounter {
  readonly #context: TaskContext<CodonOptions, CodonSummary>;
  readonly #counter: CodonCounter;
  readonly #role: Role;
  /** Rows are needed for the table of sequences, and for the report's distributions. */
  readonly #hasRows: boolean;
  readonly #indexer: Indexer | undefined;
  #part: PartWriter | undefined;
  #summary: CodonSummary;
  #distributions: RecordDistributions | undefined;

  constructor(context: TaskContext<CodonOptions, CodonSummary>, role: Role) {
    const { frame, perSequence, report, ambiguous, geneticCode: code } = context.options;
    this.#context = context;
    this.#role = role;
    this.#hasRows = role === 'count' && (perSequence || report);
    this.#counter = codonKernel().counter({
      frame,
      rows: this.#hasRows,
      keepAmbiguous: ambiguous === 'keep',
    });
    if (role === 'count' && report) {
      const none = { counts: new Float64Array(64), zero: 'half', family: 'aa' } as const;
      this.#indexer = createIndexer(geneticCode(code), adaptationModel(geneticCode(code), none, none));
    }
    this.#summary = this.#empty();
  }

  get problem(): TextProblem | undefined {
    return this.#counter.problem;
  }

  /** Throws the error for a {@link problem}, if there is one. */
  async check(path: string, origin: TextOrigin): Promise<void> {
    if (!this.problem) return;
    const { problemError } = await import('../formats/fasta/text-problem.js');
    throw await problemError(path, this.problem, origin);
  }

  /** Counts all of the text. Stops at a {@link problem}. */
  async push(text: Uint8Array): Promise<void> {
    for (let at = 0; at < text.length && !this.problem; ) {
      at += this.#counter.push(at === 0 ? text : text.subarray(at), this.#limit);
      if (at < text.length && !this.problem) await this.#take(false);
    }
  }

  /** Counts bytes of an open file; returns how far it came, which is `end` unless there is a problem. */
  async pushFile(fd: number, start: number, end: number): Promise<number> {
    let at = start;
    while (at < end && !this.problem) {
      at = this.#counter.pushFile(fd, at, end, this.#limit);
      if (at < end && !this.problem) await this.#take(false);
    }
    return at;
  }

  /** Ends the text, and with it the last batch. */
  async finish(): Promise<void> {
    await this.#take(true);
  }

  /** Lets go of a half-written interim file. */
  async close(): Promise<void> {
    await this.#part?.abort();
  }

  get #limit(): number {
    const left = this.#context.options.batchSize - this.#summary.sequences;
    return this.#hasRows ? Math.min(left, ROWS) : left;
  }

  async #take(last: boolean): Promise<void> {
    const batch = this.#counter.take();
    this.#add(batch);
    if (batch.rows && !this.#context.nextIsDone) await this.#keepRows(batch.rows);
    if (!last && this.#summary.sequences < this.#context.options.batchSize) return;
    const part = this.#part;
    this.#part = undefined;
    await part?.finish();
    this.#context.commit({ ...this.#summary, ...this.#distributionsJson() }, last);
    this.#summary = this.#empty();
  }

  #add(batch: CodonBatch): void {
    const summary = this.#summary;
    for (const name of ['sequences', 'bases', 'codons', 'ambiguous', 'partial'] as const)
      summary[name] += batch[name];
    for (let i = 0; i < 64; i += 1) summary.counts[i]! += batch.counts[i]!;
    if (batch.ambiguousCodons.length > 0) {
      const counts = new Map(summary.ambiguousCodons);
      for (const [codon, count] of batch.ambiguousCodons) counts.set(codon, (counts.get(codon) ?? 0) + count);
      summary.ambiguousCodons = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
    }
  }

  async #keepRows(rows: SequenceRows): Promise<void> {
    if (this.#context.options.perSequence) {
      const { createPartWriter } = await import('../formats/table/arrow-part.js');
      this.#part ??= await createPartWriter(this.#context.partPath(), partSchema, { sync: false });
      await this.#part.append(partChunk(rows));
    }
    if (!this.#indexer) return;
    this.#distributions ??= new RecordDistributions();
    const { gc, gc3s, enc } = this.#indexer.computeColumns(rows.counts);
    const orNull = (value: number) => (Number.isNaN(value) ? null : value);
    for (let i = 0; i < rows.lengths.length; i += 1) {
      this.#distributions.add(rows.lengths[i]!, orNull(gc[i]!), orNull(gc3s[i]!), orNull(enc[i]!));
    }
  }

  #distributionsJson(): Pick<CodonSummary, 'distributions'> {
    const distributions = this.#distributions?.toJSON();
    this.#distributions = undefined;
    return distributions ? { distributions } : {};
  }

  #empty(): CodonSummary {
    return {
      role: this.#role,
      input: this.#context.inputIndex,
      sequences: 0,
      bases: 0,
      codons: 0,
      ambiguous: 0,
      partial: 0,
      counts: new Array<number>(64).fill(0),
      ambiguousCodons: [],
    };
  }
}
