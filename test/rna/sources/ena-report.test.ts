import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetworkFailure } from '../../../src/net/failure.js';
import { fetchRunReport, parseReport, type ReportOptions } from '../../../src/rna/sources/ena-report.js';
import { answer, inTurn, serve } from '../../net/loopback.js';

const signal = new AbortController().signal;
const retry = { tries: 3, baseMs: 0, capMs: 0 };
const a = 'a'.repeat(32);
const b = 'b'.repeat(32);

/** Asks a portal that answers so, and lists what came to it. */
async function ask(listener: RequestListener, options: Partial<ReportOptions> = {}) {
  const urls: URL[] = [];
  const reasons: string[] = [];
  const origin = await serve((request, response) => {
    urls.push(new URL(request.url!, 'http://portal'));
    listener(request as IncomingMessage, response as ServerResponse & { req: IncomingMessage });
  });
  const onRetry = (reason: string) => reasons.push(reason);
  const rows = await fetchRunReport('PRJNA1', {
    endpoint: new URL(origin),
    retry,
    signal,
    onRetry,
    ...options,
  });
  return { rows, urls, reasons };
}

const refusal = (listener: RequestListener) =>
  ask(listener).then(
    () => 'accepted',
    (error: unknown) => {
      expect(error).toBeInstanceOf(NetworkFailure);
      return (error as NetworkFailure).message;
    },
  );

describe("ENA's file report", () => {
  it('is asked for with explicit fields, once for all runs of an accession', async () => {
    const report = 'run_accession\tread_count\nSRR1\t5\nSRR2\t7\n';
    const { rows, urls } = await ask(answer(200, report), { fields: ['sex', 'read_count'] });
    expect(rows.map(({ run, readCount }) => [run, readCount])).toEqual([
      ['SRR1', 5],
      ['SRR2', 7],
    ]);
    expect(urls).toHaveLength(1);
    expect(urls[0]!.pathname).toBe('/ena/portal/api/filereport');
    const { fields, ...parameters } = Object.fromEntries(urls[0]!.searchParams);
    expect(parameters).toEqual({ accession: 'PRJNA1', result: 'read_run', format: 'tsv' });
    expect(fields).toBe(
      'run_accession,fastq_ftp,fastq_md5,fastq_bytes,library_layout,read_count,base_count,sra_ftp,sra_md5,sra_bytes,sex',
    );
  });

  it('without a run is empty: by status 204, no body, or a header alone', async () => {
    expect((await ask(answer(204))).rows).toEqual([]);
    expect((await ask(answer(200))).rows).toEqual([]);
    expect((await ask(answer(200, 'run_accession\tfastq_ftp\n'))).rows).toEqual([]);
  });

  it('is asked for again after 429 and 5xx', async () => {
    const later = answer(429, '', { 'retry-after': '0' });
    const { rows, reasons } = await ask(inTurn(later, answer(503), answer(200, 'run_accession\nSRR1\n')));
    expect(rows).toHaveLength(1);
    expect(reasons).toEqual(['HTTP 429', 'HTTP 503']);
  });

  it('is asked for without fields that ENA no longer has', async () => {
    const refuses = answer(400, 'Invalid fieldName(s) supplied: sex, age\n');
    const listener = inTurn(refuses, answer(200, 'run_accession\tstrain\nSRR1\tx\n'));
    const { rows, urls } = await ask(listener, { fields: ['sex', 'strain', 'age'] });
    expect(rows[0]!.fields.strain).toBe('x');
    expect(urls[1]!.searchParams.get('fields')).toMatch(/,sra_bytes,strain$/);
    expect(await refusal(answer(400, 'Invalid fieldName(s) supplied: fastq_ftp'))).toBe(
      'it answers HTTP 400: Invalid fieldName(s) supplied: fastq_ftp',
    );
  });

  it('that is none says so', async () => {
    const html = '<!DOCTYPE html><title>Maintenance</title>';
    expect(await refusal(answer(200, html))).toContain(
      'the reply is no file report: it begins with "<!DOCTYPE',
    );
    expect(await refusal(answer(500, html, { 'content-type': 'text/html' }))).toBe('it answers HTTP 500');
    expect(await refusal(answer(404, 'no such page\n'))).toBe('it answers HTTP 404: no such page');
    expect(await refusal(answer(200, 'run_accession\na\tb\n'))).toContain('line 2 has 2 columns, expected 1');
    expect(await refusal(answer(200, 'run_accession\n../x\n'))).toContain('line 2: found "../x"');
    const path = 'run_accession\tfastq_ftp\nSRR1\th/../x\n';
    expect(await refusal(answer(200, path))).toContain('line 2: found "h/../x", expected host and path');
  });
});

describe('A row of the report', () => {
  it('has its files by place, whatever the order of the columns', () => {
    const columns: Record<string, string> = {
      run_accession: 'SRR6357070',
      fastq_ftp: 'ftp.sra.ebi.ac.uk/v/SRR6357070_1.fastq.gz;ftp.sra.ebi.ac.uk/v/SRR6357070_2.fastq.gz',
      fastq_md5: `${a};${b}`,
      fastq_bytes: '11;22',
      library_layout: 'PAIRED',
      read_count: '100',
      base_count: '20200',
      sra_ftp: 'ftp.sra.ebi.ac.uk/vol1/srr/SRR635/000/SRR6357070',
      sra_md5: a,
      sra_bytes: '33',
    };
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.keys(columns), { minLength: 10 }), (names) => {
        const [row] = parseReport(`${names.join('\t')}\n${names.map((name) => columns[name]).join('\t')}\n`);
        expect(row).toEqual({
          run: 'SRR6357070',
          archive: {
            files: [
              {
                address: 'ftp.sra.ebi.ac.uk/v/SRR6357070_1.fastq.gz',
                name: 'SRR6357070_1.fastq.gz',
                md5: a,
                bytes: 11,
              },
              {
                address: 'ftp.sra.ebi.ac.uk/v/SRR6357070_2.fastq.gz',
                name: 'SRR6357070_2.fastq.gz',
                md5: b,
                bytes: 22,
              },
            ],
            md5s: [a, b],
          },
          sra: expect.objectContaining({ address: columns.sra_ftp, md5: a, bytes: 33 }),
          readCount: 100,
          baseCount: 20_200,
          layout: 'paired',
          fields: columns,
        });
      }),
      { numRuns: 50 },
    );
  });

  it('without FASTQ, numbers or layout has none', () => {
    const text = 'run_accession\tfastq_ftp\tlibrary_layout\tread_count\nERR1\t\t\t\nDRR2\n';
    const none = { archive: undefined, sra: undefined, readCount: undefined, layout: undefined };
    expect(parseReport(text)).toEqual([
      expect.objectContaining({ run: 'ERR1', ...none }),
      expect.objectContaining({ run: 'DRR2', ...none }),
    ]);
  });

  it('has no address that could mean something else than a file at a host', () => {
    const odd = fc.constantFrom('..', '.', '', '?', '#x', '\\', 'a b', '@', '%2e', 'ok');
    fc.assert(
      fc.property(fc.array(odd, { minLength: 1, maxLength: 4 }), (parts) => {
        const address = `host/${parts.join('/')}`;
        const read = () => parseReport(`run_accession\tfastq_ftp\nSRR1\t${address}\n`)[0]!.archive!.files[0]!;
        if (parts.every((part) => part === 'ok')) expect(read()).toMatchObject({ address, name: 'ok' });
        else expect(read).toThrow(NetworkFailure);
      }),
    );
  });
});
