/** The fixed fields of an alignment in BAM and what its CIGAR says (SAMv1, sections 1.4 and 4.2). */

/** Where the fields are, in bytes from the start of a record behind its `block_size`. */
export const field = {
  contig: 0,
  position: 4,
  nameLength: 8,
  mappingQuality: 9,
  cigarOperations: 12,
  flags: 14,
  bases: 16,
  mateContig: 20,
  matePosition: 24,
  name: 32,
} as const;

/** Bits of the flags. */
export const flag = {
  paired: 0x1,
  unmapped: 0x4,
  mateUnmapped: 0x8,
  reverse: 0x10,
  first: 0x40,
  last: 0x80,
  secondary: 0x100,
  supplementary: 0x800,
} as const;

/** Which of MIDNSHP=X move along the reference: M, D, N, = and X. */
const alongReference = [1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const [SOFT_CLIP, HARD_CLIP] = [4, 5];

/** Where the operations of the record at `at` are. */
function cigarStart(view: DataView, at: number): number {
  return at + field.name + view.getUint8(at + field.nameLength);
}

/** Bases of the reference that the alignment at `at` covers. */
export function referenceLength(view: DataView, at: number): number {
  const start = cigarStart(view, at);
  const end = start + 4 * view.getUint16(at + field.cigarOperations, true);
  let length = 0;
  for (let i = start; i < end; i += 4) {
    const operation = view.getUint32(i, true);
    if (alongReference[operation & 15]) length += operation >>> 4;
  }
  return length;
}

/** Bases clipped off by the outermost operation on the left, or on the right, as the reference runs. */
export function clippedBases(view: DataView, at: number, right: boolean): number {
  const operations = view.getUint16(at + field.cigarOperations, true);
  if (operations === 0) return 0;
  const operation = view.getUint32(cigarStart(view, at) + (right ? 4 * (operations - 1) : 0), true);
  const kind = operation & 15;
  return kind === SOFT_CLIP || kind === HARD_CLIP ? operation >>> 4 : 0;
}
