import { describe, expect, it } from 'vitest';
import { canonicalIp, isLoopbackIp, networkOf } from './ipAddress.ts';

describe('canonicalIp()', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:0.0.0.0', '0.0.0.0'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('writes %j as %j', (address, canonical) => {
    expect(canonicalIp(address)).toBe(canonical);
  });
});

describe('isLoopbackIp()', () => {
  it.each(['127.0.0.1', '127.255.0.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:2'])(
    'accepts %s as this machine',
    (address) => {
      expect(isLoopbackIp(address)).toBe(true);
    },
  );

  it.each(['128.0.0.1', '::2', '::ffff:192.0.2.1', '0.0.0.0', '::', '127.evil.example', '127.0.0.1.evil.example', ''])(
    'rejects %j as this machine',
    (address) => {
      expect(isLoopbackIp(address)).toBe(false);
    },
  );
});

describe('networkOf()', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:7:1:2:3:4', '2001:db8:0:7'],
    ['2001:0db8::7:0:0:0:5', '2001:db8:0:7'],
    ['2001:db8::', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['64:ff9b::c000:201', '64:ff9b::c000:201'],
    ['::', '0:0:0:0'],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
