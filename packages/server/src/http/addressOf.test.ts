import { describe, expect, it } from 'vitest';
import { addressOf, proxyTrust } from './addressOf.ts';

const requestFrom = (remoteAddress: string, forwarded?: string) => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress },
});

describe('addressOf() behind any proxy', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['198.51.100.9, 192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1, unknown', '127.0.0.1'],
    [`192.0.2.1, ${'x'.repeat(9000)}`, '127.0.0.1'],
    ['192.0.2.1,', '127.0.0.1'],
    ['', '127.0.0.1'],
    [undefined, '127.0.0.1'],
  ])('uses the last entry of %j as the client: %s', (forwarded, address) => {
    const request = requestFrom('127.0.0.1', forwarded);
    expect(addressOf(request, true)).toBe(address);
    expect(addressOf(request, false)).toBe('127.0.0.1');
  });
});

describe('addressOf() behind the proxies of a list', () => {
  const trust = proxyTrust(['203.0.113.1', '10.0.0.0/8', '2001:db8:1::/48']);

  it.each([
    ['a direct client', '192.0.2.1', undefined, '192.0.2.1'],
    ['a direct client that forges the header', '192.0.2.1', '198.51.100.9', '192.0.2.1'],
    ['a client of one proxy', '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['a client of one proxy that forges the header', '10.0.0.1', '198.51.100.9, 192.0.2.1', '192.0.2.1'],
    ['a client of three proxies', '10.0.0.1', '192.0.2.1, 203.0.113.1, 2001:db8:1::2', '192.0.2.1'],
    ['a client that forges a trusted proxy', '10.0.0.1', '198.51.100.9, 203.0.113.1, 192.0.2.1', '192.0.2.1'],
    ['a client of a proxy without the header', '10.0.0.1', undefined, '10.0.0.1'],
    ['the last known hop of an interrupted chain', '10.0.0.1', '192.0.2.1, unknown, 203.0.113.1', '203.0.113.1'],
    ['a client of a proxy in IPv6 form', '::ffff:10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['a neighbor of a trusted network', '11.0.0.1', '192.0.2.1', '11.0.0.1'],
  ])('returns the address of %s', (_who, remoteAddress, forwarded, address) => {
    expect(addressOf(requestFrom(remoteAddress, forwarded), trust)).toBe(address);
  });

  it('reads an IPv4 network in IPv6 form as IPv4', () => {
    const mapped = proxyTrust(['::ffff:10.0.0.0/104']);
    expect(addressOf(requestFrom('10.1.2.3', '192.0.2.1'), mapped)).toBe('192.0.2.1');
    expect(addressOf(requestFrom('::ffff:10.1.2.3', '192.0.2.1'), mapped)).toBe('192.0.2.1');
    expect(addressOf(requestFrom('11.1.2.3', '192.0.2.1'), mapped)).toBe('11.1.2.3');
  });
});
