/** The bases of one contig that lie in coding segments. */

/** A stretch of a contig in bases counted from 0, the end exclusive. */
export interface Stretch {
  start: number;
  end: number;
}

/**
 * Keeps the bases of some stretches of a contig as it streams by, each once however many stretches share it.
 * Memory: the bases covered, whatever the length of the contig.
 */
export class Cover {
  /** Disjoint and ascending. */
  readonly #stretches: Stretch[] = [];
  /** Where each of them begins in {@link #bases}. */
  readonly #offsets: number[] = [];
  readonly #bases: Buffer;
  /** The first stretch that is not yet full. */
  #next = 0;

  constructor(stretches: Iterable<Stretch>) {
    for (const { start, end } of [...stretches].sort((a, b) => a.start - b.start)) {
      const last = this.#stretches.at(-1);
      if (last && start <= last.end) last.end = Math.max(last.end, end);
      else this.#stretches.push({ start, end });
    }
    let bases = 0;
    for (const { start, end } of this.#stretches) {
      this.#offsets.push(bases);
      bases += end - start;
    }
    this.#bases = Buffer.allocUnsafe(bases);
  }

  /** Whether all stretches are full, so that the rest of the contig may be passed over. */
  get full(): boolean {
    return this.#next === this.#stretches.length;
  }

  /**
   * Takes bytes `from` to `to` of a text as the contig's bases from `position` on; calls must come in order and
   * leave nothing out.
   */
  add(text: Buffer, from: number, to: number, position: number): void {
    const end = position + to - from;
    for (; this.#next < this.#stretches.length; this.#next++) {
      const stretch = this.#stretches[this.#next]!;
      if (stretch.start >= end) return;
      const first = Math.max(stretch.start, position);
      const last = Math.min(stretch.end, end);
      const target = this.#offsets[this.#next]! + first - stretch.start;
      text.copy(this.#bases, target, from + first - position, from + last - position);
      if (stretch.end > end) return;
    }
  }

  /** The bases of a stretch that lies within one of those given to the constructor; a view, not a copy. */
  slice({ start, end }: Stretch): Buffer {
    let low = 0;
    let high = this.#stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#stretches[middle]!.start <= start) low = middle;
      else high = middle - 1;
    }
    const offset = this.#offsets[low]! - this.#stretches[low]!.start;
    return this.#bases.subarray(offset + start, offset + end);
  }
}
