import fc from 'fast-check';

/** Random FASTA-like texts, one character a byte: mostly well-formed, now and then anything but. */

const lineEnd = fc.oneof(
  { weight: 6, arbitrary: fc.constant('\n') },
  { weight: 2, arbitrary: fc.constant('\r\n') },
);

function letters(alphabet: string, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet), maxLength });
}

const bases = letters('ACGTACGTACGTACGTacgtUu', 200);
const someBases = letters('ACGTACGTACGTACGTACGTACGTACGTACGTACGTNn-*', 200);
const oddBases = letters('ACGTUNnacgtu-*>; \t\v\f\r.~!RYK', 40);
const anyByte = fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte));

const sequenceLine = fc.oneof(
  { weight: 8, arbitrary: bases },
  { weight: 4, arbitrary: someBases },
  { weight: 2, arbitrary: oddBases },
  { weight: 1, arbitrary: fc.constant('') },
);
const headerLine = letters('abc >|;\t\xe9\x00_', 30).map((header) => `>${header}`);
const commentLine = letters('abc>;\r\x01 ', 12).map((comment) => `;${comment}`);

const line = fc.oneof(
  { weight: 10, arbitrary: sequenceLine },
  { weight: 4, arbitrary: headerLine },
  { weight: 1, arbitrary: commentLine },
);

function joined(lines: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.tuple(lines, lineEnd), { maxLength }).map((parts) => parts.flat().join(''));
}

/** Records wrapped at one width, as most files are; long enough to fill and overrun the kernels' buffers. */
const wrapped = fc
  .tuple(
    fc.array(fc.tuple(headerLine, letters('ACGTACGTACGTACGTACGTACGTACGTNacgtU', 3000)), { maxLength: 5 }),
    fc.integer({ min: 1, max: 130 }),
    lineEnd,
  )
  .map(([records, width, end]) =>
    records
      .map(([header, sequence]) =>
        [header, ...(sequence.match(new RegExp(`.{1,${width}}`, 'g')) ?? []), ''].join(end),
      )
      .join(''),
  );

const mixed = fc
  .tuple(fc.constantFrom('', '', '', '\xef\xbb\xbf', '\xef\xbb', ' \n'), headerLine, joined(line, 25))
  .map(([mark, first, rest]) => `${mark}${first}\n${rest}`);

const spoilt = fc
  .tuple(mixed, fc.nat(), anyByte)
  .map(
    ([text, at, byte]) => text.slice(0, at % (text.length + 1)) + byte + text.slice(at % (text.length + 1)),
  );

const noise = fc.array(anyByte, { maxLength: 300 }).map((bytes) => bytes.join(''));

export const fastaText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: mixed },
  { weight: 3, arbitrary: wrapped },
  { weight: 2, arbitrary: spoilt },
  { weight: 1, arbitrary: joined(line, 10) },
  { weight: 1, arbitrary: noise },
);

/** The bytes that such a text stands for. */
export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
