/** docs/pcr.md tells what there is: commands, settings, refusals, and the files and columns of a real run. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from '../../src/cli/parse.js';
import { findCommand, findSpec } from '../../src/cli/registry.js';
import { columns, presets } from '../../src/pcr/config/columns.js';
import { problemStatuses } from '../../src/server/problem.js';
import { requireTool } from '../agreement/tools.js';
import { gtk, temporaryFolder, testData } from '../run-gtk.js';
import { yeastReference } from './reference.js';

const guide = readFileSync(fileURLToPath(new URL('../../docs/pcr.md', import.meta.url)), 'utf8');

/** Cells of the rows of the table that begins with these headings. */
function table(headings: string): string[][] {
  const [, behind] = guide.split(`\n| ${headings} |`);
  if (behind === undefined) throw new Error(`no table ${headings}`);
  const lines = behind.split('\n').slice(2);
  return lines.slice(0, lines.indexOf('')).map((line) => line.replace(/^\| | \|$/g, '').split(' | '));
}

const bare = (cell: string) => cell.replaceAll('`', '');
const shown = (value: unknown) => (value === null ? 'none' : String(value));

/** All commands that are shown, as their words. */
const shownCommands = [...guide.matchAll(/^(?:\$ )?(gtk (?:pcr|serve|doctor)\b.*)$/gm)]
  .map(([, line]) => line!)
  // What doctor and serve print looks like one.
  .filter((line) => !/^gtk (pcr {2,}|serve:)/.test(line));
const inText = [...guide.matchAll(/`gtk ((?:pcr (?:run|genome|watch)|serve)\b[^`\n]*)`/g)].map(
  ([, line]) => `gtk ${line}`,
);

describe('the guide', () => {
  it('shows only commands that are understood', async () => {
    expect(shownCommands.length).toBeGreaterThan(8);
    for (const line of shownCommands) {
      const words = line.split(' ').slice(1);
      const { name, args } = findCommand(words);
      const spec = await findSpec(name);
      await expect(parse(spec, args), line).resolves.toBeDefined();
    }
  });

  it('names only options that the commands have', async () => {
    const specs = await Promise.all(['pcr run', 'pcr genome', 'pcr watch', 'serve'].map(findSpec));
    const known = new Set(specs.flatMap(({ options }) => options.map(({ name }) => name)));
    // Of the engine, of apt-get, and of every command.
    for (const other of ['fresh', 'json', 'help', 'no-install-recommends']) known.add(other);
    const named = [...guide.matchAll(/(?<![\w-])--([a-z][a-z0-9-]*)/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    for (const line of inText) {
      const { name } = findCommand(line.split(' ').slice(1));
      const own = (await findSpec(name)).options.map((option) => option.name);
      const used = [...line.matchAll(/--([a-z0-9-]+)/g)].map(([, option]) => option!);
      expect(
        used.filter((option) => ![...own, 'help'].includes(option)),
        line,
      ).toEqual([]);
    }
  });

  it('has every setting with its default and its presets', () => {
    const rows = table('setting | default | meaning').map(([name, value]) => [bare(name!), bare(value!)]);
    expect(rows).toEqual(columns.map((column) => [column.name, shown(column.default)]));
    const differing = table('setting | `recommended` | `published`').map((row) => row.map(bare));
    const { recommended, published } = presets;
    const names = Object.keys(recommended) as (keyof typeof recommended)[];
    expect(differing).toEqual(names.map((name) => [name, shown(recommended[name]), shown(published[name])]));
  });

  it('has every refusal with its status', () => {
    const rows = table('code | status | means').map(([code, status]) => [bare(code!), Number(status)]);
    expect(Object.fromEntries(rows)).toEqual(problemStatuses);
  });
});

const isReady = ['fastqc', 'cutadapt', 'fastp', 'bwa', 'samtools'].map(requireTool).every(Boolean);

describe.skipIf(!isReady)('a run with all steps', () => {
  const out = path.join(temporaryFolder(), 'out');
  beforeAll(async () => {
    const reads = ['R1', 'R2'].map((mate) => testData(`pcr/qslam_umi/${mate}.fastq.gz`));
    const ended = await gtk([
      ...['pcr', 'run', ...reads, '--genome', 'yeast', '--genome-dir', await yeastReference()],
      ...['--out', out, '--umi-read', 'r2', '--umi-pattern', 'NNNNNNNN'],
      ...['--steps', 'qc,umi,cutadapt,fastp,readlen,read_mapping,site_analysis'],
    ]);
    expect(ended).toMatchObject({ status: 0 });
  });

  it('leaves every file that the guide names', () => {
    const files = table('file | what is in it').map(([file]) => bare(file!));
    expect(files.length).toBeGreaterThan(20);
    const all = files.flatMap((file) =>
      file.includes('dD') ? Array.from({ length: 11 }, (_, d) => file.replace('dD', `d${d}`)) : file,
    );
    expect(all.filter((file) => !existsSync(path.join(out, file)))).toEqual([]);
  });

  it('leaves tables with the columns that the guide names', () => {
    const head = (file: string) => readFileSync(path.join(out, 'bed2peak', file), 'utf8').split('\n', 1)[0]!;
    const named = table('column | what it is').map(([column]) => bare(column!));
    const [first, ...rest] = head('aligned.d0.peak.merge.tsv').split('\t');
    expect([first, ...rest]).toEqual(['', ...named.slice(1)]);
    expect(head('aligned.d3.peak.merge.3.txt').split('\t')).toEqual(named.slice(1, 12));
    for (const [file, columnCount] of [
      ['aligned.all_peaks.txt', 7],
      ['aligned.d0.peak.merge.txt', 7],
      ['aligned.d0.peak.merge.2.txt', 8],
    ] as const)
      expect(head(file).split('\t'), file).toHaveLength(columnCount);
  });
});
