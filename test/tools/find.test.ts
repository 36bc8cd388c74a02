import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { jobPrograms, type ProgramName, type ProgramSpec, programs } from '../../src/tools/catalogue.js';
import { findProgram, installCommand, programVersion, requirePrograms } from '../../src/tools/find.js';
import { requireTool } from '../agreement/tools.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();
const names = Object.keys(programs) as ProgramName[];
const fromDebian = names.filter((name) => (programs[name] as ProgramSpec).apt);

afterEach(() => {
  vi.unstubAllEnvs();
});

function put(file: string, mode: number): string {
  const place = path.join(folder, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, '#!/bin/sh\n');
  chmodSync(place, mode);
  return place;
}

describe('findProgram', () => {
  test('takes the first executable file of the PATH', () => {
    put('one/tool', 0o644);
    mkdirSync(path.join(folder, 'two/tool'), { recursive: true });
    const tool = put('three/tool', 0o755);
    put('four/tool', 0o755);
    const folders = ['one', 'two', 'no-such', 'three', 'four'].map((name) => path.join(folder, name));
    vi.stubEnv('PATH', ['', ...folders].join(':'));
    expect(findProgram('tool')).toBe(tool);
    expect(findProgram('other')).toBeUndefined();
  });

  test('gives absolute paths', () => {
    const tool = put('relative/tool', 0o755);
    vi.stubEnv('PATH', path.relative(process.cwd(), path.dirname(tool)));
    expect(findProgram('tool')).toBe(tool);
  });
});

test('requirePrograms names all that are missing and what installs them', () => {
  vi.stubEnv('PATH', path.dirname(put('only/pigz', 0o755)));
  expect(requirePrograms(['pigz'])).toEqual({ pigz: path.join(folder, 'only/pigz') });
  expect(() => requirePrograms(['pigz', 'salmon', 'fasterq-dump', 'prefetch'])).toThrow(
    expect.objectContaining({
      code: 'GTK_MISSING_TOOL',
      message: expect.stringMatching(/salmon.*fasterq-dump.*prefetch/),
    }),
  );
});

test('installCommand has each package once, and conda alone for what Debian has not', () => {
  expect(installCommand(['prefetch', 'fasterq-dump', 'salmon'])).toBe(
    'apt-get install sra-toolkit salmon (or conda install -c conda-forge -c bioconda sra-tools salmon)',
  );
  expect(installCommand(['salmon', 'amalgkit'])).toBe(
    'apt-get install salmon and conda install -c conda-forge -c bioconda amalgkit',
  );
  expect(installCommand(['amalgkit'])).toBe('conda install -c conda-forge -c bioconda amalgkit');
});

describe.each(fromDebian)('the version of %s', (name) => {
  const file = requireTool(name);
  const { apt } = programs[name];
  const ofDebian = spawnSync('dpkg-query', ['--status', apt], { encoding: 'utf8' });

  test.skipIf(!file?.startsWith('/usr/bin/') || ofDebian.status !== 0)('is that of its package', async () => {
    const version = await programVersion(name, file!);
    // 1:0.48.0+dfsg-3 is version 0.48.0.
    const number = /^Version: (?:\d+:)?([\d.]+)/m.exec(ofDebian.stdout)![1]!;
    // bwa adds a revision.
    expect(version?.replace(/-r\d+$/, '')).toBe(number);
  });
});

test('a program that prints no version has none', async () => {
  expect(await programVersion('pigz', put('silent/pigz', 0o755))).toBeUndefined();
});

test('each job lists its programs once, with a purpose; together they list all', () => {
  for (const ofJob of Object.values(jobPrograms))
    expect(new Set(ofJob.map(({ program }) => program)).size).toBe(ofJob.length);
  const listed = Object.values(jobPrograms).flat();
  expect([...new Set(listed.map(({ program }) => program))].sort()).toEqual([...names].sort());
  for (const { purpose } of listed) expect(purpose).toMatch(/^[a-z].*[^.]$/);
});
