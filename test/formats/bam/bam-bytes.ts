/** BAM written by hand from the specification (SAMv1, section 4.2). */

export interface BamRecordFields {
  contig?: number;
  position?: number;
  name?: string;
  quality?: number;
  flags?: number;
  /** As lengths and operations of MIDNSHP=X. */
  cigar?: [length: number, operation: string][];
  bases?: number;
  mateContig?: number;
  matePosition?: number;
}

/** The header, before compression. */
export function bamHeader(contigs: [name: string, length: number][], text = ''): Buffer {
  const integer = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return bytes;
  };
  const entries = contigs.flatMap(([name, length]) => [
    integer(name.length + 1),
    Buffer.from(`${name}\0`),
    integer(length),
  ]);
  return Buffer.concat([
    Buffer.from('BAM\x01'),
    integer(text.length),
    Buffer.from(text),
    integer(contigs.length),
    ...entries,
  ]);
}

/** A record with its `block_size`, before compression. */
export function bamRecord(fields: BamRecordFields = {}): Buffer {
  const { contig = 0, position = 0, name = 'read', quality = 60, flags = 0, cigar = [], bases = 0 } = fields;
  const { mateContig = -1, matePosition = -1 } = fields;
  const bytes = Buffer.alloc(36 + name.length + 1 + 4 * cigar.length + Math.ceil(bases / 2) + bases);
  bytes.writeInt32LE(bytes.length - 4, 0);
  bytes.writeInt32LE(contig, 4);
  bytes.writeInt32LE(position, 8);
  bytes.writeUInt8(name.length + 1, 12);
  bytes.writeUInt8(quality, 13);
  bytes.writeUInt16LE(cigar.length, 16);
  bytes.writeUInt16LE(flags, 18);
  bytes.writeInt32LE(bases, 20);
  bytes.writeInt32LE(mateContig, 24);
  bytes.writeInt32LE(matePosition, 28);
  bytes.write(name, 36, 'latin1');
  cigar.forEach(([length, operation], i) => {
    const code = 'MIDNSHP=X'.indexOf(operation);
    bytes.writeUInt32LE(length * 16 + code, 36 + name.length + 1 + 4 * i);
  });
  return bytes;
}
