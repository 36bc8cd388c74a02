import { rmSync, watch } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasH5py } from '../h5ad/h5ad-files.js';
import { type Ended, gtk, onceWritten, temporaryFolder } from '../run-gtk.js';
import { contents, writeCells } from './h5ad-files.js';
import { markerNames, wholeMarkers } from './run-state.js';

const folder = temporaryFolder();
const input = path.join(folder, 'cells.h5ad');
const logs = ['--log-dir', path.join(folder, 'logs')];
const out = path.join(folder, 'out');
const dataset = path.join(out, 'cells');
/** Five blocks, in files of 3,000 cells. */
const command = ['h5ad', input, '--chunk-size', '3000', '--workers', '1', ...logs];
let expected: Record<string, string>;

/** Runs and sends signals as soon as two batches are done. */
async function interrupted(signals: NodeJS.Signals[], args: string[]): Promise<Ended> {
  return gtk(args, {
    started: (child) =>
      onceWritten(child, '"msg":"start"', () => {
        let batches = 0;
        const watcher = watch(path.join(dataset, '.gtk/done'), (_, name) => {
          if (!/^\d+-\d+\.json$/.test(name ?? '') || ++batches < 2) return;
          watcher.close();
          for (const signal of signals) child.kill(signal);
        });
      }),
  });
}

describe.skipIf(!hasH5py)('A run of gtk h5ad', () => {
  beforeAll(async () => {
    writeCells(input, { cells: 12_000 });
    const undisturbed = path.join(folder, 'undisturbed');
    expect(await gtk([...command, '--output-dir', undisturbed])).toMatchObject({ status: 0 });
    expected = contents(undisturbed);
    expect(Object.keys(expected).length).toBeGreaterThan(5);
  });

  it.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])(
    'that gets %s ends with %i and names the command that resumes it, without secrets',
    async (signal, status) => {
      rmSync(out, { recursive: true, force: true });
      const secret = ['--repo-id', 'lab/cells', '--token', 'hf_secret', '--endpoint', 'http://127.0.0.1:9'];
      const ended = await interrupted([signal], [...command, '--output-dir', out, ...secret]);
      expect(ended).toMatchObject({ status, stdout: '' });
      expect(ended.stderr).not.toContain('hf_secret');
      const last = ended.stderr.trimEnd().split('\n').at(-1)!;
      expect(last).toMatch(/^gtk: interrupted; finished batches are kept\. To resume: gtk h5ad /);
      expect(last).toContain('--repo-id lab/cells --endpoint');
      const before = wholeMarkers(dataset);
      expect(before.length).toBeGreaterThanOrEqual(2);
      expect(before.length).toBeLessThan(5);
      // Without the upload, which is none of the run's options, the run is the same.
      expect(await gtk([...command, '--output-dir', out, '--quiet'])).toMatchObject({
        status: 0,
        stderr: '',
      });
      expect(contents(out)).toEqual(expected);
    },
  );

  it('that is under way keeps a second one from its dataset, which says whose it is', async () => {
    rmSync(out, { recursive: true, force: true });
    let second: Promise<Ended> | undefined;
    let pid: number | undefined;
    const first = await gtk([...command, '--output-dir', out], {
      started: (child) => {
        pid = child.pid;
        onceWritten(child, '"msg":"start"', () => {
          second = gtk([...command, '--output-dir', out, '--quiet']);
        });
      },
    });
    expect(first.status).toBe(0);
    const refused = await second!;
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain(`Another gtk works in ${dataset}: process ${pid}`);
    expect(contents(out)).toEqual(expected);
    expect(markerNames(dataset)).toEqual([]);
  });
});
