import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { addReference } from '../../../src/pcr/references/add.js';
import { addArchive } from '../../../src/pcr/references/add-archive.js';
import { firstOtherBase } from '../../../src/pcr/references/packed-sequence.js';
import type { Reference } from '../../../src/pcr/references/reference.js';
import { requireTool } from '../../agreement/tools.js';
import { unpackedYeast } from '../reference.js';
import { contentOf, failureOf, LAMBDA, lambdaFile, newFolder, registration, stubBwa } from './setup.js';

const bwa = requireTool('bwa');
const folder = newFolder();

type Member = readonly [header: string | (Partial<Header> & { name: string }), content?: string | Buffer];

/** A tar archive as a file. */
async function tarOf(members: readonly Member[], wrap = (bytes: Buffer): Buffer => bytes): Promise<string> {
  const archive = pack();
  for (const [header, content = ''] of members) {
    archive.entry(typeof header === 'string' ? { name: header } : header, content);
  }
  archive.finalize();
  const file = path.join(folder, 'genome.tar');
  writeFileSync(file, wrap(await buffer(archive as unknown as NodeJS.ReadableStream)));
  return file;
}

let lambda: Reference;
beforeAll(async () => {
  if (bwa) lambda = await addReference({ ...registration('lambda'), fasta: lambdaFile });
});
afterEach(() => vi.unstubAllEnvs());

/** The files of the genome as members, without and with its index. */
const fasta = (): Member => ['lambda.fa', readFileSync(lambda.fasta)];
const index = (): Member[] =>
  ['amb', 'ann', 'bwt', 'pac', 'sa'].map((ending) => [
    `lambda.fa.${ending}`,
    readFileSync(`${lambda.fasta}.${ending}`),
  ]);

describe.skipIf(!bwa)('an archive', () => {
  test('with an index is taken as it is, without the indexer', async () => {
    stubBwa('exit 9');
    const bed: Member = ['known_sites.bed', `${LAMBDA}\t1\t2\ts\t0\t+\n`];
    const genes: Member = [
      'genes.gtf.gz',
      gzipSync(`${LAMBDA}\tx\tgene\t191\t736\t.\t+\t.\tgene_id "nu1";\n`),
    ];
    const request = registration('lambda');
    const tar = await tarOf([
      [{ name: './', type: 'directory' }],
      ...index(),
      bed,
      genes,
      ['manifest.json', '{}'],
      fasta(),
    ]);
    const made = await addArchive({ ...request, tar });
    expect(made.manifest).toMatchObject({
      fasta: lambda.manifest.fasta,
      contigs: lambda.manifest.contigs,
      index: { program: 'bwa' },
      genes: 1,
      knownSites: 1,
    });
    for (const ending of ['', '.amb', '.ann', '.bwt', '.pac', '.sa'])
      expect(readFileSync(made.fasta + ending).equals(readFileSync(lambda.fasta + ending))).toBe(true);
    expect(contentOf(made.folder)).toEqual([
      'genes.gtf.gz',
      'known_sites.bed',
      ...['', '.amb', '.ann', '.bwt', '.pac', '.sa'].map((ending) => `lambda.fa${ending}`),
      'manifest.json',
    ]);
    expect(contentOf(request.root)).toEqual(['lambda']);
  });

  test('of the folder itself, as tar and gzip make it, is taken', async () => {
    const tar = path.join(folder, 'lambda.tar.gz');
    execFileSync('tar', ['-C', path.dirname(lambda.folder), '-czf', tar, 'lambda']);
    const made = await addArchive({ ...registration('lambda'), tar });
    expect(made.manifest.index).toEqual({ program: 'bwa', version: 'as archived' });
  });

  test('without an index is indexed', async () => {
    const made = await addArchive({ ...registration('lambda'), tar: await tarOf([fasta()]) });
    expect(readFileSync(`${made.fasta}.sa`).equals(readFileSync(`${lambda.fasta}.sa`))).toBe(true);
    expect(made.manifest.index.version).toMatch(/^0\.7/);
  });

  test('with an index for bwa-mem2 alone is used with that where it is installed, else indexed anew', async () => {
    // What bwa-mem2 2.2 leaves: bwa's packed sequence, the bases of both strands, and a count that begins with 2n+1.
    const length = String.raw`\355\172\001\000\000\000\000\000`;
    stubBwa(
      `test "$1" = index || { echo 2.2.1; exit; }
bwa index "$2" && rm "$2.bwt" "$2.sa" && head -c 97004 /dev/zero > "$2.0123" && printf '${length}' > "$2.bwt.2bit.64"`,
      'bwa-mem2',
    );
    const made = await addReference({ ...registration('lambda'), fasta: lambdaFile });
    expect(made.manifest.index).toEqual({ program: 'bwa-mem2', version: '2.2.1' });
    const tar = path.join(folder, 'lambda.tar');
    execFileSync('tar', ['-C', path.dirname(made.folder), '-cf', tar, 'lambda']);
    const same = await addArchive({ ...registration('lambda'), tar });
    expect(same.manifest.index).toEqual({ program: 'bwa-mem2', version: 'as archived' });
    vi.unstubAllEnvs();
    const other = await addArchive({ ...registration('lambda'), tar });
    expect(other.manifest.index.program).toBe('bwa');
    expect(contentOf(other.folder)).toEqual(contentOf(lambda.folder));
  });

  test('by an alias is registered under the name of the assembly', async () => {
    const tar = await tarOf([['hg38/hg38.fa', readFileSync(lambda.fasta)]]);
    expect((await addArchive({ ...registration('hg38'), tar })).name).toBe('GRCh38');
  });
});

/** Each is put behind a FASTA that is right. */
const hostile: [string, Member, string][] = [
  ['a parent', ['../lambda.fa.sa', 'x'], 'the entry "../lambda.fa.sa"'],
  ['a parent below', ['lambda/../../lambda.fa.sa', 'x'], 'the entry'],
  ['an absolute path', ['/etc/lambda.fa.sa', 'x'], 'the entry "/etc/lambda.fa.sa"'],
  ['another folder', ['other/lambda.fa.sa', 'x'], 'the entry'],
  ['a folder of its own', [{ name: 'lambda.fa.sa', type: 'directory' }], 'the folder "lambda.fa.sa'],
  ['a foreign name', ['.bashrc', 'x'], 'the entry ".bashrc"'],
  ['another genome', ['yeast.fa', '>a\nACGT\n'], 'the entry "yeast.fa"'],
  ['a NUL', ['lambda.fa.s\\0a', 'x'], 'the entry'],
  ['a backslash', ['..\\lambda.fa.sa', 'x'], 'the entry'],
  ['a link', [{ name: 'lambda.fa.sa', type: 'symlink', linkname: '/etc/passwd' }], 'the symlink entry'],
  ['a hard link', [{ name: 'lambda.fa.sa', type: 'link', linkname: 'lambda.fa' }], 'the link entry'],
  [
    'a device',
    [{ name: 'lambda.fa.sa', type: 'character-device', devmajor: 1, devminor: 5 }],
    'character-device',
  ],
  ['a block device', [{ name: 'lambda.fa.sa', type: 'block-device' }], 'block-device'],
  ['a pipe', [{ name: 'lambda.fa.sa', type: 'fifo' }], 'the fifo entry'],
  ['the FASTA again', ['lambda/lambda.fa', '>a\nACGT\n'], 'twice'],
  ['half an index', ['lambda.fa.sa', 'x'], 'an index without .amb .ann .bwt .pac'],
  [
    'wrong genes',
    ['genes.gtf.gz', gzipSync('chr9\tx\tgene\t1\t9\t.\t+\t.\tgene_id "a";\n')],
    'genes on chr9',
  ],
];

describe.skipIf(!bwa)('an archive is refused, and nothing is left,', () => {
  async function refusal(tar: string) {
    const request = registration('lambda');
    const failure = await failureOf(addArchive({ ...request, tar }));
    expect(contentOf(request.root)).toEqual([]);
    expect(existsSync(path.join(path.dirname(request.root), 'lambda.fa.sa'))).toBe(false);
    return failure;
  }

  test.each(hostile)('with %s', async (_, member, message) => {
    expect((await refusal(await tarOf([fasta(), member]))).message).toContain(message);
    // In front of everything else, too; what must be compared with the FASTA is only found out later.
    expect((await refusal(await tarOf([member, fasta()]))).message).toContain(message);
  });

  test('with more than one genome can have', async () => {
    const folders = Array.from({ length: 70 }, (): Member => [{ name: 'lambda/', type: 'directory' }]);
    expect((await refusal(await tarOf(folders))).message).toContain('more than 64 entries');
    const pax = await tarOf([[{ name: 'lambda.fa.sa', pax: { size: String(2 ** 40) } }, 'x']]);
    expect((await refusal(pax)).message).toContain('more than 137438953472 bytes');
    // Allowed, but more than most disks have free, and it does not come.
    const large = await tarOf([[{ name: 'lambda.fa.sa', pax: { size: String(2 ** 37) } }, 'x']]);
    expect((await refusal(large)).message).toMatch(/only \d+ are free there|no whole tar archive/);
  });

  test('that unpacks to much more than it has', async () => {
    const bomb = await tarOf([['lambda.fa.sa', Buffer.alloc(96 << 20)]], (bytes) =>
      gzipSync(bytes, { level: 1 }),
    );
    expect((await refusal(bomb)).message).toContain('grow more than 100 times');
  });

  test('that is no archive, or not a whole one', async () => {
    const tar = await tarOf([fasta(), ...index()]);
    const whole = readFileSync(tar);
    const cases: [Buffer, string][] = [
      [Buffer.from('hello'), 'no whole tar archive'],
      [Buffer.from(`>a\n${'ACGT'.repeat(500)}\n`), 'no whole tar archive'],
      [whole.subarray(0, 100_000), 'no whole tar archive'],
      [gzipSync(whole).subarray(0, 20_000), 'is cut short'],
      [Buffer.from('PAR1'), 'Parquet'],
      [Buffer.alloc(1024), 'no lambda.fa'],
    ];
    for (const [bytes, message] of cases) {
      writeFileSync(tar, bytes);
      expect((await refusal(tar)).message).toContain(message);
    }
    const packed = await tarOf([['lambda.fa', gzipSync(readFileSync(lambda.fasta))]]);
    expect((await refusal(packed)).message).toContain('lambda.fa compressed');
  });

  test('whose index is of another FASTA', async () => {
    const text = readFileSync(lambda.fasta, 'latin1');
    const at = text.lastIndexOf('A');
    const cases: [string, string][] = [
      // The same name and length, and one other base.
      [`${text.slice(0, at)}C${text.slice(at + 1)}`, 'an index with another base 4'],
      [text.replace(LAMBDA, 'lambda'), '.ann has contig gi|9626243'],
      [`${text}ACGTA\n`, '.pac has 12127 bytes where 12128'],
      [`${text}>more\nA\n`, 'of which .'],
    ];
    for (const [other, message] of cases) {
      const tar = await tarOf([['lambda.fa', other], ...index()]);
      expect((await refusal(tar)).message).toContain(message);
    }
  });

  test.each(['amb', 'ann', 'bwt', 'pac', 'sa'])('whose .%s is damaged', async (ending) => {
    const members = index().map(([name, content]): Member => {
      const isIt = (name as string).endsWith(`.${ending}`);
      return [name, isIt ? (content as Buffer).subarray(0, -3) : content];
    });
    expect((await refusal(await tarOf([fasta(), ...members]))).message).toContain(`.${ending}`);
  });
});

test.skipIf(!bwa)('an index is compared with its FASTA base by base, unknown ones left out', async () => {
  const { signal } = new AbortController();
  const yeast = await unpackedYeast();
  expect(await firstOtherBase(yeast, signal)).toBeUndefined();
  const text = readFileSync(yeast, 'latin1');
  const changed = path.join(folder, 'changed.fa');
  symlinkSync(`${yeast}.pac`, `${changed}.pac`);
  // The last base, far behind the first mebibyte, and one to which nothing can be compared.
  const last = text.trimEnd().length - 1;
  const other = text[last] === 'A' ? 'C' : 'A';
  const bases = text.replace(/^>.*$/gm, '').replaceAll('\n', '').length;
  writeFileSync(changed, `${text.slice(0, last)}${other}\n`, 'latin1');
  expect(await firstOtherBase(changed, signal)).toBe(bases);
  writeFileSync(changed, `${text.slice(0, last)}N\n`, 'latin1');
  expect(await firstOtherBase(changed, signal)).toBeUndefined();

  const fasta = path.join(folder, 'unknown.fa');
  writeFileSync(fasta, `>a\nACGTNNNNNNNNNNNNNNNNNNNNACGT\n>b more\nNACGRT\n`);
  const made = await addReference({ ...registration('unknown'), fasta });
  const tar = path.join(folder, 'unknown.tar');
  execFileSync('tar', ['-C', path.dirname(made.folder), '-cf', tar, 'unknown']);
  const again = await addArchive({ ...registration('unknown'), tar });
  expect(again.manifest.index.version).toBe('as archived');
});
