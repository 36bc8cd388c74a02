import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** Every TypeScript file, relative to src/. */
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();
const text = new Map(files.map((file) => [file, readFileSync(path.join(src, file), 'utf8')]));

const jobs = ['codon', 'h5ad', 'rna', 'pcr'];
const bottom = ['kernels', 'formats', 'tools', 'net'];

/** What each folder of src/ may import besides itself; the files directly in src/ are everybody's, below. */
const allowed: Record<string, string[]> = {
  cli: [...jobs, 'server', 'engine', 'report', ...bottom],
  server: ['pcr', 'engine', 'report', ...bottom],
  ...Object.fromEntries(jobs.map((job) => [job, ['engine', 'report', ...bottom]])),
  engine: bottom,
  report: bottom,
  // Decompressors are kernels, and readers of formats call them; never the other way round.
  formats: ['kernels'],
  kernels: [],
  tools: [],
  net: [],
};

/** Files directly in src/ that everything may import; index.ts is the face and imported by nothing. */
const foundations = ['errors.ts', 'root.ts'];

/** Same-shaped entries in one file, where more of them make nothing harder to read. */
const tables = ['errors.ts'];

/** All module specifiers of a source: static, type-only, re-exported and dynamic with a literal. */
function specifiers(source: string): string[] {
  return ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** The file of src/ that a relative specifier means, or undefined when it names none. */
function target(from: string, specifier: string): string | undefined {
  const named = path.join(path.dirname(from), specifier);
  return [named.replace(/\.js$/, '.ts'), named].find((file) => text.has(file));
}

const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');

/** Why an import breaks the direction of imports, or undefined when it does not. */
function breach(from: string, to: string): string | undefined {
  const [own, other] = [folderOf(from), folderOf(to)];
  if (foundations.includes(to)) return undefined;
  if (foundations.includes(from)) return `${from} imports ${to}: it stands below everything`;
  if (other === '') return `${from} imports ${to}: that is nobody's but the library's users'`;
  if (own === '' || own === other || allowed[own]?.includes(other)) return undefined;
  return `${from} imports ${to}: ${own}/ may not import ${other}/`;
}

const imports = files.flatMap((from) =>
  specifiers(text.get(from)!).map((specifier) => ({ from, specifier, to: target(from, specifier) })),
);

describe('imports', () => {
  test('run one way: cli, jobs, engine and report, formats, kernels and tools, errors', () => {
    const inside = imports.filter(({ to }) => to !== undefined);
    expect(inside.length).toBeGreaterThan(50);
    expect(inside.flatMap(({ from, to }) => breach(from, to!) ?? [])).toEqual([]);
  });

  test('of relative paths name a file of src/, except for the addon', () => {
    const lost = imports.filter(({ specifier, to }) => specifier.startsWith('.') && to === undefined);
    expect(lost.filter(({ specifier }) => !specifier.endsWith('.node'))).toEqual([]);
  });

  test('of yargs stand in src/cli alone', () => {
    const users = imports.filter(({ specifier }) => /^yargs(\/|$)/.test(specifier)).map(({ from }) => from);
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((file) => folderOf(file) !== 'cli')).toEqual([]);
  });

  test('are seen whatever their kind', () => {
    const source = `
      import a from './a.js';
      import type { B } from './b.js';
      import { type C } from './c.js';
      export * from './d.js';
      export type { E } from './e.js';
      const f = () => import('./f.js');
      type G = import('./g.js').G;
    `;
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `./${name}.js`);
    expect(specifiers(source).toSorted()).toEqual(names);
  });

  test('the wrong way would be noticed', () => {
    expect(breach('formats/fasta/read.ts', 'engine/run.ts')).toBeDefined();
    expect(breach('codon/plan.ts', 'h5ad/plan.ts')).toBeDefined();
    expect(breach('kernels/codons/native.ts', 'formats/fasta/read.ts')).toBeDefined();
    expect(breach('errors.ts', 'engine/run.ts')).toBeDefined();
    expect(breach('engine/run.ts', 'index.ts')).toBeDefined();
    expect(breach('server/routes.ts', 'codon/plan.ts')).toBeDefined();
    expect(breach('server/routes.ts', 'pcr/plan.ts')).toBeUndefined();
    expect(breach('formats/fasta/read.ts', 'errors.ts')).toBeUndefined();
  });
});

test('every folder of src/ has its place in the order', () => {
  const folders = [...new Set(files.map(folderOf))].filter(Boolean);
  expect(folders.filter((folder) => !(folder in allowed))).toEqual([]);
});

test('no source file is longer than 250 lines, tables aside', () => {
  const lines = (file: string) => text.get(file)!.trimEnd().split('\n').length;
  const long = files.filter((file) => !tables.includes(file) && lines(file) > 250);
  expect(long.map((file) => `${file}: ${lines(file)}`)).toEqual([]);
  expect(tables.filter((file) => !existsSync(path.join(src, file)))).toEqual([]);
});

test('files are named in kebab-case for what they hold', () => {
  const words = /^[a-z0-9]+(-[a-z0-9]+)*$/;
  const parts = files.flatMap((file) => file.replace(/(\.d)?\.ts$/, '').split('/'));
  expect(parts.filter((part) => !words.test(part) || /^(utils?|helpers?|misc)$/.test(part))).toEqual([]);
});

test('only the command line writes to the console', () => {
  const users = files.filter((file) => folderOf(file) !== 'cli' && /\bconsole\s*\./.test(text.get(file)!));
  expect(users).toEqual([]);
});

test('formats and kernels never touch the process', () => {
  const pure = files.filter((file) => ['formats', 'kernels'].includes(folderOf(file)));
  expect(pure.length).toBeGreaterThan(10);
  const impure = /\bprocess\s*\.\s*(exit|exitCode|stdout|stderr|stdin|chdir|on|once)\b/;
  expect(pure.filter((file) => impure.test(text.get(file)!))).toEqual([]);
});
