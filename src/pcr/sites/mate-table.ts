/** Alignments that wait for their mate, on one contig. */
import { field } from '../../formats/bam/record.js';
import { FRAGMENT_LIMIT } from './rules.js';

/** An alignment that may be part of a fragment. */
export interface Mate {
  position: number;
  end: number;
  isReverse: boolean;
  isFirst: boolean;
  quality: number;
}

const [WAITING, TAKEN] = [0, 1];

/**
 * The first mates of pairs, found again by name and by where both mates are said to lie, so that pairs that happen
 * to have the same name stay apart. Since alignments come by position, one that lies a fragment's limit back waits
 * in vain. Memory: about 100 bytes for each alignment that begins within that limit of the current one, whatever the
 * size of the file.
 */
export class MateTable {
  #capacity = 1 << 10;
  #count = 0;
  /** Hash table with open addressing: number of an entry + 1, or 0. */
  #slots = new Int32Array(2 * this.#capacity);
  #hash = new Int32Array(this.#capacity);
  #position = new Int32Array(this.#capacity);
  #matePosition = new Int32Array(this.#capacity);
  #end = new Int32Array(this.#capacity);
  /** Mapping quality, bit 8: reverse strand, bit 9: R1. */
  #facts = new Uint16Array(this.#capacity);
  #state = new Uint8Array(this.#capacity);
  #nameStart = new Uint32Array(this.#capacity);
  #nameLength = new Uint8Array(this.#capacity);
  #names = new Uint8Array(this.#capacity * 32);
  #namesUsed = 0;
  /** Of the mate that was found last. */
  readonly found: Mate = { position: 0, end: 0, isReverse: false, isFirst: false, quality: 0 };

  /** Forgets all that wait: the next alignment lies on another contig. */
  clear(): void {
    if (this.#count > 0) this.#slots.fill(0);
    this.#count = 0;
    this.#namesUsed = 0;
  }

  /**
   * Takes the alignment's mate out of the table and into {@link found}; without one, the alignment waits itself.
   *
   * @param record where the record of the alignment begins in `bytes`
   * @param matePosition where its mate begins, or -1 if it does not tell
   * @returns false if there is no mate yet, undefined if the same read of the same pair waits already
   */
  pair(mate: Mate, bytes: Uint8Array, record: number, matePosition: number): boolean | undefined {
    const start = record + field.name;
    const length = bytes[record + field.nameLength]! - 1;
    // Both mates state the same two places, or neither does.
    const position = matePosition === -1 ? -1 : mate.position;
    const hash = hashOf(bytes, start, length, position ^ matePosition);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]! - 1;
      if (this.#hash[entry] !== hash || this.#state[entry] === TAKEN) continue;
      const isFirst = (this.#facts[entry]! & 0x200) !== 0;
      const stated = this.#matePosition[entry]!;
      const other = stated === -1 ? -1 : this.#position[entry]!;
      const isSame = isFirst === mate.isFirst;
      if (
        isSame ? other !== position || stated !== matePosition : other !== matePosition || stated !== position
      )
        continue;
      if (!this.#hasName(entry, bytes, start, length)) continue;
      if (isSame) return undefined;
      this.#take(entry);
      return true;
    }
    this.#add(mate, bytes, start, length, matePosition, hash);
    return false;
  }

  #take(entry: number): void {
    const facts = this.#facts[entry]!;
    this.#state[entry] = TAKEN;
    this.found.position = this.#position[entry]!;
    this.found.end = this.#end[entry]!;
    this.found.isReverse = (facts & 0x100) !== 0;
    this.found.isFirst = (facts & 0x200) !== 0;
    this.found.quality = facts & 0xff;
  }

  #hasName(entry: number, bytes: Uint8Array, start: number, length: number): boolean {
    if (this.#nameLength[entry] !== length) return false;
    const own = this.#nameStart[entry]!;
    for (let i = 0; i < length; i++) if (this.#names[own + i] !== bytes[start + i]) return false;
    return true;
  }

  #add(
    mate: Mate,
    bytes: Uint8Array,
    start: number,
    length: number,
    matePosition: number,
    hash: number,
  ): void {
    if (this.#count === this.#capacity || this.#namesUsed + length > this.#names.length) {
      this.#tidy(mate.position);
    }
    const entry = this.#count++;
    this.#hash[entry] = hash;
    this.#position[entry] = mate.position;
    this.#matePosition[entry] = matePosition;
    this.#end[entry] = mate.end;
    this.#facts[entry] = mate.quality | (mate.isReverse ? 0x100 : 0) | (mate.isFirst ? 0x200 : 0);
    this.#state[entry] = WAITING;
    this.#nameStart[entry] = this.#namesUsed;
    this.#nameLength[entry] = length;
    for (let i = 0; i < length; i++) this.#names[this.#namesUsed + i] = bytes[start + i]!;
    this.#namesUsed += length;
    this.#enter(entry);
  }

  #enter(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hash[entry]! & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  /** Drops what is taken or waits in vain; doubles the room unless that frees half of it. */
  #tidy(position: number): void {
    let kept = 0;
    let namesKept = 0;
    for (let entry = 0; entry < this.#count; entry++) {
      if (this.#state[entry] === TAKEN || position - this.#position[entry]! >= FRAGMENT_LIMIT) continue;
      const nameStart = this.#nameStart[entry]!;
      const length = this.#nameLength[entry]!;
      this.#names.copyWithin(namesKept, nameStart, nameStart + length);
      for (const column of [this.#hash, this.#position, this.#matePosition, this.#end])
        column[kept] = column[entry]!;
      this.#facts[kept] = this.#facts[entry]!;
      this.#state[kept] = WAITING;
      this.#nameStart[kept] = namesKept;
      this.#nameLength[kept] = length;
      namesKept += length;
      kept++;
    }
    this.#count = kept;
    this.#namesUsed = namesKept;
    if (2 * kept > this.#capacity) this.#double();
    if (2 * namesKept > this.#names.length) this.#names = longer(this.#names);
    this.#slots.fill(0);
    for (let entry = 0; entry < kept; entry++) this.#enter(entry);
  }

  #double(): void {
    this.#capacity *= 2;
    this.#slots = new Int32Array(2 * this.#capacity);
    this.#hash = longer(this.#hash);
    this.#position = longer(this.#position);
    this.#matePosition = longer(this.#matePosition);
    this.#end = longer(this.#end);
    this.#facts = longer(this.#facts);
    this.#state = longer(this.#state);
    this.#nameStart = longer(this.#nameStart);
    this.#nameLength = longer(this.#nameLength);
  }
}

type Column =
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** The same column with room for twice as much. */
function longer<T extends Column>(column: T): T {
  const copy = new (column.constructor as new (length: number) => T)(2 * column.length);
  copy.set(column);
  return copy;
}

/** FNV-1a over the name, then mixed with the places. */
function hashOf(bytes: Uint8Array, start: number, length: number, places: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash = Math.imul(hash ^ places, 0x9e3779b1);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
