import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clashes, findConfigs, speciesCode } from '../../src/rna/config/discover.js';
import { loadSpeciesConfig } from '../../src/rna/config/load.js';
import { temporaryFolder } from '../run-gtk.js';

function folderOf(...names: string[]): string {
  const root = temporaryFolder();
  for (const name of names) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), 'work_dir: x\nspecies_list: [y]\n');
  }
  return root;
}

const namesOf = (files: string[]) => files.map((file) => path.basename(file));

describe('Configurations', () => {
  it('are found by their names, sorted, without templates, tests and comparisons', () => {
    const root = folderOf(
      'c/amalgkit_pbarbatus.yaml',
      'c/amalgkit_cfloridanus.yml',
      'c/amalgkit_template.yaml',
      'c/amalgkit_my_template_2.yaml',
      'c/amalgkit_test.yaml',
      'c/amalgkit_test4.yaml',
      'c/amalgkit_pbarbatus_test_small.yaml',
      'c/amalgkit_cross_species.yaml',
      'c/amalgkit_testudo_graeca.yaml',
      'c/amalgkit_.yaml',
      'c/other.yaml',
      'c/amalgkit_notes.txt',
    );
    const files = findConfigs('c', root);
    expect(namesOf(files)).toEqual([
      'amalgkit_cfloridanus.yml',
      'amalgkit_pbarbatus.yaml',
      'amalgkit_testudo_graeca.yaml',
    ]);
    expect(files.every((file) => path.isAbsolute(file))).toBe(true);
    expect(files.map(speciesCode)).toEqual(['cfloridanus', 'pbarbatus', 'testudo_graeca']);
  });

  it('are looked for in config/amalgkit, else in config', () => {
    const both = folderOf('config/amalgkit/amalgkit_a.yaml', 'config/amalgkit_b.yaml');
    expect(namesOf(findConfigs(undefined, both))).toEqual(['amalgkit_a.yaml']);
    expect(namesOf(findConfigs(undefined, folderOf('config/amalgkit_b.yaml')))).toEqual(['amalgkit_b.yaml']);
  });

  it('that are not there are an error', () => {
    const root = folderOf('config/notes.txt');
    const code = (name: string) => expect.objectContaining({ code: name });
    expect(() => findConfigs(undefined, root)).toThrow(code('GTK_NO_INPUT_IN_FOLDER'));
    expect(() => findConfigs(undefined, temporaryFolder())).toThrow(code('GTK_INPUT_MISSING'));
    expect(() => findConfigs('none', root)).toThrow(code('GTK_INPUT_MISSING'));
  });
});

describe('Species clash', () => {
  const root = temporaryFolder();
  mkdirSync(path.join(root, 'real'));
  symlinkSync(path.join(root, 'real'), path.join(root, 'link'));
  const load = (name: string, workDir: string, quant?: string) => {
    const file = path.join(root, `amalgkit_${name}.yaml`);
    const steps = quant === undefined ? '' : `steps: {quant: {out_dir: ${quant}}}\n`;
    writeFileSync(file, `work_dir: ${workDir}\nspecies_list: [x]\n${steps}`);
    return loadSpeciesConfig(file, { root, env: {} });
  };
  const pairs = (...configs: ReturnType<typeof load>[]) =>
    clashes(configs).map(({ a, b, what }) => [a.code, b.code, path.relative(root, what)]);

  it('where work folders are one, by whatever way', () => {
    expect(pairs(load('a', 'real/x'), load('b', './link/y/../x'))).toEqual([['a', 'b', 'real/x']]);
  });

  it('where results are in one folder', () => {
    expect(pairs(load('a', 'w1', 'o'), load('b', 'w2', 'o/quant'))).toEqual([['a', 'b', 'o']]);
    expect(pairs(load('a', 'w1', 'w2'), load('b', 'w2'))).toEqual([['a', 'b', 'w2']]);
  });

  it('with each that was there before, and not where folders differ', () => {
    expect(pairs(load('a', 'w'), load('b', 'w'), load('c', 'v'), load('d', 'w'))).toEqual([
      ['a', 'b', 'w'],
      ['a', 'd', 'w'],
    ]);
    expect(pairs(load('a', 'w'), load('b', 'W2'), load('c', 'w/deeper'))).toEqual([]);
  });
});
