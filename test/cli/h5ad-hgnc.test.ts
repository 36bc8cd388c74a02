import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasH5py, oracleCells } from '../agreement/h5ad-oracle.js';
import { duckQuery } from '../h5ad/duck-query.js';
import { sides } from '../h5ad/read-output.js';
import { h5adDone, namesBelow, newFolder } from '../h5ad/run-h5ad.js';
import { sample } from '../h5ad/samples.js';
import { answer, serve } from '../net/loopback.js';
import { gtk, temporaryFolder, testData } from '../run-gtk.js';
import { refusal } from './refusal.js';

const folder = temporaryFolder();
const packed = testData('hgnc/hgnc_complete_set.tsv.gz');
const file = sample('cxg_valid_320x136_i64_raw.h5ad');
const parquet = path.join(folder, 'hgnc.parquet');

/** Ensembl ids with an approved symbol, counted in the text itself. */
function idsInText(): number {
  const [header, ...lines] = gunzipSync(readFileSync(packed)).toString().trimEnd().split('\n');
  const at = (name: string) => header!.split('\t').indexOf(name);
  const rows = lines.map((line) => line.split('\t'));
  return new Set(rows.flatMap((row) => (row[at('symbol')] && row[at('ensembl_gene_id')]) || [])).size;
}

beforeAll(async () => {
  await duckQuery(
    `COPY (SELECT * FROM read_csv('${packed}', delim='\t', all_varchar=true, quote='')) TO '${parquet}' (FORMAT parquet)`,
  );
});

/** Keeps the table in a new folder; returns that, and what was told. */
async function keep(...args: string[]) {
  const cwd = newFolder(folder);
  const ended = await gtk(['h5ad', 'step1-hgnc', ...args, '--json'], { cwd });
  expect(ended).toMatchObject({ status: 0, stderr: '' });
  return { cwd, told: JSON.parse(ended.stdout) };
}

describe('gtk h5ad hgnc', () => {
  test('keeps one and the same table from TSV, Parquet and an address', async () => {
    const url = await serve((request, response) => {
      const found = request.url === '/hgnc.tsv.gz' ? readFileSync(packed) : undefined;
      response.writeHead(found ? 200 : 404, { 'content-length': found?.length ?? 0 }).end(found);
    });
    const sums = new Set<string>();
    for (const args of [[packed], [parquet], ['--url', `${url}/hgnc.tsv.gz`]]) {
      const { cwd, told } = await keep(...args);
      const kept = path.join(cwd, 'data/shared/hgnc_symbols.tsv');
      expect(told).toEqual({ status: 'done', exit_status: 0, ids: idsInText(), file: kept });
      expect(namesBelow(cwd)).toEqual(['data', 'data/shared', 'data/shared/hgnc_symbols.tsv']);
      sums.add(createHash('sha256').update(readFileSync(kept)).digest('hex'));
    }
    expect(sums.size).toBe(1);
  });

  test.skipIf(!hasH5py())('is used by later runs, which say so', async () => {
    const { cwd } = await keep(packed);
    const [told] = await h5adDone(cwd, [file, '--no-age-filter', '--skip-train-test-split']);
    const { all } = await sides(told!.out);
    const expected = oracleCells(file, ['--hgnc', packed]);
    expect(all.map((row) => row.cell_sentence)).toEqual(expected.map(({ sentence }) => sentence));
    expect(told!.summary!.genes).toMatchObject({ total: 136, symbol: 0 });
    expect(told!.summary!.genes.hgnc).toBeGreaterThan(100);
    // In another folder of shared tables there is none.
    const args = [file, '--no-age-filter', '--shared-dir', 'elsewhere', '--output-dir', 'without'];
    expect((await h5adDone(cwd, args))[0]!.summary!.genes.hgnc).toBe(0);
  });

  test('prints how many there are', async () => {
    const cwd = newFolder(folder);
    const ended = await gtk(['h5ad', 'hgnc', packed, '--shared-dir', 'here'], { cwd });
    const ids = idsInText().toLocaleString('en');
    expect(ended).toMatchObject({
      status: 0,
      stdout: `${ids} Ensembl ids with approved symbols kept in ${cwd}/here/hgnc_symbols.tsv\n`,
      stderr: '',
    });
  });

  test('wants a file or an address, which must be a table of HGNC', async () => {
    const cwd = newFolder(folder);
    writeFileSync(path.join(cwd, 'other.tsv'), 'id\tname\n1\tx\n');
    const hgnc = (...args: string[]) => ['h5ad', 'hgnc', ...args];
    const either = 'expected either FILE or --url';
    expect((await refusal(cwd, hgnc(), 2)).sentence).toBe(`found neither, ${either}`);
    expect((await refusal(cwd, hgnc('other.tsv', '--url', 'http://x/'), 2)).sentence).toBe(
      `found both, ${either}`,
    );
    expect((await refusal(cwd, hgnc('other.tsv'), 3)).sentence).toBe(
      `${cwd}/other.tsv is no HGNC table: found the columns id, name, expected the columns ensembl_gene_id and symbol`,
    );
    expect((await refusal(cwd, hgnc('lost.tsv'), 2)).sentence).toBe(
      `No such file or folder: ${cwd}/lost.tsv`,
    );
    const url = await serve(answer(404, 'no'));
    const gone = await refusal(cwd, hgnc('--url', `${url}/hgnc.tsv?key=secret`), 4);
    expect(gone.sentence).toMatch(new RegExp(`^${url}/hgnc\\.tsv cannot be downloaded: .*404`));
    const page = await serve(answer(200, '<html>Sign in</html>'));
    const html = await refusal(cwd, hgnc('--url', `${page}/hgnc.tsv`), 3);
    expect(html.sentence).toContain(`${page}/hgnc.tsv is no HGNC table`);
  });
});
