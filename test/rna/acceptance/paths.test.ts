/** Folders with blanks and letters of other alphabets, paths of all kinds, gtk started from anywhere: the same bytes. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { filesBelow, gtk, temporaryFolder } from '../../run-gtk.js';
import type { Archive, ArchivedRun } from '../archive.js';
import { archiveOf, mouseByHand, mousePairs, Project, quick, rowOf, sraOf } from './project.js';

const tools = ['kallisto', 'fasterq-dump', 'latf-load', 'kar'].map(requireTool);

const fromEna = mousePairs('SRR930001');
const asSra: ArchivedRun = { run: 'SRR930002', layout: 'PAIRED', readCount: 1000, baseCount: 152_000 };
const single: ArchivedRun = {
  ...mousePairs('SRR930003', 100, 900),
  fastq: { 'SRR930003.fastq.gz': mousePairs('SRR930003', 100, 900).fastq!['SRR930003_1.fastq.gz']! },
  layout: 'SINGLE',
  baseCount: 800 * 76,
};
const own = mousePairs('own-läuse 1', 200, 1200);

describe.skipIf(tools.includes(undefined))('a project', () => {
  let archive: Archive;
  beforeAll(async () => {
    const reads = mousePairs('SRR930002', 1000, 2000);
    archive = await archiveOf({
      runs: [fromEna, { ...asSra, sra: sraOf(reads), sraAt: ['aws'] }, single],
    });
  });

  /** Root, what the configuration says, where gtk is started, and the arguments that tell where all is. */
  interface Kind {
    root: string;
    yaml: (root: string) => string;
    cwd: (root: string) => string;
    args: (root: string) => string[];
  }

  const relative = 'steps:\n  getfastq:\n    out_dir: work/mouse\n  quant:\n    out_dir: work/mouse\n';
  const kinds: [string, () => Kind][] = [
    [
      'with a plain path, started in its root',
      () => ({
        root: path.join(temporaryFolder(), 'plain'),
        yaml: () => relative,
        cwd: (root) => root,
        args: () => ['--config', 'config/amalgkit_mouse.yaml'],
      }),
    ],
    [
      'with blanks and other letters in its path, started elsewhere',
      () => ({
        root: path.join(temporaryFolder(), 'Mäuse & Ähnliches', '测序 data (α)'),
        yaml: (root) => relative.replace(/out_dir: /g, `out_dir: ${root}/`),
        cwd: () => temporaryFolder(),
        args: (root) => ['--config', path.join(root, 'config', 'amalgkit_mouse.yaml'), '--root', root],
      }),
    ],
    [
      'named relative to a folder beside it, with folders of the steps that amalgkit doubles',
      () => ({
        root: path.join(temporaryFolder(), "the lab's", 'work'),
        yaml: () =>
          relative.replace('quant:\n    out_dir: work/mouse', 'quant:\n    out_dir: work/mouse/quant'),
        cwd: (root) => path.dirname(root),
        args: () => ['--config', 'work/config/amalgkit_mouse.yaml', '--root', 'work'],
      }),
    ],
  ];

  test.each(kinds)('%s, has everything in its place', async (_, kind) => {
    const { root, yaml, cwd, args } = kind();
    const reads = path.join(root, 'own reads');
    mkdirSync(reads, { recursive: true });
    for (const [name, content] of Object.entries(own.fastq!)) writeFileSync(path.join(reads, name), content);
    const [one, two] = Object.keys(own.fastq!);
    const local = {
      private_file: 'yes',
      read1_path: `own reads/${one}`,
      read2_path: path.join(reads, two!),
    };
    const rows = [fromEna, asSra, single].map((archived) => rowOf(archived));
    const project = new Project({ root, rows: [...rows, rowOf(own, local)], yaml: yaml(root) });
    const folder = cwd(root);
    const before = readdirSync(folder).sort();
    const call = ['rna', 'batch', ...args(root), ...quick, '--quiet', '--keep-fastq'];
    const ended = await gtk(call, { cwd: folder, env: archive.env });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(folder).sort()).toEqual(before);
    // Nothing lies beside the project either, and what is below it is where it belongs.
    expect(readdirSync(path.dirname(root))).toEqual([path.basename(root)]);
    expect(readdirSync(root).sort()).toEqual(['config', 'own reads', 'work']);
    expect(readdirSync(path.join(root, 'work'))).toEqual(['mouse']);
    expect(readdirSync(project.out).sort()).toEqual(
      ['.gtk', 'amalgkit.manifest.jsonl', 'fasta', 'getfastq', 'index', 'logs', 'metadata', 'quant'].sort(),
    );
    for (const name of readdirSync(root, { recursive: true }) as string[]) {
      const parts = name.split(path.sep);
      expect(new Set(parts).size, name).toBe(parts.length);
    }
    expect([...filesBelow(project.path('quant')).keys()]).toEqual(
      [fromEna, asSra, single, own]
        .flatMap(({ run }) => [`${run}/${run}_abundance.tsv`, `${run}/${run}_run_info.json`])
        .sort(),
    );
    for (const archived of [fromEna, own]) expect(project.table(archived.run)).toBe(mouseByHand(archived));
    expect(project.table(asSra.run)).toBe(mouseByHand(mousePairs('any', 1000, 2000)));
    // As they are, the user's own reads are only linked to.
    expect(filesBelow(reads)).toEqual(new Map(Object.entries(own.fastq!)));
  });
});
