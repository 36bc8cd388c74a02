import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { jobPrograms } from '../../src/tools/catalogue.js';
import { requireTool } from '../agreement/tools.js';
import { gtk, temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();

/** A folder for the PATH that has only these scripts of the shell. */
function programs(name: string, scripts: Record<string, string>): string {
  const place = path.join(folder, name);
  mkdirSync(place);
  for (const [program, script] of Object.entries(scripts)) {
    writeFileSync(path.join(place, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return place;
}

const kallisto = '[ "$*" = version ] && echo "kallisto, version 0.48.0"';

describe('gtk doctor rna', () => {
  test('ends with 4 where kallisto is missing, and says how to install it', async () => {
    const env = { PATH: programs('none', {}) };
    const ended = await gtk(['doctor', 'rna'], { env });
    expect(ended).toMatchObject({ status: 4, stderr: '' });
    expect(ended.stdout).toMatch(/^gtk rna +not ready; it needs kallisto$/m);
    expect(ended.stdout).toMatch(/^ {2}kallisto +missing +quantifies \(needed\)$/m);
    expect(ended.stdout).toMatch(
      /^ {2}To install what is missing: apt-get install kallisto salmon sra-toolkit /m,
    );
    expect(ended.stdout).toMatch(/ and conda install -c conda-forge -c bioconda amalgkit$/m);
    // Without the name of the job it is only told.
    expect((await gtk(['doctor'], { env })).status).toBe(0);
    expect((await gtk(['doctor', 'codon'], { env })).status).toBe(0);
  });

  test('ends with 0 where kallisto answers, whatever else is missing', async () => {
    const PATH = programs('one', { kallisto });
    const ended = await gtk(['doctor', 'rna'], { env: { PATH } });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^gtk rna +ready$/m);
    expect(ended.stdout).toMatch(/^ {2}kallisto +0\.48\.0 +quantifies \(needed\)$/m);
    expect(ended.stdout).toMatch(/^ {2}salmon +missing +quantifies with --engine salmon$/m);
    expect(ended.stdout).not.toMatch(/apt-get install kallisto/);
  });

  test('takes a kallisto that does not answer for missing', async () => {
    const PATH = programs('broken', { kallisto: 'exit 127', fastp: 'exit 1' });
    const ended = await gtk(['doctor', 'rna'], { env: { PATH } });
    expect(ended.status).toBe(4);
    expect(ended.stdout).toMatch(/^gtk rna +not ready; it needs kallisto$/m);
    expect(ended.stdout).toMatch(/^ {2}kallisto +no version +quantifies/m);
    expect(ended.stdout).toMatch(/^ {2}fastp +no version +filters/m);
  });

  test('tells the same as JSON', async () => {
    const PATH = programs('json', { kallisto, salmon: 'echo salmon 1.10.1' });
    const { status, stdout } = await gtk(['doctor', 'rna', '--json'], { env: { PATH } });
    expect(status).toBe(0);
    const told = JSON.parse(stdout).programs;
    expect(Object.keys(told)).toEqual(['rna']);
    expect(told.rna.map(({ program }: { program: string }) => program)).toEqual(
      jobPrograms.rna!.map(({ program }) => program),
    );
    expect(told.rna.slice(0, 3)).toEqual([
      {
        program: 'kallisto',
        path: path.join(PATH, 'kallisto'),
        version: '0.48.0',
        needed: true,
        purpose: 'quantifies',
        install: 'apt-get install kallisto (or conda install -c conda-forge -c bioconda kallisto)',
      },
      expect.objectContaining({ program: 'salmon', version: '1.10.1', needed: false }),
      expect.objectContaining({ program: 'fasterq-dump', path: null, version: null }),
    ]);
    const { programs: ofAll } = JSON.parse((await gtk(['doctor', '--json'], { env: { PATH } })).stdout);
    expect(ofAll).toMatchObject({ codon: [], h5ad: [], rna: told.rna });
  });

  const real = requireTool('kallisto');
  test.skipIf(!real)('finds the programs that are there', async () => {
    const { status, stdout } = await gtk(['doctor', 'rna', '--json']);
    const [first] = JSON.parse(stdout).programs.rna;
    const version = execFileSync(real!, ['version'], { encoding: 'utf8' }).trim();
    expect(`kallisto, version ${first.version}`).toBe(version);
    expect([status, first.path]).toEqual([0, real]);
  });
});
