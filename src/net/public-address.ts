/** Which addresses belong to the public network: a server that fetches for others must reach no other. */
import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { NetworkFailure } from './failure.js';

/** IANA's registry of special-purpose IPv4 addresses (RFC 6890), multicast and the reserved class E. */
const special4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** The same within 2000::/3, the only block of global unicast IPv6; 2002::/16 (6to4) holds IPv4 addresses. */
const special6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const blocked = new BlockList();
for (const [net, prefix] of special4) blocked.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of special6) blocked.addSubnet(net, prefix, 'ipv6');
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address is one of the public network. IPv4 addresses in IPv6 are not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !blocked.check(address, 'ipv4');
  // An address with a zone is one of the link.
  if (isIP(address) !== 6 || address.includes('%')) return false;
  return global6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}

/** The IP address that a URL names instead of a host; these are connected to without a lookup. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
}

/**
 * Finds the addresses of a host at the moment when it is connected to, and refuses a host that has one that is not
 * allowed: a name may be looked up to something else each time.
 */
export function checkedLookup(
  isAllowed: (address: string) => boolean = isPublicAddress,
  lookup: typeof dns.lookup = dns.lookup,
): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isAllowed(address))) {
        const problem = `${host} is at an address that is not public`;
        return callback(new NetworkFailure(problem, false, undefined, 'redirected'), '');
      }
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}
