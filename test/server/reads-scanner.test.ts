import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlainReadsKernel } from '../../src/kernels/plain-reads/types.js';
import { BLOCK_READS, type Mate, ReadsFault, ReadsScanner } from '../../src/server/upload/reads-scanner.js';
import { plainReadsKernels } from '../kernels/implementations.js';

/** Scans a text in chunks of these sizes, again and again; every kernel says the same of it. */
function scan(text: Uint8Array, sizes: readonly number[], mate: Mate = 'R1') {
  const outcomes = plainReadsKernels.map((kernel) => {
    try {
      return scanWith(kernel, text, sizes, mate);
    } catch (error) {
      return error as Error;
    }
  });
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  if (outcomes[0] instanceof Error) throw outcomes[0];
  return outcomes[0]!;
}

function scanWith(kernel: PlainReadsKernel, text: Uint8Array, sizes: readonly number[], mate: Mate) {
  const scanner = new ReadsScanner(mate, undefined, kernel);
  for (let at = 0, i = 0; at < text.length; i += 1) {
    const size = sizes[i % sizes.length]!;
    scanner.push(text.subarray(at, at + size));
    at += size;
  }
  return scanner.finish();
}

function faultOf(text: string | Uint8Array, sizes = [1 << 16], mate: Mate = 'R1'): string | undefined {
  try {
    scan(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, sizes, mate);
    return undefined;
  } catch (error) {
    if (!(error instanceof ReadsFault)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

/** What a text is, line by line as the format is described. */
function byDefinition(text: string, mate: Mate): { names: string[]; bases: number } | undefined {
  // The last line may do without its end, and so may an empty one: a fourth line without qualities is none at all.
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  while (lines.length > 0 && lines.length % 4 !== 0 && lines.at(-1) === '') lines.pop();
  while (lines.length >= 4 && lines.slice(-4).every((line) => line === '')) lines.splice(-4);
  if (lines.length === 0 || lines.length % 4 !== 0) return undefined;
  const names: string[] = [];
  let bases = 0;
  for (let i = 0; i < lines.length; i += 4) {
    const [name, sequence, plus, qualities] = lines.slice(i, i + 4) as [string, string, string, string];
    const header = /^@([^\s]+)([ \t].*)?$/.exec(name);
    if (!header || /[\x00-\x08\x0a-\x1f\x7f]/.test(name + plus)) return undefined;
    if (!/^[ACGTUNRYSWKMBDHV.*-]*$/i.test(sequence) || !plus.startsWith('+')) return undefined;
    if (!/^[!-~]*$/.test(qualities) || qualities.length !== sequence.length) return undefined;
    const [, word, comment = ''] = header;
    const told = /\/([12])$/.exec(word!)?.[1] ?? /^ (.):/.exec(comment)?.[1];
    if (told === (mate === 'R1' ? '2' : '1')) return undefined;
    names.push(word!.replace(/\/[12]$/, ''));
    bases += sequence.length;
  }
  return { names, bases };
}

const record = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z0-9:_.#-]{1,12}$/),
    fc.constantFrom('', '/1', ' 1:N:0:ACGT', '\tx y', ' 3:N:0', ' '),
    fc.stringMatching(/^[ACGTNacgt.]{0,30}$/),
    fc.constantFrom('+', '+again'),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([name, end, bases, plus, line]) =>
    [`@${name}${end}`, bases, plus, 'I'.repeat(bases.length), ''].join(line),
  );

const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe('a text of reads', () => {
  test('is what its definition says, wherever its chunks end', () => {
    let faults = 0;
    const slip = fc.tuple(fc.nat(), fc.constantFrom('', '\n', '@', '+', 'I', '\0', 'E', '\r', ' ', '/2'));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 8 }), fc.option(slip), pieces, (records, change, sizes) => {
        let text = records.join('');
        if (change && text !== '') {
          const at = change[0] % text.length;
          text = text.slice(0, at) + change[1] + text.slice(at + 1);
        }
        const expected = byDefinition(text, 'R1');
        const fault = faultOf(text, sizes);
        if (expected === undefined) {
          faults += 1;
          expect(fault, JSON.stringify(text)).toBeDefined();
          return;
        }
        expect(fault, JSON.stringify(text)).toBeUndefined();
        const found = scan(Buffer.from(text, 'latin1'), sizes);
        expect(found).toMatchObject({ reads: expected.names.length, bases: expected.bases });
      }),
      { numRuns: 1500 },
    );
    expect(faults).toBeGreaterThan(100);
  });

  test('has digests that tell names and their order, and nothing else', () => {
    const nameList = fc.array(fc.stringMatching(/^[a-c]{1,3}$/), { minLength: 1, maxLength: 5 });
    const textOf = (names: string[], mate: Mate, bases: string) =>
      Buffer.from(
        names.map((name) => `@${name}/${mate[1]} x\n${bases}\n+\n${'#'.repeat(bases.length)}\n`).join(''),
      );
    fc.assert(
      fc.property(nameList, nameList, (first, second) => {
        const [one] = scan(textOf(first, 'R1', 'ACGT'), [7]).blocks;
        const [other] = scan(textOf(second, 'R2', 'AC'), [100], 'R2').blocks;
        expect(one === other).toBe(first.join() === second.join());
      }),
      { numRuns: 500 },
    );
  });

  test('has a digest for each block, and keeps the names of one block if told to', () => {
    const names = Array.from({ length: 2 * BLOCK_READS + 3 }, (_, i) => `read${i}`);
    const text = Buffer.from(names.map((name) => `@${name}\nA\n+\nI\n`).join(''));
    expect(scan(text, [10_000]).blocks).toHaveLength(3);
    const scanner = new ReadsScanner('R2', 1);
    for (let at = 0; at < text.length && !scanner.isDone; at += 5000)
      scanner.push(text.subarray(at, at + 5000));
    expect(scanner.names).toEqual(names.slice(BLOCK_READS, 2 * BLOCK_READS));
    const last = new ReadsScanner('R2', 2);
    last.push(text);
    expect(last.isDone).toBe(false);
    expect(last.names).toEqual(names.slice(2 * BLOCK_READS));
  });

  test.each([
    ['', 'there are no reads in it'],
    ['@a\nACGT\n+\nIII\n', 'read 1: it has 4 bases and 3 qualities, expected one a base'],
    ['@a\nA\n+\nI\n@b\nA\n+\nII\n', 'read 2: it has 1 bases and 2 qualities, expected one a base'],
    ['@a\nACGT\n+\nII', 'read 1: the text ends before its four lines are whole: is the file cut short?'],
    ['@a\nACGT\n', 'read 1: the text ends before its four lines are whole: is the file cut short?'],
    ['@a\nACET\n+\nIIII\n', "read 1: the bases cannot have 'E'"],
    ['@a\nAC\nGT\n+\nIIII\n', "read 1: its third line begins with 'G', expected '+'"],
    ['>a\nACGT\n', "read 1: it begins with '>', expected '@'"],
    ['@a\nA\n+\nI\n\n@b\nA\n+\nI\n', 'read 2: a blank line stands before it'],
    ['@ x\nA\n+\nI\n', 'read 1: it has no name'],
    ['@a\nA\n+\n\x01\n', 'read 1: the qualities cannot have byte 1'],
  ])('%j is refused in words', (text, message) => {
    for (const size of [1, 3, 1000]) expect(faultOf(text, [size])).toMatch(`bad_reads: R1`);
    expect(faultOf(text)).toContain(message);
  });

  test.each([
    ['R1', '@a 2:N:0:ACGT\nA\n+\nI\n', /^unpaired: R1, read 1: its name says that it is a second read/],
    ['R1', '@a/1\nA\n+\nI\n@b/2\nA\n+\nI\n', /^unpaired: R1, read 2: .*swapped\?$/],
    ['R2', '@a 1:Y:18:ACGT\nA\n+\nI', /^unpaired: R2, read 1: its name says that it is a first read/],
    ['R2', '@a 3:N:0:ACGT\nA\n+\nI\n', undefined],
    ['R1', '@a.2\nA\n+\nI\n', undefined],
  ] as const)('%s of %j: mates that say which they are', (mate, text, expected) => {
    const fault = faultOf(text, [4], mate);
    if (expected) expect(fault).toMatch(expected);
    else expect(fault).toBeUndefined();
  });

  test('has no line of more than a megabyte, and is refused before such a line ends', () => {
    const scanner = new ReadsScanner('R1');
    scanner.push(Buffer.from('@a\n'));
    const chunk = Buffer.alloc(100_000, 'A');
    let pushed = 0;
    expect(() => {
      for (; pushed < 50; pushed += 1) scanner.push(chunk);
    }).toThrow('the bases has a line of more than 1000000 bytes');
    expect(pushed).toBe(10);
    const long = 'A'.repeat(1_000_000);
    expect(faultOf(`@a\n${long}\n+\n${long.replaceAll('A', 'I')}\n`)).toBeUndefined();
  });
});
