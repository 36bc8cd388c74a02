/** Real h5ad files that the repository carries, most of them compressed. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { testData } from '../run-gtk.js';

const unpacked = path.join(os.tmpdir(), `gtk-h5ad-samples-${process.pid}`);

/** The path of a sample, by its name under `test/data/h5ad`. */
export function sample(name: string): string {
  const plain = testData(`h5ad/${name}`);
  if (existsSync(plain)) return plain;
  const file = path.join(unpacked, name);
  if (existsSync(file)) return file;
  mkdirSync(unpacked, { recursive: true });
  const temporary = `${file}.tmp`;
  writeFileSync(temporary, brotliDecompressSync(readFileSync(`${plain}.br`)));
  renameSync(temporary, file);
  return file;
}
