import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { gtkError } from '../../../src/errors.js';
import type { RnaEvent } from '../../../src/rna/events.js';
import type { Archive } from '../archive.js';
import { archiveOf, fetching, md5, runFolder, sraObject } from './fetching.js';

const sra = sraObject(1);
const object = path.join(runFolder(), 'object');
writeFileSync(object, sra);
let archive: Archive;
beforeAll(async () => {
  archive = await archiveOf({ runs: [{ run: 'SRR1' }] });
});

/** A program in place of prefetch; `$OUT` is its output folder, and its arguments go to the file `args`. */
function stub(script: string): { program: () => string; args: string } {
  const folder = runFolder();
  const args = path.join(folder, 'args');
  const file = path.join(folder, 'prefetch');
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" > '${args}'\nOUT="$4"\n${script}\n`);
  chmodSync(file, 0o755);
  return { program: () => file, args };
}

const giving = (ending: string) => `mkdir -p "$OUT/SRR1" && cp '${object}' "$OUT/SRR1/SRR1.${ending}"`;
const prefetch = (program: () => string, more: object = {}) =>
  fetching({ archive, run: 'SRR1', program, values: { sources: ['prefetch'] }, ...more });

describe('prefetch', () => {
  it.each([
    ['sra', 'exit 0'],
    ['sralite', 'exit 0'],
    // As it does where a sequence is missing that the object refers to.
    ['sra', 'exit 3'],
  ])('gives RUN.%s, then %s', async (ending, exit) => {
    const { program, args } = stub(`${giving(ending)}; ${exit}`);
    const { fetched, contents, names, folder, events, received, slotsLeft } = await prefetch(program);
    expect(fetched).toMatchObject({ kind: 'sra', source: 'prefetch', verified: false });
    expect(contents[0]!.equals(sra)).toBe(true);
    expect(names).toEqual(['SRR1.sra']);
    expect([received, fetched!.bytesDownloaded, slotsLeft]).toEqual([sra.length, sra.length, 0]);
    const scratch = path.join(folder, 'SRR1.prefetch.tmp');
    expect(readFileSync(args, 'utf8')).toBe(`--max-size\nu\n-O\n${scratch}\nSRR1\n`);
    expect(events.map(({ type }) => type)).toEqual(['process-started', 'process-ended', 'file']);
  });

  it.each([
    ['nothing at all', 'exit 3', 'offline', 'exit status 3 without a word why'],
    [
      'no such run',
      `echo "2026-01-01T00:00:00 prefetch.3.0.3 err: name not found while resolving query within virtual file system module - failed to resolve accession 'SRR1' - no data ( 404 )"; exit 3`,
      'not-found',
      'name not found while resolving',
    ],
    [
      'no connection',
      'echo "2026-01-01T00:00:00 prefetch.3.0.3 sys: connection failed while opening file within cryptographic module"; exit 3',
      'offline',
      'connection failed',
    ],
    [
      'a cut',
      'echo "prefetch.3.0.3: 1) Downloading SRR1..."; echo "2026-01-01T00:00:00 prefetch.3.0.3 int: connection failed while reading"; exit 3',
      'network',
      'connection failed while reading',
    ],
    [
      'a full disk',
      'echo "2026-01-01T00:00:00 prefetch.3.0.3 err: storage exhausted while writing file within file system module"; exit 3',
      'disk-full',
      'storage exhausted',
    ],
    ['success without a file', 'exit 0', 'offline', 'exit status 0'],
    ['an empty file', 'mkdir -p "$OUT/SRR1"; : > "$OUT/SRR1/SRR1.sra"', 'offline', 'exit status 0'],
    ['a signal', 'echo Downloading; kill -9 $$', 'network', 'ended by SIGKILL'],
  ])('that says %s fails', async (_, script, reason, says) => {
    const { failure, names, slotsLeft } = await prefetch(stub(script).program);
    expect(failure).toMatchObject({ stage: 'fetch', reason, message: expect.stringContaining(says) });
    expect(names).not.toContain('SRR1.sra');
    expect(slotsLeft).toBe(0);
  });

  it('is ended when its time is over or it is silent, even with a file', async () => {
    const { program } = stub(`${giving('sra')}; sleep 60`);
    for (const transfers of [{ limitSeconds: 0.5 }, { stallSeconds: 0.5 }]) {
      const { failure, names } = await prefetch(program, { transfers });
      expect(failure).toMatchObject({ reason: 'stalled' });
      expect(names).toEqual(['SRR1.prefetch.tmp']);
    }
  });

  it('is ended by an interruption, with its reason', async () => {
    const interrupt = new AbortController();
    const { program, args } = stub('sleep 60');
    const events: RnaEvent[] = [];
    const running = prefetch(program, {
      signal: interrupt.signal,
      tell: (event: RnaEvent) => events.push(event),
    });
    await expect.poll(() => existsSync(args)).toBe(true);
    interrupt.abort('SIGTERM');
    expect((await running).failure).toBe('SIGTERM');
    expect(events.map(({ type }) => type)).toEqual(['process-started', 'process-ended']);
  });

  it('is left out where it is not installed', async () => {
    const missing = () => {
      throw gtkError('GTK_MISSING_TOOL', { tools: ['prefetch'], install: 'apt-get install sra-toolkit' });
    };
    const { failure } = await prefetch(missing);
    expect(failure).toMatchObject({ reason: 'missing-tool', message: 'prefetch: prefetch is not installed' });
    const values = { sources: ['ena', 'prefetch'] };
    const both = await fetching({ archive, run: 'SRR2', program: missing, values });
    expect(both.failure).toMatchObject({ reason: 'not-found' });
  });

  it('leaves nothing behind when another source has the run', async () => {
    const content = sraObject(2);
    const other = await archiveOf({ runs: [{ run: 'SRR1', sra: content, sraAt: ['aws'] }] });
    const { program } = stub('mkdir -p "$OUT/SRR1"; echo part > "$OUT/SRR1/SRR1.sra.tmp"; exit 3');
    const values = { sources: ['prefetch', 'aws'] };
    const { fetched, contents, names } = await fetching({ archive: other, run: 'SRR1', program, values });
    expect(fetched).toMatchObject({ source: 'aws' });
    expect(md5(contents[0]!)).toBe(md5(content));
    expect(names).toEqual(['SRR1.sra']);
  });
});
