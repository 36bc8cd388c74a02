import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContigNames } from '../../../src/pcr/references/contig-names.js';
import { copyFasta } from '../../../src/pcr/references/copy-fasta.js';
import { type Contig, FastaCleaner } from '../../../src/pcr/references/fasta-cleaner.js';
import { writeGenes } from '../../../src/pcr/references/genes.js';
import { writeKnownSites, writeSpikeInSites } from '../../../src/pcr/references/known-sites.js';
import { testData } from '../../run-gtk.js';
import { failureOf, newFolder } from './setup.js';

const folder = newFolder();
const contigs: Contig[] = [
  { name: 'chr2', length: 1000 },
  { name: 'chr1', length: 2000 },
  { name: 'chrM', length: 500 },
];

/** Writes genes of that text and returns the lines, and what was logged. */
async function genesOf(text: string | Buffer, given: readonly Contig[] = contigs) {
  const [file, target] = [path.join(folder, 'given'), path.join(folder, 'genes.gtf.gz')];
  writeFileSync(file, text);
  const log: string[] = [];
  const count = await writeGenes({ file, shown: 'genes' }, target, new ContigNames(given), (line) =>
    log.push(line),
  );
  const written = gunzipSync(readFileSync(target)).toString();
  expect(written.match(/\n/g)).toHaveLength(count);
  return { written, log };
}

const gtf = (contig: string, start: number, end: number, id: string, strand = '+') =>
  `${contig}\tx\tgene\t${start}\t${end}\t.\t${strand}\t.\tgene_id "${id}"; gene_name "${id.toLowerCase()}";\n`;
const line = (contig: string, start: number, end: number, strand: string, id: string, name?: string) =>
  `${contig}\tgtk\tgene\t${start}\t${end}\t.\t${strand}\t.\tgene_id "${id}";${name ? ` gene_name "${name}";` : ''}\n`;

describe('genes', () => {
  test('of GTF are its gene lines, in the order of the FASTA', async () => {
    const exon = 'chr1\tx\texon\t1\t9000000\t.\t+\t.\tgene_id "A";\n';
    const text = `#!comment\n${gtf('chr1', 5, 2000, 'B')}${exon}\n${gtf('chr1', 5, 9, 'A', '-')}${gtf('chr2', 900, 1000, 'C')}`;
    const { written, log } = await genesOf(text);
    const expected = [
      line('chr2', 900, 1000, '+', 'C', 'c'),
      line('chr1', 5, 9, '-', 'A', 'a'),
      line('chr1', 5, 2000, '+', 'B', 'b'),
    ].join('');
    expect(written).toBe(expected);
    expect(log).toEqual([]);
    expect((await genesOf(gzipSync(text))).written).toBe(expected);
    expect((await genesOf(text.replaceAll('\n', '\r\n'))).written).toBe(expected);
  });

  test('of GFF3 are all features whose type ends in gene', async () => {
    const row = (type: string, start: number, attributes: string, strand = '+') =>
      `chr1\tx\t${type}\t${start}\t${start + 9}\t.\t${strand}\t.\t${attributes}\n`;
    const text = [
      '##gff-version 3\n',
      row('gene', 1, 'ID=gene:ENSG1;Name=TP53;gene_id=ENSG1'),
      row('ncRNA_gene', 20, 'ID=gene-SNR1;Name=SNR1;gene=SNR1', '-'),
      row('pseudogene', 40, 'ID=YAL1;Name=YAL1%2CA;gene=a%22b%09c', '?'),
      row('transposable_element_gene', 60, 'ID=T1'),
      row('mRNA', 1, 'ID=t1;Parent=gene:ENSG1'),
      row('gene_segment', 1, 'ID=s1'),
      '##FASTA\n>chr1\nACGT\n',
    ].join('');
    expect((await genesOf(text)).written).toBe(
      [
        line('chr1', 1, 10, '+', 'ENSG1', 'TP53'),
        line('chr1', 20, 29, '-', 'SNR1', 'SNR1'),
        // A quote would end the value, and a tab the column.
        line('chr1', 40, 49, '.', 'YAL1', "a'b c"),
        line('chr1', 60, 69, '+', 'T1'),
      ].join(''),
    );
  });

  test('of BED are its rows', async () => {
    const text = 'track name=x\nbrowser hide all\nchr1\t0\t10\tA\t0\t-\nchr2\t9\t10\tB\t0\t.\textra\n';
    const expected = [line('chr2', 10, 10, '.', 'B', 'B'), line('chr1', 1, 10, '-', 'A', 'A')];
    expect((await genesOf(text)).written).toBe(expected.join(''));
  });

  test.each([
    ['1', 'chr1'],
    ['chr1', '1'],
    ['Mito', 'chrM'],
    ['MT', 'chrM'],
    ['chrM', 'MT'],
    ['chrMT', 'Mito'],
  ])('on %s are those on %s of the FASTA, which is said', async (given, own) => {
    const { written, log } = await genesOf(gtf(given, 1, 10, 'A'), [{ name: own, length: 10 }]);
    expect(written).toBe(line(own, 1, 10, '+', 'A', 'a'));
    expect(log).toEqual([`genes: contigs renamed as in the FASTA: ${given} = ${own}`]);
  });

  test('on contigs that the FASTA lacks, or that may be several, are left out, which is said', async () => {
    const own = [
      { name: 'M', length: 10 },
      { name: 'chrMT', length: 10 },
      { name: '1', length: 10 },
    ];
    const text = gtf('1', 1, 10, 'A') + gtf('MT', 1, 10, 'B') + gtf('GL1', 1, 10, 'C');
    const { written, log } = await genesOf(text, own);
    expect(written).toBe(line('1', 1, 10, '+', 'A', 'a'));
    expect(log).toEqual(['genes: 2 genes left out, on contigs that the FASTA lacks: MT, GL1']);
  });

  test.each([
    [
      gtf('chr9', 1, 10, 'A'),
      'found genes on chr9, expected genes on contigs of the FASTA, which are chr2, chr1',
    ],
    ['', 'found no genes'],
    ['chr1\tx\texon\t1\t9\t.\t+\t.\tgene_id "A";\n', 'found no genes'],
    [`${gtf('chr1', 1, 10, 'A')}${gtf('chr2', 1, 1001, 'A')}`, 'line 2: found 1 to 1001 on chr2'],
    [gtf('chr1', 10, 9, 'A'), 'line 1: found the stretch "10" to "9"'],
    [gtf('chr1', 0, 9, 'A'), 'line 1: found the stretch "0" to "9"'],
    ['chr1\tx\tgene\t1e2\t900\t.\t+\t.\tgene_id "A";\n', 'the stretch "1e2"'],
    [gtf('chr1', 1, 9, 'A', '*'), 'line 1: found strand "*"'],
    ['chr1\tx\tgene\t1\t9\t.\t+\t.\tnote "A";\n', 'expected a gene_id (GTF) or ID (GFF3)'],
    ['chr1\tx\tgene\t1\t9\n', 'found 5 of them, expected nine columns'],
    ['chr1\t5\t5\tA\t0\t+\n', 'the stretch "5" to "5"'],
    ['chr1\t5\t6\tA\n', 'found 4 columns, expected six'],
    ['PK\x03\x04', 'found a zip archive'],
    [`chr1\t${'x'.repeat(3 << 20)}`, 'more than 1 MiB'],
    [gzipSync(gtf('chr1', 1, 9, 'A')).subarray(0, 40), 'is cut short'],
  ])('that are wrong are refused: %#', async (text, message) => {
    expect((await failureOf(genesOf(text))).message).toContain(message);
  });
});

describe('known sites', () => {
  const target = path.join(folder, 'known_sites.bed');
  async function sitesOf(text: string) {
    const file = path.join(folder, 'given');
    writeFileSync(file, text);
    await writeKnownSites({ file, shown: 'sites' }, target, new ContigNames(contigs), () => {});
    return readFileSync(target, 'utf8');
  }

  test('of BED are written in the order of the FASTA', async () => {
    const text = '1\t7\t8\tB\t5\t-\nchr1\t0\t1\tA\t0\t+\nchr2\t999\t1000\tC\t.\t+\n';
    expect(await sitesOf(text)).toBe('chr2\t999\t1000\tC\t.\t+\nchr1\t0\t1\tA\t0\t+\nchr1\t7\t8\tB\t5\t-\n');
  });

  test.each([
    ['chr2\t1000\t1001\tC\t.\t+\n', 'line 1: found 1001 to 1001 on chr2'],
    ['chr2\t1\t2\tC\t.\t.\n', "found strand \".\", expected '+' or '-'"],
    ['chr2\t1\t2\n', 'found 3 columns'],
    ['chrX\t1\t2\tC\t.\t+\n', 'found sites on chrX'],
  ])('that are wrong are refused: %#', async (text, message) => {
    expect((await failureOf(sitesOf(text))).message).toContain(message);
  });

  test('of the spiked-in control are twenty bases of GRCh37, under its names', () => {
    const names = ['1', '2', '3', '4', '5', '11', '12', '15', '16', '17', '19', '21', 'X'];
    const human = new ContigNames(names.map((name) => ({ name, length: 250_000_000 })));
    expect(writeSpikeInSites(target, human, () => {})).toBe(20);
    const rows = readFileSync(target, 'utf8').trimEnd().split('\n');
    expect(rows).toHaveLength(20);
    expect(rows).toContain('21\t33264262\t33264263\tHUNK\t0\t+');
    expect(rows.every((row) => Number(row.split('\t')[2]) - Number(row.split('\t')[1]) === 1)).toBe(true);
    expect(writeSpikeInSites(target, new ContigNames(contigs), () => {})).toBeNull();
  });
});

describe('FASTA', () => {
  /** What is kept, by the definition: headers, and lines of bases without white space. */
  function plainly(text: string): { kept: string; contigs: Contig[] } {
    const found: Contig[] = [];
    let kept = '';
    for (const raw of text.split('\n')) {
      if (raw.startsWith('>')) {
        found.push({ name: raw.slice(1).split(/[\s]/)[0]!, length: 0 });
        kept += `${raw.replaceAll('\r', '')}\n`;
      } else if (!raw.startsWith(';')) {
        const bases = raw.replace(/\s/g, '');
        if (bases === '') continue;
        found.at(-1)!.length += bases.length;
        kept += `${bases}\n`;
      }
    }
    return { kept, contigs: found };
  }

  const bases = fc.string({ unit: fc.constantFrom(...'ACGTNacgtnRYSWKMBDHV '), minLength: 0, maxLength: 20 });
  const lines = fc.array(
    fc.oneof({ weight: 5, arbitrary: bases }, fc.constantFrom('', '; a comment', '\t ')),
    {
      maxLength: 6,
    },
  );
  const record = fc.tuple(lines, fc.constantFrom('\n', '\r\n'));

  test('is cleaned alike in whatever pieces it comes', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 30 }),
        (records, ends, step) => {
          const texts = records.map(([body, end], i) =>
            [`>c${i} of ${i} >`, 'A', ...body].map((row) => row + end).join(''),
          );
          const text = texts.join('') + (ends ? '' : 'ACG');
          const cleaner = new FastaCleaner('x.fa');
          const bytes = Buffer.from(text);
          let kept = '';
          for (let at = 0; at < bytes.length; at += step)
            kept += Buffer.from(cleaner.push(bytes.subarray(at, at + step))).toString();
          kept += Buffer.from(cleaner.finish()).toString();
          expect({ kept, contigs: cleaner.contigs }).toEqual(plainly(text));
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ['>a\nACGT\n>a\nACGT\n', 'has contig a a second time'],
    ['>a\n>b\nACGT\n', 'contig a without bases'],
    ['>a\nACGT\n>b\n', 'contig b without bases'],
    ['> a\nACGT\n', 'a header without a name'],
    [`>${'a'.repeat(251)}\nACGT\n`, 'expected a name of up to 250 characters'],
    ['>a,b\nACGT\n', 'found the name "a,b"'],
    [`>a ${'x'.repeat(1 << 17)}\nACGT\n`, 'a header of 64 KiB'],
    ['>a\nACGT\nAC-GT\n', "line 3: found '-', expected nucleotides"],
    ['>a\nACGU\n', "line 2: found the letter 'U'"],
    ['>a\nAC>GT\n', "line 2: found '>'"],
    ['>a \x1b[2J\nACGT\n', 'expected text in the header'],
    ['@r\nACGT\n+\nIIII\n', 'is FASTQ'],
    ['>a\nMEFLIPQEFLIPQ\n', 'holds protein'],
    ['', 'is empty'],
    ['chr1\t1\n', 'is not FASTA'],
    ['PAR1', 'found Parquet data'.slice(6)],
    ['>a\rACGT\r', 'end in CR alone'],
  ])('that is wrong is refused: %#', async (text, message) => {
    async function* stored() {
      yield Buffer.from(text);
    }
    const { signal } = new AbortController();
    const copied = copyFasta(stored(), 'given.fa', path.join(folder, 'copy.fa'), signal);
    expect((await failureOf(copied)).message).toContain(message);
  });

  test('is the same in any compression', async () => {
    const packed = readFileSync(testData('pcr/lambda_virus.fa.gz'));
    const plain = gunzipSync(packed);
    const zstd = (await import('zstd-napi')).compress(plain, { checksumFlag: true });
    const half = plain.length >> 1;
    const members = Buffer.concat([gzipSync(plain.subarray(0, half)), gzipSync(plain.subarray(half))]);
    const { signal } = new AbortController();
    const sums = await Promise.all(
      [packed, plain, zstd, members].map(async (bytes, i) => {
        async function* stored() {
          yield bytes;
        }
        return (await copyFasta(stored(), 'x', path.join(folder, `copy${i}.fa`), signal)).sha256;
      }),
    );
    expect(new Set(sums).size).toBe(1);
    expect(readFileSync(path.join(folder, 'copy0.fa')).equals(plain.subarray(0, -1))).toBe(true);
  });
});
