import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { refusal } from './refusal.js';
import { countsOf, summaryOf, usageRows } from './slow-count.js';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

beforeAll(() => {
  writeFileSync(at('genome.fa'), `>chr1\n${'ATGGCCTTTTAA'.repeat(10)}\n>chr2\nACGT\n`);
  writeFileSync(at('good.gff3'), cds('chr1\tx\tCDS\t1\t12\t.\t+\t0\tID=c1;Parent=t1'));
});

const cds = (...lines: string[]) => `##gff-version 3\n${lines.join('\n')}\n`;

interface Case {
  name: string;
  content: string | Uint8Array;
  says: string[];
  remedy: string;
}

const annotations: Case[] = [
  {
    name: 'text.gff3',
    content: 'just words\n',
    says: ['is not GFF3 or GTF: line 1 has 1 column', '"just words"', 'nine columns separated by tabs'],
    remedy: 'GFF3 or GTF',
  },
  {
    name: 'blanks.gff3',
    content: cds('chr1 x CDS 1 12 . + 0 ID=c1'),
    says: ['line 2 has 1 column'],
    remedy: 'GFF3 or GTF',
  },
  {
    name: 'swapped.gff3',
    content: cds('chr1\tx\tCDS\t12\t1\t.\t-\t0\tID=c1'),
    says: ['line 2: found start 12 after end 1', 'on either strand'],
    remedy: 'Correct the line',
  },
  {
    name: 'zero.gff3',
    content: cds('chr1\tx\tCDS\t0\t12\t.\t+\t0\tID=c1'),
    says: ['line 2: found start "0"', 'at least 1'],
    remedy: 'Correct the line',
  },
  {
    name: 'strand.gff3',
    content: cds('chr1\tx\tCDS\t1\t12\t.\t?\t0\tID=c1'),
    says: ['line 2: found strand "?"', "'+' or '-'"],
    remedy: 'Correct the line',
  },
  {
    name: 'phase.gff3',
    content: cds('chr1\tx\tCDS\t1\t12\t.\t+\t3\tID=c1'),
    says: ['line 2: found phase "3"', '0, 1, 2'],
    remedy: 'Correct the line',
  },
  {
    name: 'genes.gff3',
    content: cds('chr1\tx\tgene\t1\t12\t.\t+\t.\tID=g1', 'chr1\tx\texon\t1\t12\t.\t+\t.\tID=e1'),
    says: ['annotates no coding sequence: found none in 2 feature lines'],
    remedy: 'CDS features',
  },
  { name: 'none.gff3', content: '', says: ['found none in 0 feature lines'], remedy: 'CDS features' },
  {
    name: 'prefix.gff3',
    content: cds('1\tx\tCDS\t1\t12\t.\t+\t0\tID=c1'),
    says: ['genome.fa lacks 1 of the contigs', 'prefix.gff3', 'such as chr1, chr2'],
    remedy: "prefix 'chr'",
  },
  {
    name: 'beyond.gff3',
    content: cds('chr1\tx\tCDS\t1\t121\t.\t+\t0\tID=c1'),
    says: ['line 2: CDS 1 to 121 reaches beyond contig chr1, which has 120 bases in', 'genome.fa'],
    remedy: 'same release',
  },
  {
    name: 'cut.gff3.gz',
    content: gzipSync(cds('chr1\tx\tCDS\t1\t12\t.\t+\t0\tID=c1')).subarray(0, 30),
    says: ['is cut short: the gzip stream ends at byte 30'],
    remedy: 'Copy or download',
  },
];

describe('An annotation that is wrong', () => {
  test.each(annotations)('is refused with its line: $name', async ({ name, content, says, remedy }) => {
    writeFileSync(at(name), content);
    const told = await refusal(folder, ['codon', 'genome.fa', '--gff', name, '--out', 'out'], 3);
    for (const words of says) expect(told.sentence).toContain(words);
    expect(told.remedy).toContain(remedy);
  });

  test('is missing', async () => {
    const told = await refusal(folder, ['codon', 'genome.fa', '--gff', 'no.gff3', '--out', 'out'], 2);
    expect(told.sentence).toBe(`No such file or folder: ${at('no.gff3')}`);
  });

  test('goes with a genome that has a contig twice', async () => {
    writeFileSync(at('twice.fa'), `>chr1\n${'ACGT'.repeat(9)}\n>chr1\nACGT\n`);
    const told = await refusal(folder, ['codon', 'twice.fa', '--gff', 'good.gff3', '--out', 'out'], 3);
    expect(told.sentence).toBe(`${at('twice.fa')} has contig chr1 a second time, expected every contig once`);
  });

  test('goes with a genome that is no FASTA', async () => {
    writeFileSync(at('no.fa'), 'words\n');
    const told = await refusal(folder, ['codon', 'no.fa', '--gff', 'good.gff3', '--out', 'out'], 3);
    expect(told.sentence).toContain(`${at('no.fa')} is not FASTA: line 1`);
  });

  test('cannot be used with a genome from standard input, nor with --reference', async () => {
    const input = '>chr1\nACGT\n';
    const piped = await refusal(folder, ['codon', '-', '--gff', 'good.gff3'], 2, { input });
    expect(piped.sentence).toContain('--gff');
    const both = await refusal(
      folder,
      ['codon', 'no.fa', '--gff', 'good.gff3', '--reference', 'genome.fa'],
      2,
    );
    expect(both.sentence).toContain('--reference');
  });

  test('is told from a right one, which is counted', async () => {
    const args = ['codon', 'genome.fa', '--gff', 'good.gff3', '--out', 'spliced', '--quiet'];
    expect(await gtk(args, { cwd: folder })).toMatchObject({ status: 0, stderr: '' });
    const once = ['ATG', 'GCC', 'TTT', 'TAA'].map((codon) => [codon, 1] as const);
    expect(countsOf(usageRows(at('spliced')))).toEqual(new Map(once));
  });
});

describe('A list of optimal codons that is wrong', () => {
  test.each([
    { name: 'word.txt', content: 'CTG\nMet\n', says: ['line 2', 'Met'] },
    { name: 'letters.txt', content: '# best\nCTN\n', says: ['line 2', 'CTN'] },
    { name: 'empty.txt', content: '# none\n', says: ['expected'] },
  ])('is refused with its line: $name', async ({ name, content, says }) => {
    writeFileSync(at(name), content);
    const told = await refusal(folder, ['codon', 'genome.fa', '--optimal', name, '--out', 'out'], 3);
    for (const words of [`${at(name)} is no list of optimal codons`, ...says])
      expect(told.sentence).toContain(words);
    expect(told.remedy).toContain('one codon a line');
  });

  test('is missing or a folder', async () => {
    const missing = await refusal(folder, ['codon', 'genome.fa', '--optimal', 'no.txt'], 2);
    expect(missing.sentence).toBe(`No such file or folder: ${at('no.txt')}`);
    const directory = await refusal(folder, ['codon', 'genome.fa', '--optimal', '.'], 3);
    expect(directory.sentence).toContain('cannot be read: it is a folder');
  });
});

describe('A reference that is wrong', () => {
  test('is missing', async () => {
    const told = await refusal(
      folder,
      ['codon', 'genome.fa', '--reference', 'no-such.fa', '--out', 'out'],
      2,
    );
    expect(told.sentence).toBe(`No such file or folder: ${at('no-such.fa')}`);
  });

  test('is protein', async () => {
    writeFileSync(at('protein.fa'), `>p\n${'MKLVFWEERILQPDSTAGHYNC'.repeat(5)}\n`);
    const told = await refusal(
      folder,
      ['codon', 'genome.fa', '--reference', 'protein.fa', '--out', 'out'],
      3,
    );
    expect(told.sentence).toContain('protein.fa holds protein: line 2');
  });

  test('is told from the input itself, which gives what the default gives', async () => {
    const args = ['codon', 'genome.fa', '--quiet', '--out'];
    const runs = [
      gtk([...args, 'self'], { cwd: folder }),
      gtk([...args, 'named', '--reference', 'genome.fa'], { cwd: folder }),
    ];
    for (const ended of await Promise.all(runs)) expect(ended).toMatchObject({ status: 0, stderr: '' });
    const [self, named] = [summaryOf(at('self')), summaryOf(at('named'))];
    expect([self.cai_reference, named.cai_reference]).toEqual(['self', at('genome.fa')]);
    for (const name of ['cai', 'cbi', 'fop', 'sequences', 'inputs']) expect(named[name]).toEqual(self[name]);
    expect(self.cai).toBeGreaterThan(0);
  });
});
