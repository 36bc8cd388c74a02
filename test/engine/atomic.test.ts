import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksum, temporaryName, writeFileAtomically } from '../../src/engine/atomic.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();

/** CRC-32 and size as the trailer of a gzip file has them (RFC 1952, section 2.3.1). */
function byGzip(bytes: Uint8Array): { bytes: number; crc32: number } {
  const trailer = gzipSync(bytes).subarray(-8);
  return { crc32: trailer.readUInt32LE(0), bytes: trailer.readUInt32LE(4) };
}

describe('the checksum of a file', () => {
  it('is what gzip writes into its trailer, below, at and above the size of a piece', () => {
    const file = path.join(folder, 'sum');
    const mebibyte = 1 << 20;
    for (const size of [0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte + 5]) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 2654435761) >>> 13);
      writeFileSync(file, bytes);
      expect(checksum(file), String(size)).toEqual(byGzip(bytes));
    }
    // The check value that every catalogue of CRCs gives for "123456789".
    writeFileSync(file, '123456789');
    expect(checksum(file)).toEqual({ bytes: 9, crc32: 0xcbf43926 });
  });

  it('is what gzip writes for any bytes', () => {
    const file = path.join(folder, 'any');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        writeFileSync(file, bytes);
        expect(checksum(file)).toEqual(byGzip(bytes));
      }),
    );
  });
});

describe('a file written atomically', () => {
  it.each([false, true])(
    'holds its content, replaces what was there, and leaves no other (durable: %s)',
    (durable) => {
      const own = path.join(folder, `own-${durable}`);
      mkdirSync(own);
      const file = path.join(own, 'file.json');
      for (const content of ['first', Buffer.alloc(3 << 20, 'x'), '']) {
        writeFileAtomically(file, content, durable);
        expect(readFileSync(file).equals(Buffer.from(content))).toBe(true);
      }
      expect(readdirSync(own)).toEqual(['file.json']);
    },
  );

  it.each([false, true])('is not there at all if it cannot be written (durable: %s)', (durable) => {
    const own = path.join(folder, `taken-${durable}`);
    mkdirSync(path.join(own, 'name', 'within'), { recursive: true });
    // A folder stands in its place: everything succeeds but the rename.
    expect(() => writeFileAtomically(path.join(own, 'name'), 'text', durable)).toThrow(
      expect.objectContaining({ code: 'GTK_NOT_WRITABLE', exitStatus: 4 }),
    );
    expect(readdirSync(own)).toEqual(['name']);
    expect(() => writeFileAtomically(path.join(own, 'missing/name'), 'text', durable)).toThrow(
      expect.objectContaining({ code: 'GTK_NOT_WRITABLE' }),
    );
  });

  it('has a temporary name in its own folder that is never the same', () => {
    const names = Array.from({ length: 100 }, () => temporaryName('/a/b/c.json'));
    expect(new Set(names).size).toBe(100);
    for (const name of names) expect(name).toMatch(/^\/a\/b\/\.c\.json\..*\.tmp$/);
  });

  it('is whole whenever its writer is killed', async () => {
    const own = path.join(folder, 'killed');
    mkdirSync(own);
    const file = path.join(own, 'file');
    const url = new URL('../../src/engine/atomic.ts', import.meta.url);
    const loop = `import { writeFileAtomically } from ${JSON.stringify(url.href)};
      for (let i = 0; ; i += 1) {
        writeFileAtomically(${JSON.stringify(file)}, Buffer.alloc(1 << 20, 65 + (i % 26)));
        if (i === 9) process.stdout.write('ready');
      }`;
    const root = fileURLToPath(new URL('../..', import.meta.url));
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', loop], {
        cwd: root,
      });
      child.stdout.once('data', () => child.kill('SIGKILL'));
      const signal = await new Promise((resolve) => child.on('exit', (_, name) => resolve(name)));
      expect(signal).toBe('SIGKILL');
      const bytes = readFileSync(file);
      expect(bytes).toHaveLength(1 << 20);
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
    }
  });
});
