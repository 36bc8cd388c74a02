import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, fastaText } from './fasta-texts.js';
import { recordKernels } from './implementations.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gtk-records-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function withFile<T>(bytes: Uint8Array, use: (fd: number) => Promise<T>): Promise<T> {
  const file = path.join(folder, 'text');
  writeFileSync(file, bytes);
  const fd = openSync(file, 'r');
  try {
    return await use(fd);
  } finally {
    closeSync(fd);
  }
}

function plainStarts(text: string): number[] {
  return [...text.matchAll(/(?<=^(?:\xef\xbb\xbf)?|\n)>/g)].map((match) => match.index);
}

describe.each(recordKernels.map((kernel) => [kernel.name, kernel] as const))(
  'the %s record kernel',
  (_, kernel) => {
    it('finds the same starts as a regular expression, in any range', async () => {
      let found = 0;
      await fc.assert(
        fc.asyncProperty(fastaText, fc.nat(), fc.nat(), async (text, a, b) => {
          const [start, end] = [a % (text.length + 1), b % (text.length + 1)].sort((p, q) => p - q) as [
            number,
            number,
          ];
          const all = plainStarts(text);
          await withFile(bytesOf(text), async (fd) => {
            expect([...(await kernel.recordStarts(fd, 0, text.length))]).toEqual(all);
            const inside = all.filter((offset) => offset >= start && offset < end);
            expect([...(await kernel.recordStarts(fd, start, end))]).toEqual(inside);
          });
          found += all.length;
        }),
        { numRuns: 150 },
      );
      expect(found).toBeGreaterThan(150);
    });

    it('sees a record at every place of a vector, from every start', async () => {
      const text = Array.from(
        { length: 200 },
        (_, i) => `>${i % 3 ? '>' : ' >'}\n${'A'.repeat(1 + (i % 70))}>\n`,
      ).join('');
      const all = plainStarts(text);
      expect(all.length).toBe(200);
      await withFile(bytesOf(text), async (fd) => {
        for (let start = 0; start < 200; start++) {
          const end = text.length - (start % 130);
          const inside = all.filter((offset) => offset >= start && offset < end);
          expect([...(await kernel.recordStarts(fd, start, end))]).toEqual(inside);
        }
      });
    });

    it('finds starts on both sides of its read buffer, in calls that run at once', async () => {
      const size = 128 * 1024;
      for (const shift of [-2, -1, 0, 1]) {
        const text = `>a\n${'A'.repeat(size - 4 + shift)}\n>b\nACG\n>${'>'.repeat(size)}\n>c`;
        const all = plainStarts(text);
        expect(all.length).toBe(4);
        await withFile(bytesOf(text), async (fd) => {
          const middle = all[1]!;
          const parts = await Promise.all([
            kernel.recordStarts(fd, 0, middle),
            kernel.recordStarts(fd, middle, middle + 1),
            kernel.recordStarts(fd, middle + 1, text.length),
          ]);
          expect(parts.flatMap((part) => [...part])).toEqual(all);
        });
      }
    });

    it('refuses a file that ends early or cannot be read', async () => {
      await withFile(bytesOf('>a\nACG\n'), async (fd) => {
        await expect(kernel.recordStarts(fd, 0, 100)).rejects.toMatchObject({ code: 'EOF', syscall: 'read' });
        await expect(kernel.recordStarts(fd, -1, 7)).rejects.toThrow(TypeError);
      });
      const directory = openSync(folder, 'r');
      await expect(kernel.recordStarts(directory, 0, 9)).rejects.toMatchObject({
        code: 'EISDIR',
        syscall: 'read',
      });
      closeSync(directory);
    });
  },
);
