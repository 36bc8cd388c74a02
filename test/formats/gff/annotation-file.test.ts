import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { compress } from 'zstd-napi';
import { readAnnotationFile } from '../../../src/formats/gff/annotation-file.js';

const folder = mkdtempSync(join(tmpdir(), 'gtk-gff-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const text = Buffer.from('c\tx\tCDS\t1\t9\t.\t+\t0\tParent=t\n'.repeat(3));

describe('opening an annotation', () => {
  it('reads plain, gzip, multi-member gzip and zstd alike, whatever the name', async () => {
    const forms = {
      plain: text,
      gzip: gzipSync(text),
      members: Buffer.concat([gzipSync(text.subarray(0, 40)), gzipSync(text.subarray(40))]),
      zstd: compress(text),
    };
    for (const [name, content] of Object.entries(forms)) {
      const annotation = await readAnnotationFile(file(`${name}.txt`, content));
      expect(annotation.transcripts.get('c')?.[0]?.segments.map((segment) => segment.line)).toEqual([
        1, 2, 3,
      ]);
    }
  });

  it('refuses other binary files and truncated ones by name', async () => {
    const zip = file('a.gff', Buffer.from('PK\x03\x04 and more'));
    await expect(readAnnotationFile(zip)).rejects.toMatchObject({ code: 'GTK_NOT_GFF' });
    const short = file('b.gff', gzipSync(text).subarray(0, -6));
    await expect(readAnnotationFile(short)).rejects.toMatchObject({ code: 'GTK_TRUNCATED' });
  });
});
