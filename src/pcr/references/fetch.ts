/** Fetches genomes that runs ask for and the server lacks. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { gtkError } from '../../errors.js';
import { shownAddress } from '../../net/address.js';
import { download } from '../../net/download.js';
import { checkedLookup, isPublicAddress, literalAddress } from '../../net/public-address.js';
import { registerArchive } from './add-archive.js';
import { callersGroupIndexer } from './build-index.js';
import { findReference, openReference } from './find.js';
import { canonicalGenome, type Reference } from './reference.js';
import { type Registration, whileRegistering } from './registration.js';

/** A genome that a run wants. */
export interface WantedGenome extends Registration {
  /** `https://HOST/PATH#sha256=HEX`, or null. */
  url: string | null;
  /** Hosts that may be fetched from, `HOST` or `HOST:PORT`. */
  hosts: readonly string[];
}

/** What is asked about addresses. Tests, whose servers are on this machine, have other answers. */
export interface AddressRules {
  isAllowed: (address: string) => boolean;
  lookup?: Parameters<typeof checkedLookup>[1];
}

const publicRules: AddressRules = { isAllowed: isPublicAddress };

const MAX_REDIRECTS = 3;
const MOST_BYTES = 2 ** 35;
const LIMIT_MS = 6 * 3600_000;
const TELL_BYTES = 2 ** 28;

/** An address to fetch from, and the checksum that it must give. */
export interface GenomeAddress {
  /** Without the fragment. */
  url: string;
  /** Hexadecimal. */
  sha256: string;
}

/**
 * Reads `https://HOST/PATH#sha256=HEX`: what is fetched must be named by its checksum, so that nobody on the way,
 * and nobody at the host, can put another genome in its place.
 *
 * @throws GTK_GENOME_URL, also for hosts that are not in the list
 */
export function genomeAddress(
  text: string,
  hosts: readonly string[],
  isAllowed: AddressRules['isAllowed'],
): GenomeAddress {
  const refuse = (found: string, expected: string) =>
    gtkError('GTK_GENOME_URL', { url: shownAddress(text), found, expected });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:') throw refuse('no https URL', 'https://HOST/PATH#sha256=HEX');
  if (!mayFetch(url, hosts, isAllowed)) {
    throw refuse(`the host ${url.host}`, hosts.length > 0 ? hosts.join(' or ') : 'none: fetching is off');
  }
  const sha256 = /^#sha256=([0-9a-f]{64})$/i.exec(url.hash)?.[1];
  if (!sha256) throw refuse('no checksum', '#sha256= and 64 hexadecimal digits at its end');
  url.hash = '';
  return { url: url.href, sha256: sha256.toLowerCase() };
}

function mayFetch(url: URL, hosts: readonly string[], isAllowed: AddressRules['isAllowed']): boolean {
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  const literal = literalAddress(url);
  if (literal !== undefined && !isAllowed(literal)) return false;
  // Without a port this is that of https, so that no other service of a host can be reached.
  return hosts.some((host) => host.toLowerCase() === url.host);
}

/**
 * The genome if it is registered; undefined if it is not, but may be fetched.
 *
 * @throws GTK_NO_GENOME, GTK_GENOME_URL
 */
export function findOrAllow(
  { root, name, url, hosts }: Pick<WantedGenome, 'root' | 'name' | 'url' | 'hosts'>,
  rules: AddressRules = publicRules,
): Reference | undefined {
  const standing = openReference(root, canonicalGenome(name));
  if (standing || url === null) return standing ?? findReference(root, name);
  genomeAddress(url, hosts, rules.isAllowed);
  return undefined;
}

/**
 * The genome, fetched if it is not registered yet and may be. Of several that want it at once, one fetches it. What
 * came of a download that was cut serves the next one. Programs run in the process group of the caller.
 *
 * @throws as {@link findOrAllow}, GTK_DOWNLOAD, what is wrong with the archive, GTK_NOT_WRITABLE
 */
export async function ensureReference(
  wanted: WantedGenome,
  rules: AddressRules = publicRules,
): Promise<Reference> {
  const standing = findOrAllow(wanted, rules);
  if (standing) return standing;
  const { root, url, hosts, signal, log } = wanted;
  const name = canonicalGenome(wanted.name);
  const address = genomeAddress(url!, hosts, rules.isAllowed);
  return whileRegistering({ root, name, signal, log }, async (folder) => {
    const meanwhile = openReference(root, name);
    if (meanwhile) return meanwhile;
    const file = path.join(root, `.${name}.tar`);
    const archive = { file, shown: shownAddress(address.url) };
    log(`fetching ${name} from ${archive.shown}`);
    await download({
      ...address,
      to: file,
      signal,
      allows: (to) => mayFetch(to, hosts, rules.isAllowed),
      lookup: checkedLookup(rules.isAllowed, rules.lookup),
      maxRedirects: MAX_REDIRECTS,
      maxBytes: MOST_BYTES,
      limitMs: LIMIT_MS,
      onRetry: (reason) => log(`${reason}: trying again`),
      onProgress: tellSometimes(log),
    });
    try {
      const run = callersGroupIndexer(name, log);
      return await registerArchive({ root, name, signal, log }, folder, archive, run);
    } finally {
      rmSync(file, { force: true });
    }
  });
}

function tellSometimes(log: (line: string) => void) {
  let told = 0;
  return (received: number, total: number | undefined) => {
    if (received < told + TELL_BYTES) return;
    told = received;
    log(`${received} of ${total ?? 'unknown'} bytes`);
  };
}
