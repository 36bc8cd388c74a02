// Builds dist/ from src/: one bundle for each entry point, shared code in chunks, so that a command
// loads a few files instead of a hundred (measured: 70 ms less on a start of 180 ms).
// Packages that find files beside themselves stay outside the bundle.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
rmSync(dist, { recursive: true, force: true });

const jobs = readdirSync(path.join(root, 'src')).filter((name) => existsSync(path.join(root, 'src', name, 'task.ts')));

await build({
  absWorkingDir: root,
  entryPoints: [
    'src/index.ts',
    'src/cli/main.ts',
    'src/engine/worker.ts',
    ...jobs.map((job) => `src/${job}/task.ts`),
  ],
  outdir: dist,
  outbase: 'src',
  chunkNames: 'chunk-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['piscina', 'zstd-napi', 'pino', 'nodejs-polars', 'h5wasm'],
  banner: { js: "import { createRequire as gtkRequire } from 'node:module'; const require = gtkRequire(import.meta.url);" },
  legalComments: 'none',
  logLevel: 'warning',
});
