// Compiles native/*.cc into native/build/gtk.node; runs when the package is installed.
// Without a C++ compiler the package still works, on its TypeScript kernels, so failure is not an error.
// Node-API is stable across Node versions, so one build serves Node 20, 22 and 24.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../native');
const addon = path.join(folder, 'build/gtk.node');
const stamp = path.join(folder, 'build/stamp');

const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.cc'))
  .sort();
const headers = readdirSync(folder)
  .filter((name) => name.endsWith('.h'))
  .sort();
const flags = [
  '-std=c++17',
  '-O3',
  '-fPIC',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  '-pthread',
  '-ffp-contract=off',
];
if (process.platform === 'darwin') flags.push('-bundle', '-undefined', 'dynamic_lookup');
else flags.push('-shared');

// May have a wrapper in front of it, such as ccache.
const compiler = process.env.CXX ?? 'c++';
const [program = 'c++', ...first] = compiler.split(/\s+/).filter(Boolean);
const hash = createHash('sha256').update([compiler, ...flags, process.arch, process.platform].join(' '));
for (const name of [...sources, ...headers]) hash.update(name).update(readFileSync(path.join(folder, name)));
const digest = hash.digest('hex');

function upToDate() {
  try {
    return readFileSync(stamp, 'utf8') === digest && readFileSync(addon).length > 0;
  } catch {
    return false;
  }
}

function build() {
  const { include_dir: include } = createRequire(import.meta.url)('node-api-headers');
  mkdirSync(path.join(folder, 'build'), { recursive: true });
  const temporary = `${addon}.${process.pid}`;
  const files = sources.map((name) => path.join(folder, name));
  const args = [...flags, '-I', include, '-o', temporary, ...files];
  const { status, error, stderr } = spawnSync(program, [...first, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(error ? error.message : stderr);
  if (stderr) process.stderr.write(stderr);
  renameSync(temporary, addon);
  writeFileSync(stamp, digest);
}

if (!upToDate()) {
  try {
    build();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`gtk: no native kernels (${reason.trim()}); the slower TypeScript ones will be used.`);
    console.error(
      "gtk: install a C++ compiler ('apt-get install g++') and run 'npm rebuild gtk' to get them.",
    );
  }
}
