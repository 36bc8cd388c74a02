/** Hosts of the archives: which addresses may be asked, and whose they are. */
import type { TransferRules } from '../workshop.js';
import type { SourceName } from './names.js';

const sourceOfHost: Readonly<Record<string, SourceName>> = {
  'www.ebi.ac.uk': 'ena',
  'ftp.sra.ebi.ac.uk': 'ena',
  'sra-pub-run-odp.s3.amazonaws.com': 'aws',
  'storage.googleapis.com': 'gcp',
  'sra-downloadb.be-md.ncbi.nlm.nih.gov': 'ncbi',
  'sra-download.be-md.ncbi.nlm.nih.gov': 'ncbi',
  'sra-download.ncbi.nlm.nih.gov': 'ncbi',
  'trace.ncbi.nlm.nih.gov': 'ncbi',
  'ddbj.nig.ac.jp': 'ddbj',
};

/** Whose address it is; undefined for hosts of nobody known. */
export function archiveOf({ hostname }: URL): SourceName | undefined {
  return sourceOfHost[hostname];
}

export function isLoopback({ hostname }: URL): boolean {
  return /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostname);
}

/**
 * Which addresses may be asked: of the known archives, of the endpoints and of the hosts that the user allows; by
 * http: on this machine alone. Host and port have to fit.
 */
export function allowedAddresses({
  endpoints,
  allowHosts,
}: Pick<TransferRules, 'endpoints' | 'allowHosts'>): (url: URL) => boolean {
  const hosts = new Set([
    ...Object.keys(sourceOfHost),
    ...Object.values(endpoints).map(({ host }: URL) => host),
    ...allowHosts,
  ]);
  return (url) => (url.protocol === 'https:' || isLoopback(url)) && hosts.has(url.host);
}
