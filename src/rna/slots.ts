/** A bound on what runs at once: so many slots, given out in the order in which they were asked for. */

/** Gives the slots back; a second call does nothing. */
export type Release = () => void;

interface Waiting {
  slots: number;
  owner: string;
  start: () => void;
}

/**
 * Counts slots. With shares, each owner has at most its own share of them at once; new shares act on the next
 * slot that is asked for or given back.
 */
export class Slots {
  #waiting: Waiting[] = [];
  readonly #held = new Map<string, number>();
  #used = 0;
  #shares: ReadonlyMap<string, number> | undefined;

  constructor(readonly total: number) {}

  /** Slots in use. */
  get used(): number {
    return this.#used;
  }

  /** How many wait for slots. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Slots in use by that owner. */
  usedBy(owner: string): number {
    return this.#held.get(owner) ?? 0;
  }

  setShares(shares: ReadonlyMap<string, number>): void {
    this.#shares = shares;
    this.#startNext();
  }

  /**
   * Waits for slots; more than there are count as all of them.
   *
   * @throws the signal's reason
   */
  async take(slots: number, signal: AbortSignal, owner = ''): Promise<Release> {
    signal.throwIfAborted();
    const wanted = Math.min(slots, this.total);
    await new Promise<void>((resolve, reject) => {
      const waiting = { slots: wanted, owner, start: () => {} };
      const abort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal.reason);
      };
      waiting.start = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
      this.#startNext();
    });
    return this.#releaseOf(owner, wanted);
  }

  #releaseOf(owner: string, slots: number): Release {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#add(owner, -slots);
      this.#startNext();
    };
  }

  #add(owner: string, slots: number): void {
    this.#used += slots;
    this.#held.set(owner, this.usedBy(owner) + slots);
  }

  /** Whoever waits is passed over only by its own owner's share, never because a smaller wish would fit. */
  #startNext(): void {
    const still: Waiting[] = [];
    let isFull = false;
    for (const waiting of this.#waiting) {
      const { slots, owner, start } = waiting;
      const share = this.#shares?.get(owner) ?? Number.POSITIVE_INFINITY;
      if (!isFull && this.usedBy(owner) + slots > Math.max(share, slots)) still.push(waiting);
      else if (isFull || this.#used + slots > this.total) {
        isFull = true;
        still.push(waiting);
      } else {
        this.#add(owner, slots);
        start();
      }
    }
    this.#waiting = still;
  }
}
