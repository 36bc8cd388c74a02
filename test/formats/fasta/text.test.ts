import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { compress } from 'zstd-napi';
import { fileChunks } from '../../../src/formats/compression/file-chunks.js';
import { sniff, sniffStream } from '../../../src/formats/fasta/sniff.js';
import { openText } from '../../../src/formats/fasta/text.js';
import { lineAt, problemError } from '../../../src/formats/fasta/text-problem.js';
import { bgzfOf, collect } from '../streams.js';

const folder = mkdtempSync(path.join(tmpdir(), 'gtk-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

let state = 1;
function base(): string {
  state = (state * 48271) % 2147483647;
  return 'ACGT'[state % 4];
}
/** Bases that hardly compress, so that a file has more chunks than are read ahead. */
const lines = Array.from({ length: 320_000 }, (_, i) => {
  const bases = Array.from({ length: 80 }, base).join('');
  return i % 10 === 0 ? `>r${i}\n${bases}\n` : `${bases}\n`;
});
const text = Buffer.from(lines.join(''));
const blocks = Array.from({ length: Math.ceil(text.length / 60_000) }, (_, i) =>
  text.subarray(i * 60_000, (i + 1) * 60_000),
);
const forms = { plain: text, gzip: gzipSync(text, { level: 1 }), bgzf: bgzfOf(blocks), zstd: compress(text) };

function openFiles(of: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === of;
    } catch {
      return false;
    }
  }).length;
}

describe.each(Object.entries(forms))('the text of a %s file', (format, bytes) => {
  const file = path.join(folder, `${format}.fa`);
  writeFileSync(file, bytes);

  it('is whole', async () => {
    const sniffed = await sniff(file);
    expect(sniffed.format).toBe(format);
    expect((await collect(openText(file, sniffed, { threads: 2 }))).equals(text)).toBe(true);
  });

  it.runIf(process.platform === 'linux')(
    'leaves no file open after an early exit, an error or the end',
    async () => {
      const sniffed = await sniff(file);
      expect(openFiles(file)).toBe(0);
      for await (const chunk of openText(file, sniffed)) {
        expect(chunk.length).toBeGreaterThan(0);
        expect(openFiles(file)).toBe(1);
        break;
      }
      expect(openFiles(file)).toBe(0);
      const failing = async () => {
        for await (const _ of openText(file, sniffed)) throw new Error('enough');
      };
      await expect(failing()).rejects.toThrow('enough');
      expect(openFiles(file)).toBe(0);
      await collect(openText(file, sniffed));
      expect(openFiles(file)).toBe(0);
    },
  );

  it('ends with the reason of a signal', async () => {
    const control = new AbortController();
    const reading = async () => {
      const sniffed = await sniff(file);
      for await (const _ of openText(file, sniffed, { signal: control.signal }))
        control.abort(new Error('stopped'));
    };
    await expect(reading()).rejects.toThrow('stopped');
  });
});

it('a FIFO is read like a file', async () => {
  const fifo = path.join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const writing = import('node:fs/promises').then(({ writeFile }) => writeFile(fifo, forms.gzip));
  const stream = await sniffStream(fileChunks(fifo), fifo);
  expect((await collect(stream.text)).equals(text)).toBe(true);
  await writing;
});

describe('the error for a problem in the text', () => {
  const file = path.join(folder, 'lines.fa');
  writeFileSync(file, '>a\nACGT\n\nAC\x01T\n');

  it('names the line of a plain file', async () => {
    const problem = { kind: 'binary', offset: 11, byte: 1 } as const;
    expect((await problemError(file, problem, { format: 'plain' })).message).toContain(
      'line 4 has byte 0x01',
    );
    const later = { ...problem, offset: 3 };
    expect((await problemError(file, later, { format: 'plain', start: 8 })).message).toContain('line 4 has');
  });

  it('names the byte of other text', async () => {
    const problem = { kind: 'no-header', offset: 11, byte: 65 } as const;
    const error = await problemError(file, problem, { format: 'gzip' });
    expect(error).toMatchObject({ code: 'GTK_NOT_FASTA' });
    expect(error.message).toContain("byte 11 of the uncompressed text has the letter 'A'");
    const ends = await problemError(file, { kind: 'cr-only', offset: 2, byte: 13 }, { format: 'stream' });
    expect(ends).toMatchObject({ code: 'GTK_LINE_ENDS' });
  });

  it('counts lines as a slow count does, at every offset', async () => {
    const bytes = Buffer.from('>a\n\nACGT\r\nAC\n\n\nT');
    const other = path.join(folder, 'count.fa');
    writeFileSync(other, bytes);
    for (let at = 0; at < bytes.length; at++) {
      expect(await lineAt(other, at)).toBe(bytes.subarray(0, at).toString().split('\n').length);
    }
  });
});
