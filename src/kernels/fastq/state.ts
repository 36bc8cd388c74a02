/** What counting FASTQ must know of the text before, as an array of numbers; native/fastq_counts.cc has the same. */

/** Places in the array. */
export const place = {
  records: 0,
  bases: 1,
  /** Bases of the shortest and the longest record. */
  least: 2,
  most: 3,
  /** Which {@link line} is awaited. */
  line: 4,
  /** Bases of the record under way. */
  sequence: 5,
  /** Of a line that goes on in the next text: its bytes so far, the first and the last of them. */
  length: 6,
  first: 7,
  last: 8,
  /** The first {@link fault}; 0 is none. */
  fault: 9,
  /** The byte that was found in the place of `@` or `+`, {@link BLANK} for none; or the number of qualities. */
  found: 10,
} as const;

/** Lines of a record, and what follows a blank line in the place of a header. */
export const line = { header: 0, sequence: 1, separator: 2, quality: 3, blank: 4 } as const;

export const fault = { header: 1, separator: 2, quality: 3 } as const;

export const BLANK = 256;

/** The state at the beginning of a text. */
export function newState(): Float64Array {
  const state = new Float64Array(11);
  state[place.least] = Number.POSITIVE_INFINITY;
  return state;
}
