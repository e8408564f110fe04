import { describe, expect, it } from 'vitest';
import { mediaAddresses } from './mediaAddresses.ts';

const loopback = { address: '127.0.0.1', family: 'IPv4', internal: true } as const;
const loopback6 = { address: '::1', family: 'IPv6', internal: true } as const;
const lan = { address: '192.0.2.7', family: 'IPv4', internal: false } as const;
const lan6 = { address: '2001:db8::7', family: 'IPv6', internal: false } as const;

const onLan = { lo: [loopback, loopback6], eth0: [lan6, lan] };
const offline = { lo: [loopback, loopback6] };

function chosen(settings: { host?: string; listenIp?: string; announcedAddress?: string }, interfaces: object = onLan) {
  const { host = '127.0.0.1', listenIp, announcedAddress } = settings;
  return mediaAddresses({ host, listenIp, announcedAddress }, interfaces as typeof onLan);
}

describe('where media is offered', () => {
  it.each(['127.0.0.1', 'localhost', '::1'])('on loopback and the LAN address for a local server (%s)', (host) => {
    expect(chosen({ host })).toEqual([{ ip: '127.0.0.1' }, { ip: '192.0.2.7' }]);
  });

  it('on loopback alone where there is no network', () => {
    expect(chosen({}, offline)).toEqual([{ ip: '127.0.0.1' }]);
    expect(chosen({ host: '0.0.0.0' }, offline)).toEqual([{ ip: '127.0.0.1' }]);
  });

  it.each(['0.0.0.0', '::', '192.0.2.7', 'my-laptop.local'])(
    'on the LAN address for a server of the LAN (%s)',
    (host) => {
      expect(chosen({ host })).toEqual([{ ip: '192.0.2.7' }]);
    },
  );

  it('on the very address that signalling listens on', () => {
    expect(chosen({ host: '2001:db8::7' })).toEqual([{ ip: '2001:db8::7' }]);
  });

  it('not on the address of containers and tunnels, unless there is no other', () => {
    const docker = { address: '172.17.0.1', family: 'IPv4', internal: false } as const;
    expect(chosen({ host: '0.0.0.0' }, { lo: [loopback], docker0: [docker], wlan0: [lan] })).toEqual([
      { ip: lan.address },
    ]);
    expect(chosen({ host: '0.0.0.0' }, { lo: [loopback], docker0: [docker] })).toEqual([{ ip: docker.address }]);
  });

  it('where it is told to, and announces a wildcard as the LAN address', () => {
    expect(chosen({ listenIp: '192.0.2.9' })).toEqual([{ ip: '192.0.2.9' }]);
    expect(chosen({ listenIp: '0.0.0.0' })).toEqual([{ ip: '0.0.0.0', announcedAddress: '192.0.2.7' }]);
    expect(chosen({ announcedAddress: 'sfu.example' })).toEqual([{ ip: '0.0.0.0', announcedAddress: 'sfu.example' }]);
    expect(chosen({ listenIp: '10.0.0.2', announcedAddress: '203.0.113.5' })).toEqual([
      { ip: '10.0.0.2', announcedAddress: '203.0.113.5' },
    ]);
  });
});
