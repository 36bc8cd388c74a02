/** Finding reads: every rule by folders made for it, and any mixture of files by a second definition. */
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Layout } from '../../src/rna/layout.js';
import { findReads, type SettleRules } from '../../src/rna/reads/find-reads.js';
import { temporaryFolder } from '../run-gtk.js';
import { pombe } from './reads-setup.js';
import { sample } from './samples.js';

const root = temporaryFolder();
let outs = 0;

const rules: SettleRules = {
  settleSeconds: 30,
  sraSettleSeconds: 300,
  sraMinBytes: 0,
  sraMaxBytes: 1e9,
  known: () => false,
};

interface Made {
  name: string;
  /** Seconds since it was changed. */
  age?: number;
  bytes?: Uint8Array;
}

/** A layout whose run SRR1 has these files, in the first of its folders or in another. */
function layoutWith(files: readonly (Made | string)[], folder = 0, run = 'SRR1'): Layout {
  const layout = new Layout(path.join(root, `out ü ${outs++}`));
  const place = layout.readFolders(run)[folder]!;
  mkdirSync(place, { recursive: true });
  for (const made of files) {
    const { name, age = 3600, bytes = Buffer.alloc(2000) } = typeof made === 'string' ? { name: made } : made;
    const file = path.join(place, name);
    writeFileSync(file, bytes);
    const time = Date.now() / 1000 - age;
    utimesSync(file, time, time);
  }
  return layout;
}

/** The result with names in the place of paths. */
function found(
  files: readonly (Made | string)[],
  different: Partial<SettleRules> = {},
  run = sample('SRR1'),
) {
  const result = findReads(layoutWith(files), run, { ...rules, ...different });
  if (result.kind === 'fastq') return result.files.map((file) => path.basename(file)).join(' ');
  if (result.kind === 'sra') return path.basename(result.file);
  return result.kind === 'partial' ? result.why : result.kind;
}

const single = sample('SRR1', { layout: 'single' });
const pair = ['SRR1_1.fastq.gz', 'SRR1_2.fastq.gz'];

describe('what counts as whole', () => {
  it('a pair, a single file, and of a paired run the one file that there is', () => {
    expect(found(pair)).toBe('SRR1_1.fastq.gz SRR1_2.fastq.gz');
    expect(found(['SRR1.fastq.gz'], {}, single)).toBe('SRR1.fastq.gz');
    expect(found(['SRR1_1.fastq'], {}, single)).toBe('SRR1_1.fastq');
    const layout = layoutWith(['SRR1.fastq.gz']);
    expect(findReads(layout, sample('SRR1'), rules)).toMatchObject({ kind: 'fastq', layoutUsed: 'single' });
  });

  it('one of two mates is not, unless the archive has no other', () => {
    expect(found(['SRR1_1.fastq.gz'])).toBe('mate-missing');
    expect(found(['SRR1_2.fastq.gz'], { known: () => true })).toBe('mate-missing');
    const file = { address: 'x/SRR1_1.fastq.gz', name: 'SRR1_1.fastq.gz', md5: undefined, bytes: undefined };
    const lone = sample('SRR1', { archive: { files: [file], md5s: [] } });
    expect(found(['SRR1_1.fastq.gz'], {}, lone)).toBe('SRR1_1.fastq.gz');
  });

  it('reads that lost their mates are left out', () => {
    expect(found([...pair, 'SRR1.fastq.gz'])).toBe('SRR1_1.fastq.gz SRR1_2.fastq.gz');
    expect(found(['SRR1_1.fastq.gz', 'SRR1.fastq.gz'])).toBe('mate-missing');
  });

  it('files of runs with a longer name are others', () => {
    expect(found(['SRR10_1.fastq.gz', 'SRR10_2.fastq.gz', 'SRR1x.fastq', 'SRR10.sra'])).toBe('none');
    expect(found([])).toBe('none');
  });

  it('what was done to the reads last comes first', () => {
    const endings = ['amalgkit', 'rename', 'contam-filtered', 'rrna-filtered', 'fastp'];
    for (let first = 0; first <= endings.length; first++) {
      const files = endings
        .slice(first)
        .flatMap((word) => [`SRR1_1.${word}.fastq.gz`, `SRR1_2.${word}.fastq.gz`]);
      const layout = layoutWith([...files, ...pair, 'SRR1_1.fastq', 'SRR1_2.fastq']);
      const result = findReads(layout, sample('SRR1'), rules);
      const word = first < endings.length ? `.${endings[first]}` : '';
      expect(result).toMatchObject({
        kind: 'fastq',
        isFiltered: first < endings.length,
        files: [1, 2].map((mate) => path.join(layout.runFolder('SRR1'), `SRR1_${mate}${word}.fastq.gz`)),
      });
    }
  });

  it('the folders of earlier tools are looked into as well', () => {
    for (let folder = 0; folder < 4; folder++) {
      const layout = layoutWith(pair, folder);
      const result = findReads(layout, sample('SRR1'), rules);
      expect(result).toMatchObject({ kind: 'fastq', folder: layout.readFolders('SRR1')[folder] });
    }
  });
});

describe('what may still change', () => {
  it('files that were changed lately, unless gtk wrote them', () => {
    const young = pair.map((name) => ({ name, age: 20 }));
    expect(found(young)).toBe('settling');
    expect(found(young, { settleSeconds: 10 })).toBe('SRR1_1.fastq.gz SRR1_2.fastq.gz');
    expect(found(young, { known: () => true })).toBe('SRR1_1.fastq.gz SRR1_2.fastq.gz');
    expect(found([pair[0]!, { name: pair[1]!, age: 20 }])).toBe('settling');
    expect(found([{ name: 'SRR1.sra', age: 200 }])).toBe('settling');
    expect(found([{ name: 'SRR1.sra', age: 200 }], { sraSettleSeconds: 100 })).toBe('SRR1.sra');
    expect(found([{ name: 'SRR1.sra', age: 200 }], {}, sample('SRR1', { size: 2000 }))).toBe('SRR1.sra');
    // While it is being unpacked by another program, an archive is left to that.
    expect(found([...young, 'SRR1.sra'])).toBe('settling');
  });

  it('a time that lies hours ahead is another clock, and no reason to wait for it', () => {
    expect(found([{ name: 'SRR1.fastq.gz', age: -7200 }], {}, single)).toBe('SRR1.fastq.gz');
  });

  it.each(['part', 'aria2', 'tmp'])('a neighbour that ends in .%s', (ending) => {
    expect(found([...pair, `SRR1_2.fastq.gz.${ending}`])).toBe('part');
    expect(found([...pair, `SRR10_2.fastq.gz.${ending}`])).toBe(pair.join(' '));
    expect(found([`SRR1_1.fastq.gz.${ending}`])).toBe('part');
    expect(found([`SRR1.sra.${ending}`])).toBe('part');
    expect(found(['SRR1.sra', `SRR1.sra.${ending}`])).toBe('part');
    // What gtk left when it was killed is nothing to wait for where its own files are whole.
    expect(found([...pair, `SRR1.sra.${ending}`], { known: () => true })).toBe(pair.join(' '));
    expect(found(['SRR1.fastq.gz', `SRR1_1.fastq.gz.${ending}`], { known: () => true })).toBe('part');
  });

  it('an archive is unpacked again where its FASTQ is not whole', () => {
    expect(found(['SRR1_2.fastq.gz', 'SRR1.sra'])).toBe('SRR1.sra');
    expect(found(['SRR1_1.fastq.gz.part', 'SRR1.sra'])).toBe('SRR1.sra');
    expect(found([...pair, 'SRR1.sra'])).toBe(pair.join(' '));
  });
});

describe('sizes', () => {
  const small = gzipSync('@r\nACGT\n+\nIIII\n');
  it('a small file of gzip counts if it is whole', () => {
    const name = 'SRR1.fastq.gz';
    expect(small.length).toBeLessThan(1024);
    expect(found([{ name, bytes: small }], {}, single)).toBe(name);
    expect(found([{ name, bytes: small.subarray(0, -1) }], {}, single)).toBe('too-small');
    expect(found([{ name, bytes: Buffer.from('<html>') }], {}, single)).toBe('too-small');
    expect(found([{ name, bytes: Buffer.alloc(0) }], {}, single)).toBe('too-small');
    expect(found([{ name: 'SRR1.fastq', bytes: Buffer.from('@r\n') }], {}, single)).toBe('SRR1.fastq');
  });

  it('archives have the bounds of the options, unless gtk wrote them', () => {
    expect(found(['SRR1.sra'], { sraMinBytes: 2001 })).toBe('too-small');
    expect(found(['SRR1.sra'], { sraMaxBytes: 1999 })).toBe('too-large');
    expect(found(['SRR1.sra'], { sraMaxBytes: 1999, known: (file) => file.endsWith('SRR1.sra') })).toBe(
      'SRR1.sra',
    );
    expect(found([{ name: 'SRR1.sra', bytes: Buffer.alloc(0) }])).toBe('too-small');
    expect(found(['SRR1.sralite'])).toBe('SRR1.sralite');
  });
});

it('follows links to files and folders, but takes no folder for a file', () => {
  const layout = layoutWith([]);
  const folder = layout.runFolder('SRR1');
  for (const mate of [1, 2]) symlinkSync(pombe(`Sp_log_${mate}`), path.join(folder, `SRR1_${mate}.fastq.gz`));
  expect(findReads(layout, sample('SRR1'), { ...rules, settleSeconds: 0 })).toMatchObject({ kind: 'fastq' });
  symlinkSync(folder, layout.runFolder('SRR2'));
  expect(findReads(layout, sample('SRR2'), rules)).toEqual({ kind: 'none' });
  const odd = layoutWith([]);
  mkdirSync(path.join(odd.runFolder('SRR1'), 'SRR1.fastq.gz'));
  symlinkSync(path.join(root, 'nowhere'), path.join(odd.runFolder('SRR1'), 'SRR1.sra'));
  expect(findReads(odd, sample('SRR1'), rules)).toMatchObject({ kind: 'partial', why: 'too-small' });
});

it('never calls any mixture of files whole in which a mate is missing or something is on its way', () => {
  const names = ['SRR1', 'SRR1_1', 'SRR1_2'].flatMap((stem) =>
    ['.amalgkit.fastq.gz', '.fastp.fastq.gz', '.fastq.gz', '.fastq', '.fastq.gz.part'].map(
      (end) => stem + end,
    ),
  );
  const all = [...names, 'SRR1.sra', 'SRR1.sra.part', 'SRR10_1.fastq.gz', 'getfastq_stats.tsv'];
  let whole = 0;
  fc.assert(
    fc.property(fc.subarray(all), fc.boolean(), (files, isPaired) => {
      const layout = layoutWith(files);
      const result = findReads(layout, isPaired ? sample('SRR1') : single, rules);
      const isUnfinished = files.some((name) => name.startsWith('SRR1') && name.endsWith('.part'));
      if (result.kind === 'fastq') {
        whole += 1;
        const used = result.files.map((file) => path.basename(file));
        expect(isUnfinished).toBe(false);
        expect(files).toEqual(expect.arrayContaining(used));
        if (used.length === 2) expect(used[1]).toBe(used[0]!.replace('_1.', '_2.'));
        // A mate alone is only ever used for a run of single reads.
        else if (isPaired) expect(used[0]).toMatch(/^SRR1\./);
      } else if (result.kind === 'sra') {
        expect(files).toContain('SRR1.sra');
        expect(files).not.toContain('SRR1.sra.part');
      } else {
        expect(result.kind === 'none').toBe(files.every((name) => !/^SRR1[_.]/.test(name)));
      }
    }),
    { numRuns: 300 },
  );
  expect(whole).toBeGreaterThan(10);
});
