import { describe, expect, it } from 'vitest';
import { httpAddress, shownAddress } from '../../src/net/address.js';

describe('an address', () => {
  it('is shown without what may be secret', () => {
    for (const [address, shown] of [
      ['https://host/a/b.h5ad?X-Amz-Signature=secret', 'https://host/a/b.h5ad'],
      ['https://user:secret@host:8443/a#secret', 'https://host:8443/a'],
      ['ftp://user:secret@host/a?secret', 'ftp://host/a'],
      ['no address?secret', 'no address'],
    ] as const) {
      expect(shownAddress(address)).toBe(shown);
    }
    expect(shownAddress(new URL('http://host/?secret'))).toBe('http://host/');
  });

  it('is accepted for the web alone', () => {
    expect(httpAddress('https://host/a')?.hostname).toBe('host');
    expect(httpAddress('HTTP://host/a')?.hostname).toBe('host');
    for (const text of [
      '',
      'host/a',
      'file:///etc/passwd',
      'ftp://host/',
      'data:,x',
      'http://',
      'http://[',
    ]) {
      expect(httpAddress(text), text).toBeUndefined();
    }
  });
});
