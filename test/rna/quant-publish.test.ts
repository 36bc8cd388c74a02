import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Layout } from '../../src/rna/layout.js';
import { abundanceColumns } from '../../src/rna/quant/abundance-table.js';
import { publishResult } from '../../src/rna/quant/publish.js';
import { findResult, validateResult } from '../../src/rna/quant/result.js';
import { temporaryFolder } from '../run-gtk.js';

/** Changes to the disk that still happen; at 0 the process counts as killed, and nothing happens any more. */
const life = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY, renameFails: false }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const mortal =
    <A extends unknown[], R>(act: (...args: A) => R) =>
    (...args: A): R => {
      life.left -= 1;
      if (life.left < 0) throw new Error('killed');
      return act(...args);
    };
  const renameSync = (from: string, to: string) => {
    // As between two disks.
    if (life.renameFails && path.dirname(from) !== path.dirname(to))
      throw Object.assign(new Error('cross-device link'), { code: 'EXDEV' });
    fs.renameSync(from, to);
  };
  const { rmSync, copyFileSync } = fs;
  return {
    ...fs,
    renameSync: mortal(renameSync),
    rmSync: mortal(rmSync),
    copyFileSync: mortal(copyFileSync),
  };
});

beforeEach(() => {
  life.left = Number.POSITIVE_INFINITY;
  life.renameFails = false;
});

/** Two results of as many targets, so that a mixture of both would count as valid. */
const contentOf = (version: 'old' | 'new') => ({
  'abundance.tsv': `${abundanceColumns.join('\t')}\n${version}\t10\t5\t3\t1\n`,
  'run_info.json': JSON.stringify({ n_targets: 1, n_processed: 9, p_pseudoaligned: 5, version }),
});

function write(folder: string, version: 'old' | 'new', prefix = ''): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(contentOf(version))) {
    writeFileSync(path.join(folder, `${prefix}${name}`), content);
  }
}

/** Which result is found to be valid. */
function standing(layout: Layout): string | undefined {
  const found = findResult(layout, 'R');
  if (!found) return undefined;
  const version = (JSON.parse(readFileSync(found.runInfo, 'utf8')) as { version: 'old' | 'new' }).version;
  expect(readFileSync(found.abundance, 'utf8')).toBe(contentOf(version)['abundance.tsv']);
  return version;
}

describe('publishing', () => {
  test('puts the files under the names of the run and leaves no stage', () => {
    const layout = new Layout(temporaryFolder());
    const stage = path.join(layout.staging, 'R');
    write(stage, 'new');
    writeFileSync(path.join(stage, 'abundance.h5'), 'h5');
    const { stamp } = validateResult(stage, 'R');
    publishResult(stage, layout, 'R');
    expect(readdirSync(layout.quantFolder('R')).sort()).toEqual([
      'R_abundance.h5',
      'R_abundance.tsv',
      'R_run_info.json',
    ]);
    expect(findResult(layout, 'R')?.stamp).toBe(stamp);
    expect(existsSync(stage)).toBe(false);
  });

  test('leaves nothing of an earlier result, and all that is no result', () => {
    const layout = new Layout(temporaryFolder());
    const folder = layout.quantFolder('R');
    write(folder, 'old', 'R_');
    write(folder, 'old');
    for (const name of ['R_abundance.h5', 'abundance.h5', 'R_fastp.json', 'notes.txt'])
      writeFileSync(path.join(folder, name), 'old');
    write(path.join(layout.staging, 'R'), 'new');
    publishResult(path.join(layout.staging, 'R'), layout, 'R');
    expect(readdirSync(folder).sort()).toEqual([
      'R_abundance.tsv',
      'R_fastp.json',
      'R_run_info.json',
      'notes.txt',
    ]);
    expect(standing(layout)).toBe('new');
  });

  const beginnings: [string, string[]][] = [
    ['nothing', []],
    ['a result under the names of the run', ['R_']],
    ['a result under plain names', ['']],
    ['both', ['R_', '']],
  ];
  test.each(
    beginnings.flatMap((beginning) => [false, true].map((copies) => [...beginning, copies] as const)),
  )('killed at any moment over %s %j, never mixes results (by copies: %s)', (_, prefixes, copies) => {
    const seen = new Set<string | undefined>();
    for (let steps = 0; ; steps += 1) {
      life.left = Number.POSITIVE_INFINITY;
      life.renameFails = copies;
      const layout = new Layout(temporaryFolder());
      const stage = path.join(layout.staging, 'R');
      for (const prefix of prefixes) write(layout.quantFolder('R'), 'old', prefix);
      write(stage, 'new');
      life.left = steps;
      let isDone = true;
      try {
        publishResult(stage, layout, 'R');
      } catch {
        isDone = false;
      }
      const result = standing(layout);
      seen.add(result);
      if (isDone) {
        expect(result).toBe('new');
        break;
      }
      // A kill before the first step changes nothing.
      if (steps === 0) expect(result).toBe(prefixes.length > 0 ? 'old' : undefined);
    }
    expect(seen.has('new')).toBe(true);
    expect([...seen].every((result) => [undefined, 'old', 'new'].includes(result))).toBe(true);
  });

  test('works where the folder of results is a link', () => {
    const out = temporaryFolder();
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, path.join(out, 'quant'));
    const layout = new Layout(out);
    write(path.join(layout.staging, 'R'), 'new');
    life.renameFails = true;
    publishResult(path.join(layout.staging, 'R'), layout, 'R');
    expect(standing(layout)).toBe('new');
    expect(readdirSync(path.join(elsewhere, 'R')).sort()).toEqual(['R_abundance.tsv', 'R_run_info.json']);
  });

  test('tells where it cannot write', () => {
    const layout = new Layout(temporaryFolder());
    write(path.join(layout.staging, 'R'), 'new');
    mkdirSync(path.join(layout.out, 'quant'));
    writeFileSync(layout.quantFolder('R'), 'a file');
    expect(() => publishResult(path.join(layout.staging, 'R'), layout, 'R')).toThrow(
      expect.objectContaining({ code: 'GTK_NOT_WRITABLE' }),
    );
    expect(readFileSync(layout.quantFolder('R'), 'utf8')).toBe('a file');
  });
});
