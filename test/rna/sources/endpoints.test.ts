import { describe, expect, it } from 'vitest';
import { optionValues } from '../../../src/cli/option-values.js';
import type { CommandSpec, OptionValues } from '../../../src/engine/command.js';
import { makeEndpoints, transferOptions, transferRules } from '../../../src/rna/sources/endpoints.js';
import { allowedAddresses } from '../../../src/rna/sources/hosts.js';
import type { SpeciesConfig } from '../../../src/rna/species.js';

const spec = { name: 'rna batch', engine: false } as CommandSpec;
const valuesOf = (given: Record<string, string> = {}) => optionValues(spec, transferOptions, given);
const config = (different: Partial<SpeciesConfig>) =>
  ({ sourcesOff: [], retry: {}, ...different }) as unknown as SpeciesConfig;

describe('the rules of transfers', () => {
  it('are the documented ones where nothing is given', async () => {
    const rules = transferRules(await valuesOf());
    expect(rules).toMatchObject({
      sources: ['ena', 'aws', 'ncbi', 'ddbj', 'prefetch'],
      retry: { tries: 6, baseMs: 5000, capMs: 60_000, triesOffline: false },
      stallSeconds: 60,
      limitSeconds: 21_600,
      allowHosts: [],
      gcpProject: undefined,
    });
    expect(Object.values(rules.endpoints).map(String)).toEqual([
      'https://www.ebi.ac.uk/',
      'https://ftp.sra.ebi.ac.uk/',
      'https://sra-pub-run-odp.s3.amazonaws.com/',
      'https://sra-downloadb.be-md.ncbi.nlm.nih.gov/',
      'https://ddbj.nig.ac.jp/',
    ]);
  });

  it('follow the configuration, and options before it', async () => {
    const configured = config({
      sourcesOff: ['aws', 'prefetch'],
      retry: { retries: 3, delaySeconds: 10, backoff: 3 },
    });
    const rules = transferRules(await valuesOf(), configured);
    expect(rules.sources).toEqual(['ena', 'ncbi', 'ddbj']);
    expect(rules.retry).toMatchObject({ tries: 4, baseMs: 10_000, factor: 3 });
    const given = await valuesOf({ sources: 'prefetch,aws', retries: '0', 'retry-delay': '0.5' });
    const mixed = transferRules(given, configured);
    expect(mixed.sources).toEqual(['prefetch', 'aws']);
    expect(mixed.retry).toMatchObject({ tries: 1, baseMs: 500, factor: 3 });
  });

  it('have GCP only with a project', async () => {
    expect(transferRules(await valuesOf({ 'gcp-project': 'p' })).sources).toContain('gcp');
    const without = await valuesOf({ sources: 'ena,gcp' });
    expect(() => transferRules(without)).toThrow(
      expect.objectContaining({ code: 'GTK_USAGE', message: expect.stringContaining('--gcp-project') }),
    );
  });

  it('refuse a source that there is not', async () => {
    await expect(valuesOf({ sources: 'ena,geo' })).rejects.toMatchObject({ code: 'GTK_USAGE' });
  });

  it('take origins from the environment', async () => {
    process.env.GTK_ENA_FILES_URL = 'http://127.0.0.1:7';
    try {
      expect(makeEndpoints(await valuesOf()).enaFiles.href).toBe('http://127.0.0.1:7/');
    } finally {
      delete process.env.GTK_ENA_FILES_URL;
    }
  });

  it.each([
    'http://mirror.example',
    'https://mirror.example/pub',
    'https://mirror.example/?a=b',
    'https://user:secret@mirror.example',
    'ftp://ftp.sra.ebi.ac.uk',
    'mirror.example',
    '',
  ])('refuse %j as an origin', (url) => {
    expect(() => makeEndpoints({ awsSraUrl: url })).toThrow(
      expect.objectContaining({
        code: 'GTK_USAGE',
        message: expect.stringContaining('--aws-sra-url: found'),
      }),
    );
  });
});

describe('the addresses that may be asked', () => {
  const allows = (url: string, values: OptionValues = {}) =>
    allowedAddresses({
      endpoints: makeEndpoints(values),
      allowHosts: (values.allowHost as string[] | undefined) ?? [],
    })(new URL(url));

  it.each([
    ['https://ftp.sra.ebi.ac.uk/x', {}, true],
    ['https://storage.googleapis.com/x', {}, true],
    ['http://ftp.sra.ebi.ac.uk/x', {}, false],
    ['https://ftp.sra.ebi.ac.uk:8443/x', {}, false],
    ['https://ftp.sra.ebi.ac.uk.evil.example/x', {}, false],
    ['https://evil.example/ftp.sra.ebi.ac.uk', {}, false],
    ['https://mirror.example/', { allowHost: ['mirror.example'] }, true],
    ['http://mirror.example/', { allowHost: ['mirror.example'] }, false],
    ['http://127.0.0.1:7/', {}, false],
    ['http://127.0.0.1:7/', { awsSraUrl: 'http://127.0.0.1:7' }, true],
    ['http://127.0.0.1:8/', { awsSraUrl: 'http://127.0.0.1:7' }, false],
    ['http://localhost:7/', { awsSraUrl: 'http://127.0.0.1:7' }, false],
    ['http://[::1]:9/', { allowHost: ['[::1]:9'] }, true],
    ['https://mirror.example/', { ncbiSraUrl: 'https://mirror.example' }, true],
  ] as [string, OptionValues, boolean][])('%s with %o: %s', (url, values, expected) => {
    expect(allows(url, values)).toBe(expected);
  });
});
