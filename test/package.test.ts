import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { countSteps, countTests } from '../scripts/tally.mjs';
import { pages } from '../scripts/write-docs.js';
import { catalogue, ExitStatus } from '../src/errors.js';
import { type ProgramSpec, programs } from '../src/tools/catalogue.js';

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

  test('allows the install scripts of exactly the packages that need theirs', () => {
    // fsevents is for macOS alone, where npm asks for itself.
    const scripted = Object.entries(lock.packages as Record<string, { hasInstallScript?: boolean }>)
      .filter(([folder, { hasInstallScript }]) => folder !== '' && hasInstallScript)
      .map(([folder]) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length))
      .filter((name) => name !== 'fsevents');
    expect(Object.keys(manifest.allowScripts).sort()).toEqual(scripted.sort());
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
    .filter((line) => line.startsWith('- '))
    .map((line) => line.match(/^- `([^`]+)` \((\d+)\): (.+) \*\*Remedy:\*\* (.+)$/)?.slice(1) ?? [line]);

  test('and docs/errors.md hold the same codes with the same statuses', () => {
    const documented = rows.map(([code, status]) => [code, Number(status)]);
    expect(documented).toEqual(Object.entries(catalogue).map(([code, { status }]) => [code, status]));
  });

  test('has a message and a remedy for each code', () => {
    for (const [code, , message, remedy] of rows) {
      expect(code).toMatch(/^GTK(_[A-Z0-9]+)+$/);
      expect(message?.length, code).toBeGreaterThan(5);
      expect(remedy?.length, code).toBeGreaterThan(10);
      expect(`${message}${remedy}`, code).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  test('uses the exit statuses that exist', () => {
    const statuses: number[] = Object.values(ExitStatus);
    for (const { status } of Object.values(catalogue)) expect(statuses).toContain(status);
  });
});

test.each(Object.entries(pages))('%s is what scripts/write-docs.ts writes', async (file, page) => {
  expect(read(file), 'out of date: run npm run docs').toBe(await page());
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

describe('scripts/install-tools', () => {
  const bash = ['/bin/bash', '/usr/bin/bash'].find((file) => existsSync(file))!;

  /** Runs it where the PATH has only a fake apt-get, which "installs" whatever `brings` names. */
  function install(brings: string[]) {
    const folder = mkdtempSync(`${tmpdir()}/gtk-install-`);
    try {
      const script = (name: string, lines: string[]) => {
        writeFileSync(`${folder}/${name}`, [`#!${bash}`, ...lines, ''].join('\n'));
        chmodSync(`${folder}/${name}`, 0o755);
      };
      symlinkSync('/usr/bin/env', `${folder}/env`);
      script('id', ['echo 0']);
      const installs = brings.map((tool) => `/bin/ln -s /bin/true ${folder}/${tool}`);
      script('apt-get', [`echo "$@" >> ${folder}/log`, '[ "$1" = install ] || exit 0', ...installs]);
      const once = () =>
        spawnSync(bash, [`${root}/scripts/install-tools`, 'build'], {
          env: { PATH: folder },
          encoding: 'utf8',
        });
      const calls = () => readFileSync(`${folder}/log`, 'utf8').trim().split('\n');
      return { first: once(), firstCalls: calls(), second: once(), secondCalls: calls() };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test('installs the packages of what is missing, and calls apt-get no more when all is there', () => {
    const { first, firstCalls, second, secondCalls } = install(['c++', 'make', 'ccache']);
    expect(first.status, first.stderr).toBe(0);
    expect(firstCalls).toEqual(['update -qq', 'install -y -qq --no-install-recommends g++ make ccache']);
    expect(second.status, second.stderr).toBe(0);
    expect(secondCalls).toEqual(firstCalls);
  });

  test('knows the package of every program that a job calls', () => {
    const { stdout } = spawnSync(bash, [`${root}/scripts/install-tools`, '--check', 'rna', 'pcr'], {
      encoding: 'utf8',
    });
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ +/).slice(1).join(' '));
    const called = Object.values<ProgramSpec>(programs).filter(({ apt }) => apt);
    expect(called.length).toBeGreaterThan(9);
    expect(rows).toEqual(expect.arrayContaining(called.map(({ program, apt }) => `${program} ${apt}`)));
  });

  test('fails when an installation did not bring what it should', () => {
    const { first } = install(['make']);
    expect(first.stderr).toContain("'c++' is still missing");
    expect(first.status).toBe(1);
  });
});

describe('the tally of tests', () => {
  const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1, success: true };

  test('adds up passed, failed and skipped ones', () => {
    expect(countTests({ ...report, testResults: [] })).toEqual({ passed: 7, failed: 0, skipped: 3 });
    expect(countSteps({ lint: 'passed', typecheck: 'failed', tests: 'failed', tools: 'skipped' })).toEqual({
      passed: 1,
      failed: 1,
      skipped: 1,
    });
  });

  test('counts a file that fails before its first test, and an error outside of any', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    const files = { numFailedTests: 1, testResults: [broken, failing], success: false };
    expect(countTests({ ...report, ...files }).failed).toBe(2);
    expect(countTests({ ...report, testResults: [], success: false }).failed).toBe(1);
  });

  test('takes a report that is not there for a failure', () => {
    const { stdout } = spawnSync(process.execPath, ['scripts/tally.mjs', 'no/such.json'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stdout).toBe('0 1 0\n');
  });
});
