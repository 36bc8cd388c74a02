/** Addresses of a run's files and SRA objects, from what report and metadata say of them. */
import type { Sample } from '../sample.js';
import type { TransferRules } from '../workshop.js';
import { archiveOrigins, type Endpoints } from './endpoints.js';
import { archiveOf } from './hosts.js';
import type { SourceName } from './names.js';
import { failed } from './transfer-failure.js';

/** Sources that have SRA objects behind an address. */
export type ObjectSource = Exclude<SourceName, 'prefetch'>;

type Rules = Pick<TransferRules, 'endpoints' | 'allowHosts' | 'gcpProject'>;

/**
 * The address of a file that ENA lists as `host/path`. FTP is often blocked; the same host serves HTTPS.
 *
 * @throws SampleFailure
 */
export function enaAddress(address: string, { endpoints }: Rules): URL {
  const url = parseLink(`https://${address}`);
  if (!url) throw failed('not-found', `ENA lists ${JSON.stringify(address)}, which is no address`);
  return archiveOf(url) === 'ena' ? below(endpoints.enaFiles, url) : url;
}

/**
 * The address of a run's SRA object at a source; undefined if the metadata do not tell it. AWS and DDBJ follow from
 * accessions, the others only from links: bucket and version are not to be guessed.
 */
export function objectAddress(sample: Sample, source: ObjectSource, rules: Rules): URL | undefined {
  const { run, experiment } = sample;
  const link = linkTo(sample, source, rules);
  if (source === 'gcp') return withPayer(link, rules);
  if (link) return archiveOf(link) === source ? atEndpoint(link, source, rules) : link;
  if (source === 'aws') return new URL(`/sra/${run}/${run}`, rules.endpoints.aws);
  if (source === 'ddbj' && /^DRR\d+$/.test(run) && /^DRX\d+$/.test(experiment)) {
    const folder = `${experiment.slice(0, 6)}/${experiment}/${run}`;
    const path = `/public/ddbj_database/dra/sra/ByExp/sra/DRX/${folder}/${run}.sra`;
    return new URL(path, rules.endpoints.ddbj);
  }
  return undefined;
}

/**
 * The link to a source. Its host tells whose it is, not its column: metadata mix them up. Of a host that the user
 * allows, the column does.
 */
function linkTo({ links }: Sample, source: ObjectSource, { allowHosts }: Rules): URL | undefined {
  const found = Object.entries(links).map(([column, text]) => ({ column, url: parseLink(text) }));
  const isTheirs = ({ column, url }: (typeof found)[number]) =>
    url !== undefined && (archiveOf(url) ?? (allowHosts.includes(url.host) ? column : undefined)) === source;
  return found.find(isTheirs)?.url;
}

function parseLink(text: string | undefined): URL | undefined {
  const https = text
    ?.trim()
    .replace(/^gs:\/\//i, 'https://storage.googleapis.com/')
    .replace(/^(http|ftp):\/\//i, 'https://');
  const url = https !== undefined && URL.canParse(https) ? new URL(https) : undefined;
  return url?.protocol === 'https:' ? url : undefined;
}

function withPayer(link: URL | undefined, { gcpProject }: Rules): URL | undefined {
  if (!link || gcpProject === undefined) return undefined;
  const url = new URL(link);
  url.searchParams.set('userProject', gcpProject);
  return url;
}

/** NCBI has several hosts: a link keeps its own, unless another origin stands for all of them. */
function atEndpoint(link: URL, source: Exclude<ObjectSource, 'gcp'>, { endpoints }: Rules): URL {
  const key = source === 'ena' ? 'enaFiles' : source;
  return endpoints[key].origin === archiveOrigins[key] ? link : below(endpoints[key], link);
}

function below(origin: Endpoints[keyof Endpoints], { pathname, search }: URL): URL {
  // Not resolved against the origin: a path that begins with // would name a host.
  const url = new URL(origin);
  url.pathname = pathname;
  url.search = search;
  return url;
}
