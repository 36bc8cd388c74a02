import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureIndex } from '../../src/rna/reference/ensure-index.js';
import { BadIndex, walkKallistoIndex } from '../../src/rna/reference/kallisto-index.js';
import type { SpeciesConfig } from '../../src/rna/species.js';
import type { QuantEngine } from '../../src/rna/workshop.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { failureOf, kallistoIndex, mouseFasta, speciesConfig, workshop } from './quant-setup.js';

describe.skipIf(!requireTool('kallisto'))('the index of a species', { timeout: 60_000 }, () => {
  const byHand = { folder: temporaryFolder(), index: '', bytes: Buffer.alloc(0) };
  beforeAll(() => {
    byHand.index = kallistoIndex(byHand.folder, mouseFasta);
    byHand.bytes = readFileSync(byHand.index);
  });

  /** An OUT with the mouse's reference, as `Mus_musculus.fa.gz` unless another name is given. */
  function out(fasta: string | undefined = 'Mus_musculus.fa.gz', different: Partial<SpeciesConfig> = {}) {
    const folder = path.join(temporaryFolder(), 'with blank ü');
    const config = speciesConfig(folder, different);
    const reference = path.join(folder, 'fasta', fasta ?? '');
    if (fasta !== undefined) copyFileSync(mouseFasta, reference);
    const { shop, events } = workshop();
    const ensure = (engine: QuantEngine = 'kallisto', signal = shop.signal) =>
      ensureIndex('Mus_musculus', config, engine, { ...shop, signal });
    /** How often something was built since the last call, which is told when it begins and when it ends. */
    const builds = () => {
      const told = events.splice(0);
      const started = told.filter(({ type }) => type === 'process-started').length;
      const states = told.flatMap((event) => (event.type === 'index' ? [event.state] : []));
      expect(states).toEqual(
        Array(states.length / 2)
          .fill(['started', 'ended'])
          .flat(),
      );
      // A reference that is refused needs no program for that.
      expect(states.length / 2).toBeGreaterThanOrEqual(started);
      return started;
    };
    return {
      folder,
      config,
      reference,
      index: path.join(config.indexFolder, 'Mus_musculus.idx'),
      ensure,
      builds,
    };
  }

  const record = (index: string) => JSON.parse(readFileSync(`${index}.gtk.json`, 'utf8'));

  test('is what kallisto builds by hand, with a record, and nothing else beside it', async () => {
    const { index, ensure, builds, reference, config } = out();
    expect(await ensure()).toBe(index);
    expect(readFileSync(index).equals(byHand.bytes)).toBe(true);
    expect(readdirSync(config.indexFolder).sort()).toEqual(['Mus_musculus.idx', 'Mus_musculus.idx.gtk.json']);
    const { size, mtimeMs } = statSync(reference);
    const [sha256] = execFileSync('sha256sum', [reference], { encoding: 'utf8' }).split(' ');
    const version = /version (\S+)/.exec(execFileSync('kallisto', ['version'], { encoding: 'utf8' }))![1];
    expect(record(index)).toEqual({
      reference: { path: reference, bytes: size, mtimeMs, sha256, records: 11 },
      bytes: byHand.bytes.length,
      engine: 'kallisto',
      version,
      k: 31,
    });
    expect(readFileSync(path.join(config.logDir, 'Mus_musculus.index.log'), 'utf8')).toContain('13 contigs');
    expect(builds()).toBe(1);
    expect(await ensure()).toBe(index);
    expect(builds()).toBe(0);
  });

  test('is built once for all who ask at the same time', async () => {
    const { index, ensure, builds } = out();
    expect(await Promise.all([ensure(), ensure(), ensure()])).toEqual([index, index, index]);
    expect(builds()).toBe(1);
  });

  test('is built anew when the reference has other content, not when it has another time', async () => {
    const { index, ensure, builds, reference } = out();
    await ensure();
    utimesSync(reference, 1e9, 1e9);
    builds();
    await ensure();
    expect(builds()).toBe(0);
    expect(record(index).reference.mtimeMs).toBe(1e12);
    const text = execFileSync('zcat', [mouseFasta], { encoding: 'latin1' });
    writeFileSync(reference, text.slice(0, text.indexOf('>', 9000)));
    await ensure();
    expect(builds()).toBe(1);
    expect(record(index).reference.records).toBeLessThan(11);
  });

  test('is built anew for another version of the program, with the k-mers it had', async () => {
    const { index, ensure, builds } = out();
    await ensure();
    builds();
    writeFileSync(`${index}.gtk.json`, JSON.stringify({ ...record(index), version: '0.46.0', k: 25 }));
    await ensure();
    expect(builds()).toBe(1);
    expect(record(index)).toMatchObject({ version: expect.stringMatching(/^0\.4[78]/), k: 25 });
    expect(readFileSync(index).readUInt32LE(8)).toBe(25);
  });

  test('that gtk did not build is used if it is whole, and built anew if not', async () => {
    const { index, ensure, builds } = out();
    mkdirSync(path.dirname(index), { recursive: true });
    copyFileSync(byHand.index, index);
    writeFileSync(`${index}.amalgkit.ready.json`, '{}');
    expect(await ensure()).toBe(index);
    expect(builds()).toBe(0);
    expect(existsSync(`${index}.gtk.json`)).toBe(false);
    // Only the end is missing: kallisto would use it without a word.
    truncateSync(index, byHand.bytes.length - 1);
    await ensure();
    expect(builds()).toBe(1);
    expect(readFileSync(index).equals(byHand.bytes)).toBe(true);
  });

  test('of another version is built anew', async () => {
    const { index, ensure, builds } = out();
    mkdirSync(path.dirname(index), { recursive: true });
    const newer = Buffer.from(byHand.bytes);
    newer.writeUInt32LE(13, 0);
    writeFileSync(index, newer);
    await ensure();
    expect(builds()).toBe(1);
    expect(readFileSync(index).equals(byHand.bytes)).toBe(true);
  });

  test('whose end went missing after it was built is built anew', async () => {
    const { index, ensure, builds } = out();
    await ensure();
    builds();
    truncateSync(index, byHand.bytes.length - 4);
    await ensure();
    expect(builds()).toBe(1);
    expect(readFileSync(index).equals(byHand.bytes)).toBe(true);
  });

  test('without a reference does as long as it is whole', async () => {
    const { index, ensure, builds } = out('Rattus_norvegicus.fa.gz');
    mkdirSync(path.dirname(index), { recursive: true });
    copyFileSync(byHand.index, index);
    expect(await ensure()).toBe(index);
    truncateSync(index, byHand.bytes.length >> 1);
    const { stage, reason, message } = await failureOf(ensure());
    expect([stage, reason]).toEqual(['index', 'bad-index']);
    expect(message).toMatch(/cut off or damaged.*cannot be built: There is no reference of Mus_musculus/);
    rmSync(index);
    expect((await failureOf(ensure())).reason).toBe('no-index');
    expect(builds()).toBe(0);
  });

  test('is never built where the configuration forbids it', async () => {
    const { index, ensure, builds, config } = out('Mus_musculus.fa.gz', { buildIndex: false });
    const { reason, message } = await failureOf(ensure());
    expect(reason).toBe('no-index');
    expect(message).toContain('build_index: no');
    mkdirSync(config.indexFolder);
    copyFileSync(byHand.index, index);
    expect(await ensure()).toBe(index);
    expect(builds()).toBe(0);
  });

  test.each([
    ['>a\nACGT\n>b\n>c\nACGT\n', 'bad-reference', /record b has no bases/],
    [`>a\n${'ACGTTGCA'.repeat(9)}\n>a\n${'TTGCAACC'.repeat(9)}\n`, 'bad-reference', /--make-unique/],
    ['', 'bad-reference', /is empty/],
    ['>a\nACGTACGTAC\n', 'no-index', /kallisto could not index .* holds no k-mers/],
  ])('of %j fails, once for all runs, and leaves nothing', async (fasta, reason, problem) => {
    const { reference, index, ensure, builds, config } = out();
    writeFileSync(reference, fasta);
    const found = await failureOf(ensure());
    expect(found.reason).toBe(reason);
    expect(found.message).toMatch(problem);
    expect(existsSync(config.indexFolder) ? readdirSync(config.indexFolder) : []).toEqual([]);
    builds();
    expect((await failureOf(ensure())).message).toBe(found.message);
    expect(builds()).toBe(0);
    // As soon as it is mended, it is tried again.
    copyFileSync(mouseFasta, reference);
    expect(await ensure()).toBe(index);
  });

  test('that fails leaves the one that stood there', async () => {
    const { reference, index, ensure } = out();
    await ensure();
    writeFileSync(reference, '>a\nACGT\n>a\nACGT\n');
    expect((await failureOf(ensure())).reason).toBe('bad-reference');
    expect(readFileSync(index).equals(byHand.bytes)).toBe(true);
  });

  describe('under the lock of another process', () => {
    const lockOf = (index: string) => path.join(path.dirname(index), '.Mus_musculus.lock');
    const lock = (index: string, pid: number) => {
      mkdirSync(path.dirname(index), { recursive: true });
      const holder = { pid, host: os.hostname(), started: '', since: '2024-01-01T00:00:00Z' };
      writeFileSync(lockOf(index), JSON.stringify(holder));
    };

    test('is built if that died', async () => {
      const { index, ensure, builds } = out();
      const gone = spawn('true', { stdio: 'ignore' });
      await new Promise((resolve) => gone.on('exit', resolve));
      lock(index, gone.pid!);
      mkdirSync(path.join(path.dirname(index), '.Mus_musculus.idx.building'));
      await ensure();
      expect(builds()).toBe(1);
      expect(readdirSync(path.dirname(index)).sort()).toEqual([
        'Mus_musculus.idx',
        'Mus_musculus.idx.gtk.json',
      ]);
    });

    test('is not waited for any longer after an abort', async () => {
      const { index, ensure, builds } = out();
      lock(index, process.ppid);
      const stop = new AbortController();
      const waiting = ensure('kallisto', stop.signal);
      stop.abort('SIGTERM');
      await expect(waiting).rejects.toBe('SIGTERM');
      expect(builds()).toBe(0);
      expect(existsSync(index)).toBe(false);
      expect(existsSync(lockOf(index))).toBe(true);
    });
  });

  describe('as a file', () => {
    test('is not whole with any part of its end missing, or with more', () => {
      const file = path.join(temporaryFolder(), 'x.idx');
      copyFileSync(byHand.index, file);
      walkKallistoIndex(file);
      appendFileSync(file, 'x');
      expect(() => walkKallistoIndex(file)).toThrow(/goes on for 1 bytes behind its end/);
      // All of what follows the k-mers, and places among them.
      const { length } = byHand.bytes;
      const lengths = Array.from({ length: 2000 }, (_, i) => length - 1 - i * 15).concat([
        500_000, 60, 12, 8, 3, 0,
      ]);
      for (const left of lengths) {
        truncateSync(file, left);
        expect(() => walkKallistoIndex(file)).toThrow(BadIndex);
      }
    });

    test('is refused without k-mers, as kallisto makes it of an empty file', () => {
      const folder = temporaryFolder();
      writeFileSync(path.join(folder, 'empty.fa'), '');
      expect(() => walkKallistoIndex(kallistoIndex(folder, path.join(folder, 'empty.fa')))).toThrow(
        'no k-mers',
      );
    });
  });

  test.skipIf(!requireTool('salmon'))('is a folder for salmon', async () => {
    const { index: file, ensure, builds, config } = out();
    const folder = file.replace('.idx', '.salmon');
    expect(await ensure('salmon')).toBe(folder);
    expect(record(folder)).toMatchObject({ engine: 'salmon', k: 31 });
    expect(readdirSync(config.indexFolder).sort()).toEqual([
      'Mus_musculus.salmon',
      'Mus_musculus.salmon.gtk.json',
    ]);
    expect(builds()).toBe(1);
    await ensure('salmon');
    expect(builds()).toBe(0);
    truncateSync(path.join(folder, 'seq.bin'), 100);
    await ensure('salmon');
    expect(builds()).toBe(1);
    // One that another program left.
    rmSync(`${folder}.gtk.json`);
    await ensure('salmon');
    expect(builds()).toBe(0);
    const copy = path.join(temporaryFolder(), 'copy');
    cpSync(folder, copy, { recursive: true });
    rmSync(path.join(folder, 'mphf.bin'));
    await ensure('salmon');
    expect(builds()).toBe(1);
    expect(
      readFileSync(path.join(folder, 'mphf.bin')).equals(readFileSync(path.join(copy, 'mphf.bin'))),
    ).toBe(true);
  });
});
