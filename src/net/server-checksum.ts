/** SHA-256 sums that servers give along with a file. */
import type { IncomingHttpHeaders } from 'node:http';

const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');

/** The first value that has the form of a SHA-256 sum. */
const firstSum = (values: (string | undefined)[]) =>
  values.find((value) => /^[0-9a-f]{64}$/.test(value ?? ''));

const unquoted = (etag: string | string[] | undefined) =>
  /^"([0-9a-fA-F]{64})"$/.exec(String(etag))?.[1]?.toLowerCase();

/**
 * The SHA-256 of a file in hexadecimal, if the server tells it: as `Digest: sha-256=` (RFC 3230), as
 * `x-amz-checksum-sha256`, or as hubs do, whose `x-linked-etag` stands on the redirect to the store and whose
 * ETags of large files are the sum itself.
 */
export function serverChecksum(
  headers: IncomingHttpHeaders,
  redirects: readonly IncomingHttpHeaders[],
): string | undefined {
  const linked = [headers, ...redirects].map((reply) => unquoted(reply['x-linked-etag']));
  const digest = /(?:^|,)\s*sha-256=([A-Za-z0-9+/]{43}=)/i.exec(String(headers.digest ?? ''))?.[1];
  // A sum of sums, as of a file stored in parts, has its number after a dash and says nothing about the whole.
  const amazon = /^[A-Za-z0-9+/]{43}=$/.exec(String(headers['x-amz-checksum-sha256'] ?? ''))?.[0];
  return firstSum([...linked, digest && hex(digest), amazon && hex(amazon), unquoted(headers.etag)]);
}
