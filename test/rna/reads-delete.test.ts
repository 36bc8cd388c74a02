/** Deleting reads: what goes, and what nobody may lose by it, whatever stands in the folder. */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Layout } from '../../src/rna/layout.js';
import { deleteReads } from '../../src/rna/reads/delete-reads.js';
import { temporaryFolder } from '../run-gtk.js';
import { canMount } from '../runs/small-disk.js';
import { sample } from './samples.js';

const root = temporaryFolder();
let outs = 0;

function newLayout(): { layout: Layout; folder: string; base: string } {
  const base = path.join(root, `p ü ${outs++}`);
  const layout = new Layout(path.join(base, 'out'));
  const folder = layout.runFolder('SRR1');
  mkdirSync(folder, { recursive: true });
  return { layout, folder, base };
}

const write = (file: string, bytes = 100) => writeFileSync(file, Buffer.alloc(bytes, 'x'));
const run = sample('SRR1');

describe('deleting the reads of a run', () => {
  it('deletes reads, archives, parts and scratch folders, marks the reads, and leaves the rest', () => {
    const { layout, folder } = newLayout();
    const gone = [
      'SRR1_1.fastq.gz',
      'SRR1_2.fastp.fastq.gz',
      'SRR1.amalgkit.fastq.gz',
      'SRR1_1.fastq',
      'SRR1.sra',
      'SRR1.sralite',
      'SRR1_1.fastq.gz.part',
      'SRR1_1.fastq.gz.part.json',
      'SRR1.sra.aria2',
    ];
    const stays = [
      'SRR10_1.fastq.gz',
      'SRR1x.sra',
      'getfastq_stats.tsv',
      'notes.txt',
      'SRR1_fastp.json',
      'other.fastq',
    ];
    for (const name of [...gone, ...stays]) write(path.join(folder, name));
    mkdirSync(path.join(folder, 'SRR1.extract', 'out'), { recursive: true });
    write(path.join(folder, 'SRR1.extract', 'out', 'SRR1_1.fastq'), 50);
    const { freed, warnings } = deleteReads(layout, run, folder);
    expect(warnings).toEqual([]);
    expect(freed).toBe(gone.length * 100 + 50);
    const markers = gone
      .filter((name) => /\.fastq(\.gz)?$/.test(name))
      .map((name) => `${name}.safely_removed`);
    expect(readdirSync(folder).sort()).toEqual([...stays, ...markers].sort());
    expect(readFileSync(path.join(folder, markers[0]!), 'utf8')).toMatch(/removed .* after/);
    // Again: nothing is left to do.
    expect(deleteReads(layout, run, folder)).toEqual({ freed: 0, warnings: [] });
    expect(readdirSync(folder).length).toBe(stays.length + markers.length);
  });

  it('deletes links, never what they lead to', () => {
    const { layout, folder, base } = newLayout();
    const mine = path.join(base, 'my data');
    mkdirSync(mine);
    const files = ['a.fastq.gz', 'b.sra', 'c'].map((name) => path.join(mine, name));
    for (const file of files) write(file);
    symlinkSync(files[0]!, path.join(folder, 'SRR1_1.fastq.gz'));
    symlinkSync(files[1]!, path.join(folder, 'SRR1.sra'));
    symlinkSync(mine, path.join(folder, 'SRR1.extract'));
    // As a folder of reads, too, and within a scratch folder.
    symlinkSync(mine, path.join(folder, 'SRR1_2.fastq.gz'));
    mkdirSync(path.join(folder, 'SRR1.filter'));
    symlinkSync(mine, path.join(folder, 'SRR1.filter', 'link'));
    linkSync(files[2]!, path.join(folder, 'SRR1.fastq.gz'));
    expect(deleteReads(layout, run, folder)).toEqual({ freed: 0, warnings: [] });
    expect(readdirSync(mine).sort()).toEqual(['a.fastq.gz', 'b.sra', 'c']);
    for (const file of files) expect(lstatSync(file).size).toBe(100);
    expect(readdirSync(folder).filter((name) => !name.endsWith('.safely_removed'))).toEqual([]);
  });

  it('leaves folders alone to which a link leads, and all that are not the run’s', () => {
    const { layout, folder, base } = newLayout();
    const elsewhere = path.join(base, 'elsewhere', 'SRR2');
    mkdirSync(elsewhere, { recursive: true });
    write(path.join(elsewhere, 'SRR2.fastq.gz'));
    write(path.join(elsewhere, 'SRR1.fastq.gz'));
    // The run's folder, the one above it, and a way out of OUT.
    symlinkSync(elsewhere, layout.runFolder('SRR2'));
    symlinkSync(path.dirname(elsewhere), path.join(layout.out, 'fastq'));
    const places: [string, string][] = [
      [layout.runFolder('SRR2'), 'SRR2'],
      [layout.readFolders('SRR2')[2]!, 'SRR2'],
      [path.join(layout.out, '..', 'elsewhere', 'SRR2'), 'SRR2'],
      [elsewhere, 'SRR2'],
      [path.join(folder, '..', 'SRR2'), 'SRR2'],
      [folder, 'SRR2'],
      [layout.out, 'out'],
      [path.join(layout.out, 'SRR2'), 'SRR2'],
    ];
    mkdirSync(path.join(layout.out, 'SRR2'));
    write(path.join(layout.out, 'SRR2', 'SRR2.fastq.gz'));
    for (const [place, name] of places) {
      const { freed, warnings } = deleteReads(layout, sample(name), place);
      expect(freed).toBe(0);
      expect(warnings).toEqual([expect.stringContaining('left alone')]);
    }
    expect(readdirSync(elsewhere).sort()).toEqual(['SRR1.fastq.gz', 'SRR2.fastq.gz']);
    expect(existsSync(path.join(layout.out, 'SRR2', 'SRR2.fastq.gz'))).toBe(true);
  });

  it('deletes where OUT itself is reached through a link, and from folders of earlier tools', () => {
    const { layout, base } = newLayout();
    const alias = path.join(base, 'alias');
    symlinkSync(layout.out, alias);
    const linked = new Layout(alias);
    for (const folder of linked.readFolders('SRR1')) {
      mkdirSync(folder, { recursive: true });
      write(path.join(folder, 'SRR1.fastq.gz'));
      expect(deleteReads(linked, run, folder)).toEqual({ freed: 100, warnings: [] });
    }
  });

  it('says nothing of a folder that does not exist', () => {
    const { layout } = newLayout();
    expect(deleteReads(layout, run, layout.readFolders('SRR1')[1]!)).toEqual({ freed: 0, warnings: [] });
  });

  it.skipIf(process.getuid?.() === 0)('warns of what it cannot delete', () => {
    const { layout, folder } = newLayout();
    write(path.join(folder, 'SRR1.sra'));
    chmodSync(folder, 0o555);
    const { freed, warnings } = deleteReads(layout, run, folder);
    chmodSync(folder, 0o755);
    expect(freed).toBe(0);
    expect(warnings).toEqual([expect.stringMatching(/SRR1\.sra could not be deleted: EACCES/)]);
  });

  it('deletes no read where it cannot leave the marker, and goes on', () => {
    const { layout, folder } = newLayout();
    write(path.join(folder, 'SRR1_1.fastq.gz'));
    write(path.join(folder, 'SRR1.sra'));
    mkdirSync(path.join(folder, 'SRR1_1.fastq.gz.safely_removed'));
    const { freed, warnings } = deleteReads(layout, run, folder);
    expect(freed).toBe(100);
    expect(warnings).toEqual([expect.stringContaining('SRR1_1.fastq.gz could not be deleted')]);
    expect(readdirSync(folder)).toEqual(['SRR1_1.fastq.gz', 'SRR1_1.fastq.gz.safely_removed']);
  });

  it.skipIf(!canMount(root))('on a full disk deletes all the same, and then has room for the marks', () => {
    const disk = path.join(root, 'disk');
    mkdirSync(disk);
    const module = new URL('../../src/rna/reads/delete-reads.ts', import.meta.url).href;
    const layoutModule = new URL('../../src/rna/layout.ts', import.meta.url).href;
    const script = path.join(root, 'delete.mts');
    writeFileSync(
      script,
      `import { deleteReads } from ${JSON.stringify(module)};
       import { Layout } from ${JSON.stringify(layoutModule)};
       import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
       const layout = new Layout(${JSON.stringify(path.join(disk, 'out'))});
       const folder = layout.runFolder('SRR1');
       mkdirSync(folder, { recursive: true });
       let written = 0;
       for (const mate of [1, 2]) {
         const file = folder + '/SRR1_' + mate + '.fastq.gz';
         try { for (;;) { writeFileSync(file, Buffer.alloc(4096), { flag: 'a' }); written += 4096; if (mate === 1 && written > 100_000) break; } }
         catch (error) { if (error.code !== 'ENOSPC') throw error; }
       }
       const { freed, warnings } = deleteReads(layout, { run: 'SRR1' }, folder);
       console.log(JSON.stringify({ freed, written, warnings, left: readdirSync(folder).sort() }));`,
    );
    const mounted = 'mount -t tmpfs -o size=300k none "$1" && exec "$2" --import tsx "$3"';
    const args = ['--mount', '--map-root-user', 'sh', '-c', mounted, 'sh', disk, process.execPath, script];
    const result = JSON.parse(execFileSync('unshare', args, { encoding: 'utf8' }));
    const marks = [1, 2].map((mate) => `SRR1_${mate}.fastq.gz.safely_removed`);
    expect(result).toMatchObject({ warnings: [], left: marks });
    expect(result.written).toBeGreaterThan(200_000);
    expect(result.freed).toBe(result.written);
  });

  it('never touches anything outside, whatever is in the folder', () => {
    const names = [
      'SRR1_1.fastq.gz',
      'SRR1.fastq',
      'SRR1.sra',
      'SRR1.extract',
      'SRR1.filter',
      'SRR10.sra',
      'SRR1.sra.part',
    ];
    const kinds = [
      'file',
      'folder',
      'link to file',
      'link to folder',
      'link to nowhere',
      'link to OUT',
    ] as const;
    const entries = fc.uniqueArray(
      fc.record({ name: fc.constantFrom(...names), kind: fc.constantFrom(...kinds) }),
      {
        selector: ({ name }) => name,
        maxLength: names.length,
      },
    );
    let deleted = 0;
    fc.assert(
      fc.property(entries, (made) => {
        const { layout, folder, base } = newLayout();
        const outside = path.join(base, 'outside');
        mkdirSync(path.join(outside, 'deep'), { recursive: true });
        write(path.join(outside, 'deep', 'SRR1_1.fastq.gz'));
        write(path.join(layout.out, 'SRR1.fastq.gz'));
        for (const { name, kind } of made) {
          const file = path.join(folder, name);
          if (kind === 'file') write(file);
          else if (kind === 'folder') mkdirSync(path.join(file, 'deep'), { recursive: true });
          else {
            const to = {
              'link to file': 'deep/SRR1_1.fastq.gz',
              'link to folder': 'deep',
              'link to nowhere': 'none',
            };
            symlinkSync(kind === 'link to OUT' ? layout.out : path.join(outside, to[kind]), file);
          }
        }
        deleteReads(layout, run, folder);
        expect(readFileSync(path.join(outside, 'deep', 'SRR1_1.fastq.gz')).length).toBe(100);
        expect(existsSync(path.join(layout.out, 'SRR1.fastq.gz'))).toBe(true);
        const left = readdirSync(folder).filter((name) => !name.endsWith('.safely_removed'));
        // Another run's file, and folders where files are expected.
        const stays = made.filter(
          ({ name, kind }) =>
            name === 'SRR10.sra' || (kind === 'folder' && !/\.(extract|filter)$/.test(name)),
        );
        expect(left.sort()).toEqual(stays.map(({ name }) => name).sort());
        deleted += made.length;
      }),
      { numRuns: 200 },
    );
    expect(deleted).toBeGreaterThan(200);
  });
});
