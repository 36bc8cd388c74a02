import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodonBatch, CounterOptions } from '../../src/kernels/codons/types.js';
import { batches } from './batches.js';
import { bytesOf } from './fasta-texts.js';
import { codonKernels } from './implementations.js';
import { parsePlainly } from './plain-definition.js';

const ALL: CounterOptions = { frame: 0, rows: true, keepAmbiguous: true };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gtk-kernels-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function withFile<T>(bytes: Uint8Array, use: (fd: number) => T): T {
  const file = path.join(folder, 'text');
  writeFileSync(file, bytes);
  const fd = openSync(file, 'r');
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

describe.each(codonKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s codon kernel on files',
  (_, kernel) => {
    it('reads a file as it reads the same bytes in memory', () => {
      const record = `>r\n${`${'ACGTTGCANTacgtuGGCATTACG'.repeat(2)}\n`.repeat(300)}`;
      const bytes = bytesOf(record.repeat(40));
      withFile(bytes, (fd) => {
        const start = record.length * 2;
        const end = record.length * 39;
        const memory = batches(kernel.counter(ALL), bytes.subarray(start, end), 7);
        const counter = kernel.counter(ALL);
        const fromFile: CodonBatch[] = [];
        for (let at = start; at < end; fromFile.push(counter.take())) {
          at = counter.pushFile(fd, at, end, 7);
          expect((at - start) % record.length).toBe(0);
        }
        expect(fromFile.length).toBe(6);
        expect(fromFile).toEqual(memory);
      });
    });

    it('reports the same problem in a file as in memory, and stops there', () => {
      const size = 128 * 1024;
      // The CR is the last byte of a read buffer, the byte that gives it away the first of the next.
      const texts = [`>a\n${'ACGT\n'.repeat(size)}\x01ACG\n`, `>${'h'.repeat(size - 2)}\rACGT\n`, 'ACGT'];
      for (const text of texts) {
        const { problem } = parsePlainly(text);
        withFile(bytesOf(`;\n${text}`), (fd) => {
          const counter = kernel.counter(ALL);
          expect(counter.pushFile(fd, 2, text.length + 2, 10)).toBe(2 + problem!.offset);
          expect(counter.problem).toEqual(problem);
        });
      }
    });

    it('refuses a file that ends early or cannot be read, and arguments that make no sense', () => {
      withFile(bytesOf('>a\nACG\n'), (fd) => {
        const counter = kernel.counter(ALL);
        expect(() => counter.pushFile(fd, 0, 100, 10)).toThrow(
          expect.objectContaining({ code: 'EOF', syscall: 'read' }),
        );
        expect(() => counter.pushFile(fd, 50, 100, 10)).toThrow(expect.objectContaining({ code: 'EOF' }));
        expect(() => counter.pushFile(fd, -1, 100, 10)).toThrow(TypeError);
        expect(() => counter.pushFile(fd, 0, 0.5, 10)).toThrow(TypeError);
        expect(() => counter.push(bytesOf('>a\n'), Number.NaN)).toThrow(TypeError);
      });
      const directory = openSync(folder, 'r');
      const closed = () => kernel.counter(ALL).pushFile(directory, 0, 10, 10);
      expect(closed).toThrow(expect.objectContaining({ code: 'EISDIR', syscall: 'read' }));
      closeSync(directory);
      expect(() => kernel.counter({ ...ALL, frame: 3 })).toThrow(RangeError);
      expect(() => kernel.counter({ ...ALL, frame: Number.NaN })).toThrow(TypeError);
    });
  },
);
