import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pages } from '../scripts/write-docs.js';
import { catalogue, ExitStatus } from '../src/errors.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(`${root}/${file}`, 'utf8');
const manifest = JSON.parse(read('package.json'));
const lock = JSON.parse(read('package-lock.json'));

describe('package.json', () => {
  test('names exact versions, and those that the lock file has', () => {
    const declared = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(declared.length).toBeGreaterThan(10);
    for (const [name, version] of declared) {
      expect(`${name}@${version}`).toMatch(/@\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(`${name}@${lock.packages[`node_modules/${name}`]?.version}`).toBe(`${name}@${version}`);
    }
  });

  test('allows install scripts of exact versions in use alone', () => {
    for (const name of Object.keys(manifest.allowScripts)) {
      const at = name.lastIndexOf('@');
      expect(lock.packages[`node_modules/${name.slice(0, at)}`]?.version).toBe(name.slice(at + 1));
    }
  });

  test('says MIT as the licence does', () => {
    expect(manifest.license).toBe('MIT');
    expect(read('LICENSE')).toMatch(/^MIT License/);
  });

  test('asks for Node 20.19, as the lock file does', () => {
    expect(manifest.engines).toEqual({ node: '>=20.19' });
    expect(lock.packages[''].engines).toEqual(manifest.engines);
  });

  test('packs what an installation needs and nothing more', () => {
    expect(manifest.files).toEqual([
      'dist',
      'native/*.cc',
      'native/*.h',
      'scripts/build-native.mjs',
      'CHANGELOG.md',
    ]);
    expect(manifest.scripts.install).toBe('node scripts/build-native.mjs');
    expect(manifest.bin).toEqual({ gtk: 'dist/cli/main.js' });
  });

  test('has scripts that are there', () => {
    const called = Object.values<string>(manifest.scripts).flatMap(
      (script) => script.match(/(scripts|bench)\/[\w-]+\.(mjs|ts)/g) ?? [],
    );
    expect(called.length).toBeGreaterThan(4);
    expect(called.filter((file) => !existsSync(`${root}/${file}`))).toEqual([]);
  });
});

test('the lock file names no place of download', () => {
  expect(Object.keys(lock.packages).length).toBeGreaterThan(50);
  const places = Object.entries<Record<string, unknown>>(lock.packages).filter(([, entry]) => entry.resolved);
  expect(places.map(([name]) => name)).toEqual([]);
});

describe('the error catalogue', () => {
  const rows = read('docs/errors.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

  test('and docs/errors.md hold the same codes with the same statuses', () => {
    const documented = rows.map(([, code, status]) => [code!.replaceAll('`', ''), Number(status)]);
    expect(documented).toEqual(Object.entries(catalogue).map(([code, { status }]) => [code, status]));
  });

  test('has a message and a remedy for each code', () => {
    for (const [, code, , message, remedy] of rows) {
      expect(code).toMatch(/^`GTK(_[A-Z0-9]+)+`$/);
      expect(message!.length, code).toBeGreaterThan(5);
      expect(remedy!.length, code).toBeGreaterThan(10);
      expect(`${message}${remedy}`, code).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  test('uses the exit statuses that exist', () => {
    const statuses: number[] = Object.values(ExitStatus);
    for (const { status } of Object.values(catalogue)) expect(statuses).toContain(status);
  });
});

test.each(Object.entries(pages))('%s is what scripts/write-docs.ts writes', (file, page) => {
  expect(read(file), 'out of date: run npx tsx scripts/write-docs.ts').toBe(page());
});

describe('shell scripts', () => {
  const scripts = ['.ci/run', ...readdirSync(`${root}/scripts`).map((name) => `scripts/${name}`)].filter(
    (file) => read(file).startsWith('#!/usr/bin/env bash\n'),
  );

  test('can be executed', () => {
    expect(scripts).toEqual(
      expect.arrayContaining(['.ci/run', 'scripts/install-tools', 'scripts/check-package']),
    );
    expect(scripts.filter((file) => (statSync(`${root}/${file}`).mode & 0o111) !== 0o111)).toEqual([]);
  });

  const { error } = spawnSync('shellcheck', ['--version']);
  test.skipIf(error !== undefined)('pass shellcheck', () => {
    const { status, stdout } = spawnSync('shellcheck', scripts, { cwd: root, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});
