import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { commonOptions } from '../../src/cli/common-options.js';
import { commandNames, findSpec, jobs, tools } from '../../src/cli/registry.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { refusal } from './refusal.js';

const commands = [...Object.keys(jobs), ...Object.keys(tools)];
const steps = commandNames().filter((name) => name.includes(' '));
const folder = temporaryFolder();

describe('Help', () => {
  test('of gtk names every command with its summary', async () => {
    const ended = await gtk(['--help']);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    for (const name of commands) expect(ended.stdout).toMatch(new RegExp(`^ {2}${name} +\\S.*$`, 'm'));
    for (const same of [['-h'], ['help']]) expect((await gtk(same)).stdout).toBe(ended.stdout);
  });

  test.each(commandNames())('of %s explains every option of its table within 100 columns', async (name) => {
    const spec = await findSpec(name);
    const words = name.split(' ');
    const ended = await gtk([...words, '--help']);
    const usage = jobs[name]?.group ? 'STEP [options] …' : '[options]';
    expect(ended.stdout.startsWith(`gtk ${name}: ${spec.summary}\n\nUsage: gtk ${name} ${usage}`)).toBe(true);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const flat = ended.stdout.replaceAll(/\s+/g, ' ');
    const options = spec.engine ? [...spec.options, ...commonOptions] : spec.options;
    for (const option of options) {
      expect(ended.stdout).toMatch(new RegExp(`^ {2}--${option.name}( |$)`, 'm'));
      expect(flat).toContain(option.summary);
      for (const choice of option.choices ?? []) expect(flat).toContain(String(choice));
    }
    for (const { name, summary } of spec.positionals) expect(flat).toContain(`${name} ${summary}`);
    for (const { command } of spec.examples) expect(flat).toContain(command);
    const widest = Math.max(...ended.stdout.split('\n').map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(100);
    expect(widest).toBeGreaterThan(40);
    expect(ended.stdout).not.toMatch(/undefined|\[object|[ \t]$/m);
    expect((await gtk(['help', ...words])).stdout).toBe(ended.stdout);
  });

  test('of a job with steps names each of them with its summary', async () => {
    expect(steps.length).toBeGreaterThan(0);
    for (const [job, { steps = {} }] of Object.entries(jobs)) {
      const { stdout } = await gtk([job, '--help']);
      const flat = stdout.replaceAll(/\s+/g, ' ');
      for (const [step, { summary }] of Object.entries(steps)) {
        expect(flat).toContain(` ${step} ${summary} `);
        expect((await findSpec(`${job} ${step}`)).summary).toBe(summary);
      }
      expect(stdout.includes('\nSteps, ')).toBe(Object.keys(steps).length > 0);
    }
  });

  test('has no heading for options where there are none', async () => {
    const specs = await Promise.all(commandNames().map(findSpec));
    const without = specs.filter((spec) => spec.options.length === 0 && !spec.engine);
    expect(without.length).toBeGreaterThan(0);
    for (const { name } of without)
      expect((await gtk([...name.split(' '), '--help'])).stdout).not.toContain('Options:');
  });

  test('is not there for what is no command', async () => {
    for (const args of [
      ['help', 'zebra'],
      ['zebra', '--help'],
    ]) {
      expect((await refusal(folder, args, 2)).sentence).toMatch(
        /^No such command: zebra; expected one of codon/,
      );
    }
  });
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  for (const flag of ['--version', '-V']) {
    expect(await gtk([flag])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  }
});

describe('Completion in bash', () => {
  const script = path.join(folder, 'completion.bash');
  beforeAll(async () => {
    const ended = await gtk(['completion', 'bash']);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(script, ended.stdout);
  });

  /** What a bash offers for the last of these words. */
  function offered(...words: string[]): string[] {
    const code = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gtk; printf "%s\\n" "\${COMPREPLY[@]}"`;
    const ended = spawnSync('bash', ['-c', code, script, 'gtk', ...words], { encoding: 'utf8', cwd: folder });
    expect(ended.stderr).toBe('');
    return ended.stdout.split('\n').filter(Boolean);
  }

  test('is a script that bash accepts and registers', () => {
    expect(spawnSync('bash', ['-n', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    const ended = spawnSync('bash', ['-c', 'source "$0"; complete -p gtk', script], { encoding: 'utf8' });
    expect(ended.stdout).toMatch(/-F _gtk gtk$/m);
  });

  test('offers the commands', () => {
    expect(offered('')).toEqual(expect.arrayContaining([...commands, 'help', '--help', '--version']));
    expect(offered('cod')).toEqual(['codon']);
    expect(offered('help', 'doc')).toEqual(['doctor']);
  });

  test('offers the options of a command', async () => {
    expect(offered('codon', '--gen')).toEqual(['--genetic-code']);
    const names = (await findSpec('codon')).options.map(({ name }) => `--${name}`);
    expect(offered('codon', 'a.fa', '--')).toEqual(
      expect.arrayContaining([...names, ...commonOptions.map(({ name }) => `--${name}`)]),
    );
    expect(offered('completion', '--wor')).toEqual([]);
  });

  test('offers the steps of a job, and the options of each', async () => {
    // Beside the steps, h5ad takes files itself; rna does not.
    expect(offered('h5ad', '')).toEqual([...Object.keys(jobs.h5ad!.steps!), 'completion.bash']);
    expect(offered('rna', '')).toEqual(Object.keys(jobs.rna!.steps!));
    expect(offered('rna', 'p')).toEqual(['plan']);
    expect(offered('h5ad', 'add')).toEqual(['add-age']);
    expect(offered('h5ad', 'split', 'add')).toEqual([]);
    for (const step of steps) {
      const { options, engine } = await findSpec(step);
      const names = [...options, ...(engine ? commonOptions : [])].map(({ name }) => `--${name}`);
      expect(offered(...step.split(' '), '--').sort()).toEqual([...new Set([...names, '--help'])].sort());
    }
    expect(offered('h5ad', '--top')).toEqual(['--top-genes']);
    expect(offered('h5ad', 'fetch', '--top')).toEqual([]);
    expect(offered('h5ad', 'convert', '--compression', 's')).toEqual(['snappy']);
    // Behind a path the word is no step.
    expect(offered('h5ad', 'cells.h5ad', '--top')).toEqual(['--top-genes']);
  });

  test('offers the values of an option, and the words of a position', () => {
    expect(offered('codon', '--ambiguous', '')).toEqual(['skip', 'keep']);
    expect(offered('codon', '--format', 'a')).toEqual(['arrow']);
    expect(offered('completion', '')).toEqual(['bash', 'zsh']);
    expect(offered('doctor', '')).toEqual(Object.keys(jobs));
  });

  test('offers files elsewhere', () => {
    expect(offered('codon', 'compl')).toEqual(['completion.bash']);
    expect(offered('codon', '--reference', 'compl')).toEqual(['completion.bash']);
  });

  test('has a twin for zsh, and no other', async () => {
    const zsh = await gtk(['completion', 'zsh']);
    expect(zsh.stdout).toMatch(/^#compdef gtk\n/);
    expect((await refusal(folder, ['completion', 'fish'], 2)).sentence).toBe(
      'No such shell: fish; expected bash or zsh',
    );
  });
});

describe('gtk doctor', () => {
  test('names versions, kernels and what it may use', async () => {
    const ended = await gtk(['doctor']);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    for (const name of ['gtk', 'node', 'kernels', 'processors', 'memory', 'disk here', 'gtk codon']) {
      expect(ended.stdout).toMatch(new RegExp(`^${name} +\\S`, 'm'));
    }
    expect(ended.stdout).toContain(process.version);
    expect(ended.stdout).toMatch(/^kernels +(native|reference)\b/m);
  });

  test('says reference where the reference kernels are asked for', async () => {
    const env = { GTK_KERNELS: 'reference' };
    expect((await gtk(['doctor'], { env })).stdout).toMatch(/^kernels +reference: .*GTK_KERNELS/m);
    const found = JSON.parse((await gtk(['doctor', '--json', 'codon'], { env })).stdout);
    expect(found).toMatchObject({
      kernels: expect.stringMatching(/^reference/),
      node: expect.stringContaining(process.version),
    });
  });

  test('knows the jobs by name', async () => {
    expect((await gtk(['doctor', 'codon'])).status).toBe(0);
    expect((await refusal(folder, ['doctor', 'codno'], 2)).sentence).toMatch(/^No such job: codno; .*codon/);
  });
});
