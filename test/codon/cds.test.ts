import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splicedCds } from '../../src/codon/cds.js';
import { readAnnotation } from '../../src/formats/gff/read-annotation.js';
import { cut } from '../formats/gff/pieces.js';

/** Spliced sequences of a genome, in one file or several, as [header, sequence]. */
async function splice(genome: string | string[], gff: string, lengths?: number[]): Promise<string[][]> {
  const annotation = await readAnnotation(cut(gff), 'a.gff3');
  const files = [genome].flat().map((text, i) => ({ path: `g${i}.fa`, text: cut(text, lengths) }));
  const pieces: Uint8Array[] = [];
  for await (const piece of splicedCds(files, annotation)) pieces.push(piece);
  return records(Buffer.concat(pieces).toString());
}

function records(fasta: string): string[][] {
  return fasta
    .split('>')
    .slice(1)
    .map((record) => {
      const [header, ...lines] = record.split('\n');
      return [header!, lines.join('')];
    });
}

function cds(...rows: string[]): string {
  return rows.map((row) => `${row.replace(/ /g, '\t').replace('CDS', 'x\tCDS')}\n`).join('');
}

const remedyOf = (thrown: unknown) => (thrown as { remedy: string }).remedy;

describe('cutting coding sequences out of a genome', () => {
  //         1234567890 1234567890 12345
  const c = 'AACCGGTTAC GTNRYkmBVd hACgu';
  const genome = `>c some words\n${c.replaceAll(' ', '\n')}\n`;

  it('joins segments, turns the minus strand round by IUPAC codes and cuts off the first phase', async () => {
    const gff = cds(
      'c CDS 1 4 . + 0 Parent=plus',
      'c CDS 9 12 . + 2 Parent=plus',
      'c CDS 9 25 . - 0 Parent=minus',
      'c CDS 1 3 . - 1 Parent=minus',
      'c CDS 3 8 . + 2 Parent=late',
      'c CDS 19 25 . - 1 Parent=early',
      'c CDS 21 21 . + 2 Parent=short',
      'c CDS 25 25 . - . Parent=other%20one',
    );
    expect(await splice(genome, gff)).toEqual([
      ['plus gene=plus c:1-12(+)', 'AACCACGT'],
      // 9 to 25 is ACGTNRYkmBVdhACgu, from its end: u g C A h d V B m k Y R N T G C A.
      ['minus gene=minus c:1-25(-)', 'acGTdhBVkmRYNACGTGTT'],
      ['late gene=late c:3-8(+)', 'GGTT'],
      ['early gene=early c:19-25(-)', 'cGTdhB'],
      ['short gene=short c:21-21(+)', ''],
      ['other%20one gene=other%20one c:25-25(-)', 'a'],
    ]);
  });

  it('follows trans-spliced pieces over both strands and circular contigs over their origin', async () => {
    const gff = `c\tx\tregion\t1\t25\t.\t+\t.\tIs_circular=true\n${cds(
      'c CDS 5 8 . - 0 Parent=trans',
      'c CDS 1 2 . + 0 Parent=trans',
      'c CDS 24 27 . + 0 Parent=origin',
      'c CDS 24 27 . - 0 Parent=back',
      'c CDS 23 25 . + 0 Parent=beyond',
      'c CDS 26 28 . + 0 Parent=beyond',
    )}`;
    expect(await splice(genome, gff)).toEqual([
      ['trans gene=trans c:1-8(+-)', 'AACCAA'],
      ['origin gene=origin c:24-27(+)', 'guAA'],
      ['back gene=back c:24-27(-)', 'TTac'],
      ['beyond gene=beyond c:23-28(+)', 'CguAAC'],
    ]);
  });

  it('passes over comments, blank lines, white space and contigs without coding sequences', async () => {
    const messy = [
      ';comment > here',
      '',
      '> \tb a>c',
      'TTTT',
      '>c',
      ' AA CC\t',
      ';ACGT',
      '',
      'GG\vTT',
      'ACGTAA',
      '>d >c',
      'GGGG',
    ];
    for (const lineEnd of ['\n', '\r\n']) {
      for (const length of [1, 2, 3, 7, 1000]) {
        const found = await splice(messy.join(lineEnd), cds('c CDS 4 10 . + 0 Parent=t'), [length]);
        expect(found).toEqual([['t gene=t c:4-10(+)', 'CGGTTAC']]);
      }
    }
  });

  it('keeps the order of contigs in the genome, that of the annotation within one, and takes several files', async () => {
    const gff = cds('b CDS 1 2 . + 0 Parent=b2', 'a CDS 1 2 . + 0 Parent=a1', 'b CDS 3 4 . + 0 Parent=b1');
    const found = await splice(['>a\nACGT', '>b\nTTGG\n'], gff);
    expect(found.map(([header, sequence]) => [header!.split(' ')[0], sequence])).toEqual([
      ['a1', 'AC'],
      ['b2', 'TT'],
      ['b1', 'GG'],
    ]);
  });

  it('gives what picking base after base gives, for any genome, annotation and pieces', async () => {
    const bases = fc.string({ unit: fc.constantFrom(...'ACGTacgtNU'), minLength: 1, maxLength: 60 });
    const segment = fc.record({ start: fc.nat(59), length: fc.integer({ min: 1, max: 60 }) });
    const transcript = fc.record({
      contig: fc.nat(3),
      minus: fc.boolean(),
      phase: fc.nat(2),
      segments: fc.array(segment, { minLength: 1, maxLength: 5 }),
    });
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(bases, { minLength: 1, maxLength: 4 }),
        fc.array(transcript, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
        async (contigs, transcripts, width, lineEnd, lengths) => {
          const genome = contigs.map((text, i) => `>c${i}${lineEnd}${wrap(text, width, lineEnd)}`).join('');
          const rows: string[] = [];
          const expected: string[][] = contigs.map(() => []);
          for (const [t, { contig, minus, phase, segments }] of transcripts.entries()) {
            const text = contigs[contig % contigs.length]!;
            const picked: number[][] = [];
            for (const { start, length } of segments) {
              const from = start % text.length;
              const to = Math.min(text.length, from + length);
              if (picked.some((positions) => positions[0] === from)) continue;
              picked.push(Array.from({ length: to - from }, (_, k) => from + k));
              const strand = minus ? '-' : '+';
              rows.push(
                `c${contig % contigs.length} CDS ${from + 1} ${to} . ${strand} ${phase} ID=i${t};Parent=t${t}`,
              );
            }
            // Reversing each segment's positions and the order by end gives the minus strand base by base.
            if (minus) picked.sort((a, b) => b.at(-1)! - a.at(-1)! || b[0]! - a[0]!);
            else picked.sort((a, b) => a[0]! - b[0]!);
            const sequence = picked.flatMap((positions) =>
              (minus ? positions.toReversed() : positions).map((position) => {
                const base = text[position]!;
                return minus ? opposite[base]! : base;
              }),
            );
            expected[contig % contigs.length]!.push(`t${t} ${sequence.slice(phase).join('')}`);
          }
          const found = await splice(genome, cds(...rows), lengths);
          compared += found.length;
          expect(found.map(([header, sequence]) => `${header!.split(' ')[0]} ${sequence}`)).toEqual(
            expected.flat(),
          );
        },
      ),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(300);
  });

  it('gives the published coding sequences of yeast chromosomes III and VI', async () => {
    const data = (name: string) =>
      gunzipSync(readFileSync(new URL(`../data/${name}`, import.meta.url))).toString();
    const published = new Map(
      records(data('codon/yeast_cds.fa.gz')).map(([id, sequence]) => [id!, sequence!]),
    );
    const found = await splice(data('gff/yeast_III_VI.fa.gz'), data('gff/yeast_III_VI.gff3.gz'), [65536]);
    expect(found).toHaveLength(323);
    for (const [header, sequence] of found) {
      const gene = /^transcript:(\S+) /.exec(header!)![1]!;
      expect(sequence, gene).toBe(published.get(gene));
    }
  });
});

const opposite: Record<string, string> = {
  A: 'T',
  C: 'G',
  G: 'C',
  T: 'A',
  a: 't',
  c: 'g',
  g: 'c',
  t: 'a',
  N: 'N',
  U: 'A',
};

function wrap(text: string, width: number, lineEnd: string): string {
  return text.replace(new RegExp(`.{1,${width}}`, 'g'), (line) => line + lineEnd);
}

describe('refusing a genome that does not fit the annotation', () => {
  const gff = cds('chr1 CDS 1 3 . + 0 Parent=t', 'chr2 CDS 2 6 . + 0 Parent=u');

  it('names missing contigs and what the genome has instead, and sees a difference in prefix', async () => {
    const thrown = await splice('>1\nACGT\n>2\nACGT\n', gff).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'GTK_CONTIG_MISSING', exitStatus: 3 });
    expect(String(thrown)).toContain(
      'lacks 2 of the contigs on which a.gff3 has coding sequences: chr1, chr2; it has',
    );
    expect(remedyOf(thrown)).toContain("prefix 'chr'");
    const other = await splice('>chr1\nACGT\n', gff).catch((error: unknown) => error);
    expect(String(other)).toContain('lacks 1 of the contigs');
    expect(remedyOf(other)).not.toContain('prefix');
  });

  it('names the line of a segment that reaches beyond its contig', async () => {
    const thrown = await splice('>chr1\nACGT\n>chr2\nACGTA\n', gff).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'GTK_BEYOND_CONTIG', exitStatus: 3 });
    expect(String(thrown)).toContain(
      'a.gff3, line 2: CDS 2 to 6 reaches beyond contig chr2, which has 5 bases',
    );
  });

  it.each([
    ['>chr1\nACGT\n>chr2\nACGTAC\n>chr1\nACGT\n', 'GTK_DUPLICATE_CONTIG'],
    ['\n\nACGT\n>chr1\n', 'GTK_NOT_FASTA'],
    ['@read\nACGT\n', 'GTK_NOT_FASTA'],
    ['>chr1\rACGT\r>chr2\rACGTAC\r', 'GTK_LINE_ENDS'],
    ['', 'GTK_CONTIG_MISSING'],
  ])('refuses %j with %s', async (genome, code) => {
    for (const length of [1, 2, 5, 100]) {
      await expect(splice(genome, gff, [length])).rejects.toMatchObject({ code });
    }
  });
});
