/** Counting FASTQ: every kernel against a slow reader of whole lines, in chunks of any size. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FastqCounter } from '../../src/kernels/fastq/counter.js';
import type { FastqCounts, FastqKernel } from '../../src/kernels/fastq/types.js';
import { fastqKernels } from './implementations.js';

type Outcome = Omit<FastqCounts, 'fault'> & { fault: string | undefined; record: number | undefined };

/** What a text holds, by cutting it into lines. */
function byDefinition(text: string): Outcome {
  const lengths: number[] = [];
  const parts = text.split('\n');
  // The last LF ends a line, it begins none; without bases the qualities may be that missing line.
  const isCut = parts.at(-1) !== '';
  if (!isCut) parts.pop();
  const lines = parts.map((line) => line.replace(/\r$/, ''));
  const outcome = (fault?: string): Outcome => ({
    records: lengths.length,
    bases: lengths.reduce((sum, length) => sum + length, 0),
    minLength: lengths.length > 0 ? Math.min(...lengths) : 0,
    maxLength: Math.max(0, ...lengths),
    fault,
    record: fault === undefined ? undefined : lengths.length + 1,
  });
  for (let at = 0; at < lines.length; at += 4) {
    const [header, sequence, separator, quality] = lines.slice(at, at + 4);
    if (header === '') return outcome(lines.slice(at).every((line) => line === '') ? undefined : 'header');
    if (!header!.startsWith('@')) return outcome('header');
    if (sequence === undefined) return outcome('end');
    if (separator === undefined) return outcome('end');
    if (!separator.startsWith('+')) return outcome('separator');
    if (quality === undefined && sequence !== '') return outcome('end');
    const missing = sequence.length - (quality ?? '').length;
    if (missing !== 0) return outcome(missing > 0 && isCut && at + 4 >= lines.length ? 'end' : 'quality');
    lengths.push(sequence.length);
  }
  return outcome();
}

/** What a kernel makes of it in chunks that end at the places. */
function counted(kernel: FastqKernel, text: string, places: readonly number[]): Outcome {
  const bytes = Buffer.from(text, 'latin1');
  const counter = new FastqCounter(kernel);
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    // Memory of exactly that size, so that a read beyond it would be one beyond the allocation.
    counter.push(new Uint8Array(bytes.subarray(from, end)));
    from = end;
  }
  const { fault, ...counts } = counter.end();
  return { ...counts, fault: fault?.kind, record: fault?.record };
}

const letters = (alphabet: string, maxLength: number) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength }).map((chars) => chars.join(''));

const record = fc
  .record({ name: letters('@+SRR0123 /', 12), sequence: letters('ACGTN', 40), more: letters('+@x', 5) })
  .chain(({ name, sequence, more }) =>
    fc
      .array(fc.constantFrom(...'@+!IJ#'), { minLength: sequence.length, maxLength: sequence.length })
      .map((quality) => [`@${name}`, sequence, `+${more}`, quality.join('')]),
  );

const fastqText = fc
  .record({
    records: fc.array(record, { maxLength: 12 }),
    eol: fc.constantFrom('\n', '\r\n'),
    end: fc.constantFrom('', '\n', '\r\n', '\n\n\n', '\n\r\n'),
  })
  .map(({ records, eol, end }) => records.flat().join(eol) + (records.length > 0 ? end : ''));

/** A text in which a few characters were changed, or which is cut short. */
const damagedText = fc
  .record({
    text: fastqText,
    cut: fc.nat(),
    changes: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'\n\r@+A')), { maxLength: 3 }),
  })
  .map(({ text, cut, changes }) => {
    const chars = [...text];
    for (const [at, char] of changes) if (chars.length > 0) chars[at % chars.length] = char;
    return chars.slice(0, cut % 2 ? undefined : cut % (chars.length + 1)).join('');
  });

const places = fc.array(fc.nat(), { maxLength: 8 });

describe.each(fastqKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s kernel that counts FASTQ',
  (_, kernel) => {
    it('finds in whole texts what a reader of lines finds, in any chunks', () => {
      let records = 0;
      fc.assert(
        fc.property(fastqText, places, (text, cuts) => {
          const expected = byDefinition(text);
          expect(counted(kernel, text, cuts)).toEqual(expected);
          expect(expected.fault).toBeUndefined();
          records += expected.records;
        }),
        { numRuns: 1000 },
      );
      expect(records).toBeGreaterThan(2000);
    });

    it('finds the same first fault, in any chunks', () => {
      const faults = new Map<string | undefined, number>();
      fc.assert(
        fc.property(damagedText, places, (text, cuts) => {
          const expected = byDefinition(text);
          expect(counted(kernel, text, cuts)).toEqual(expected);
          faults.set(expected.fault, (faults.get(expected.fault) ?? 0) + 1);
        }),
        { numRuns: 4000 },
      );
      for (const kind of [undefined, 'header', 'separator', 'quality', 'end']) {
        expect(faults.get(kind)).toBeGreaterThan(20);
      }
    });

    it('says what it found and what it expected', () => {
      const fault = (text: string) => {
        const counter = new FastqCounter(kernel);
        counter.push(Buffer.from(text));
        return counter.end().fault;
      };
      const read = '@r\nACG\n+\nIII\n';
      const header = "a header that begins with '@'";
      expect(fault('<!DOCTYPE html>')).toMatchObject({ record: 1, found: "'<'", expected: header });
      expect(fault(`${read}\0`)).toMatchObject({ record: 2, found: 'byte 0', expected: header });
      expect(fault(`${read}@s\nACG\n\n`)).toMatchObject({ record: 2, found: 'a blank line' });
      expect(fault(`${read}@s\nACG\n+\nII\n`)).toMatchObject({
        found: '2 qualities',
        expected: 'as many as the 3 bases',
      });
      expect(fault(`${read}@s\nACG\n`)).toMatchObject({ kind: 'end', expected: "the line with '+'" });
    });

    it('counts nothing after a fault', () => {
      const counter = new FastqCounter(kernel);
      expect(counter.push(Buffer.from('@r\nA\n+\nI\n'))).toBe(true);
      expect(counter.push(Buffer.from('x\n'))).toBe(false);
      expect(counter.push(Buffer.from('@s\nA\n+\nI\n'))).toBe(false);
      expect(counter.end()).toMatchObject({ records: 1, fault: { record: 2 } });
    });
  },
);

it('refuses a state that no count has left', () => {
  const native = fastqKernels.filter(({ name }) => name !== 'reference');
  for (const kernel of native) {
    const text = Buffer.from('@r\n');
    expect(() => kernel.count(text, new Float64Array(10))).toThrow(TypeError);
    expect(() => kernel.count(text, new Float32Array(11) as never)).toThrow(TypeError);
    for (const wrong of [Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY]) {
      for (const place of [0, 4, 6, 7, 9]) {
        const state = new Float64Array(11);
        state[place] = wrong;
        expect(() => kernel.count(text, state)).toThrow(TypeError);
      }
    }
  }
});
