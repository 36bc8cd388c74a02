import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasH5py } from '../h5ad/h5ad-files.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { contents, writeCells } from './h5ad-files.js';
import { canMount, onSmallDisk } from './small-disk.js';

const folder = temporaryFolder();
const input = path.join(folder, 'cells.h5ad');
/** Five blocks, in files of 3,000 cells. */
const command = [
  'h5ad',
  input,
  '--chunk-size',
  '3000',
  '--workers',
  '1',
  '--log-dir',
  path.join(folder, 'logs'),
];
let expected: Record<string, string>;

describe.skipIf(!hasH5py)('A dataset whose disk is full', () => {
  beforeAll(async () => {
    writeCells(input, { cells: 12_000 });
    const undisturbed = path.join(folder, 'undisturbed');
    expect(await gtk([...command, '--output-dir', undisturbed])).toMatchObject({ status: 0 });
    expected = contents(undisturbed);
    expect(Object.keys(expected).length).toBeGreaterThan(5);
  });

  // 150 kB are full amid the batches, 900 kB when the final files are made.
  it.skipIf(!canMount(folder)).each([150, 900])(
    'at %i kB fails with 4 and is not called complete; with more space it is finished',
    (kilobytes) => {
      const found = onSmallDisk(folder, kilobytes, (to) => [...command, '--output-dir', to]);
      expect(found.status, found.stderr).toBe('4\n');
      expect(found.stderr).toMatch(/cannot be written: .*no space left on device/);
      expect(found.left).not.toContain('_SUCCESS.json');
      expect(found.statusAgain, found.stderrAgain).toBe('0\n');
      expect(contents(found.out)).toEqual(expected);
    },
  );
});
