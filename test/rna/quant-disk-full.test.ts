import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { quantify } from '../../src/rna/quant/quantify.js';
import { ensureIndex } from '../../src/rna/reference/ensure-index.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';
import { canMount } from '../runs/small-disk.js';
import { failureOf, kallistoIndex, speciesConfig, workshop } from './quant-setup.js';
import { sample } from './samples.js';

/** Bytes that the disk of gtk itself has left; kallisto's own is really small. */
const disk = vi.hoisted(() => ({ free: 0 }));
vi.mock('../../src/rna/disk.js', () => ({ freeBytes: () => disk.free }));

const folder = temporaryFolder();

/**
 * kallisto on a disk of so many kilobytes that is mounted for it alone, under the folder that its last path
 * argument is in; what it leaves there is copied to where it should be.
 */
function kallistoOnSmallDisk(kilobytes: number, option: string): string {
  const own = temporaryFolder();
  const program = path.join(own, 'kallisto');
  mkdirSync(path.join(own, 'real'));
  const script = `#!/bin/sh
case "$1" in version|inspect) exec kallisto "$@";; esac
for word in "$@"; do [ "$last" = "${option}" ] && target=$word; last=$word; done
export place="\${target%/*}" real="${own}/real"
exec unshare --mount --map-root-user sh -c '
  mount --bind "$place" "$real" && mount -t tmpfs -o size=${kilobytes}k none "$place" || exit 99
  kallisto "$@"; status=$?
  cp -r "$place"/. "$real"
  exit $status' sh "$@"
`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  return program;
}

const isPossible = requireTool('kallisto') && canMount(temporaryFolder());

describe.skipIf(!isPossible)('on a full disk, where kallisto exits with 0,', { timeout: 60_000 }, () => {
  const fasta = path.join(folder, 'Genus_species.fa');
  const reads = path.join(folder, 'reads.fastq');
  let index = '';
  beforeAll(() => {
    let state = 1;
    const base = () => {
      state = (state * 48_271) % 2_147_483_647;
      return 'ACGT'[state % 4];
    };
    const targets = Array.from({ length: 2000 }, () => Array.from({ length: 100 }, base).join(''));
    writeFileSync(fasta, targets.map((target, i) => `>target_number_${i}\n${target}\n`).join(''));
    const read = (target: string, i: number) => `@r${i}\n${target.slice(0, 60)}\n+\n${'I'.repeat(60)}\n`;
    writeFileSync(reads, targets.slice(0, 500).map(read).join(''));
    index = kallistoIndex(folder, fasta);
  });

  const input = (kilobytes: number) => {
    const { shop } = workshop({}, { program: () => kallistoOnSmallDisk(kilobytes, '-o') });
    const own = temporaryFolder();
    return {
      sample: sample('R', { layout: 'single', totalSpots: 500, fragmentLength: 80 }),
      files: [reads],
      layoutUsed: 'single' as const,
      index,
      threads: 1,
      stage: path.join(own, 'staging', 'R'),
      logFile: path.join(own, 'R.log'),
      shop,
    };
  };

  test('a quantification fails for want of space, and may be tried again', async () => {
    disk.free = 99 * 2 ** 20;
    const small = input(40);
    const { reason, message, retryable } = await failureOf(quantify(small));
    expect([reason, retryable]).toEqual(['disk-full', true]);
    expect(message).toContain(small.stage);
    expect(existsSync(small.stage)).toBe(false);
    // The same with space enough.
    const { targets, readsProcessed } = await quantify(input(4000));
    expect([targets, readsProcessed]).toEqual([2000, 500]);
  });

  test('a result that is cut off for another reason is told as such', async () => {
    disk.free = 2 ** 30;
    const { reason, message } = await failureOf(quantify(input(40)));
    expect(reason).toBe('invalid-result');
    expect(message).toMatch(/abundance.tsv: it is cut off|run_info.json/);
  });

  test('an index fails for want of space, and appears once there is enough', async () => {
    disk.free = 0;
    const out = temporaryFolder();
    const config = speciesConfig(out, { fastaFolders: [folder] });
    const ensure = (kilobytes: number) => {
      const { shop } = workshop({}, { program: () => kallistoOnSmallDisk(kilobytes, '-i') });
      return ensureIndex('Genus_species', config, 'kallisto', shop);
    };
    const { stage, reason, retryable } = await failureOf(ensure(500));
    expect([stage, reason, retryable]).toEqual(['index', 'disk-full', true]);
    expect(existsSync(path.join(config.indexFolder, 'Genus_species.idx'))).toBe(false);
    expect(readFileSync(await ensure(100_000)).equals(readFileSync(index))).toBe(true);
  });
});
