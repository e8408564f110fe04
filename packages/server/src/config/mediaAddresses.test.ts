import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { checkSettings } from './checkSettings.ts';
import { mediaAddresses, reachableAddress } from './mediaAddresses.ts';
import { resolveAnnounced } from './resolveAnnounced.ts';

const loopback = { address: '127.0.0.1', family: 'IPv4', internal: true } as const;
const loopback6 = { address: '::1', family: 'IPv6', internal: true } as const;
const lan = { address: '192.0.2.7', family: 'IPv4', internal: false } as const;
const lan6 = { address: '2001:db8::7', family: 'IPv6', internal: false } as const;

const onLan = { lo: [loopback, loopback6], eth0: [lan6, lan] };
const offline = { lo: [loopback, loopback6] };

interface Given {
  readonly host?: string;
  readonly listenIp?: string | readonly string[];
  readonly announcedAddress?: string | readonly string[];
}

function chosen({ host = '127.0.0.1', listenIp, announcedAddress }: Given, interfaces: object = onLan) {
  return mediaAddresses({ host, listenIp, announcedAddress }, interfaces as typeof onLan);
}

describe('the media addresses', () => {
  it.each(['127.0.0.1', 'localhost', '::1'])('are loopback and the LAN address for a local server (%s)', (host) => {
    expect(chosen({ host })).toEqual([{ ip: '127.0.0.1' }, { ip: '192.0.2.7' }]);
  });

  it('are loopback alone without a network', () => {
    expect(chosen({}, offline)).toEqual([{ ip: '127.0.0.1' }]);
    expect(chosen({ host: '0.0.0.0' }, offline)).toEqual([{ ip: '127.0.0.1' }]);
  });

  it.each(['0.0.0.0', '192.0.2.7', 'my-laptop.local'])('are the LAN address for a server of the LAN (%s)', (host) => {
    expect(chosen({ host })).toEqual([{ ip: '192.0.2.7' }]);
  });

  it('are the address that signaling listens on', () => {
    expect(chosen({ host: '2001:db8::7' })).toEqual([{ ip: '2001:db8::7' }]);
  });

  it('exclude addresses of containers and tunnels, unless there is no other', () => {
    const docker = { address: '172.17.0.1', family: 'IPv4', internal: false } as const;
    expect(chosen({ host: '0.0.0.0' }, { lo: [loopback], docker0: [docker], wlan0: [lan] })).toEqual([
      { ip: lan.address },
    ]);
    expect(chosen({ host: '0.0.0.0' }, { lo: [loopback], docker0: [docker] })).toEqual([{ ip: docker.address }]);
  });

  it('are the LAN addresses of both families when signaling listens on ::', () => {
    expect(chosen({ host: '::' })).toEqual([{ ip: '192.0.2.7' }, { ip: '2001:db8::7' }]);
  });

  it('are an IPv6 address when the LAN has no IPv4, but never a link-local one', () => {
    const linkLocal = { address: 'fe80::7', family: 'IPv6', internal: false } as const;
    const only6 = { lo: [loopback], eth0: [linkLocal, lan6] };
    expect(chosen({ host: '::' }, only6)).toEqual([{ ip: '2001:db8::7' }]);
    expect(chosen({ host: '0.0.0.0' }, only6)).toEqual([{ ip: '2001:db8::7' }]);
    expect(chosen({ host: '::' }, { lo: [loopback], eth0: [linkLocal] })).toEqual([{ ip: '127.0.0.1' }]);
  });

  it('are IPv6 alone when the machine has no IPv4, not even on loopback', () => {
    const linkLocal = { address: 'fe80::7', family: 'IPv6', internal: false } as const;
    const only6 = { lo: [loopback6], eth0: [linkLocal, lan6] };
    for (const host of ['::', '0.0.0.0', 'my-server.example']) {
      expect(chosen({ host }, only6)).toEqual([{ ip: '2001:db8::7' }]);
    }
    expect(chosen({ host: '::1' }, only6)).toEqual([{ ip: '::1' }, { ip: '2001:db8::7' }]);
    expect(chosen({ listenIp: '::' }, only6)).toEqual([{ ip: '::', announcedAddresses: ['2001:db8::7'] }]);
    expect(chosen({ host: '::' }, { lo: [loopback6], eth0: [linkLocal] })).toEqual([{ ip: '::1' }]);
    expect(chosen({ host: '::1' }, { lo: [loopback6] })).toEqual([{ ip: '::1' }]);
  });

  it('are announced with an address of the family of the socket, even when the LAN has only the other family', () => {
    expect(chosen({ listenIp: '0.0.0.0' }, { lo: [loopback], eth0: [lan6] })).toEqual([
      { ip: '0.0.0.0', announcedAddresses: ['127.0.0.1'] },
    ]);
    expect(chosen({ listenIp: ['0.0.0.0', '::'] }, { lo: [loopback, loopback6], eth0: [lan] })).toEqual([
      { ip: '0.0.0.0', announcedAddresses: ['192.0.2.7'] },
      { ip: '::', announcedAddresses: ['::1'] },
    ]);
    expect(chosen({ listenIp: '::' }, { lo: [loopback, loopback6], eth0: [lan] })).toEqual([
      { ip: '::', announcedAddresses: ['192.0.2.7'] },
    ]);
  });

  it('are the given IPs, with a wildcard announced as the LAN address', () => {
    expect(chosen({ listenIp: '192.0.2.9' })).toEqual([{ ip: '192.0.2.9' }]);
    expect(chosen({ listenIp: ['192.0.2.9', '2001:db8::9'] })).toEqual([{ ip: '192.0.2.9' }, { ip: '2001:db8::9' }]);
    expect(chosen({ listenIp: '0.0.0.0' })).toEqual([{ ip: '0.0.0.0', announcedAddresses: ['192.0.2.7'] }]);
    expect(chosen({ listenIp: '::' })).toEqual([{ ip: '::', announcedAddresses: ['2001:db8::7', '192.0.2.7'] }]);
    expect(chosen({ listenIp: ['0.0.0.0', '::'] })).toEqual([
      { ip: '0.0.0.0', announcedAddresses: ['192.0.2.7'] },
      { ip: '::', announcedAddresses: ['2001:db8::7'] },
    ]);
  });

  it.each<{ given: Given; expected: ReturnType<typeof mediaAddresses> }>([
    {
      given: { announcedAddress: '203.0.113.5' },
      expected: [{ ip: '0.0.0.0', announcedAddresses: ['203.0.113.5'] }],
    },
    {
      given: { announcedAddress: ['2001:db8::5', '203.0.113.5'] },
      expected: [
        { ip: '0.0.0.0', announcedAddresses: ['203.0.113.5'] },
        { ip: '::', announcedAddresses: ['2001:db8::5'] },
      ],
    },
    {
      given: { announcedAddress: ['203.0.113.5', '198.51.100.5'] },
      expected: [{ ip: '0.0.0.0', announcedAddresses: ['203.0.113.5', '198.51.100.5'] }],
    },
    {
      given: { listenIp: ['10.0.0.2', '10.0.0.3'], announcedAddress: ['203.0.113.5', '198.51.100.5'] },
      expected: [
        { ip: '10.0.0.2', announcedAddresses: ['203.0.113.5'] },
        { ip: '10.0.0.3', announcedAddresses: ['198.51.100.5'] },
      ],
    },
    {
      given: { listenIp: ['10.0.0.2', '2001:db8::9'], announcedAddress: '203.0.113.5' },
      expected: [{ ip: '10.0.0.2', announcedAddresses: ['203.0.113.5'] }, { ip: '2001:db8::9' }],
    },
    {
      given: { listenIp: '::', announcedAddress: ['203.0.113.5', '2001:db8::5'] },
      expected: [{ ip: '::', announcedAddresses: ['203.0.113.5', '2001:db8::5'] }],
    },
  ])('pair announced addresses with sockets by family: $given', ({ given, expected }) => {
    expect(chosen(given)).toEqual(expected);
    expect(() => checkSettings(given)).not.toThrow();
  });

  it.each<{ given: Given; problem: string }>([
    {
      given: { listenIp: '10.0.0.2', announcedAddress: ['203.0.113.5', '2001:db8::5'] },
      problem: 'announcedAddress: 2001:db8::5 is IPv6, but --listen-ip has no address of that family',
    },
    {
      given: { listenIp: '2001:db8::9', announcedAddress: '203.0.113.5' },
      problem: 'announcedAddress: 203.0.113.5 is IPv4, but --listen-ip has no address of that family',
    },
    {
      given: { listenIp: ['10.0.0.2', '10.0.0.3'], announcedAddress: '203.0.113.5' },
      problem:
        'announcedAddress: the number of IPv4 addresses (1) differs from that of --listen-ip (2); set the same number, or one --listen-ip',
    },
    ...['0.0.0.0', '::', '::0', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0'].map((announcedAddress) => ({
      given: { announcedAddress },
      problem: `announcedAddress: must not be a wildcard: clients cannot send to "${announcedAddress}"`,
    })),
    ...['224.0.0.1', '255.255.255.255', 'ff02::1'].map((announcedAddress) => ({
      given: { announcedAddress: ['203.0.113.5', announcedAddress] },
      problem: `announcedAddress: must be the address of one machine, not "${announcedAddress}"`,
    })),
    ...[
      'not a host!',
      '203.0.113.7:40000',
      '[2001:db8::5]',
      'fe80::1%eth0',
      '256.1.1.1',
      '1.2.3',
      'https://a.example',
      'a.example/',
      'a.example:40000',
      'user@a.example',
      '-a.example',
      'a..example',
      'a b',
      '203.0.113.5/24',
      `${'a'.repeat(64)}.example`,
      '',
    ].map((announcedAddress) => ({
      given: { announcedAddress },
      problem: `announcedAddress: must be an IP address or a host name, without port or brackets, not "${announcedAddress}"`,
    })),
    { given: { announcedAddress: ['203.0.113.5', '203.0.113.5'] }, problem: 'must not name an address twice' },
    { given: { announcedAddress: [] }, problem: 'announcedAddress: must not be empty' },
    { given: { listenIp: ['10.0.0.2', 'eth0'] }, problem: 'listenIp: must be an IP address' },
  ])('refuse $given', ({ given, problem }) => {
    expect(() => checkSettings(given)).toThrow(problem);
  });
});

describe('reachableAddress()', () => {
  it.each([
    ['0.0.0.0', onLan, '192.0.2.7'],
    ['::', onLan, '192.0.2.7'],
    ['::', { lo: [loopback6], eth0: [lan6] }, '2001:db8::7'],
    ['0.0.0.0', offline, '127.0.0.1'],
    ['::', { lo: [loopback6] }, '::1'],
    ['::1', onLan, '::1'],
    ['my-laptop.local', onLan, 'my-laptop.local'],
  ])('returns an address that clients can reach for a server on %s', (host, interfaces, address) => {
    expect(reachableAddress(host, interfaces)).toBe(address);
  });
});

describe('announced host names', () => {
  const hosts: Readonly<Record<string, string[]>> = {
    'sfu.example': ['203.0.113.5', '2001:db8::5'],
    'four.example': ['203.0.113.6'],
    'six.example': ['2001:db8::6'],
  };
  const lookUp = (name: string) => Promise.resolve(hosts[name] ?? Promise.reject(new Error(`ENOTFOUND ${name}`)));
  const resolved = (announcedAddress: string | string[], listenIp?: string | string[], hasIPv6 = true) =>
    resolveAnnounced({ listenIp, announcedAddress }, { hasIPv6 }, lookUp);

  it('are resolved to their addresses, each once', async () => {
    expect(await resolved('sfu.example')).toEqual(['203.0.113.5', '2001:db8::5']);
    expect(await resolved(['198.51.100.5', 'four.example', '203.0.113.6'])).toEqual(['198.51.100.5', '203.0.113.6']);
    expect(
      await resolveAnnounced({ listenIp: undefined, announcedAddress: undefined }, { hasIPv6: true }),
    ).toBeUndefined();
  });

  it('are resolved to addresses of families that the machine has', async () => {
    const given = { listenIp: undefined, announcedAddress: 'sfu.example' };
    expect(await resolveAnnounced(given, { hasIPv4: false, hasIPv6: true }, lookUp)).toEqual(['2001:db8::5']);
    const four = { listenIp: undefined, announcedAddress: 'four.example' };
    await expect(resolveAnnounced(four, { hasIPv4: false, hasIPv6: true }, lookUp)).rejects.toThrow(
      'the name four.example has no address of a family that media listens on',
    );
  });

  it('are resolved to addresses of families that media listens on', async () => {
    expect(await resolved('sfu.example', undefined, false)).toEqual(['203.0.113.5']);
    expect(await resolved('sfu.example', '10.0.0.2')).toEqual(['203.0.113.5']);
    expect(await resolved('sfu.example', '2001:db8::9')).toEqual(['2001:db8::5']);
    expect(await resolved('sfu.example', '::')).toEqual(['203.0.113.5', '2001:db8::5']);
  });

  it('are refused when they resolve to no address', async () => {
    await expect(resolved('nowhere.example')).rejects.toMatchObject({
      name: 'UnknownHostError',
      message: 'cannot look up the name nowhere.example',
    });
    await expect(resolved('six.example', '10.0.0.2')).rejects.toMatchObject({
      message: 'the name six.example has no address of a family that media listens on',
    });
  });

  it('are refused when the name servers do not respond within 15 s', async () => {
    const clock = new ManualClock();
    const never = () => new Promise<never>(() => {});
    const found = resolveAnnounced(
      { listenIp: undefined, announcedAddress: 'a.example' },
      { hasIPv6: true, clock },
      never,
    );
    clock.advance(15_000);
    await expect(found).rejects.toMatchObject({
      name: 'UnknownHostError',
      cause: { message: 'no response within 15000 ms' },
    });
  });

  it('are resolved by the system', async () => {
    const found = await resolveAnnounced({ listenIp: '127.0.0.1', announcedAddress: 'localhost' }, { hasIPv6: false });
    expect(found).toEqual(['127.0.0.1']);
  });
});
