/** Whether an index holds the very bases of a FASTA: `.pac` has two bits a base, the first base highest. */
import { open } from 'node:fs/promises';
import { fileChunks } from '../../formats/compression/file-chunks.js';

const LF = 10;
const GREATER = 62;

/** Two bits of each letter; 4 for unknown bases, in whose place bwa puts random ones. */
const codes = Uint8Array.from({ length: 256 }, (_, byte) => {
  const code = 'ACGT'.indexOf(String.fromCharCode(byte).toUpperCase());
  return code === -1 ? 4 : code;
});

/**
 * Compares `FASTA.pac` with the FASTA base by base.
 *
 * @param fasta as `copyFasta` writes it; the size of its `.pac` is right
 * @returns the first base that differs, counted from 1 over all contigs; undefined if none does
 */
export async function firstOtherBase(fasta: string, signal: AbortSignal): Promise<number | undefined> {
  const handle = await open(`${fasta}.pac`, 'r');
  try {
    const packed = Buffer.alloc((1 << 20) + 1);
    let position = 0;
    let inHeader = false;
    for await (const text of fileChunks(fasta, { signal, chunkBytes: 1 << 20 })) {
      const from = Math.floor(position / 4);
      const base = from * 4;
      await handle.read(packed, 0, packed.length, from);
      for (const byte of text) {
        if (inHeader) inHeader = byte !== LF;
        else if (byte === GREATER) inHeader = true;
        else if (byte !== LF) {
          const at = position - base;
          const found = (packed[at >> 2]! >> ((~at & 3) << 1)) & 3;
          const expected = codes[byte]!;
          position += 1;
          if (expected < 4 && found !== expected) return position;
        }
      }
    }
    return undefined;
  } finally {
    await handle.close();
  }
}
