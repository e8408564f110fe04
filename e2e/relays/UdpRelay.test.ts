import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './seededRandom.ts';
import { UdpRelay } from './UdpRelay.ts';

const lossPart = 0.2;
const all = Array.from({ length: 200 }, (_, index) => String(index));

/** Packets that pass in a run. */
function survivors(): string[] {
  const random = seededRandom(1);
  return all.filter(() => random() >= lossPart);
}

describe('UdpRelay', () => {
  it('loses the same part of the packets in each run', async () => {
    const expected = survivors();
    expect(expected.length / all.length).toBeCloseTo(1 - lossPart, 1);
    for (const _run of [1, 2]) {
      const relay = await UdpRelay.open({ lossPart });
      const { announcedAddress = '', rtcPort = 0 } = relay.settings;
      const [server, client] = [createSocket('udp4'), createSocket('udp4')];
      server.bind(rtcPort, '127.0.0.1');
      await once(server, 'listening');
      const arrived: string[] = [];
      const complete = new Promise<void>((resolve) => {
        server.on('message', (packet) => {
          arrived.push(String(packet));
          if (arrived.length === expected.length) resolve();
        });
      });
      for (const packet of all) client.send(packet, rtcPort, String(announcedAddress));
      await complete;
      for (const socket of [server, client]) socket.close();
      relay.close();
      expect(arrived).toEqual(expected);
    }
  });
});
