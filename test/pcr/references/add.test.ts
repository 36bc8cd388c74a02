import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { OptionValues } from '../../../src/engine/command.js';
import type { Live } from '../../../src/engine/live.js';
import { type AddRequest, addReference } from '../../../src/pcr/references/add.js';
import { findReference, listReferences } from '../../../src/pcr/references/find.js';
import { manageGenomes } from '../../../src/pcr/references/manage.js';
import { findProgram } from '../../../src/tools/find.js';
import { startOf } from '../../../src/tools/process-identity.js';
import { requireTool } from '../../agreement/tools.js';
import { gtk, testData } from '../../run-gtk.js';
import { yeastReference } from '../reference.js';
import {
  contentOf,
  failureOf,
  LAMBDA,
  LAMBDA_BASES,
  lambdaFile,
  lambdaText,
  newFolder,
  registration,
  stubBwa,
} from './setup.js';

const bwa = requireTool('bwa');
const endings = ['amb', 'ann', 'bwt', 'pac', 'sa'];

afterEach(() => vi.unstubAllEnvs());

/** Waits for a file and returns what is in it. */
const appears = (file: string) =>
  vi.waitFor(
    () => {
      const text = readFileSync(file, 'utf8');
      expect(text).not.toBe('');
      return text;
    },
    { timeout: 20_000, interval: 20 },
  );

describe.skipIf(!bwa)('a genome that is added', () => {
  test('has the index that bwa makes by hand, and the sequence of the file', async () => {
    const request = registration('lambda');
    const reference = await addReference({ ...request, fasta: lambdaFile });
    const byHand = path.join(newFolder(), 'lambda.fa');
    writeFileSync(byHand, lambdaText);
    execFileSync(bwa!, ['index', byHand], { stdio: 'ignore' });
    for (const ending of endings)
      expect(readFileSync(`${reference.fasta}.${ending}`).equals(readFileSync(`${byHand}.${ending}`))).toBe(
        true,
      );
    expect(readFileSync(reference.fasta, 'utf8')).toBe(`${lambdaText.trimEnd()}\n`);
    expect(reference.manifest.contigs).toEqual([{ name: LAMBDA, length: LAMBDA_BASES }]);
    const sum = execFileSync('sha256sum', [reference.fasta], { encoding: 'utf8' });
    expect(sum.startsWith(reference.manifest.fasta.sha256)).toBe(true);
    expect(reference.manifest.index).toEqual({ program: 'bwa', version: expect.stringMatching(/^0\.7\./) });
    expect(contentOf(request.root)).toEqual(['lambda']);
    expect(findReference(request.root, 'lambda').manifest).toEqual(reference.manifest);
  });

  test('has the contigs and the genes of yeast', async () => {
    const root = await yeastReference();
    const { manifest, genes, fasta } = findReference(root, 'yeast');
    // Ensembl puts the length of each contig into its header.
    const headers = readFileSync(fasta, 'latin1').match(/^>.*$/gm)!;
    const expected = headers.map((header) => /^>(\S+) \S+ chromosome:R64-1-1:\1:1:(\d+):1/.exec(header)!);
    expect(manifest.contigs).toEqual(expected.map(([, name, length]) => ({ name, length: Number(length) })));
    expect(manifest.contigs).toHaveLength(17);

    const rowsOf = (file: string) => {
      const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
      return lines.filter((line) => line[0] !== '#').map((line) => line.split('\t'));
    };
    const wordsOf = (rows: string[][]) =>
      rows.map(([contig, , type, start, end, , strand, , more]) => {
        const [, id] = /gene_id "([^"]*)"/.exec(more!)!;
        const [, name] = /gene_name "([^"]*)"/.exec(more!)!;
        return [contig, type, start, end, strand, id, name].join(' ');
      });
    const written = rowsOf(genes!);
    expect(manifest.genes).toBe(7137);
    expect(wordsOf(written)).toHaveLength(7137);
    expect(wordsOf(written).sort()).toEqual(
      wordsOf(rowsOf(testData('pcr/yeast_R64-1-1.genes.gtf.gz'))).sort(),
    );
    const order = manifest.contigs.map(({ name }) => name);
    const places = written.map(([contig, , , start]) => order.indexOf(contig!) * 1e9 + Number(start));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('is found by its alias, and never overwritten', async () => {
    const request = registration('hg38');
    await addReference({ ...request, fasta: lambdaFile });
    expect(findReference(request.root, 'hg38').name).toBe('GRCh38');
    const refused = await failureOf(addReference({ ...request, name: 'GRCh38', fasta: lambdaFile }));
    expect(refused.code).toBe('GTK_GENOME_EXISTS');
    expect(refused.message).toContain('GRCh38');
    expect(refused.remedy).toContain('gtk pcr genome remove GRCh38');
  });

  test.each(['../x', 'a/b', '-o', '.hidden', '', 'x y', 'x\n', `a${'b'.repeat(100)}`, '..'])(
    'is refused under the name %j',
    async (name) => {
      const request = registration(name);
      expect((await failureOf(addReference({ ...request, fasta: lambdaFile }))).code).toBe('GTK_USAGE');
      expect(contentOf(request.root)).toEqual([]);
    },
  );
});

describe.skipIf(!bwa)('nothing is left of a genome', () => {
  const lies: [string, string, string][] = [
    ['fails', 'echo "no memory" >&2; exit 1', 'exit status 1: no memory'],
    ['makes nothing', 'exit 0', '.amb is missing or empty'],
    ['cuts a file', `${findProgram('bwa')} "$@"; truncate -s -8 "$2.sa"`, '.sa has 24296 bytes where 24304'],
    [
      'indexes another sequence',
      `head -n 100 "$2" > other.fa; ${findProgram('bwa')} index -p "$2" other.fa`,
      'belong to that FASTA',
    ],
  ];
  test.each(lies)('whose indexer %s', async (_, script, reason) => {
    stubBwa(script);
    const request = registration('lambda');
    const failure = await failureOf(addReference({ ...request, fasta: lambdaFile }));
    expect(failure.code).toBe('GTK_GENOME_INDEX');
    expect(failure.message).toContain(reason);
    expect(contentOf(request.root)).toEqual([]);
  });

  test('that a signal interrupts, and its indexer has ended', async () => {
    const pidFile = path.join(newFolder(), 'pid');
    stubBwa(`echo $$ > ${pidFile}; exec sleep 60`);
    const stop = new AbortController();
    const request = { ...registration('lambda'), signal: stop.signal, fasta: lambdaFile };
    const adding = failureOf(addReference(request));
    const pid = Number(await appears(pidFile));
    stop.abort(new Error('enough'));
    expect((await adding).message).toContain('enough');
    expect(startOf(pid)).toBeUndefined();
    expect(contentOf(request.root)).toEqual([]);
  });

  test('that SIGKILL interrupts, and the next one succeeds', async () => {
    const folder = newFolder();
    const pidFile = path.join(folder, 'pid');
    stubBwa(`echo half > "$2.pac"; echo $$ > ${pidFile}; exec sleep 60`);
    const root = path.join(folder, 'reference');
    const args = ['pcr', 'genome', 'add', 'lambda', '--fasta', lambdaFile, '--data-dir', folder];
    const ended = gtk(args, {
      started: (child) => void appears(pidFile).then(() => child.kill('SIGKILL')),
    });
    expect((await ended).signal).toBe('SIGKILL');
    try {
      expect(listReferences(root)).toEqual([]);
      expect(existsSync(path.join(root, '.lambda.building/lambda.fa.pac'))).toBe(true);
      vi.unstubAllEnvs();
      const again = await gtk([...args, '--json']);
      expect(again.status).toBe(0);
      expect(JSON.parse(again.stdout)).toMatchObject({ name: 'lambda', contigs: 1, bases: LAMBDA_BASES });
      expect(contentOf(root)).toEqual(['lambda']);
    } finally {
      process.kill(Number(readFileSync(pidFile, 'utf8')));
    }
  });
});

describe.skipIf(!bwa)('two that add one genome at once', () => {
  /** Starts one, and the other while the first one indexes; then lets the first one go on. */
  async function twoAtOnce(second: Partial<AddRequest>) {
    const folder = newFolder();
    const [started, go] = [path.join(folder, 'started'), path.join(folder, 'go')];
    const real = findProgram('bwa');
    stubBwa(
      `test "$1" = index || exec ${real}; echo once >> ${started}; while ! test -e ${go}; do sleep 0.02; done; exec ${real} "$@"`,
    );
    const root = path.join(folder, 'genomes');
    mkdirSync(root);
    const requests = [registration('lambda', root), registration('lambda', root)] as const;
    const first = addReference({ ...requests[0], fasta: lambdaFile });
    await appears(started);
    const other = addReference({ ...requests[1], fasta: lambdaFile, ...second }).catch(
      (error: unknown) => error,
    );
    await vi.waitFor(() => expect(requests[1].lines.join()).toContain('waiting'));
    writeFileSync(go, '');
    const outcome = { first: await first, other: await other, indexed: readFileSync(started, 'utf8') };
    expect(contentOf(root)).toEqual(['lambda']);
    return outcome;
  }

  test('share it', async () => {
    const { first, other, indexed } = await twoAtOnce({});
    expect(other).toEqual(first);
    expect(indexed).toBe('once\n');
  });

  test('do not, if their sequences differ', async () => {
    const fasta = path.join(newFolder(), 'other.fa');
    writeFileSync(fasta, '>other\nACGT\n');
    const { first, other } = await twoAtOnce({ fasta });
    expect(other).toMatchObject({ code: 'GTK_GENOME_EXISTS' });
    expect(first.manifest.contigs[0]!.name).toBe(LAMBDA);
  });
});

describe.skipIf(!bwa)('gtk pcr genome', () => {
  test('adds, lists and removes', async () => {
    const folder = newFolder();
    const genes = path.join(folder, 'genes.bed');
    writeFileSync(genes, `${LAMBDA}\t190\t736\tnu1\t0\t+\n`);
    const at = ['--data-dir', folder];
    const added = await gtk([
      'pcr',
      'genome',
      'add',
      'lambda',
      '--fasta',
      lambdaFile,
      '--genes',
      genes,
      ...at,
    ]);
    expect(added.stdout).toMatch(/^lambda +1 +48,502 +1 +- +bwa 0\.7/m);
    const listed = await gtk(['pcr', 'genome', 'list', '--json', ...at]);
    const { genomes } = JSON.parse(listed.stdout);
    expect(genomes).toMatchObject([
      { name: 'lambda', contigs: 1, bases: LAMBDA_BASES, genes: 1, knownSites: null },
    ]);
    expect((await gtk(['pcr', 'genome', 'remove', 'lambda', ...at])).stdout).toBe('lambda removed\n');
    expect(contentOf(path.join(folder, 'reference'))).toEqual([]);
  });

  const live: Live = { signal: new AbortController().signal, log: () => {}, tell: () => {}, show: () => {} };
  test.each<[string[], OptionValues, string, string]>([
    [['add'], {}, 'GTK_USAGE', 'NAME: found nothing'],
    [['grow', 'x'], {}, 'GTK_USAGE', 'expected add, list or remove'],
    [['add', 'x'], {}, 'GTK_USAGE', 'Give either --fasta or --tar'],
    [['add', 'x'], { fasta: lambdaFile, tar: '/y' }, 'GTK_USAGE', 'Give either --fasta or --tar'],
    [['add', 'x'], { tar: '/y', genes: '/z' }, 'GTK_USAGE', '--tar takes no --genes'],
    [['list', 'x'], {}, 'GTK_USAGE', 'found x behind list'],
    [['remove', 'x'], { fasta: '/y' }, 'GTK_USAGE', '--fasta is only for add'],
    [['remove', '../x'], {}, 'GTK_USAGE', 'NAME: found "../x"'],
    [['remove', 'x'], {}, 'GTK_NO_GENOME', 'There is no genome x'],
    [['add', 'x'], { fasta: '/nowhere.fa' }, 'GTK_INPUT_MISSING', '/nowhere.fa'],
    [['add', 'x'], { tar: '/nowhere.tar' }, 'GTK_INPUT_MISSING', '/nowhere.tar'],
  ])('refuses %j with %j', async (positionals, options, code, message) => {
    const values = { dataDir: newFolder(), ...options };
    const failure = await failureOf(manageGenomes(values, positionals, live));
    expect([failure.code, failure.message]).toEqual([code, expect.stringContaining(message)]);
  });
});
