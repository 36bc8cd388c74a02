import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GtkError } from '../../../src/errors.js';
import { type Annotation, annotationSummary } from '../../../src/formats/gff/annotation.js';
import { readAnnotation } from '../../../src/formats/gff/read-annotation.js';
import { cut } from './pieces.js';

function read(text: string, pieceLengths?: number[]): Promise<Annotation> {
  return readAnnotation(cut(text, pieceLengths), 'a.gff');
}

/** Lines of tab-separated columns, written here with single blanks but for column 9. */
function lines(...rows: string[]): string {
  return rows.map((row) => `${row.startsWith('#') ? row : row.replace(/ /g, '\t')}\n`).join('');
}

/** Each coding sequence as `name gene contig start-end(strand)phase …`. */
function outline(annotation: Annotation): string[] {
  return [...annotation.transcripts.values()].flat().map(({ name, gene, contig, segments }) => {
    const parts = segments.map((s) => `${s.start}-${s.end}(${s.strand})${s.phase ?? '.'}`);
    return [name, gene, contig, ...parts].join(' ');
  });
}

async function failure(text: string): Promise<GtkError> {
  const thrown = await read(text).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(GtkError);
  return thrown as GtkError;
}

/** The canonical gene of the GFF3 specification: four coding sequences, two of them under one mRNA. */
const eden = lines(
  '##gff-version 3.1.26',
  '##sequence-region ctg123 1 1497228',
  'ctg123 . gene 1000 9000 . + . ID=gene00001;Name=EDEN',
  'ctg123 . mRNA 1050 9000 . + . ID=mRNA00001;Parent=gene00001;Name=EDEN.1',
  'ctg123 . mRNA 1050 9000 . + . ID=mRNA00002;Parent=gene00001;Name=EDEN.2',
  'ctg123 . mRNA 1300 9000 . + . ID=mRNA00003;Parent=gene00001;Name=EDEN.3',
  'ctg123 . exon 1300 1500 . + . ID=exon00001;Parent=mRNA00003',
  'ctg123 . exon 1050 1500 . + . ID=exon00002;Parent=mRNA00001,mRNA00002',
  'ctg123 . CDS 1201 1500 . + 0 ID=cds00001;Parent=mRNA00001;Name=edenprotein.1',
  'ctg123 . CDS 3000 3902 . + 0 ID=cds00001;Parent=mRNA00001;Name=edenprotein.1',
  'ctg123 . CDS 5000 5500 . + 0 ID=cds00001;Parent=mRNA00001;Name=edenprotein.1',
  'ctg123 . CDS 7000 7600 . + 0 ID=cds00001;Parent=mRNA00001;Name=edenprotein.1',
  'ctg123 . CDS 1201 1500 . + 0 ID=cds00002;Parent=mRNA00002;Name=edenprotein.2',
  'ctg123 . CDS 5000 5500 . + 0 ID=cds00002;Parent=mRNA00002;Name=edenprotein.2',
  'ctg123 . CDS 7000 7600 . + 0 ID=cds00002;Parent=mRNA00002;Name=edenprotein.2',
  'ctg123 . CDS 3301 3902 . + 0 ID=cds00003;Parent=mRNA00003;Name=edenprotein.3',
  'ctg123 . CDS 5000 5500 . + 1 ID=cds00003;Parent=mRNA00003;Name=edenprotein.3',
  'ctg123 . CDS 7000 7600 . + 1 ID=cds00003;Parent=mRNA00003;Name=edenprotein.3',
  'ctg123 . CDS 3391 3902 . + 0 ID=cds00004;Parent=mRNA00003;Name=edenprotein.4',
  'ctg123 . CDS 5000 5500 . + 1 ID=cds00004;Parent=mRNA00003;Name=edenprotein.4',
  'ctg123 . CDS 7000 7600 . + 1 ID=cds00004;Parent=mRNA00003;Name=edenprotein.4',
);

const edenOutline = [
  'mRNA00001 gene00001 ctg123 1201-1500(+)0 3000-3902(+)0 5000-5500(+)0 7000-7600(+)0',
  'mRNA00002 gene00001 ctg123 1201-1500(+)0 5000-5500(+)0 7000-7600(+)0',
  'cds00003 gene00001 ctg123 3301-3902(+)0 5000-5500(+)1 7000-7600(+)1',
  'cds00004 gene00001 ctg123 3391-3902(+)0 5000-5500(+)1 7000-7600(+)1',
];

describe('reading GFF3', () => {
  it('finds the four coding sequences of the canonical gene of the specification', async () => {
    const annotation = await read(eden);
    expect(outline(annotation)).toEqual(edenOutline);
    expect(annotationSummary(annotation)).toEqual({
      contigs: 1,
      genes: 1,
      transcripts: 4,
      cds_segments: 13,
      phase_disagreements: 0,
    });
  });

  it('reads the same from pieces of any size, with either line end and a byte order mark', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 300 })), fc.boolean(), async (lengths, crlf) => {
        const text = crlf ? `\ufeff${eden.replaceAll('\n', '\r\n')}` : eden.slice(0, -1);
        expect(outline(await read(text, lengths))).toEqual(edenOutline);
      }),
      { numRuns: 50 },
    );
  });

  it('orders segments by transcription, whatever their order in the file', async () => {
    const rows = [
      'c x CDS 50 60 . - 1 Parent=t',
      'c x CDS 90 99 . - 0 Parent=t',
      'c x CDS 10 20 . - 2 Parent=t',
    ];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const annotation = await read(lines(...order.map((i) => rows[i]!)));
      expect(outline(annotation)).toEqual(['t t c 90-99(-)0 50-60(-)1 10-20(-)2']);
    }
  });

  it('gives a CDS of several parents to each, and joins lines without parent by ID only', async () => {
    const annotation = await read(
      lines(
        'c x CDS 1 9 . + 0 ID=k;Parent=a,b%2C1',
        'c x CDS 21 29 . + 0 ID=k;Parent=a',
        'c x CDS 31 39 . + 0 ID=alone',
        'c x CDS 41 49 . + 0 ID=alone',
        'c x CDS 51 59 . + 0 .',
        'c x CDS 61 69 . - 0 .',
      ),
    );
    expect(outline(annotation)).toEqual([
      'a a c 1-9(+)0 21-29(+)0',
      'b,1 b,1 c 1-9(+)0',
      'alone alone c 31-39(+)0 41-49(+)0',
      'c:51-59(+) c:51-59(+) c 51-59(+)0',
      'c:61-69(-) c:61-69(-) c 61-69(-)0',
    ]);
  });

  it('joins lines that a gene finder numbers, but tells overlapping coding sequences of one gene apart', async () => {
    const numbered = lines('c x CDS 1 9 . + 0 ID=t.1;Parent=t', 'c x CDS 21 29 . + 0 ID=t.2;Parent=t');
    expect(outline(await read(numbered))).toEqual(['t t c 1-9(+)0 21-29(+)0']);
    // SARS-CoV-2: ORF1ab slips back one base at 13468, ORF1a ends soon after.
    const slippage = lines(
      'NC_045512.2 RefSeq CDS 266 13468 . + 0 ID=cds-YP_009724389.1;Parent=gene-GU280_gp01',
      'NC_045512.2 RefSeq CDS 13468 21555 . + 0 ID=cds-YP_009724389.1;Parent=gene-GU280_gp01',
      'NC_045512.2 RefSeq CDS 266 13483 . + 0 ID=cds-YP_009725295.1;Parent=gene-GU280_gp01',
    );
    expect(outline(await read(slippage))).toEqual([
      'cds-YP_009724389.1 gene-GU280_gp01 NC_045512.2 266-13468(+)0 13468-21555(+)0',
      'cds-YP_009725295.1 gene-GU280_gp01 NC_045512.2 266-13483(+)0',
    ]);
  });

  it('keeps the order of trans-spliced pieces: by part where given, else that of the file', async () => {
    const pieces = ['c x CDS 700 724 . - 0 ID=r;Parent=g', 'c x CDS 100 131 . + 0 ID=r;Parent=g'];
    expect(outline(await read(lines(...pieces)))).toEqual(['g g c 700-724(-)0 100-131(+)0']);
    const numbered = lines(`${pieces[1]};part=2`, `${pieces[0]};part=1`);
    expect(outline(await read(numbered))).toEqual(['g g c 700-724(-)0 100-131(+)0']);
    const sameStrand = lines(
      'c x CDS 700 724 . + 0 Parent=g;exception=trans-splicing',
      'c x CDS 100 131 . + 0 Parent=g;exception=trans-splicing',
    );
    expect(outline(await read(sameStrand))).toEqual(['g g c 700-724(+)0 100-131(+)0']);
  });

  it('stops at the sequence section, with and without its directive', async () => {
    const cds = lines('c%20d x CDS 1 9 . + . Parent=t');
    for (const end of ['##FASTA\n>c\nACGT\n', '>c\nACGT\n']) {
      expect(outline(await read(cds + end))).toEqual(['t t c d 1-9(+).']);
    }
  });

  it('notes which contigs are circular, and how long they are', async () => {
    const text = lines(
      'c x region 1 500 . + . ID=c:1..500;Is_circular=true',
      'c x CDS 490 510 . + 0 Parent=t',
    );
    expect([...(await read(text)).circular]).toEqual([['c', 500]]);
  });

  it('counts segments whose phase is not the one that splicing gives', async () => {
    const text = lines(
      // 10 bases, 1 cut off: no open codon; then 4 bases, 1 open: 2 are missing.
      'c x CDS 1 10 . + 1 Parent=a',
      'c x CDS 21 24 . + 0 Parent=a',
      'c x CDS 31 39 . + 2 Parent=a',
      'c x CDS 41 44 . + 0 Parent=b',
      'c x CDS 51 54 . + 0 Parent=b',
      'c x CDS 61 64 . + . Parent=b',
    );
    expect(annotationSummary(await read(text)).phase_disagreements).toBe(1);
  });
});

describe('reading GTF', () => {
  it('groups by transcript, names the gene and leaves stop codons out', async () => {
    const gtf = [
      'c\tx\tCDS\t1\t9\t.\t+\t0\tgene_id "g1"; transcript_id "t1"; protein_id "p";',
      'c\tx\tCDS\t1\t9\t.\t+\t0\tgene_id "g1"; transcript_id "t2";',
      'c\tx\texon\t1\t30\t.\t+\t.\tgene_id "g1"; transcript_id "t1";',
      'c\tx\tCDS\t21\t29\t.\t+\t0\tgene_id "g1"; transcript_id "t1";',
      'c\tx\tstop_codon\t30\t32\t.\t+\t0\tgene_id "g1"; transcript_id "t1";',
      'd\tx\tCDS\t1\t9\t.\t-\t0\tgene_id "g1"; transcript_id "t1";',
      'd\tx\tCDS\t21\t29\t.\t-\t0\tgene_id "g2"; transcript_id "";',
    ].join('\n');
    const annotation = await read(gtf);
    expect(outline(annotation)).toEqual([
      't1 g1 c 1-9(+)0 21-29(+)0',
      't2 g1 c 1-9(+)0',
      't1 g1 d 1-9(-)0',
      'g2 g2 d 21-29(-)0',
    ]);
    expect(annotationSummary(annotation).genes).toBe(3);
  });
});

describe('refusing what is no annotation of coding sequences', () => {
  it.each([
    ['>c\nACGT\n', 'GTK_NOT_GFF', 'line 1 has 1 column (">c")'],
    [`${lines('c x gene 1 9 . + . ID=g')}c x CDS 1 9 . + 0 Parent=t\n`, 'GTK_NOT_GFF', 'line 2 has 1 column'],
    ['#\n\nc\tx\tCDS\t1\t9\t.\t+\t0\n', 'GTK_NOT_GFF', 'line 3 has 8 columns'],
    [lines('c x CDS 9 8 . + 0 Parent=t'), 'GTK_GFF_VALUE', 'found start 9 after end 8'],
    [lines('c x CDS 0 8 . + 0 Parent=t'), 'GTK_GFF_VALUE', 'found start "0"'],
    [lines('c x CDS 1 8.5 . + 0 Parent=t'), 'GTK_GFF_VALUE', 'found end "8.5"'],
    [lines('c x CDS 1 9 . . 0 Parent=t'), 'GTK_GFF_VALUE', 'found strand "." on a CDS'],
    [lines('c x CDS 1 9 . + 3 Parent=t'), 'GTK_GFF_VALUE', 'found phase "3"'],
    [lines('c x CDS 1 9 . + 0 gene1'), 'GTK_GFF_VALUE', 'found attributes "gene1"'],
    ['c\tx\tCDS\t1\t9\t.\t+\t0\tnote "x";\n', 'GTK_GFF_VALUE', 'expected a CDS with a transcript_id'],
    [lines('c x gene 1 9 . + . ID=g'), 'GTK_NO_CDS', 'found none in 1 feature line'],
    ['', 'GTK_NO_CDS', 'found none in 0 feature lines'],
  ])('%j is refused with %s', async (text, code, part) => {
    const error = await failure(text);
    expect(error.code).toBe(code);
    expect(error.exitStatus).toBe(3);
    expect(error.message).toContain(part);
    expect(error.message).toContain('a.gff');
  });
});
