import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { genesOfReference, readGeneMap } from '../../src/rna/merge/gene-map.js';
import { temporaryFolder, testData } from '../run-gtk.js';

const folder = temporaryFolder();

function fileOf(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe('a map of genes', () => {
  test.each<[string, string]>([
    ['TSV', 't1\tg1\nt2\tg1\nt3\tg2\n'],
    ['TSV with a header', 'tx\tgene_id\tgene_name\nt1\tg1\tA\nt2\tg1\tA\nt3\tg2\tB\n'],
    ['TSV with CR LF, a byte order mark and comments', '\ufeff# genes\r\nt1\tg1\r\nt2\tg1\r\n\r\nt3\tg2'],
    ['CSV', 't1,g1\nt2,g1\nt3,g2\n'],
    ['CSV as R writes it', '"TXNAME","GENEID"\n"t1","g1"\n"t2","g1"\n"t3","g2"\n'],
    [
      'GTF',
      '#!genome-build X\n' +
        '1\tx\tgene\t1\t9\t.\t+\t.\tgene_id "g1";\n' +
        '1\tx\ttranscript\t1\t9\t.\t+\t.\tgene_id "g1"; transcript_id "t1"; gene_name "A; B";\n' +
        '1\tx\texon\t1\t9\t.\t+\t.\tgene_id "g1"; transcript_id "t2";\n' +
        '1\tx\texon\t1\t9\t.\t+\t.\tgene_id "g2"; transcript_id "t3";\n',
    ],
    [
      'GFF3 of Ensembl',
      '##gff-version 3\n' +
        '1\tx\tmRNA\t1\t9\t.\t+\t.\tID=transcript:t1;Parent=gene:g1;version=2\n' +
        '1\tx\tgene\t1\t9\t.\t+\t.\tID=gene:g1;gene_id=g1\n' +
        '1\tx\tlnc_RNA\t1\t9\t.\t+\t.\tID=transcript:t2;Parent=gene:g1\n' +
        '1\tx\texon\t1\t9\t.\t+\t.\tParent=transcript:t2\n' +
        '1\tx\tncRNA_gene\t1\t9\t.\t+\t.\tID=gene:g2\n' +
        '1\tx\tsnRNA\t1\t9\t.\t+\t.\tID=transcript:t3;Parent=gene:g2\n' +
        '##FASTA\n>t4\nACGT\n',
    ],
    [
      'GFF3 of NCBI',
      '1\tx\tgene\t1\t9\t.\t+\t.\tID=gene-g1;Name=g1\n' +
        '1\tx\tmRNA\t1\t9\t.\t+\t.\tID=rna-t1;Parent=gene-g1;transcript_id=t1\n' +
        '1\tx\tmRNA\t1\t9\t.\t+\t.\tID=rna-17;Parent=gene-g1;transcript_id=t2\n' +
        '1\tx\tpseudogene\t1\t9\t.\t+\t.\tID=gene-g2\n' +
        '1\tx\ttranscript\t1\t9\t.\t+\t.\tID=rna-t3;Parent=gene-g2\n',
    ],
  ])('is read from %s', async (name, text) => {
    for (const content of [text, gzipSync(text)]) {
      const geneOf = await readGeneMap(fileOf(`${name}.x`, content));
      expect(['t1', 't2', 't3', 't4'].map(geneOf)).toEqual(['g1', 'g1', 'g2', undefined]);
    }
  });

  test('finds targets under another version, if that leaves one gene', async () => {
    const geneOf = await readGeneMap(fileOf('versions', 'ENST1.4\tg1\nENST2\tg2\nA.1\tg3\nA.2\tg4\n'));
    expect(['ENST1.4', 'ENST1.5', 'ENST1', 'ENST2.1', 'A.1', 'A.2', 'A.3', 'A'].map(geneOf)).toEqual([
      'g1',
      'g1',
      'g1',
      'g2',
      'g3',
      'g4',
      undefined,
      undefined,
    ]);
  });

  test.each([
    ['one column', 't1\n', 'line 1'],
    ['an empty gene', 't1\tg1\nt2\t\n', 'line 2'],
    ['two genes for a target', 't1\tg1\nt1\tg2\n', 'gene g2 for t1'],
    ['nothing', '# empty\n', 'no target'],
    ['an annotation without transcripts', '1\tx\tgene\t1\t9\t.\t+\t.\tID=gene:g1\n', 'no target'],
  ])('of %s is refused', async (_, text, problem) => {
    await expect(readGeneMap(fileOf('bad', text))).rejects.toMatchObject({
      code: 'GTK_RNA_TX2GENE',
      exitStatus: 3,
      message: expect.stringContaining(problem),
    });
  });

  test('in a binary file is refused', async () => {
    await expect(readGeneMap(fileOf('binary', 'PK\x03\x04'))).rejects.toMatchObject({ code: 'GTK_BINARY' });
  });
});

describe('genes in the headers of a reference', () => {
  test('are those of Ensembl: S. pombe names targets for their genes', async () => {
    const geneOf = await genesOfReference(testData('rna/fasta/Schizosaccharomyces_pombe.fa.gz'), true);
    expect(geneOf!('SPBC1778.08c.1')).toBe('SPBC1778.08c');
    expect(geneOf!('SPCC613.03.1')).toBe('SPCC613.03');
    expect(geneOf!('SPBC1778.08c')).toBeUndefined();
  });

  test('may be none', async () => {
    const mouse = testData('rna/fasta/Mus_musculus.fa.gz');
    expect(await genesOfReference(mouse, false)).toBeUndefined();
    await expect(genesOfReference(mouse, true)).rejects.toMatchObject({ code: 'GTK_RNA_TX2GENE' });
  });
});
