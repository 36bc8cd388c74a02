/**
 * Where a text repeats what it had up to 65,535 bytes before: the search behind both LZ4 blocks and Snappy,
 * whose formats differ in how they write down what it finds.
 */

/**
 * Told of each repetition: `text` has no match from `from` to `at`; the `length` bytes at `at` stand `distance`
 * bytes before it too.
 */
export type OnMatch = (text: Uint8Array, from: number, at: number, distance: number, length: number) => void;

/** Measured on cell sentences: 14 bits leave 6 % more bytes, and take as long. */
const hashBits = 16;
const furthest = 65535;
/** LZ4's rules of a block's end: no match begins in the last 12 bytes or reaches into the last 5. */
const lastStart = 12;
const lastLiterals = 5;
/** After so many misses in a row the search takes a byte more at each step: what does not repeat goes by quickly. */
const patienceBits = 6;

/** Where each hash was seen last. */
const places = new Int32Array(1 << hashBits);

/**
 * Takes the first match of at least four bytes at each place, as long as it goes.
 *
 * @returns where the last match ends: what follows has none
 */
export function greedyMatches(text: Uint8Array, onMatch: OnMatch): number {
  const last = text.length - lastStart;
  const end = text.length - lastLiterals;
  places.fill(-furthest - 1);
  let from = 0;
  for (let at = 0; at <= last; ) {
    let candidate = 0;
    let word = wordAt(text, at);
    for (let misses = 1 << patienceBits; ; misses++) {
      const hash = Math.imul(word, golden) >>> (32 - hashBits);
      candidate = places[hash]!;
      places[hash] = at;
      if (at - candidate <= furthest && wordAt(text, candidate) === word) break;
      at += misses >> patienceBits;
      if (at > last) return from;
      word = wordAt(text, at);
    }
    while (at > from && candidate > 0 && text[at - 1] === text[candidate - 1]) {
      at--;
      candidate--;
    }
    let length = 4;
    while (at + length < end && text[at + length] === text[candidate + length]) length++;
    onMatch(text, from, at, at - candidate, length);
    at += length;
    from = at;
    places[Math.imul(wordAt(text, at - 2), golden) >>> (32 - hashBits)] = at - 2;
  }
  return from;
}

/** 2^32 over the golden ratio, which spreads words well. */
const golden = 0x9e3779b1;

function wordAt(text: Uint8Array, at: number): number {
  return text[at]! | (text[at + 1]! << 8) | (text[at + 2]! << 16) | (text[at + 3]! << 24);
}
