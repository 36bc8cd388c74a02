import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { gtk, program, temporaryFolder } from '../run-gtk.js';
import { comparable, everything, yeastGenes } from './codon-files.js';
import { markerNames, namesIn, wholeMarkers } from './run-state.js';

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

/** Whether a folder can get a file system of its own here, which takes a namespace of its own. */
const canMount = (() => {
  const mount = ['--mount', '--map-root-user', 'mount', '-t', 'tmpfs', 'none', folder];
  return spawnSync('unshare', mount, { stdio: 'ignore' }).status === 0;
})();

describe('a full disk', () => {
  // 100 kB are full amid the batches, 400 kB when the final files are made.
  it.skipIf(!canMount).each([100, 400])(
    'ends with status 4 at %i kB; with more space the command resumes',
    (kilobytes) => {
      const disk = path.join(folder, `disk-${kilobytes}`);
      const result = path.join(folder, `result-${kilobytes}`);
      for (const name of [disk, result]) mkdirSync(name);
      const script = `
      mount -t tmpfs -o size=${kilobytes}k none "$1" || exit 99
      shift
      "$@" 2> "${result}/stderr"; echo $? > "${result}/status"
      find "${disk}" > "${result}/left"
      mount -o remount,size=64m "${disk}"
      "$@" 2> "${result}/stderr-again"; echo $? > "${result}/status-again"
      cp -a "${disk}/out" "${result}/out"`;
      const shell = ['--mount', '--map-root-user', 'sh', '-c', script, 'sh', disk];
      execFileSync('unshare', [
        ...shell,
        process.execPath,
        program,
        ...command,
        '--out',
        path.join(disk, 'out'),
      ]);
      const read = (name: string) => readFileSync(path.join(result, name), 'utf8');
      expect(read('status'), read('stderr')).toBe('4\n');
      expect(read('stderr')).toMatch(/cannot be written: .*no space left on device/);
      expect(read('stderr')).toContain('the same command then resumes');
      expect(read('left')).not.toContain('.arrow.');
      expect(read('left')).not.toMatch(/out\/(codon|sequences|summary|report)/);
      expect(read('status-again'), read('stderr-again')).toBe('0\n');
      expect(comparable(path.join(result, 'out'), seen)).toEqual(expected);
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
});
