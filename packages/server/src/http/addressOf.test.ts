import { expect, it } from 'vitest';
import { addressOf } from './addressOf.ts';

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['198.51.100.9, 192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:4711', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['192.0.2.1, unknown', '127.0.0.1'],
  [`192.0.2.1, ${'x'.repeat(9000)}`, '127.0.0.1'],
  ['', '127.0.0.1'],
  [undefined, '127.0.0.1'],
])('behind a proxy that says %j a client is at %s', (forwarded, address) => {
  const request = {
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: '127.0.0.1' },
  };
  expect(addressOf(request, true)).toBe(address);
  expect(addressOf(request, false)).toBe('127.0.0.1');
});
