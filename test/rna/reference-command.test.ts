import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireTool } from '../agreement/tools.js';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { kallistoIndex, mouseFasta } from './quant-setup.js';

const index = (...args: string[]) => gtk(['rna', 'index', ...args]);

describe('gtk rna index', { timeout: 60_000 }, () => {
  test.each([
    [[], /either FASTA files or --config/],
    [['--config', 'x.yaml', mouseFasta], /either FASTA files or --config/],
    [['--kmer-size', '4', mouseFasta], /--kmer-size: found 4, expected an odd number/],
    [['--kmer-size', '33', mouseFasta], /kmer-size/],
    [['/nowhere/Mus.fa'], /No such file or folder: \/nowhere\/Mus.fa/],
    [[import.meta.filename], /expected a name that ends in .fa/],
    [['--out', 'x', mouseFasta, mouseFasta], /another file whose index has the same name/],
  ])('%j is refused as wrong usage', async (args, problem) => {
    const { status, stderr } = await index(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(problem);
  });

  describe.skipIf(!requireTool('kallisto'))('with kallisto', () => {
    test('builds what kallisto builds by hand, and only once', async () => {
      const out = path.join(temporaryFolder(), 'index ü');
      const first = await index(mouseFasta, '--out', out, '--json', '--quiet');
      const place = path.join(out, 'Mus_musculus.idx');
      const entry = { species: 'Mus_musculus', index: place, reference: mouseFasta };
      expect([first.status, JSON.parse(first.stdout)]).toEqual([
        0,
        { indices: [{ ...entry, built: true }], failures: [] },
      ]);
      expect(readFileSync(place).equals(readFileSync(kallistoIndex(temporaryFolder(), mouseFasta)))).toBe(
        true,
      );
      const again = await index(mouseFasta, '--out', out);
      expect([again.status, again.stdout]).toEqual([0, `${place}  was there already\n`]);
      expect((await index(mouseFasta, '--out', out, '--redo')).stdout).toBe(`${place}  built\n`);
      expect((await index(mouseFasta, '--out', out, '--kmer-size', '21')).stdout).toBe(`${place}  built\n`);
      expect(readFileSync(place).readUInt32LE(8)).toBe(21);
    });

    test('takes reference and folder from the configuration of a species', async () => {
      const root = temporaryFolder();
      mkdirSync(path.join(root, 'work', 'fasta'), { recursive: true });
      copyFileSync(mouseFasta, path.join(root, 'work', 'fasta', 'Mus_musculus_for_kallisto_index.fa.gz'));
      const config = path.join(root, 'amalgkit_mouse.yaml');
      writeFileSync(config, 'work_dir: work\nspecies_list:\n  - Mus_musculus\n');
      const { status, stderr } = await index('--config', config, '--root', root);
      expect([status, stderr]).toEqual([0, expect.not.stringContaining('gtk:')]);
      const names = ['Mus_musculus.idx', 'Mus_musculus.idx.gtk.json'];
      expect(readdirSync(path.join(root, 'work', 'index'))).toEqual(names);
    });

    test('tells what is wrong with a reference, and builds the others', async () => {
      const folder = temporaryFolder();
      const bad = path.join(folder, 'Bad_one.fa');
      writeFileSync(bad, '>a\nACGT\n>a\nACGT\n');
      const alone = await index(bad);
      expect(alone.status).toBe(3);
      expect(alone.stderr).toContain('There is no usable index of Bad_one (bad-reference): ');
      expect(readdirSync(folder)).toEqual(['Bad_one.fa']);
      const both = await index(bad, mouseFasta, '--out', path.join(folder, 'out'));
      expect(both.status).toBe(1);
      expect(both.stderr).toContain('Bad_one');
      expect(existsSync(path.join(folder, 'out', 'Mus_musculus.idx'))).toBe(true);
    });
  });
});
