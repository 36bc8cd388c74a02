import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipKernel } from '../src/kernels/gunzip/index.js';
import { inspectReads } from '../src/server/upload/inspect-reads.js';
import { median, runOnce, warm } from './measure.js';
import type { PcrInputs } from './pcr-inputs.js';
import { curl, PcrServer } from './pcr-server.js';
import type { Figure, Probe } from './suite.js';

/** How fast a server takes reads, beside the copy of the same files that it cannot beat. */

export function uploadProbe(inputs: PcrInputs): Probe {
  const size = (inputs.workloads.upload / 1e6).toLocaleString('en');
  return {
    title: `Upload of 2 × ${size} MB of reads`,
    note: 'With curl over the loopback interface, the run removed after each; in turns with cp and sync of the same files, on the same disk. Inflating and validating alone are medians of the same code on the same files, one after the other in one thread; the server does it while the files arrive.',
    async measure(runs) {
      await inputs.makeUploads();
      const folder = inputs.scratch();
      const server = await PcrServer.start(path.join(folder, 'data'), inputs.genomes);
      try {
        await warm(inputs.uploads);
        return await measureUploads(server, inputs.uploads, path.join(folder, 'copies'), runs);
      } finally {
        await server.close();
        rmSync(folder, { recursive: true });
      }
    },
  };
}

async function measureUploads(
  server: PcrServer,
  files: readonly string[],
  copies: string,
  runs: number,
): Promise<Figure[]> {
  const times = {
    copy: [] as number[],
    upload: [] as number[],
    inflate: [] as number[],
    inspect: [] as number[],
  };
  // The first round warms up.
  for (let round = 0; round <= runs; round++) {
    const took = {
      copy: await copy(files, copies),
      upload: await upload(server, files),
      inflate: await seconds(() => inflate(files)),
      inspect: await seconds(() => inspect(files)),
    };
    if (round > 0)
      for (const name of Object.keys(times) as (keyof typeof times)[]) times[name].push(took[name]);
  }
  const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  const [copied, uploaded] = [median(times.copy), median(times.upload)];
  const [inflated, inspected] = [median(times.inflate), median(times.inspect)];
  return [
    { name: 'cp and sync', value: copied, unit: 's' },
    { name: 'upload', value: uploaded, unit: 's' },
    { name: 'MB a second, cp and sync', value: megabytes / copied, unit: '/s' },
    { name: 'MB a second, upload', value: megabytes / uploaded, unit: '/s' },
    {
      name: 'speed of the upload over that of cp and sync',
      value: copied / uploaded,
      unit: '×',
      goal: { bound: 'at least', limit: 0.25 },
    },
    {
      name: "server's peak memory",
      value: server.peakMemory(),
      unit: 'MB',
      goal: { bound: 'at most', limit: 200 },
    },
    { name: 'inflating alone', value: inflated, unit: 's' },
    { name: 'inflating, hashing and validating alone', value: inspected, unit: 's' },
    { name: 'inflating alone over the upload', value: inflated / uploaded, unit: '×' },
    { name: 'all three alone over the upload', value: inspected / uploaded, unit: '×' },
  ];
}

/** Seconds of cp, and of sync until both copies are on the disk. */
async function copy(files: readonly string[], folder: string): Promise<number> {
  mkdirSync(folder);
  const copies = files.map((file) => path.join(folder, path.basename(file)));
  const script = 'target=$1; shift; cp "$1" "$2" "$target"; shift 2; sync "$@"';
  const { wall } = await runOnce(['sh', '-ec', script, 'sh', folder, ...files, ...copies]);
  for (const [at, file] of copies.entries()) expectSize(file, statSync(file).size, files[at]!);
  rmSync(folder, { recursive: true });
  return wall;
}

async function upload(server: PcrServer, files: readonly string[]): Promise<number> {
  const [program, args] = curl(server.url, files);
  const { wall } = await runOnce([program, ...args]);
  const { runs } = await server.ask<{ runs: Stored[] }>('GET', '/runs?limit=1');
  const { id, r1_bytes, r2_bytes } = runs[0]!;
  expectSize('R1', r1_bytes, files[0]!);
  expectSize('R2', r2_bytes, files[1]!);
  await server.ask('DELETE', `/runs/${id}`);
  return wall;
}

interface Stored {
  id: string;
  r1_bytes: number;
  r2_bytes: number;
}

function expectSize(name: string, bytes: number, of: string): void {
  const { size } = statSync(of);
  if (bytes !== size) throw new Error(`${name} has ${bytes} bytes, expected the ${size} of ${of}`);
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const bytesOf = (file: string) => createReadStream(file, { highWaterMark: 1 << 20 });

async function inflate(files: readonly string[]): Promise<void> {
  for (const file of files) for await (const _text of gunzipKernel().gunzip(bytesOf(file)));
}

async function inspect(files: readonly string[]): Promise<void> {
  for (const [at, file] of files.entries()) await inspectReads(bytesOf(file), at === 0 ? 'R1' : 'R2');
}
