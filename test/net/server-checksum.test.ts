import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { serverChecksum } from '../../src/net/server-checksum.js';

const sum = (text: string) => createHash('sha256').update(text);
const hex = sum('abc').digest('hex');
const base64 = sum('abc').digest('base64');
const another = sum('another').digest('hex');

describe('the checksum that a server tells', () => {
  it.each([
    ['a digest', { digest: `sha-256=${base64}` }],
    ['a digest among others', { digest: `md5=HUXZLQLMuI/KZ5KDcJPcOA==, SHA-256=${base64}, unixsum=30637` }],
    ['an object store', { 'x-amz-checksum-sha256': base64 }],
    ['an etag', { etag: `"${hex.toUpperCase()}"` }],
    ['a hub', { 'x-linked-etag': `"${hex}"`, etag: `"${another}"` }],
  ])('is read from %s', (_, headers) => {
    expect(serverChecksum(headers, [])).toBe(hex);
  });

  it('is the linked one of the redirecting hub before the etag of its store', () => {
    expect(serverChecksum({ etag: `"${another}"` }, [{}, { 'x-linked-etag': `"${hex}"` }])).toBe(hex);
    expect(serverChecksum({}, [{ etag: `"${another}"` }])).toBeUndefined();
  });

  it('is not taken from anything that is no SHA-256 of the whole', () => {
    for (const headers of [
      {},
      { etag: '"d41d8cd98f00b204e9800998ecf8427e"' },
      { etag: `W/"${hex}"` },
      { etag: hex },
      { digest: 'md5=HUXZLQLMuI/KZ5KDcJPcOA==' },
      { digest: `sha-512=${base64}` },
      { 'x-amz-checksum-sha256': `${base64}-3` },
      { 'x-linked-etag': '"0123"' },
    ]) {
      expect(serverChecksum(headers, []), JSON.stringify(headers)).toBeUndefined();
    }
  });
});
