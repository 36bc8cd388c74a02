import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GtkError } from '../../../src/errors.js';
import { readBam } from '../../../src/formats/bam/read.js';
import { clippedBases, field, referenceLength } from '../../../src/formats/bam/record.js';
import { bgzfOf, cutAt, inChunks } from '../streams.js';
import { bamHeader, bamRecord } from './bam-bytes.js';

const header = bamHeader(
  [
    ['chr1', 1000],
    ['chrM', 16_569],
  ],
  '@HD\tVN:1.6\tSO:coordinate\n',
);
const records = [
  bamRecord({ name: 'a', position: 4, flags: 99, cigar: [[5, 'M']], bases: 5 }),
  bamRecord({
    name: 'a long name',
    contig: 1,
    position: 40,
    quality: 7,
    cigar: [
      [3, 'S'],
      [10, 'M'],
      [2, 'I'],
      [4, 'D'],
      [100, 'N'],
      [5, '='],
      [1, 'X'],
      [6, 'P'],
      [8, 'H'],
    ],
    bases: 21,
  }),
  bamRecord({ name: '*', contig: -1, position: -1, flags: 4 }),
];
const whole = Buffer.concat([header, ...records]);

/** Names of all records and what their CIGARs say. */
async function read(bam: Buffer, chunks?: number[]) {
  const opened = await readBam(inChunks(bam, chunks), 'reads.bam');
  const found: string[] = [];
  for await (const { bytes, view, starts, count, before } of opened.batches) {
    expect(before).toBe(found.length);
    for (const at of starts.subarray(0, count)) {
      const name = Buffer.from(bytes).toString(
        'latin1',
        at + field.name,
        at + field.name + bytes[at + field.nameLength]! - 1,
      );
      const clips = [clippedBases(view, at, false), clippedBases(view, at, true)];
      found.push(
        [name, view.getInt32(at + field.position, true), referenceLength(view, at), ...clips].join(' '),
      );
    }
  }
  return { header: opened.header, found };
}

const expected = ['a 4 5 0 0', 'a long name 40 120 3 8', '* -1 0 0 0'];

describe('BAM', () => {
  test('is read whatever its blocks and chunks are cut like', async () => {
    const cuts = fc.array(fc.nat(whole.length), { maxLength: 12 });
    const lengths = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(cuts, lengths, async (places, chunks) => {
      const { header, found } = await read(bgzfOf(cutAt(whole, places)), chunks);
      expect(found).toEqual(expected);
      expect(header).toMatchObject({
        text: '@HD\tVN:1.6\tSO:coordinate\n',
        contigs: [
          { name: 'chr1', length: 1000 },
          { name: 'chrM', length: 16_569 },
        ],
      });
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test('without records is empty', async () => {
    expect((await read(bgzfOf([header]))).found).toEqual([]);
  });

  test('that is cut short is told, with the place', async () => {
    const places = new Set<string>();
    for (let length = 0; length < whole.length; length++) {
      // Where a record ends, nothing tells that others are missing.
      const ends = [header.length, header.length + records[0]!.length, whole.length - records[2]!.length];
      if (ends.includes(length)) continue;
      const error = await read(bgzfOf([whole.subarray(0, length)])).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'GTK_TRUNCATED' });
      places.add(/ends at (.*) before/.exec(error.message)![1]!);
    }
    expect([...places]).toEqual(['its header', 'record 1', 'record 2', 'record 3']);
    // So is the compressed file.
    const compressed = bgzfOf([whole]);
    for (const length of [0, 10, 100, compressed.length - 1, compressed.length - 28])
      await expect(read(compressed.subarray(0, length))).rejects.toMatchObject({ code: 'GTK_TRUNCATED' });
  });

  const changed = (at: number, value: number) => {
    const bytes = Buffer.from(whole);
    bytes.writeInt32LE(value, at);
    return bytes;
  };
  const first = header.length;

  test.each([
    ['not BAM', Buffer.from('@HD\tVN:1.6\n'), 'byte 0 of the text: "@HD\\t", expected "BAM\\u0001"'],
    ['a header of absurd length', changed(4, 2 ** 31 - 1), '2147483647 as the length of header text'],
    ['a header of negative length', changed(4, -1), '-1 as the length of header text'],
    ['an absurd number of contigs', changed(8 + 25, 1e9), '1000000000 as the length of contigs'],
    ['a contig without a name', changed(8 + 25 + 4, 1), 'a contig without a name'],
    ['an absurd record', changed(first, 2 ** 31 - 1), 'record 1: a length of 2147483647'],
    ['a negative record', changed(first, -5), 'record 1: a length of -5'],
    ['a record too short for its fields', changed(first, 33), 'record 1: 33 bytes, too few'],
    ['an unknown contig', changed(first + 4, 2), 'record 1: contig 2 of 2'],
    ['a negative contig', changed(first + 4, -2), 'record 1: contig -2 of 2'],
    ['a negative position', changed(first + 8, -2), 'record 1: position -2'],
    ['absurdly many bases', changed(first + 20, 2 ** 31 - 1), 'record 1: 46 bytes, too few'],
    ['a negative number of bases', changed(first + 20, -1), 'record 1: 46 bytes, too few'],
    ['an unknown contig of the mate', changed(first + 24, 77), 'record 1: contig 77 of 2'],
  ])('%s is refused', async (_, bytes, found) => {
    const error = await read(bgzfOf([bytes])).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'GTK_CORRUPT' });
    expect(error.message).toContain(`reads.bam is damaged: BAM data at `);
    expect(error.message).toContain(found);
  });

  test('with any bytes changed is read or refused, never more', async () => {
    let refused = 0;
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      const thrown = await read(bgzfOf([bytes])).catch((error) => error);
      if (!('found' in thrown)) {
        expect(thrown).toBeInstanceOf(GtkError);
        refused++;
      }
    });
    await fc.assert(property, { numRuns: 300 });
    expect(refused).toBeGreaterThan(10);
  });

  test('closes its source when it is left', async () => {
    let closed = 0;
    async function* source() {
      try {
        for (;;) yield bgzfOf([whole]).subarray(0, -28);
      } finally {
        closed++;
      }
    }
    const early = await readBam(source(), 'reads.bam');
    await early.close();
    const left = await readBam(source(), 'reads.bam');
    for await (const { count } of left.batches) if (count > 0) break;
    expect(closed).toBe(2);
  });
});
