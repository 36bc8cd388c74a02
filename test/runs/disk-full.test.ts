import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { gtk, program, temporaryFolder } from '../run-gtk.js';
import { comparable, everything, yeastGenes } from './codon-files.js';
import { markerNames, namesIn, wholeMarkers } from './run-state.js';
import { canMount, onSmallDisk } from './small-disk.js';

const folder = temporaryFolder();
const genes = yeastGenes(600);
const input = path.join(folder, 'genes.fa');
const seen = { batchSize: 50, bytes: Buffer.byteLength(genes) };
const command = ['codon', input, '--batch-size', '50', ...everything];
let expected: Record<string, string>;

beforeAll(async () => {
  writeFileSync(input, genes);
  const undisturbed = path.join(folder, 'undisturbed');
  expect(await gtk([...command, '--out', undisturbed])).toMatchObject({ status: 0 });
  expected = comparable(undisturbed, seen);
});

describe('a full disk', () => {
  // 100 kB are full amid the batches, 400 kB when the final files are made.
  it.skipIf(!canMount(folder)).each([100, 400])(
    'ends with status 4 at %i kB; with more space the command resumes',
    (kilobytes) => {
      const found = onSmallDisk(folder, kilobytes, (out) => [...command, '--out', out]);
      expect(found.status, found.stderr).toBe('4\n');
      expect(found.stderr).toMatch(/cannot be written: .*no space left on device/);
      expect(found.stderr).toContain('the same command then resumes');
      expect(found.left).not.toContain('.arrow.');
      expect(found.left).not.toMatch(/out\/(codon|sequences|summary|report)/);
      expect(found.statusAgain, found.stderrAgain).toBe('0\n');
      expect(comparable(found.out, seen)).toEqual(expected);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'is told from a fault also where a limit is set on the size of files',
    async () => {
      const out = path.join(folder, 'limited');
      const limited = [
        '-c',
        'ulimit -f 128; exec "$@"',
        'bash',
        process.execPath,
        program,
        ...command,
        '--out',
        out,
      ];
      const ended = spawnSync('bash', limited, { encoding: 'utf8' });
      expect(ended.status, ended.stderr).toBe(4);
      expect(ended.stderr).toContain('file too large');
      // All batches are small enough; it is the final files that are not.
      expect(wholeMarkers(out)).toHaveLength(12);
      expect(namesIn(out)).toEqual(['.gtk']);
      const before = markerNames(out);
      expect(await gtk([...command, '--out', out, '--keep-interim'])).toMatchObject({ status: 0 });
      expect(markerNames(out)).toEqual(before);
      expect(comparable(out, seen)).toEqual(expected);
    },
  );

  it.skipIf(!canMount(folder))('of the log is told once; the run goes on without it', () => {
    const disk = path.join(folder, 'log-disk');
    const out = path.join(folder, 'logged');
    mkdirSync(disk);
    const script =
      'mount -t tmpfs -o size=4k none "$1" && head -c 4096 /dev/zero > "$1/full" && shift && exec "$@"';
    const run = [process.execPath, program, ...command, '--out', out, '--log-file', path.join(disk, 'log')];
    const shell = ['--mount', '--map-root-user', 'sh', '-c', script, 'sh', disk];
    const ended = spawnSync('unshare', [...shell, ...run, '--quiet'], { encoding: 'utf8', timeout: 30_000 });
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stderr.match(/log cannot be written: .*no space left on device/g)).toHaveLength(1);
    expect(comparable(out, seen)).toEqual(expected);
  });
});
