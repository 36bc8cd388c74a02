/** The user's own reads: linked or compressed, never changed. */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { linkPrivate } from '../../src/rna/reads/private-reads.js';
import { temporaryFolder } from '../run-gtk.js';
import { pombe, readsShop } from './reads-setup.js';
import { sample } from './samples.js';

const root = temporaryFolder();
let runs = 0;

function newFolder(): string {
  const folder = path.join(root, `out ü ${runs++}`, 'own');
  mkdirSync(folder, { recursive: true });
  return folder;
}

const own = (...privateFiles: string[]) => sample('own', { privateFiles });
const plain = path.join(root, 'my reads.txt');
const text = gunzipSync(readFileSync(pombe('Sp_log_1')));
writeFileSync(plain, text);

describe('private reads', () => {
  const shop = readsShop();

  it('in gzip are linked, whatever they are called', async () => {
    const folder = newFolder();
    const odd = path.join(root, 'reads without ending');
    writeFileSync(odd, readFileSync(pombe('Sp_log_1')));
    const files = await linkPrivate(own(odd, pombe('Sp_log_2')), folder, shop);
    expect(files.map((file) => path.basename(file))).toEqual(['own_1.fastq.gz', 'own_2.fastq.gz']);
    expect(files.map((file) => readlinkSync(file))).toEqual([odd, pombe('Sp_log_2')]);
    // Once more, with another file.
    await linkPrivate(own(pombe('Sp_log_1'), pombe('Sp_log_2')), folder, shop);
    expect(files.map((file) => readlinkSync(file))).toEqual([pombe('Sp_log_1'), pombe('Sp_log_2')]);
    expect(readdirSync(folder).length).toBe(2);
  });

  it('in plain text are compressed, once', async () => {
    const folder = newFolder();
    const [file] = await linkPrivate(own(plain), folder, shop);
    expect(path.basename(file!)).toBe('own.fastq.gz');
    expect(lstatSync(file!).isFile()).toBe(true);
    expect(gunzipSync(readFileSync(file!)).equals(text)).toBe(true);
    expect(readFileSync(plain).equals(text)).toBe(true);
    expect(readdirSync(folder)).toEqual(['own.fastq.gz']);
    expect(shop.events.at(-1)).toEqual({ type: 'file', run: 'own', path: file, bytes: statSync(file!).size });
    const { mtimeMs } = statSync(file!);
    await linkPrivate(own(plain), folder, shop);
    expect(statSync(file!).mtimeMs).toBe(mtimeMs);
    // A later version of the user's file is compressed anew.
    const time = mtimeMs / 1000 + 60;
    utimesSync(plain, time, time);
    await linkPrivate(own(plain), folder, shop);
    expect(gunzipSync(readFileSync(file!)).equals(text)).toBe(true);
    expect(statSync(file!).mtimeMs).toBeGreaterThan(mtimeMs);
  });

  it('that are gone, folders or of another form fail with their name', async () => {
    const nowhere = path.join(root, 'nowhere.fastq.gz');
    const dangling = path.join(root, 'dangling');
    symlinkSync(nowhere, dangling);
    for (const file of [nowhere, dangling, root]) {
      await expect(linkPrivate(own(file), newFolder(), shop)).rejects.toMatchObject({
        reason: 'private-file-missing',
        message: expect.stringContaining(file),
      });
    }
    const bzip2 = path.join(root, 'reads.bz2');
    writeFileSync(bzip2, 'BZh91AY&SY');
    const wrong = { reason: 'not-fastq', message: expect.stringContaining('bzip2') };
    await expect(linkPrivate(own(bzip2), newFolder(), shop)).rejects.toMatchObject(wrong);
  });

  it('never take the place of a file that is no link', async () => {
    const folder = newFolder();
    const there = path.join(folder, 'own.fastq.gz');
    const bytes = gzipSync('somebody else');
    writeFileSync(there, bytes);
    const wrong = { reason: 'file-in-the-way', message: expect.stringContaining(there) };
    await expect(linkPrivate(own(pombe('Sp_log_1')), folder, shop)).rejects.toMatchObject(wrong);
    expect(readFileSync(there).equals(bytes)).toBe(true);
  });

  it('leave nothing half written when work stops', async () => {
    const folder = newFolder();
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    const work = linkPrivate(own(plain), folder, { ...shop, signal: stop.signal });
    await expect(work).rejects.toThrow('stopped');
    expect(readdirSync(folder)).toEqual([]);
  });
});
