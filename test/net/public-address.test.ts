import { execFileSync } from 'node:child_process';
import type dns from 'node:dns';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkedLookup, isPublicAddress, literalAddress } from '../../src/net/public-address.js';
import { requireTool } from '../agreement/tools.js';

const python = requireTool('python3');

const edges = [
  ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1'],
  ...['172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.19.255.255'],
  ...['198.51.100.1', '203.0.113.9', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::1'],
  ...[
    'fe80::1',
    'fe80::1%lo',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
  ],
  ...['3fff::1', '100::1', '5f00::1', 'fec0::1'],
];

describe('an address', () => {
  test.each([...edges, '', 'localhost', '1.2.3', '8.8.8.8:443'])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.128.0.1',
    '192.167.255.255',
    '223.255.255.1',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

  test.each(['2001:4860:4860::8888', '2606:4700::1111', '2a00:1450::1'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.skipIf(!python)('that is public is global to Python too', () => {
    const addresses = [
      ...fc.sample(fc.ipV4(), { numRuns: 2000, seed: 5 }),
      ...fc.sample(fc.ipV6(), { numRuns: 2000, seed: 5 }),
    ];
    const script =
      'import sys,ipaddress\nfor l in sys.stdin: print(int(ipaddress.ip_address(l.strip()).is_global))';
    const input = addresses.join('\n');
    const answers = execFileSync(python!, ['-c', script], { input, encoding: 'utf8' }).trim().split('\n');
    const ours = addresses.filter(isPublicAddress);
    expect(ours.length).toBeGreaterThan(1000);
    expect(ours.filter((address) => answers[addresses.indexOf(address)] !== '1')).toEqual([]);
  });
});

test.each([
  ['https://127.0.0.1/', '127.0.0.1'],
  ['https://0x7f.1/', '127.0.0.1'],
  ['https://2130706433/', '127.0.0.1'],
  ['https://017700000001/', '127.0.0.1'],
  ['https://①②⑦.0.0.1/', '127.0.0.1'],
  ['https://[::1]:8443/', '::1'],
  ['https://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
  ['https://example.org/', undefined],
])('%s names the address %s', (url, address) => {
  expect(literalAddress(new URL(url))).toBe(address);
});

describe('a checked lookup', () => {
  /** What it answers for a host that is at these addresses. */
  function look(addresses: string[], all: boolean) {
    const lookup = ((_host: string, _options: object, callback: (...answer: unknown[]) => void) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      )) as unknown as typeof dns.lookup;
    return new Promise((resolve) =>
      checkedLookup(isPublicAddress, lookup)('host', { all }, (error, ...found) =>
        resolve(error?.message ?? found),
      ),
    );
  }

  test('gives what is public, and nothing if any is not', async () => {
    expect(await look(['8.8.8.8'], false)).toEqual(['8.8.8.8', 4]);
    expect(await look(['8.8.8.8', '1.1.1.1'], true)).toMatchObject([
      [{ address: '8.8.8.8' }, { address: '1.1.1.1' }],
    ]);
    for (const all of [true, false]) {
      expect(await look(['8.8.8.8', '10.0.0.1'], all)).toBe('host is at an address that is not public');
      expect(await look([], all)).toBe('host is at an address that is not public');
    }
  });
});
