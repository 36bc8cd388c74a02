import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splicedCds } from '../../src/codon/cds.js';
import { fileChunks } from '../../src/formats/compression/file-chunks.js';
import { readAnnotationFile } from '../../src/formats/gff/annotation-file.js';
import { requireTool } from './tools.js';

const gffread = requireTool('gffread');

/** Name and sequence of every record, sorted by name. */
function sequences(fasta: string): string[] {
  return fasta
    .split('>')
    .slice(1)
    .map((record) => {
      const [header, ...lines] = record.split('\n');
      return `${header!.split(' ')[0]} ${lines.join('')}`;
    })
    .sort();
}

describe.skipIf(!gffread)('spliced coding sequences agree with gffread', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gtk-gffread-'));
  const genome = join(folder, 'genome.fa');
  const data = (name: string) => gunzipSync(readFileSync(new URL(`../data/gff/${name}`, import.meta.url)));
  let contigs: Map<string, number>;

  beforeAll(() => {
    const text = data('yeast_III_VI.fa.gz');
    writeFileSync(genome, text);
    contigs = new Map(
      sequences(text.toString()).map((record) => [record.split(' ')[0]!, record.split(' ')[1]!.length]),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function compare(annotation: string, name: string): Promise<number> {
    const path = join(folder, name);
    writeFileSync(path, annotation);
    const theirs = join(folder, `${name}.fa`);
    execFileSync(gffread!, ['-x', theirs, '-g', genome, path], { stdio: 'ignore' });
    const pieces: Uint8Array[] = [];
    const file = { path: genome, text: fileChunks(genome, { chunkBytes: 10_007 }) };
    for await (const piece of splicedCds([file], await readAnnotationFile(path))) pieces.push(piece);
    const ours = sequences(Buffer.concat(pieces).toString());
    expect(ours).toEqual(sequences(readFileSync(theirs, 'utf8')));
    return ours.length;
  }

  it('on the genes of yeast chromosomes III and VI', async () => {
    expect(await compare(data('yeast_III_VI.gff3.gz').toString(), 'genes.gff3')).toBe(323);
  });

  it.each(['gff3', 'gtf'])(
    'on %s with many exons, both strands, shared parents and every first phase',
    async (form) => {
      const rows: string[] = [];
      let seed = 7;
      const random = (below: number) => {
        seed = (seed * 48271) % 2147483647;
        return seed % below;
      };
      let transcripts = 0;
      for (const [contig, length] of contigs) {
        for (let at = 500; at + 9000 < length; at += 400) {
          transcripts += 1;
          const strand = random(2) === 0 ? '+' : '-';
          const segments: [number, number][] = [];
          for (let k = 0, start = at; k <= random(8); k++) {
            // gffread leaves out GTF transcripts of a few bases.
            const end = start + 15 + random(400);
            segments.push([start, end]);
            start = end + 30 + random(500);
          }
          const inOrder = strand === '+' ? segments : segments.toReversed();
          let bases = -random(3);
          const phases = new Map<number, number>();
          for (const [start, end] of inOrder) {
            phases.set(start, (((3 - bases) % 3) + 3) % 3);
            bases += end - start + 1;
          }
          const t = `t${transcripts}`;
          const parents = random(3) === 0 ? `${t},${t}b` : t;
          const attributes =
            form === 'gtf' ? `gene_id "g${t}"; transcript_id "${t}";` : `ID=cds-${t};Parent=${parents}`;
          if (form === 'gff3') {
            for (const id of parents.split(',')) {
              const end = segments.at(-1)![1];
              rows.push([contig, 'x', 'mRNA', at, end, '.', strand, '.', `ID=${id}`].join('\t'));
            }
          }
          for (const [start, end] of segments) {
            rows.push(
              [contig, 'x', 'CDS', start, end, '.', strand, phases.get(start), attributes].join('\t'),
            );
          }
        }
      }
      const compared = await compare(`${rows.join('\n')}\n`, `random.${form}`);
      expect(compared).toBeGreaterThanOrEqual(transcripts);
      expect(transcripts).toBeGreaterThan(1000);
    },
  );
});
