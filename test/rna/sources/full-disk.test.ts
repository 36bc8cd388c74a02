import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { canMount } from '../../runs/small-disk.js';
import { archiveOf, fastq, runFolder } from './fetching.js';

const mountable = canMount(runFolder());

/** Fetches a run twice into a file system of 200 kB, which has grown at the second time; prints the outcomes. */
const script = (values: object, sample: object, folder: string) => `
  import { execFileSync } from 'node:child_process';
  import { readdirSync } from 'node:fs';
  import { Slots } from './src/rna/slots.js';
  import { transferRules } from './src/rna/sources/endpoints.js';
  import { fetchRun } from './src/rna/sources/fetch-run.js';
  const shop = {
    signal: new AbortController().signal,
    transfers: transferRules(${JSON.stringify(values)}),
    downloads: new Slots(2),
    tell: () => {},
    received: () => {},
  };
  const folder = ${JSON.stringify(folder)};
  const fetching = () => fetchRun(${JSON.stringify(sample)}, folder, shop)
    .then(({ source }) => source, ({ reason, message }) => ({ reason, message }));
  const first = await fetching();
  const left = readdirSync(folder);
  execFileSync('mount', ['-o', 'remount,size=64m', folder]);
  console.log(JSON.stringify({ first, left, second: await fetching(), then: readdirSync(folder) }));
`;

describe.skipIf(!mountable)('on a disk that is full', () => {
  it('a fetch fails with that reason, tries no other source, and goes on once there is space', async () => {
    const content = fastq(1, 400_000);
    const archive = await archiveOf({
      runs: [{ run: 'SRR1', fastq: { 'SRR1.fastq.gz': content }, sra: content, sraAt: ['aws'] }],
    });
    const folder = path.join(runFolder(), 'disk');
    mkdirSync(folder);
    const values = { ...archive.values, sources: ['ena', 'aws'], stallSeconds: 60, transferHours: 6 };
    const file = path.join(runFolder(), 'fetch.mjs');
    await build({
      stdin: {
        contents: script(values, { run: 'SRR1', layout: 'single', experiment: '', links: {} }, folder),
        resolveDir: path.resolve(import.meta.dirname, '../../..'),
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: file,
    });
    const inside = 'mount -t tmpfs -o size=200k none "$1" && exec "$2" "$3"';
    const args = ['--mount', '--map-root-user', 'sh', '-c', inside, 'sh', folder, process.execPath, file];
    const { stdout } = await promisify(execFile)('unshare', args);
    const { first, left, second, then } = JSON.parse(stdout);
    expect(first).toEqual({ reason: 'disk-full', message: expect.stringContaining('SRR1.fastq.gz') });
    expect(left).toEqual(['SRR1.fastq.gz.part', 'SRR1.fastq.gz.part.json']);
    expect(archive.requestsOf('aws/sra/SRR1/SRR1')).toEqual([]);
    expect(second).toBe('ena');
    expect(then).toEqual(['SRR1.fastq.gz']);
    expect(archive.requestsOf('SRR1.fastq.gz').map(({ status }) => status)).toEqual([200, 206]);
  });
});
