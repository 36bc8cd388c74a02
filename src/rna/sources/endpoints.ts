/** Where the archives are and how transfers from them behave, as options, environment and configuration tell. */
import type { OptionSpec, OptionValues } from '../../engine/command.js';
import { gtkError } from '../../errors.js';
import type { SpeciesConfig } from '../species.js';
import type { TransferRules } from '../workshop.js';
import { isLoopback } from './hosts.js';
import { type SourceName, sourceNames } from './names.js';

/** Origins only; the paths below them are those of the archives. */
export interface Endpoints {
  enaPortal: URL;
  enaFiles: URL;
  aws: URL;
  ncbi: URL;
  ddbj: URL;
}

/** The archives' own origins. */
export const archiveOrigins: Readonly<Record<keyof Endpoints, string>> = {
  enaPortal: 'https://www.ebi.ac.uk',
  enaFiles: 'https://ftp.sra.ebi.ac.uk',
  aws: 'https://sra-pub-run-odp.s3.amazonaws.com',
  ncbi: 'https://sra-downloadb.be-md.ncbi.nlm.nih.gov',
  ddbj: 'https://ddbj.nig.ac.jp',
};

const originOption = (name: string, key: keyof Endpoints, what: string): OptionSpec => ({
  name,
  kind: 'string',
  placeholder: 'URL',
  default: archiveOrigins[key],
  summary: `origin of ${what}`,
});

/** How runs are downloaded, and from where. */
export const transferOptions: readonly OptionSpec[] = [
  {
    name: 'sources',
    kind: 'list',
    choices: sourceNames,
    placeholder: 'LIST',
    defaultText: `${sourceNames.join(',')} without those that the configuration switches off`,
    summary: 'where runs are downloaded from, in this order; gcp needs --gcp-project',
  },
  {
    name: 'retries',
    kind: 'integer',
    placeholder: 'N',
    max: 1000,
    defaultText: "the configuration's retry.max_retries, else 5",
    summary: 'tries of a transfer after the first, counted anew after 10 MB',
  },
  {
    name: 'retry-delay',
    kind: 'number',
    placeholder: 'SECONDS',
    below: 3601,
    defaultText: "the configuration's retry.retry_delay, else 5",
    summary: 'pause before the first retry; it doubles up to a minute',
  },
  {
    name: 'stall-seconds',
    kind: 'number',
    placeholder: 'N',
    default: 60,
    min: 0.001,
    below: 86_401,
    summary: 'a transfer without a byte for so long is cut and resumed',
  },
  {
    name: 'transfer-hours',
    kind: 'number',
    placeholder: 'N',
    default: 6,
    min: 0.000001,
    below: 577,
    summary: 'a transfer is given up after so long',
  },
  {
    name: 'allow-host',
    kind: 'list',
    placeholder: 'HOST',
    summary: 'hosts besides the known archives that links and redirects may lead to',
  },
  {
    name: 'gcp-project',
    kind: 'string',
    placeholder: 'ID',
    summary: 'Google Cloud project that pays for downloads from there',
  },
  originOption('ena-portal-url', 'enaPortal', "ENA's portal, which tells where files are"),
  originOption('ena-files-url', 'enaFiles', "ENA's files"),
  originOption('aws-sra-url', 'aws', 'the SRA archive at AWS'),
  originOption('ncbi-sra-url', 'ncbi', 'the SRA archive at NCBI'),
  originOption('ddbj-sra-url', 'ddbj', 'the SRA archive at DDBJ'),
];

/**
 * Origins by the values of `--ena-portal-url` and the like; the archives' own where none is given.
 *
 * @throws GTK_USAGE for anything but an origin of https:, or of http: on this machine
 */
export function makeEndpoints(values: OptionValues, command = 'rna batch'): Endpoints {
  return {
    enaPortal: originOf(values.enaPortalUrl, 'enaPortal', 'ena-portal-url', command),
    enaFiles: originOf(values.enaFilesUrl, 'enaFiles', 'ena-files-url', command),
    aws: originOf(values.awsSraUrl, 'aws', 'aws-sra-url', command),
    ncbi: originOf(values.ncbiSraUrl, 'ncbi', 'ncbi-sra-url', command),
    ddbj: originOf(values.ddbjSraUrl, 'ddbj', 'ddbj-sra-url', command),
  };
}

function originOf(value: OptionValues[string], key: keyof Endpoints, option: string, command: string): URL {
  const text = String(value ?? archiveOrigins[key]);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && [url.origin, `${url.origin}/`].includes(url.href);
  if (isOrigin && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)))) return url;
  const found = `found ${JSON.stringify(text)}`;
  throw usage(
    command,
    `--${option}: ${found}, expected an origin such as ${archiveOrigins[key]}, without a path`,
  );
}

const usage = (command: string, problem: string) =>
  gtkError('GTK_USAGE', { problem, command: `gtk ${command}` });

const DEFAULT_RETRIES = 5;
const DEFAULT_DELAY_SECONDS = 5;
const LONGEST_DELAY_SECONDS = 60;

/**
 * The rules of transfers. What is given as an option counts before the configuration.
 *
 * @throws GTK_USAGE, as {@link makeEndpoints}, and for gcp without a project
 */
export function transferRules(
  values: OptionValues,
  config?: SpeciesConfig,
  command = 'rna batch',
): TransferRules {
  const { retries, delaySeconds, backoff } = config?.retry ?? {};
  const delay = (values.retryDelay as number | undefined) ?? delaySeconds ?? DEFAULT_DELAY_SECONDS;
  const gcpProject = values.gcpProject as string | undefined;
  const isPossible = (source: SourceName) => source !== 'gcp' || gcpProject !== undefined;
  const given = values.sources as SourceName[] | undefined;
  if (given?.every(isPossible) === false)
    throw usage(command, '--sources: gcp needs a project that pays, found no --gcp-project');
  const switchedOn = sourceNames.filter((source) => !config?.sourcesOff.includes(source));
  return {
    sources: given ?? switchedOn.filter(isPossible),
    endpoints: makeEndpoints(values, command),
    allowHosts: ((values.allowHost as string[] | undefined) ?? []).map((host) => host.toLowerCase()),
    gcpProject,
    retry: {
      tries: 1 + ((values.retries as number | undefined) ?? retries ?? DEFAULT_RETRIES),
      baseMs: delay * 1000,
      capMs: Math.max(delay, LONGEST_DELAY_SECONDS) * 1000,
      ...(backoff !== undefined && { factor: backoff }),
      // Where nobody answers, thousands of runs would wait for nothing; the next source may answer.
      triesOffline: false,
    },
    stallSeconds: values.stallSeconds as number,
    limitSeconds: (values.transferHours as number) * 3600,
  };
}
